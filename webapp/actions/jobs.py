"""Long work in the background: prediction runs, audits, training."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Protocol

from core.errors import FittingRoomError
from core.predictions.run import predict_workspace
from core.progress import Cancelled
from core.workspace import Workspace


class Asked(Protocol):
    """Which prediction run is meant; an Opened says so, and so does a Model."""

    @property
    def workspace(self) -> Workspace: ...

    @property
    def model(self) -> str: ...


@dataclass
class Job:
    """How far one run is. Written by its thread, read by pages.

    Attributes:
        what: what it is doing now, for work of several steps.
        error: a sentence, when it failed.
    """

    what: str = ""
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

    def step(self, what: str) -> Callable[[int, int], None]:
        """A progress that also says what is being done."""
        def progress(done: int, total: int) -> None:
            self.what = what
            self.progress(done, total)

        return progress


class Jobs:
    """Starts, watches and stops runs; a second start of the same run joins the first."""

    def __init__(self):
        self._jobs: dict[Hashable, Job] = {}
        self._lock = threading.Lock()

    def run(self, key: Hashable, work: Callable[[Job], None]) -> Job:
        """Do ``work`` in the background, once at a time for each key."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and job.running:
                return job
            job = self._jobs[key] = Job()
        threading.Thread(target=_run, args=(job, work), name=str(key), daemon=True).start()
        return job

    def known(self, key: Hashable) -> Job | None:
        """The last run under this key."""
        return self._jobs.get(key)

    def stop(self, key: Hashable) -> None:
        """Ask the run to end; it does so at its next count."""
        job = self.known(key)
        if job is not None:
            job.stop.set()

    def start(self, opened: Asked) -> Job:
        """Predict every photo of the workspace that has no answer yet."""
        return self.run(
            _predicting(opened),
            lambda job: predict_workspace(opened.workspace, opened.model, job.progress),
        )

    def state(self, opened: Asked) -> Job | None:
        """The last prediction run for this workspace and model."""
        return self.known(_predicting(opened))

    def cancel(self, opened: Asked) -> None:
        """Ask the prediction run to stop."""
        self.stop(_predicting(opened))


def _predicting(opened: Asked) -> Hashable:
    return "predict", opened.workspace.root, opened.model


def _run(job: Job, work: Callable[[Job], None]) -> None:
    try:
        work(job)
    except Cancelled:
        pass
    except FittingRoomError as error:
        job.error = f"{str(error)[:1].upper()}{str(error)[1:]}."
    except Exception as error:  # the thread must not end silently: the page waits for it
        job.error = f"The run stopped unexpectedly ({type(error).__name__}: {error})."
        raise
    finally:
        job.running = False
