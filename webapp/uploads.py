"""Photos in over HTTP: one a request, kept in memory only, answered and forgotten."""

import asyncio
from typing import Any
from urllib.parse import unquote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core.catalog.images import MAX_BYTES
from core.errors import FittingRoomError, PhotoError, PredictionsError
from webapp.actions import uploads
from webapp.actions.predict import photo_name, require_size
from webapp.actions.served import Served
from webapp.session import Session

RECEIVING = 8
"""Photos in memory at a time; further requests wait."""

SECONDS_TO_SEND = 120
JSON_BYTES = 16 * 1024 * 1024

NO_STORE = {"Cache-Control": "no-store"}
FILES = {
    "csv": (uploads.as_csv, "text/csv; charset=utf-8"),
    "parquet": (uploads.as_parquet, "application/vnd.apache.parquet"),
}


class Uploads:
    """Answers the page Predict: see ``assets/js/predict.js``."""

    def __init__(self, served: Served):
        self._served = served
        self._receiving = asyncio.Semaphore(RECEIVING)

    async def photo(self, request: Request) -> Response:
        """``POST /predict/photo?workspace=&model=``; the body is the file.

        The header ``X-Photo-Name`` holds its name, percent-encoded. A browser sends another
        site's page no such header without asking first, and it is never allowed to.
        ``X-Photo-Bytes``: size of a file that is too large to be worth sending. ``X-Item``
        instead of both: the photo of that item of the workspace.

        Returns:
            200 with the answer, or with ``refused`` (the sentence) and ``reason``.
        """
        name = photo_name(unquote(request.headers.get("x-photo-name", "")))
        item = request.headers.get("x-item")
        if item is None and "x-photo-name" not in request.headers:
            return PlainTextResponse("say the photo's name in X-Photo-Name", 400)
        try:
            async with self._receiving:
                photo = None if item is not None else await _receive(request, name)
                found = await run_in_threadpool(self._answer, request, item, photo, name)
        except FittingRoomError as error:
            reason = error.reason if isinstance(error, PhotoError) else "cannot answer"
            found = {"refused": str(error), "reason": reason, "photo": name}
        return JSONResponse(found, headers=NO_STORE)

    async def results(self, request: Request, kind: str) -> Response:
        """``POST /predict/results.csv`` and ``.parquet``: the answers again, as a file."""
        if kind not in FILES:
            return PlainTextResponse("there are results.csv and results.parquet", 404)
        write, media_type = FILES[kind]
        try:
            body = await _read(request, JSON_BYTES)
            if body is None:
                raise PredictionsError("these are too many answers for one file")
            data = await run_in_threadpool(self._results, request, body, write)
        except FittingRoomError as error:
            return PlainTextResponse(str(error), 422)
        headers = {**NO_STORE, "Content-Disposition": f'attachment; filename="answers.{kind}"'}
        return Response(data, media_type=media_type, headers=headers)

    def _open(self, request: Request):
        words = request.query_params
        return self._served.open(Session(words.get("workspace", ""), words.get("model", "")))

    def _answer(
        self, request: Request, item: str | None, photo: bytes | None, name: str
    ) -> dict[str, Any]:
        opened = self._open(request)
        if item is None:
            return uploads.answer(opened, photo, name).for_page()
        path = uploads.item_photo(opened, unquote(item))
        return uploads.answer(opened, path, path.name).for_page()

    def _results(self, request: Request, body: bytes, write) -> bytes:
        tasks = self._open(request).workspace.tasks
        return write(uploads.results_table(uploads.read_answers(body), tasks))


def uploads_router(served: Served) -> APIRouter:
    """The routes of ``Uploads``."""
    router = APIRouter(prefix="/predict", include_in_schema=False)
    routes = Uploads(served)
    router.add_api_route("/photo", routes.photo, methods=["POST"])
    router.add_api_route("/results.{kind}", routes.results, methods=["POST"])
    return router


async def _receive(request: Request, name: str) -> bytes:
    """The body, in memory, never more than MAX_BYTES of it.

    Raises:
        PhotoError: too large, or it did not arrive in time.
    """
    told = [request.headers.get(header, "") for header in ("x-photo-bytes", "content-length")]
    require_size(max((int(n) for n in told if n.isdecimal()), default=0), name)
    try:
        body = await asyncio.wait_for(_read(request, MAX_BYTES), SECONDS_TO_SEND)
    except TimeoutError as error:
        raise PhotoError(
            f"{name} did not arrive within {SECONDS_TO_SEND} seconds; check the connection and"
            " drop it again", "too slow",
        ) from error
    if body is None:
        require_size(MAX_BYTES + 1, name)
    return body


async def _read(request: Request, most: int) -> bytes | None:
    """The body; None when there is more than ``most`` bytes of it."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            return None
    return bytes(body)
