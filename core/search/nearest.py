"""Exact nearest neighbours by cosine, over vectors that need not fit into memory."""

from dataclasses import dataclass

import numkong
import numpy as np


@dataclass(frozen=True)
class Nearest:
    """The vectors most like one, the likest first; of equals the one with the lower row.

    Attributes:
        rows: int64 (k,).
        cosine: float64 (k,), in [-1, 1].
    """

    rows: np.ndarray
    cosine: np.ndarray


def nearest(
    vectors: np.ndarray, row: int, k: int, among: np.ndarray | None = None
) -> Nearest:
    """The k vectors with the largest cosine to that of ``row``, which is none of them.

    Every vector is compared; the result is exact but for the rounding of 32-bit sums. Equal
    vectors get equal cosines, so that the order never depends on chance.

    Args:
        vectors: float16 (N, D), C-contiguous; may be memory-mapped: it is read once, in order.
        k: how many; fewer are found where there are fewer.
        among: bool (N,): which rows may be found; None for all.

    Returns:
        Rows with a cosine; a vector of zeros has one of 0 with all others.
    """
    if not 0 <= row < len(vectors):
        raise IndexError(f"row {row} of {len(vectors)} vectors")
    query = np.array(vectors[row : row + 1])
    angular = np.asarray(numkong.cdist(query, vectors, metric="angular"), np.float64)
    cosine = np.clip(1 - angular.reshape(-1), -1, 1)
    allowed = np.isfinite(cosine) if among is None else among & np.isfinite(cosine)
    allowed[row] = False
    rows = np.flatnonzero(allowed)
    if 0 < k < len(rows):  # all that are as near as the k-th, so that ties are cut in order
        least = np.partition(cosine[rows], len(rows) - k)[len(rows) - k]
        rows = rows[cosine[rows] >= least]
    order = np.lexsort((rows, -cosine[rows]))[:k]
    return Nearest(rows[order], cosine[rows[order]])
