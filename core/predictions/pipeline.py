"""Photos to scores in parallel: decoding threads feed predicting threads.

Both release Python's lock while they work, so two cores are busy; every queue between
them is bounded, so memory does not grow with the number of photos.
"""

import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from core.catalog.images import photo_for_model
from core.errors import PhotoError
from core.predictions.predictor import Predictor

WAITING_PER_WORKER = 8
"""Batches that may wait in front of each predicting thread: 150 KB a photo of 224 x 224."""

_LOOK_UP = 0.1
"""Seconds after which a thread that waits looks whether it is to stop."""


class Job(NamedTuple):
    """One photo to be answered; ``photo`` is None for an item without one."""

    item_id: str
    photo: Path | None


class Answer(NamedTuple):
    """What became of the job with number ``place``: scores, or the reason why there are none.

    ``scores`` maps the predictor's outputs to one row each: float32 (K,), (T,), (D,).
    """

    place: int
    scores: dict[str, np.ndarray] | None
    reason: str = ""


class _Stopped(Exception):
    """The consumer went away."""


def answer(
    jobs: Iterable[tuple[int, Job]],
    predictors: Sequence[Predictor],
    *,
    batch: int = 1,
    decoders: int | None = None,
) -> Iterator[Answer]:
    """Answer photos as they get ready, nearly in their order.

    Args:
        jobs: numbered; taken only as fast as they are answered.
        predictors: one for each predicting thread.
        batch: photos given to a predictor at once.
        decoders: threads that read photos; None for two, or one per predictor if more.

    Yields:
        One Answer for each job. Closing the generator stops all threads.

    Raises:
        Exception: whatever a predictor raised, in the caller's thread.
    """
    line = _Line(jobs, predictors, batch, decoders or max(2, len(predictors)))
    try:
        yield from line.answers()
    finally:
        line.stop()


class _Line:
    """The threads of one run and the queues between them."""

    def __init__(self, jobs: Iterable, predictors: Sequence[Predictor], batch: int, decoders: int):
        self._jobs, self._next_job = iter(jobs), threading.Lock()
        self._image_size = tuple(predictors[0].image_size)
        self._batch = batch
        room = WAITING_PER_WORKER * batch * len(predictors)
        self._decoded: queue.Queue = queue.Queue(room)
        self._answered: queue.Queue = queue.Queue(room)
        self._stop = threading.Event()
        self._running = {self._decode: decoders, self._predict: len(predictors)}
        self._ending = threading.Lock()
        self._threads = [
            threading.Thread(target=self._guarded, args=(work, *given), daemon=True, name=name)
            for name, work, given in (
                *(("decode", self._decode, ()) for _ in range(decoders)),
                *(("predict", self._predict, (predictor,)) for predictor in predictors),
            )
        ]

    def answers(self) -> Iterator[Answer]:
        for thread in self._threads:
            thread.start()
        while (answered := self._get(self._answered)) is not None:
            if isinstance(answered, BaseException):
                raise answered
            yield answered

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _guarded(self, work, *given: Any) -> None:
        try:
            work(*given)
            self._finish(work)
        except _Stopped:
            pass
        except BaseException as error:  # handed to the consumer, who raises it
            self._hand_over(error)

    def _finish(self, work) -> None:
        """The last thread of its kind tells the next ones that nothing more comes."""
        with self._ending:
            self._running[work] -= 1
            last = self._running[work] == 0
        if last and work == self._decode:
            for _ in range(self._running[self._predict]):
                self._put(self._decoded, None)
        elif last:
            self._put(self._answered, None)

    def _hand_over(self, error: BaseException) -> None:
        try:
            self._put(self._answered, error)
        except _Stopped:
            pass

    def _decode(self) -> None:
        while True:
            with self._next_job:
                place, job = next(self._jobs, (None, None))
            if job is None:
                return
            try:
                self._put(self._decoded, (place, _pixels(job, self._image_size)))
            except PhotoError as error:
                self._put(self._answered, Answer(place, None, str(error)))

    def _predict(self, predictor: Predictor) -> None:
        more = True
        while more:
            ready = []
            while len(ready) < self._batch and more:
                one = self._get(self._decoded)
                more = one is not None
                ready += [one] if more else []
            if ready:
                scores = predictor.predict(np.stack([pixels for _, pixels in ready]))
                for row, (place, _) in enumerate(ready):
                    own = {name: values[row] for name, values in scores.items()}
                    self._put(self._answered, Answer(place, own))

    def _put(self, where: queue.Queue, what: Any) -> None:
        while not self._stop.is_set():
            try:
                return where.put(what, timeout=_LOOK_UP)
            except queue.Full:
                pass
        raise _Stopped

    def _get(self, where: queue.Queue) -> Any:
        while not self._stop.is_set():
            try:
                return where.get(timeout=_LOOK_UP)
            except queue.Empty:
                pass
        raise _Stopped


def _pixels(job: Job, image_size: tuple[int, int]) -> np.ndarray:
    if job.photo is None:
        raise PhotoError(f"item {job.item_id!r} has no photo in the catalog", "missing")
    return photo_for_model(job.photo, image_size)
