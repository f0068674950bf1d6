"""How far a training is, in a file that others read: written by the run, shown by the app.

::

    W/training/
      NAME.json   what the run tells of itself (Status)
      NAME.log    its output
      NAME.stop   there when somebody asked it to stop
      lock        held by the one run that goes on
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import FittingRoomError, ModelError, StorageError
from core.files import write_json
from core.model.report import Report
from core.progress import Cancelled, Progress

EVERY = 0.4
"""Seconds between two writings."""

NICENESS = 5
"""A run in the background leaves the processor to those who look at photos."""

STOPPED = "stopped"


@dataclass(frozen=True)
class Status:
    """What a run tells of itself.

    Attributes:
        name: of the model.
        recipe: name of a shipped recipe, or a file.
        started, ended: UTC, ISO 8601; ``ended`` None while it goes on, or when it was killed.
        photos: how many the workspace has.
        stage: what it does now, with ``done`` of ``total`` (0 before the first count).
        epochs: records of the history so far.
        notes: sentences that the user should read.
        error: why it ended without a model; STOPPED when somebody stopped it; "" otherwise.
    """

    name: str
    recipe: str
    started: str
    photos: int = 0
    stage: str = ""
    done: int = 0
    total: int = 0
    epochs: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ended: str | None = None
    error: str = ""

    @property
    def seconds(self) -> float | None:
        """From start to end; None while there is no end."""
        if self.ended is None:
            return None
        begun, ended = map(datetime.fromisoformat, (self.started, self.ended))
        return (ended - begun).total_seconds()


def status_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


def stop_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.stop"


def now() -> str:
    """UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_status(folder: Path, status: Status) -> None:
    """Atomically; raises StorageError."""
    write_json(status_path(folder, status.name), asdict(status))


def read_status(path: Path) -> Status | None:
    """What a run told last; None where there is no such file, or it is damaged."""
    try:
        return Status(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


@contextmanager
def told(folder: Path | None, name: str, report: Report) -> Iterator[Report]:
    """A report that also tells ``folder`` how far the run is and how it ends.

    Without a folder, the report as it is. A full disk stops the telling, not the run.

    Raises:
        ModelError: a folder, but no name.
        Cancelled: from a progress, when somebody asked the run to stop.
    """
    if folder is None:
        yield report
        return
    if not name:
        raise ModelError("--tell needs the --name of the model")
    os.nice(NICENESS)
    teller = _Teller(folder, name)
    try:
        yield teller.watching(report)
    except (KeyboardInterrupt, Cancelled):
        teller.end(STOPPED)
        raise
    except FittingRoomError as error:
        teller.end(str(error))
        raise
    except BaseException as error:
        teller.end(f"it stopped unexpectedly ({type(error).__name__}: {error})")
        raise
    teller.end("")


class _Teller:
    """Keeps the status and writes it now and then."""

    def __init__(self, folder: Path, name: str):
        self._folder = folder
        found = read_status(status_path(folder, name))
        self._status = found or Status(name, "", now())
        self._written = 0.0

    def watching(self, report: Report) -> Report:
        def stage(named: str) -> Progress:
            self._tell(stage=named, done=0, total=0)
            return self._progress(report.stage(named))

        def epoch(record: dict[str, Any]) -> None:
            self._tell(epochs=[*self._status.epochs, record])
            report.epoch(record)

        def note(sentence: str) -> None:
            self._tell(notes=[*self._status.notes, sentence])
            report.note(sentence)

        return Report(stage, epoch, note)

    def end(self, error: str) -> None:
        self._tell(ended=now(), error=error)

    def _progress(self, shown: Progress) -> Callable[[int, int], None]:
        def progress(done: int, total: int) -> None:
            shown(done, total)
            self._status = replace(self._status, done=done, total=total)
            if time.monotonic() - self._written < EVERY and done < total:
                return
            self._tell()
            if stop_path(self._folder, self._status.name).exists():
                raise Cancelled("stopped; go on with --resume")

        return progress

    def _tell(self, **changes: Any) -> None:
        self._status = replace(self._status, **changes)
        self._written = time.monotonic()
        try:
            write_status(self._folder, self._status)
        except (StorageError, ValueError):  # ValueError: a loss that is no number
            pass
