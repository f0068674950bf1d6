"""Cuts over HTTP: what the page Thresholds asks the server beside its counts."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from core.errors import FittingRoomError
from webapp.actions import bundles, cut_fits
from webapp.actions.opened import Opened
from webapp.actions.served import Served
from webapp.session import Session


def cuts_router(served: Served) -> APIRouter:
    """``GET /thresholds/crossfit|categories|compare|kept?workspace=&model=&...``

    What cannot be done is a sentence under ``error``: to the page an answer like others.
    """
    router = APIRouter(prefix="/thresholds", include_in_schema=False)

    def answer(workspace: str, model: str, make: Callable[[Opened], dict[str, Any]]) -> Response:
        try:
            opened = served.open(Session(workspace, model))
            opened.require_predictions()
            return JSONResponse(make(opened), headers={"Cache-Control": "no-store"})
        except FittingRoomError as error:
            sentence = str(error)
            return JSONResponse({"error": f"{sentence[:1].upper()}{sentence[1:]}."})

    @router.get("/crossfit")
    def crossfit(workspace: str, by: str, model: str = "") -> Response:
        return answer(workspace, model, lambda opened: cut_fits.cross_fitted(opened, by))

    @router.get("/categories")
    def categories(workspace: str, by: str, thresholds: str, model: str = "") -> Response:
        return answer(workspace, model,
                      lambda opened: cut_fits.per_category(opened, by, thresholds))

    @router.get("/compare")
    def compare(workspace: str, old: str, new: str, model: str = "", draft: str = "") -> Response:
        return answer(workspace, model, lambda opened: bundles.compared(opened, old, new, draft))

    @router.get("/kept")
    def kept(workspace: str, version: str, model: str = "") -> Response:
        return answer(workspace, model, lambda opened: bundles.kept(opened, version))

    return router
