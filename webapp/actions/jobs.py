"""Long work in the background: one prediction run for each workspace and model."""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from core.errors import FittingRoomError
from core.predictions.run import predict_workspace
from core.progress import Cancelled
from core.workspace import Workspace


class Asked(Protocol):
    """Which run is meant; an Opened says so, and so does a Model."""

    @property
    def workspace(self) -> Workspace: ...

    @property
    def model(self) -> str: ...


@dataclass
class Job:
    """How far one run is. Written by its thread, read by pages."""

    done: int = 0
    total: int = 0
    running: bool = True
    error: str = ""
    stop: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int, total: int) -> None:
        """Keep the count; end the work when somebody asked for it."""
        self.done, self.total = done, total
        if self.stop.is_set():
            raise Cancelled("stopped; what was answered is kept")


class Jobs:
    """Starts, watches and stops runs; a second start of the same run joins the first."""

    def __init__(self):
        self._jobs: dict[tuple[Path, str], Job] = {}
        self._lock = threading.Lock()

    def start(self, opened: Asked) -> Job:
        """Predict every photo of the workspace that has no answer yet."""
        key = (opened.workspace.root, opened.model)
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and job.running:
                return job
            job = self._jobs[key] = Job()
        threading.Thread(
            target=_run, args=(job, opened), name="predicting", daemon=True
        ).start()
        return job

    def state(self, opened: Asked) -> Job | None:
        """The last run for this workspace and model."""
        return self._jobs.get((opened.workspace.root, opened.model))

    def cancel(self, opened: Asked) -> None:
        """Ask the run to stop; it does so at its next count."""
        job = self.state(opened)
        if job is not None:
            job.stop.set()


def _run(job: Job, opened: Asked) -> None:
    try:
        predict_workspace(opened.workspace, opened.model, job.progress)
    except Cancelled:
        pass
    except FittingRoomError as error:
        job.error = f"{str(error)[:1].upper()}{str(error)[1:]}."
    except Exception as error:  # the thread must not end silently: the page waits for it
        job.error = f"The run stopped unexpectedly ({type(error).__name__}: {error})."
        raise
    finally:
        job.running = False
