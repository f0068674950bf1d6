"""Labelling over HTTP: the next items for a person, and their answers one by one."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Body
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core.errors import AnnotationError, FittingRoomError, StorageError
from webapp.actions import guidelines, label, queues, relabel
from webapp.actions.opened import Opened
from webapp.actions.person import who
from webapp.actions.served import Served
from webapp.render import label as render
from webapp.session import Session

NO_STORE = {"Cache-Control": "no-store"}


def labelling_router(served: Served) -> APIRouter:
    """``POST /label/next``, ``/label/save`` and ``/label/undo``, each with a JSON object.

    All carry ``workspace``, ``model``, ``queue`` and ``by``; all answer with ``items`` (those
    that the person holds now) and how far the queue is; ``next`` may name a queue to ``leave``.
    400 is a refusal: sending again is of no use. 503: nothing was saved, and sending again may
    help.
    """
    router = APIRouter(prefix="/label", include_in_schema=False)

    def answer(data: dict[str, Any], act: Callable[[Opened, str], dict[str, Any]]) -> Response:
        def following(opened: Opened) -> dict[str, Any]:
            by = _name(data.get("by"))
            said = act(opened, by)
            fresh = served.open(_session(data))
            try:
                queue = label.queue(fresh, data.get("queue"))
                items = render.items_value(fresh, label.take(fresh, queue, by), queue, by)
                far = render.progress_value(fresh, queue, by)
            except StorageError:
                raise
            except FittingRoomError as error:  # no more of this queue, but it was saved
                items, far = [], {"problem": str(error)}
            return {**said, "items": items, **far, "badge": render.badge(fresh),
                    "board": render.newest_on_board(fresh.workspace)}

        return answered(served, data, following)

    @router.post("/next")
    def following(data: dict[str, Any] = Body()) -> Response:
        def act(opened: Opened, by: str) -> dict[str, Any]:
            label.leave(opened, data.get("leave"), by)
            return {}

        return answer(data, act)

    @router.post("/save")
    def save(data: dict[str, Any] = Body()) -> Response:
        def act(opened: Opened, by: str) -> dict[str, Any]:
            label.save(opened, data, by)
            return {"model": render.answered_value(opened, str(data.get("item")))}

        return answer(data, act)

    @router.post("/undo")
    def undo(data: dict[str, Any] = Body()) -> Response:
        return answer(data, lambda opened, by: {"undone": relabel.undo(opened, data)})

    _add_board(router, served)
    return router


def _add_board(router: APIRouter, served: Served) -> None:
    """What a team keeps: ``POST /label/queue/...`` and ``/label/guide/...``.

    Each carries ``workspace``, ``model`` and ``by``, and answers with what stands there now, or
    with ``refused``, a sentence: forms ask while they are being filled in.
    """
    def route(path: str, act: Callable[[Opened, dict[str, Any]], dict[str, Any]]) -> None:
        def handle(data: dict[str, Any] = Body()) -> Response:
            def asked(opened: Opened) -> dict[str, Any]:
                try:
                    return act(opened, data)
                except StorageError:
                    raise
                except FittingRoomError as error:
                    return {"refused": str(error)}

            return answered(served, data, asked)

        router.add_api_route(path, handle, methods=["POST"])

    def preview(opened: Opened, data: dict[str, Any]) -> dict[str, Any]:
        found = label.left(opened, queues.asked_for(opened, data))
        return {"left": len(found), "answers": found.answers}

    def keep(opened: Opened, data: dict[str, Any]) -> dict[str, Any]:
        name = queues.save(opened, data)
        return {"queue": name, "queues": render.queues_value(opened)}

    def remove(opened: Opened, data: dict[str, Any]) -> dict[str, Any]:
        queues.remove(opened, data)
        return {"queues": render.queues_value(opened)}

    def guide(change: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
        def act(opened: Opened, data: dict[str, Any]) -> dict[str, Any]:
            change(opened, data)
            return {"guide": render.guide_value(opened)}

        return act

    route("/queue/preview", preview)
    route("/queue/save", keep)
    route("/queue/remove", remove)
    route("/guide/read", guide(lambda opened, data: None))
    route("/guide/write", guide(guidelines.write))
    route("/guide/pin", guide(guidelines.pin))
    route("/guide/versions", lambda opened, data: {
        "versions": render.versions_value(guidelines.versions(opened, data))})


def answered(
    served: Served, data: dict[str, Any], act: Callable[[Opened], dict[str, Any]]
) -> Response:
    """What ``act`` says as JSON; its sentence where it refuses."""
    try:
        return JSONResponse(act(served.open(_session(data))), headers=NO_STORE)
    except StorageError as error:
        return PlainTextResponse(str(error), 503)
    except FittingRoomError as error:
        return PlainTextResponse(str(error), 400)


def _session(data: dict[str, Any]) -> Session:
    return Session(str(data.get("workspace")), str(data.get("model") or ""))


def _name(given: Any) -> str:
    """Leases go by names, so that two people need two."""
    if not isinstance(given, str) or not given.strip():
        raise AnnotationError("say your name first, so that nobody else gets your items")
    return who(given)
