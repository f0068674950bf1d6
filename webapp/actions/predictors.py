"""Predictors in use: a few of each model, lent to one photo at a time."""

import os
import statistics
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import LifoQueue

from core.model.opening import open_predictor
from core.predictions.predictor import Predictor

MODELS_IN_USE = 4
"""Models kept open; the one longest unused goes first."""


class PredictorPool:
    """At most ``size`` predictors, opened when first needed; each has one borrower at a time."""

    def __init__(self, open_one: Callable[[], Predictor], size: int):
        self._open_one = open_one
        self._times: deque[float] = deque(maxlen=50)
        self._free: LifoQueue[Predictor | None] = LifoQueue()
        for _ in range(size):
            self._free.put(None)

    @contextmanager
    def borrow(self) -> Iterator[Predictor]:
        """Wait for a free predictor; it is given back when the block ends.

        Raises:
            ModelError: the model cannot be opened.
        """
        predictor = self._free.get()
        try:
            if predictor is None:
                predictor = self._open_one()
            yield predictor
        finally:
            self._free.put(predictor)


    def took(self, milliseconds: float) -> None:
        """Remember how long an answer took."""
        self._times.append(milliseconds)

    @property
    def usual_milliseconds(self) -> float | None:
        """Median of the last answers; None before the third, as the first one is slow."""
        return statistics.median(self._times) if len(self._times) > 2 else None


_pools: OrderedDict[tuple[Path, str], PredictorPool] = OrderedDict()
_lock = threading.Lock()


def pool_of(model_dir: Path, model_id: str) -> PredictorPool:
    """The pool of a model; another one as soon as the weights are others.

    Each predictor uses two threads, so there is one for every two cores.
    """
    key = (model_dir, model_id)
    with _lock:
        if key not in _pools:
            size = max(1, (os.cpu_count() or 1) // 2)
            _pools[key] = PredictorPool(lambda: open_predictor(model_dir, threads=2), size)
        _pools.move_to_end(key)
        while len(_pools) > MODELS_IN_USE:
            _pools.popitem(last=False)
        return _pools[key]
