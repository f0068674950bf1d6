"""Labelling over HTTP: the next items for a person, and their answers one by one."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Body
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core.errors import AnnotationError, FittingRoomError, StorageError
from webapp.actions import label, relabel
from webapp.actions.opened import Opened
from webapp.actions.person import who
from webapp.actions.served import Served
from webapp.render import label as render
from webapp.session import Session

NO_STORE = {"Cache-Control": "no-store"}


def labelling_router(served: Served) -> APIRouter:
    """``POST /label/next``, ``/label/save`` and ``/label/undo``, each with a JSON object.

    All carry ``workspace``, ``model``, ``order`` and ``by``; all answer with ``items`` (those
    that the person holds now) and ``left``. 400 is a refusal: sending again is of no use.
    503: nothing was saved, and sending again may help.
    """
    router = APIRouter(prefix="/label", include_in_schema=False)

    def answer(data: dict[str, Any], act: Callable[[Opened, str], dict[str, Any]]) -> Response:
        session = Session(str(data.get("workspace")), str(data.get("model") or ""))
        try:
            by = _name(data.get("by"))
            said = act(served.open(session), by)
            fresh = served.open(session)
            order = data.get("order")
            items = render.items_value(fresh, label.take(fresh, order, by))
            value = {**said, "items": items, "left": len(label.left(fresh, order)),
                     "badge": render.badge(fresh)}
        except StorageError as error:
            return PlainTextResponse(str(error), 503)
        except FittingRoomError as error:
            return PlainTextResponse(str(error), 400)
        return JSONResponse(value, headers=NO_STORE)

    @router.post("/next")
    def following(data: dict[str, Any] = Body()) -> Response:
        return answer(data, lambda opened, by: {})

    @router.post("/save")
    def save(data: dict[str, Any] = Body()) -> Response:
        def act(opened: Opened, by: str) -> dict[str, Any]:
            label.save(opened, data, by)
            return {"model": render.answered_value(opened, str(data.get("item")))}

        return answer(data, act)

    @router.post("/undo")
    def undo(data: dict[str, Any] = Body()) -> Response:
        return answer(data, lambda opened, by: {"undone": relabel.undo(opened, data)})

    return router


def _name(given: Any) -> str:
    """Leases go by names, so that two people need two."""
    if not isinstance(given, str) or not given.strip():
        raise AnnotationError("say your name first, so that nobody else gets your items")
    return who(given)
