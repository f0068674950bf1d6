"""Files for others over HTTP: what is open on a page, as CSV or JSON; the report."""

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
    reporting,
    slice_items,
    slices,
)
from webapp.actions.opened import Opened
from webapp.actions.served import Served
from webapp.session import Session, read_link

Written = Callable[[Session, Opened], tuple[str, str]]
"""The text of a file, and its name for who saves it."""


def _ids_on(page: str) -> Written:
    return lambda session, opened: slice_items.ids_csv(opened, session, page)


FILES: dict[str, tuple[str, Written]] = {
    "cell.csv": ("confusion", confusion.cell_csv),
    "matrix.csv": ("confusion", matrix.matrix_csv),
    "compared.csv": ("models", comparison.compared_csv),
    "together.csv": ("together", _ids_on("together")),
    "slices.csv": ("slices", _ids_on("slices")),
    "levels.csv": ("slices", slices.compared_csv),
    "findings.csv": ("findings", finding_files.findings_csv),
    "findings.json": ("findings", finding_files.findings_json),
    "corrections.csv": ("corrections", corrected_list.corrected_csv),
    "report.html": ("models", reporting.report_html),
    "report.md": ("models", reporting.report_markdown),
}
"""Name in the address: the page whose link it takes, and who writes it."""

KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json",
         "html": "text/html; charset=utf-8", "md": "text/markdown; charset=utf-8"}


def downloads_router(served: Served) -> APIRouter:
    """``/download/NAME`` for each of FILES, with the words of a link to its page."""
    router = APIRouter(prefix="/download", include_in_schema=False)

    @router.get("/{name}")
    def download(name: str, request: Request) -> Response:
        if name not in FILES:
            return PlainTextResponse(f"there is no file {name!r} here", 404)
        page, write = FILES[name]
        try:
            session = read_link({**request.query_params, "tab": page}, served.start)
            text, saved_as = write(session, served.open(session))
        except FittingRoomError as error:
            return PlainTextResponse(str(error), 404)
        headers = {"Content-Disposition": f'attachment; filename="{saved_as}"',
                   "Cache-Control": "no-store"}
        return Response(text, media_type=KINDS[name.rpartition(".")[2]], headers=headers)

    return router
