"""Curves and bars as points of an SVG drawing; the report needs no script to show them."""

from collections.abc import Sequence

import numpy as np

from core.metrics.calibration import Reliability

WIDTH, HEIGHT = 240, 160
"""Of a drawing, in its own units."""


def polyline(x: np.ndarray, y: np.ndarray) -> str:
    """Points of a line through shares in [0, 1], the origin at the lower left.

    Points where either is NaN are left out, and of equal neighbours all but one.

    Args:
        x, y: float (P,).
    """
    known = ~(np.isnan(x) | np.isnan(y))
    points = [f"{WIDTH * a:.1f},{HEIGHT * (1 - b):.1f}" for a, b in zip(x[known], y[known])]
    return " ".join(p for p, before in zip(points, [None, *points]) if p != before)


def place(x: float | None, y: float | None) -> tuple[float, float] | None:
    """One point; None where it is undefined."""
    if x is None or y is None:
        return None
    return round(WIDTH * x, 1), round(HEIGHT * (1 - y), 1)


def reliability_bars(found: Reliability) -> list[dict[str, float]]:
    """The bins that hold items, as bars: ``x``, ``y``, ``width``, ``height``, and what they
    say: ``items``, ``confidence``, ``accuracy``."""
    width = WIDTH / len(found.counts)
    return [
        {
            "x": round(at * width + 1, 1), "width": round(width - 2, 1),
            "y": round(HEIGHT * (1 - found.accuracy[at]), 1),
            "height": round(HEIGHT * found.accuracy[at], 1),
            "items": int(found.counts[at]), "confidence": float(found.confidence[at]),
            "accuracy": float(found.accuracy[at]),
        }
        for at in np.flatnonzero(found.counts)
    ]


def shade(share: float | None) -> int:
    """Step of the matrix's colours: 0 for an empty cell, else 1 to 5, cut at 10, 25, 50, 75 %."""
    if not share:
        return 0
    return 1 + sum(share >= cut for cut in (0.10, 0.25, 0.50, 0.75))


def matrix_cells(matrix: Sequence[Sequence[int]]) -> list[list[dict[str, int]]]:
    """Counts with their shades by the share of the row."""
    return [
        [{"count": count, "shade": shade(count / sum(row) if sum(row) else None)} for count in row]
        for row in matrix
    ]
