"""Flips over HTTP: which photos change sides at a cut that was let go."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core.errors import FittingRoomError
from webapp.actions.flips import flips
from webapp.actions.served import Served
from webapp.render.flips import flips_value
from webapp.session import SIDES, Session


def flips_router(served: Served) -> APIRouter:
    """``GET /thresholds/flips?workspace=&model=&photos=&tag=&saved=&cut=&of=&at=``."""
    router = APIRouter(prefix="/thresholds", include_in_schema=False)

    @router.get("/flips")
    def changed(
        workspace: str, tag: str, saved: float, cut: float, model: str = "",
        photos: str = "heldout", of: str = "all", at: int = 0,
    ) -> Response:
        session = Session(workspace, model, photos if photos in SIDES else "heldout")
        try:
            opened = served.open(session)
            found = flips(opened, session.part, tag, saved, cut, of)
            value = flips_value(opened, session, tag, saved, cut, of, at, found)
        except FittingRoomError as error:
            return PlainTextResponse(str(error), 404)
        return JSONResponse(value, headers={"Cache-Control": "no-store"})

    return router
