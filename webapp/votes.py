"""Votes over HTTP: a file in, with its progress; votes, consensus and every table out."""

import asyncio
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pandas as pd
import pyarrow as pa
from fastapi import APIRouter, Body, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response

from core.annotations.answer import CATEGORY
from core.annotations.exporting import label_studio_tasks
from core.annotations.ground_truth_lines import ground_truth_lines
from core.annotations.votes_export import consensus_table, votes_in_force
from core.annotations.weighing import to_review
from core.errors import AnnotationError, FittingRoomError
from webapp.actions import agreement, votes, weighing
from webapp.actions.jobs import Job, Jobs
from webapp.actions.logs import log_of
from webapp.actions.opened import Opened
from webapp.actions.person import who
from webapp.actions.predict import photo_name
from webapp.actions.served import Served
from webapp.actions.uploads import as_csv, as_parquet
from webapp.render.agreement_tables import table_rows
from webapp.session import Session, read_link

NO_STORE = {"Cache-Control": "no-store"}
SECONDS_TO_SEND = 300
KEPT = 16
"""Imports whose outcome is remembered."""

KINDS: dict[str, tuple[Callable[[pa.Table], bytes], str]] = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "parquet": (as_parquet, "application/vnd.apache.parquet"),
}


class Votes:
    """The routes; see ``votes_router``."""

    def __init__(self, served: Served):
        self._served = served
        self._jobs = Jobs()
        self._imports: OrderedDict[str, tuple[Job, votes.Taken, str]] = OrderedDict()
        self._receiving = asyncio.Semaphore(2)
        self._lock = threading.Lock()

    async def take(self, request: Request) -> Response:
        """``POST /agreement/import?workspace=``: the body is the file, X-File-Name its name.

        Returns:
            The ``id`` to follow it by, or ``refused``, a sentence.
        """
        name = photo_name(unquote(request.headers.get("x-file-name", "")))
        try:
            if "x-file-name" not in request.headers:
                raise AnnotationError("say the file's name in X-File-Name")
            opened = await run_in_threadpool(self._open, request)
            votes.require_kind(name)
            votes.require_size(_length(request), name)
            async with self._receiving:
                body = await asyncio.wait_for(_read(request, name), SECONDS_TO_SEND)
            found = {"id": self._start(opened, body, name)}
        except TimeoutError:
            found = {"refused": f"{name} did not arrive in time; bring it again"}
        except FittingRoomError as error:
            found = {"refused": str(error)}
        return JSONResponse(found, headers=NO_STORE)

    def _start(self, opened: Opened, body: bytes, name: str) -> str:
        key, taken = uuid.uuid4().hex, votes.Taken()

        def work(job: Job) -> None:
            taken.__dict__.update(vars(votes.take_in(opened, body, name, job)))

        with self._lock:
            job = self._jobs.run(("import", key), work)
            self._imports[key] = job, taken, opened.key
            while len(self._imports) > KEPT:
                self._imports.popitem(last=False)
        return key

    def follow(self, data: dict[str, Any] = Body()) -> Response:
        """``POST /agreement/import/follow`` with ``id`` and ``do``: ``stop``, ``back`` or none."""
        found = self._imports.get(str(data.get("id")))
        if found is None:
            return PlainTextResponse("this import is not remembered any more", 404)
        job, taken, key = found
        said = None
        try:
            if data.get("do") == "stop":
                job.stop.set()
            elif data.get("do") == "back" and taken.saves:
                opened = self._served.open(Session(key))
                saves, taken.saves = taken.saves, []
                number = votes.take_back(opened, saves, who(data.get("by")))
                said = f"The import is taken back, {number} people’s votes."
        except FittingRoomError as error:
            return PlainTextResponse(str(error), 400)
        error = job.error or ("Stopped; nothing was added." if job.stop.is_set() else "")
        return JSONResponse({
            "running": job.running, "what": job.what, "done": job.done, "total": job.total,
            "error": "" if job.running or taken.lines else error, "lines": taken.lines,
            "left_out": taken.left_out, "can_undo": bool(taken.saves), "said": said,
        }, headers=NO_STORE)

    def table(self, request: Request, name: str) -> Response:
        """``GET /agreement/table/NAME.csv`` with the words of a link to the page."""
        def make(opened: Opened) -> pd.DataFrame:
            session = read_link({**request.query_params, "tab": agreement.PAGE}, self._served.start)
            task = agreement.require_task(opened, request.query_params.get("task", CATEGORY))
            found, figures = weighing.weighed_now(opened)
            reviewed = to_review(found, opened.records, opened.workspace.tasks)
            try:
                return table_rows(opened, name, task, figures, reviewed.to_dict("records"), session)
            except KeyError:
                raise AnnotationError(f"there is no table {name!r} on this page") from None

        return self._file(request, f"{name}.csv", make)

    def download(self, request: Request, name: str) -> Response:
        """``GET /agreement/votes.csv``, ``.parquet``, ``.json`` (Label Studio) or
        ``.manifest`` (Ground Truth); ``consensus`` as the first two."""
        def cast(opened: Opened) -> pd.DataFrame:
            return votes_in_force(log_of(opened.workspace), opened.records,
                                  opened.workspace.tasks)

        def consensus(opened: Opened) -> pd.DataFrame:
            found, _ = weighing.weighed_now(opened)
            return consensus_table(found, opened.records, opened.workspace.tasks)

        stem, _, kind = name.partition(".")
        if name == "votes.json":
            return self._label_studio(request)
        if name == "votes.manifest":
            return self._manifest(request)
        makers = {"votes": cast, "consensus": consensus}
        if stem not in makers or kind not in KINDS:
            return PlainTextResponse("there are votes and consensus, as csv and parquet", 404)
        return self._file(request, name, makers[stem])

    def _label_studio(self, request: Request) -> Response:
        try:
            opened = self._open(request)
            tasks = label_studio_tasks(opened.catalog, log_of(opened.workspace))
        except FittingRoomError as error:
            return PlainTextResponse(str(error), 404)
        return JSONResponse(tasks, headers={**NO_STORE, **_attached("votes.json")})

    def _manifest(self, request: Request) -> Response:
        try:
            opened = self._open(request)
            lines = list(ground_truth_lines(opened.catalog, log_of(opened.workspace)))
        except FittingRoomError as error:
            return PlainTextResponse(str(error), 404)
        return Response("".join(f"{line}\n" for line in lines), media_type="application/jsonl",
                        headers={**NO_STORE, **_attached("votes.manifest")})

    def _file(
        self, request: Request, name: str, make: Callable[[Opened], pd.DataFrame]
    ) -> Response:
        write, media_type = KINDS[name.rpartition(".")[2]]
        try:
            frame = make(self._open(request))
        except FittingRoomError as error:
            return PlainTextResponse(str(error), 404)
        data = write(pa.Table.from_pandas(frame, preserve_index=False))
        return Response(data, media_type=media_type, headers={**NO_STORE, **_attached(name)})

    def _open(self, request: Request) -> Opened:
        words = request.query_params
        return self._served.open(Session(words.get("workspace", ""), words.get("model", "")))


def votes_router(served: Served) -> APIRouter:
    """The routes of ``Votes``."""
    router = APIRouter(prefix="/agreement", include_in_schema=False)
    routes = Votes(served)
    router.add_api_route("/import", routes.take, methods=["POST"])
    router.add_api_route("/import/follow", routes.follow, methods=["POST"])
    router.add_api_route("/table/{name}.csv", routes.table)
    router.add_api_route("/{name}", routes.download)
    return router


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _length(request: Request) -> int:
    told = request.headers.get("content-length", "")
    return int(told) if told.isdecimal() else 0


async def _read(request: Request, name: str) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        votes.require_size(len(body), name)
    return bytes(body)
