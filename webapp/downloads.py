"""Files for others over HTTP: the ids of what is open, as CSV."""

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from core.errors import FittingRoomError
from webapp.actions import confusion
from webapp.actions.served import Served
from webapp.session import read_link


def downloads_router(served: Served) -> APIRouter:
    """``/download/cell.csv`` with the words of a link to a cell."""
    router = APIRouter(prefix="/download", include_in_schema=False)

    @router.get("/cell.csv")
    def cell(request: Request) -> Response:
        try:
            words = {**request.query_params, "tab": confusion.PAGE}
            session = read_link(words, served.start)
            text, name = confusion.cell_csv(session, served.open(session))
        except FittingRoomError as error:
            return PlainTextResponse(str(error), 404)
        headers = {"Content-Disposition": f'attachment; filename="{name}"',
                   "Cache-Control": "no-store"}
        return Response(text, media_type="text/csv; charset=utf-8", headers=headers)

    return router
