"""Files for others over HTTP: the ids of what is open, as CSV."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from core.errors import FittingRoomError
from webapp.actions import (
    comparison,
    confusion,
    corrected_list,
    finding_files,
    matrix,
    slice_items,
    slices,
)
from webapp.actions.opened import Opened
from webapp.actions.served import Served
from webapp.session import Session, read_link


def downloads_router(served: Served) -> APIRouter:
    """``/download/cell.csv`` with the words of a link to a cell; ``compared.csv`` of two models,
    ``together.csv`` and ``slices.csv`` of what is open there; ``findings.csv`` and ``.json``."""
    router = APIRouter(prefix="/download", include_in_schema=False)

    def answer(
        request: Request, page: str, ids: Callable[[Session, Opened], tuple[str, str]]
    ) -> Response:
        try:
            session = read_link({**request.query_params, "tab": page}, served.start)
            text, name = ids(session, served.open(session))
        except FittingRoomError as error:
            return PlainTextResponse(str(error), 404)
        headers = {"Content-Disposition": f'attachment; filename="{name}"',
                   "Cache-Control": "no-store"}
        kind = "application/json" if name.endswith(".json") else "text/csv; charset=utf-8"
        return Response(text, media_type=kind, headers=headers)

    @router.get("/cell.csv")
    def cell(request: Request) -> Response:
        return answer(request, "confusion", confusion.cell_csv)

    @router.get("/matrix.csv")
    def whole(request: Request) -> Response:
        return answer(request, "confusion", matrix.matrix_csv)

    @router.get("/compared.csv")
    def compared(request: Request) -> Response:
        return answer(request, "models", comparison.compared_csv)

    @router.get("/together.csv")
    def together_ids(request: Request) -> Response:
        return answer(request, "together", lambda session, opened: slice_items.ids_csv(
            opened, session, "together"))

    @router.get("/slices.csv")
    def slice_ids(request: Request) -> Response:
        return answer(request, "slices", lambda session, opened: slice_items.ids_csv(
            opened, session, "slices"))

    @router.get("/levels.csv")
    def levels(request: Request) -> Response:
        return answer(request, "slices", slices.compared_csv)

    @router.get("/findings.csv")
    def findings_table(request: Request) -> Response:
        return answer(request, "findings", finding_files.findings_csv)

    @router.get("/findings.json")
    def findings_json(request: Request) -> Response:
        return answer(request, "findings", finding_files.findings_json)

    @router.get("/corrections.csv")
    def corrections(request: Request) -> Response:
        return answer(request, "corrections", corrected_list.corrected_csv)

    return router
