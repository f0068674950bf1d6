"""Time and memory, and how a benchmark prints them."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def seconds(call: Callable[[], Any]) -> float:
    """Wall time of one call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def in_turn(first: Callable[[], Any], second: Callable[[], Any], times: int) -> tuple[float, float]:
    """Median seconds of two calls that take turns, so that other load strikes both alike."""
    pairs = [(seconds(first), seconds(second)) for _ in range(times)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def peak_megabytes(process: int | str = "self") -> float:
    """Most memory that a process has held in RAM so far (Linux)."""
    return _status(process, "VmHWM")


def megabytes(process: int | str = "self") -> float:
    """Memory that a process holds in RAM now (Linux)."""
    return _status(process, "VmRSS")


def maps(process: int | str, word: str) -> bool:
    """Whether a process has loaded a library with ``word`` in its path (Linux)."""
    return word in Path(f"/proc/{process}/maps").read_text()


def verdict(
    what: str, value: float, wanted: float, *, at_least: bool = True, unit: str = ""
) -> bool:
    """Print a figure beside what it should be; return whether it is."""
    good = value >= wanted if at_least else value <= wanted
    word = "at least" if at_least else "at most"
    print(f"{what}: {value:,.1f}{unit} ({word} {wanted:g}{unit}: {'yes' if good else 'NO'})")
    return good


def _status(process: int | str, name: str) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise KeyError(name)
