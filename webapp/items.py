"""One item over HTTP, for every page: why the model says so, what it is like, what a save does."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Body
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core.errors import FittingRoomError, PhotoError
from core.workspace import Workspace
from webapp.actions import relabel
from webapp.actions.jobs import Jobs
from webapp.actions.lists import chosen_items
from webapp.actions.logs import changed_since
from webapp.actions.look_alikes import find, job_key
from webapp.actions.opened import Opened
from webapp.actions.served import Served
from webapp.actions.why import why_of
from webapp.media import photo_file
from webapp.render.item import item_value
from webapp.render.look_alikes import look_alikes_value
from webapp.render.relabel import others_sentence, preview_sentence
from webapp.render.words import Words
from webapp.session import Session

NO_STORE = {"Cache-Control": "no-store"}


def items_router(served: Served) -> APIRouter:
    """``/items/one``, ``/why``, ``/alike`` (GET; POST finds or cancels) and ``/preview`` (POST).

    All name ``workspace`` and ``model``, and the first three an ``item``. 404 is a sentence.
    ``/items/since?workspace=&save=&by=``: what others have changed since a save.
    """
    router = APIRouter(prefix="/items", include_in_schema=False)
    jobs = Jobs()

    def answer(workspace: Any, model: Any, value: Callable[[Opened], Any]) -> Response:
        try:
            opened = served.open(Session(str(workspace), str(model or "")))
            found = value(opened)
        except FittingRoomError as error:
            return PlainTextResponse(str(error), 404)
        return JSONResponse(found, headers=NO_STORE)

    def alike(opened: Opened, item: str) -> dict[str, Any]:
        return look_alikes_value(opened, item, jobs.known(job_key(opened)))

    @router.get("/one")
    def one(workspace: str, item: str, model: str = "") -> Response:
        return answer(workspace, model, lambda opened: _item(opened, item))

    @router.get("/why")
    def why(workspace: str, item: str, model: str = "") -> Response:
        return answer(workspace, model, lambda opened: why_of(
            opened, photo_file(served, workspace, item)[0]))

    @router.get("/alike")
    def look(workspace: str, item: str, model: str = "") -> Response:
        return answer(workspace, model, lambda opened: alike(opened, item))

    @router.post("/alike")
    def work(data: dict[str, Any] = Body()) -> Response:
        def act(opened: Opened) -> dict[str, Any]:
            if data.get("do") == "cancel":
                jobs.stop(job_key(opened))
            elif data.get("do") == "find":
                jobs.run(job_key(opened), lambda job: find(opened, job))
            return alike(opened, str(data.get("item")))

        return answer(data.get("workspace"), data.get("model"), act)

    @router.get("/since")
    def since(workspace: str, save: int, by: str = "") -> Response:
        try:
            found = changed_since(Workspace.open(served.root(workspace)), save, by)
        except FittingRoomError as error:
            return PlainTextResponse(str(error), 404)
        return JSONResponse({"text": others_sentence(found)}, headers=NO_STORE)

    @router.post("/preview")
    def preview(data: dict[str, Any] = Body()) -> Response:
        return answer(data.get("workspace"), data.get("model"),
                      lambda opened: _preview(opened, data))

    return router


def _item(opened: Opened, item_id: str) -> dict[str, Any]:
    found = item_value(opened, item_id, Words(opened.workspace.tasks))
    if found is None:
        raise PhotoError(f"there is no item {item_id!r} in this workspace; reload the page", "gone")
    return found


def _preview(opened: Opened, data: Mapping[str, Any]) -> dict[str, str]:
    session = Session(opened.key, str(data.get("model") or ""))
    wanted = chosen_items(opened, session, data)
    return {"text": preview_sentence(relabel.preview(opened, data, wanted))}
