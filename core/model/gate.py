"""An exported file is kept only when it answers as the Keras model does."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

AGREEMENT = 0.995
DIFFERENCE = 0.01
COMPARED = ("category", "tags", "out_of_catalog")

Answers = Mapping[str, np.ndarray]


def compare(reference: Answers, variant: Answers) -> dict[str, Any]:
    """Compare two engines' scores of the same photos.

    Returns:
        ``photos``; ``agreement``: share of photos with the same first class;
        ``difference``: largest difference of any score (NaN counts as 1); ``passed``:
        agreement of at least AGREEMENT and difference of at most DIFFERENCE.
    """
    names = [name for name in COMPARED if name in reference]
    n = len(reference["category"])
    same = reference["category"].argmax(axis=1) == variant["category"].argmax(axis=1)
    differences = [np.abs(reference[name] - variant[name]).reshape(-1) for name in names]
    largest = float(np.nan_to_num(np.concatenate(differences).max(initial=0), nan=1.0))
    agreement = float(same.mean()) if n else 1.0
    return {
        "photos": n,
        "agreement": round(agreement, 4),
        "difference": largest,
        "passed": bool(agreement >= AGREEMENT and largest <= DIFFERENCE),
    }


def compare_engines(
    reference: Callable[[np.ndarray], Answers],
    variant: Callable[[np.ndarray], Answers],
    pixels: np.ndarray,
) -> dict[str, Any]:
    """``compare`` over photos uint8 (N, H, W, 3), a few at a time."""
    if not len(pixels):
        return {"photos": 0, "agreement": 1.0, "difference": 0.0, "passed": True}
    parts = [pixels[at : at + 32] for at in range(0, len(pixels), 32)]
    answers = [[engine(part) for part in parts] for engine in (reference, variant)]
    joined = [
        {name: np.concatenate([one[name] for one in each]) for name in COMPARED if name in each[0]}
        for each in answers
    ]
    return compare(*joined)
