"""Twins: several callers who send the very same photo at one time."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any


class Twins:
    """Answers of the last seconds, for callers who send the very same photo at one time.

    Gradio keeps equal uploads as one file, which the first of them to be answered removes.
    """

    def __init__(self, seconds: float = 60):
        self._seconds = seconds
        self._answers: dict[Hashable, tuple[float, dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def answer(self, key: Hashable, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Ask; when the file is gone meanwhile, the answer that its twin got."""
        try:
            found = ask()
        except FileNotFoundError:
            with self._lock:
                if key in self._answers:
                    return self._answers[key][1]
            raise
        now = time.monotonic()
        with self._lock:
            self._answers[key] = (now, found)
            old = [k for k, (when, _) in self._answers.items() if now - when > self._seconds]
            for other in old:
                del self._answers[other]
        return found
