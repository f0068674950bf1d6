"""Whether a score of 0.8 is right eight times of ten."""

from typing import NamedTuple

import numpy as np

BINS = 15
"""Equal-width bins, as in the paper cited below."""


class Reliability(NamedTuple):
    """Items by how sure the model was, in equal-width bins from 0 to 1.

    Attributes:
        counts: int64 (B,): items in the bin (lower edge excluded, upper included; 0 in the first).
        confidence: float64 (B,): their mean score; NaN in an empty bin.
        accuracy: float64 (B,): how many of them are right; NaN in an empty bin.
    """

    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray

    def to_json(self) -> dict[str, list]:
        """The filled bins: ``bin`` (0 to BINS - 1), ``items``, ``score`` and ``right``."""
        filled = np.flatnonzero(self.counts)
        return {
            "bin": filled.tolist(),
            "items": self.counts[filled].tolist(),
            "score": np.round(self.confidence[filled], 4).tolist(),
            "right": np.round(self.accuracy[filled], 4).tolist(),
        }


def reliability(confidence: np.ndarray, right: np.ndarray, bins: int = BINS) -> Reliability:
    """Bin items by confidence.

    Args:
        confidence: float (N,) in [0, 1].
        right: bool (N,).
    """
    confidence = np.asarray(confidence, np.float64)
    place = np.clip(np.ceil(confidence * bins).astype(np.int64) - 1, 0, bins - 1)
    counts = np.bincount(place, minlength=bins)
    sums = (np.bincount(place, weights, bins) for weights in (confidence, right))
    empty = np.full(bins, np.nan)
    means = [np.divide(total, counts, out=empty.copy(), where=counts > 0) for total in sums]
    return Reliability(counts, *means)


def expected_calibration_error(
    confidence: np.ndarray, right: np.ndarray, bins: int = BINS
) -> float | None:
    """Top-label expected calibration error: sum over bins of n_b / N |accuracy_b - confidence_b|.

    C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On calibration of modern neural
    networks", ICML 2017, equation 3, with its 15 bins.

    Args:
        confidence: float (N,) in [0, 1]: the score of the class that was answered.
        right: bool (N,): whether that class is the label.

    Returns:
        In [0, 1]; None without items.
    """
    return calibration_error(reliability(confidence, right, bins))


def calibration_error(found: Reliability) -> float | None:
    """Expected calibration error of items in bins; None without items."""
    counts, mean, accuracy = found
    if not counts.any():
        return None
    gaps = np.abs(accuracy - mean)[counts > 0]
    return float((counts[counts > 0] * gaps).sum() / counts.sum())
