"""One tag's scores in order: exact counts at every cut, average precision and ROC area.

scikit-learn sorts scores with an index and weighs every item; sorting one 32-bit number for
each item, which holds the score and the label, is some thirty times faster and gives the same
figures (tests hold it to that).
"""

from typing import NamedTuple

import numpy as np

from core.decisions.thresholds import GRID, require_answers

_LEAST = GRID.astype(np.float32)
_LEAST = np.where(_LEAST < GRID, np.nextafter(_LEAST, np.float32(2)), _LEAST)
_CUT_KEYS = _LEAST.view(np.uint32) << 1
"""The least key that each cut accepts."""


class Ranked(NamedTuple):
    """What the order of one tag's scores tells; unlabelled items are counted nowhere.

    Attributes:
        positives_at_or_above, negatives_at_or_above: int64 (1001,), as in ``CutCounts``.
        positives, negatives: all tagged, all untagged items.
        ap: average precision; None without positives.
        auc: area under the ROC curve, ties count half; None without positives or negatives.
    """

    positives_at_or_above: np.ndarray
    negatives_at_or_above: np.ndarray
    positives: int
    negatives: int
    ap: float | None
    auc: float | None


def ranked(scores: np.ndarray, labels: np.ndarray) -> Ranked:
    """Counts at all cuts, AP and AUC of one tag.

    Args:
        scores: float32 (N,) in [0, 1].
        labels: int8 (N,): 1 tagged, 0 not, -1 unlabelled.

    Raises:
        PredictionsError: a score that is NaN or outside [0, 1], or another label.
    """
    if len(scores):
        require_answers(scores, labels)
    keys = _sorted_keys(scores, labels)
    places = np.flatnonzero((keys & 1).astype(bool))
    first = np.searchsorted(keys, _CUT_KEYS)
    hits = len(places) - np.searchsorted(places, first)
    return Ranked(
        hits, len(keys) - first - hits, len(places), len(keys) - len(places),
        *_areas(keys, places),
    )


def _sorted_keys(scores: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """uint32, ascending: twice the bits of each labelled score (they rise with it), plus 1 where
    the item is tagged."""
    keys = np.ascontiguousarray(scores, np.float32).view(np.uint32) << 1  # drops the sign of -0
    known = labels >= 0
    if known.all():
        keys |= labels.view(np.uint8) if labels.dtype == np.int8 else labels.astype(np.uint8)
    else:
        keys = keys[known]
        keys |= labels[known].astype(np.uint8)
    keys.sort()
    return keys


def _areas(keys: np.ndarray, places: np.ndarray) -> tuple[float | None, float | None]:
    """AP = sum of (R_k - R_k-1) P_k over distinct scores, and AUC = P(tagged above untagged)."""
    n, positives = len(keys), len(places)
    if not positives:
        return None, None
    values = keys[places]
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1]))  # of equal scores
    tagged = np.diff(starts, append=positives)
    first = places[starts]
    lowest = first.copy()  # untagged items with the same score lie before the tagged ones
    tied = np.flatnonzero((first > 0) & (keys[first - 1] == values[starts] - 1))
    lowest[tied] = np.searchsorted(keys, values[starts[tied]] - 1)
    ap = (tagged * ((positives - starts) / (n - lowest))).sum() / positives
    if positives == n:
        return float(ap), None
    below = (lowest - starts) + (first - lowest) / 2
    return float(ap), float((tagged * below).sum() / positives / (n - positives))
