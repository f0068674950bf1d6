"""Flips over HTTP: which photos change sides at a cut that was let go."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core.errors import FittingRoomError, PredictionsError
from webapp.actions import flips
from webapp.actions.served import Served
from webapp.render.items import thumb_url
from webapp.session import SIDES, Session


def flips_router(served: Served) -> APIRouter:
    """``GET /thresholds/flips?workspace=&model=&photos=&tag=&saved=&cut=``."""
    router = APIRouter(prefix="/thresholds", include_in_schema=False)

    @router.get("/flips")
    def changed(
        workspace: str, tag: str, saved: float, cut: float, model: str = "",
        photos: str = "heldout",
    ) -> Response:
        try:
            opened = served.open(Session(workspace, model))
            if opened.predictions is None:
                raise PredictionsError("there are no answers yet; predict first")
            part = photos if photos in SIDES else "heldout"
            found = flips.flips(opened, part, tag, saved, cut)
        except FittingRoomError as error:
            return PlainTextResponse(str(error), 404)
        for item in found["items"]:
            item["thumb"] = thumb_url(opened, item["item_id"], item.pop("content"))
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    return router
