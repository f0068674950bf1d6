"""Any figure for every level of a facet, in one pass over codes."""

from dataclasses import dataclass

import numpy as np

from core.errors import SliceError
from core.metrics.bootstrap import ap_interval, ece_interval, f1_interval, macro_f1_interval
from core.metrics.calibration import BINS
from core.metrics.confusion import confusion
from core.metrics.grouped import groups_of
from core.metrics.intervals import wilson, wilson_all, wilson_of_groups
from core.metrics.judged import CLEAR, HIT, MISSED, UNKNOWN, WRONG, Judged
from core.metrics.ranking import ranked

TOP1, TOP2, MACRO_F1, ECE, ALL_RIGHT = "top1", "top2", "macro_f1", "ece", "all_right"
OF_TAG = ("precision", "recall", "f1", "ap")
LOWER_IS_BETTER = frozenset((ECE,))


def figure_keys(tags: tuple[str, ...]) -> list[str]:
    """All figures: ``top1`` ..., then ``precision:<TAG>`` and so on, tag by tag."""
    whole = [TOP1, TOP2, MACRO_F1, ECE, *([ALL_RIGHT] if tags else [])]
    return whole + [f"{name}:{tag}" for tag in tags for name in OF_TAG]


def share_keys(tags: tuple[str, ...]) -> list[str]:
    """The figures that are shares of items, so that one part can be tested against the rest."""
    whole = [TOP1, TOP2, *([ALL_RIGHT] if tags else [])]
    return whole + [f"{name}:{tag}" for tag in tags for name in ("precision", "recall")]


@dataclass(frozen=True)
class ByLevel:
    """One figure of each of L levels.

    Attributes:
        value: float64 (L,), NaN where undefined.
        support: int64 (L,): items that it rests on.
        hits: int64 (L,): how many of them count for a share; None for other figures.
    """

    value: np.ndarray
    support: np.ndarray
    hits: np.ndarray | None = None

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray] | None:
        """95 % Wilson intervals, float64 (L,) each; None for figures that are no shares."""
        return None if self.hits is None else tuple(wilson_all(self.hits, self.support).T)


def share_of(judged: Judged, key: str) -> tuple[np.ndarray, np.ndarray]:
    """bool (N,), bool (N,): the items that count for a share, and those it rests on.

    Raises:
        SliceError: no share of this name.
    """
    name, _, tag = key.partition(":")
    labelled = judged.catalog.category >= 0
    if key == TOP1:
        return judged.right & labelled, labelled
    if key == TOP2:
        return judged.in_two, labelled
    if key == ALL_RIGHT:
        return judged.outcome == 0, judged.outcome >= 0
    beside = {"precision": WRONG, "recall": MISSED}.get(name)
    if beside is None:
        raise SliceError(f"{key!r} is no share of items; choose top1, top2, all_right, or"
                         " precision or recall of a tag")
    found = judged.results[:, _tag(judged, tag, key)]
    return found == HIT, (found == HIT) | (found == beside)


def by_level(judged: Judged, codes: np.ndarray, levels: int, key: str) -> ByLevel:
    """One figure for every level.

    Args:
        codes: int (N,) in [0, levels), or -1 for items that are left out.
        key: one of ``figure_keys``.

    Returns:
        Of each level the figure as scikit-learn gives it on the level's items alone.

    Raises:
        SliceError: there is no such figure.
    """
    name, _, tag = key.partition(":")
    if key == MACRO_F1:
        return _macro_f1(judged, codes, levels)
    if key == ECE:
        return _ece(judged, codes, levels)
    if name in ("f1", "ap") and tag:
        number = _tag(judged, tag, key)
        return (_f1 if name == "f1" else _ap)(judged, codes, levels, number)
    hit, counted = share_of(judged, key)
    support, hits = _count(codes, levels, counted), _count(codes, levels, hit & counted)
    return ByLevel(_divide(hits, support), support, hits)


def _count(codes: np.ndarray, levels: int, mask: np.ndarray) -> np.ndarray:
    return np.bincount(codes[mask & (codes >= 0)], minlength=levels)


def _divide(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.divide(a, b, out=np.full(len(b), np.nan), where=b > 0)


def _tag(judged: Judged, tag: str, key: str) -> int:
    tags = judged.catalog.tasks.tag_names
    if tag not in tags:
        raise SliceError(f"there is no figure {key!r} in this workspace; choose another one")
    return tags.index(tag)


def _macro_f1(judged: Judged, codes: np.ndarray, levels: int) -> ByLevel:
    """Over the classes that occur in the level as a label or as an answer.

    Only classes and levels that meet are counted, so that 1,000 classes and 10,000 levels fit.
    """
    known = (codes >= 0) & (judged.catalog.category >= 0)
    k, level = len(judged.catalog.tasks.classes), codes[known].astype(np.int64)
    labels, best = judged.catalog.category[known], judged.best[known]
    cells = np.concatenate([level * k + labels, level * k + best])
    met, place = np.unique(cells, return_inverse=True)
    occurs = np.bincount(place, minlength=len(met))
    hits = np.bincount(place[: len(level)][labels == best], minlength=len(met))
    classes = np.bincount(met // k, minlength=levels)
    total = np.bincount(met // k, 2 * hits / np.maximum(occurs, 1), levels)
    return ByLevel(_divide(total, classes), np.bincount(level, minlength=levels))


def _ece(judged: Judged, codes: np.ndarray, levels: int) -> ByLevel:
    """As ``calibration.expected_calibration_error`` on each level."""
    known = (codes >= 0) & (judged.catalog.category >= 0)
    sure = judged.predictions.category.max(axis=1)[known].astype(np.float64)
    place = np.clip(np.ceil(sure * BINS).astype(np.int64) - 1, 0, BINS - 1)
    cell = codes[known].astype(np.int64) * BINS + place
    gap = np.bincount(cell, judged.right[known] - sure, levels * BINS).reshape(levels, BINS)
    support = np.bincount(codes[known], minlength=levels)
    return ByLevel(_divide(np.abs(gap).sum(axis=1), support), support)


def _f1(judged: Judged, codes: np.ndarray, levels: int, tag: int) -> ByLevel:
    tp, fp, fn, _ = tag_counts(judged, codes, levels, tag).T
    return ByLevel(_divide(2 * tp, 2 * tp + fp + fn), tp + fn)


def tag_counts(judged: Judged, codes: np.ndarray, levels: int, tag: int) -> np.ndarray:
    """int64 (L, 4): rightly tagged, wrongly tagged, missed, rightly not tagged."""
    found = judged.results[:, tag]
    known = (codes >= 0) & (found != UNKNOWN)
    cells = codes[known].astype(np.int64) * (CLEAR + 1) + found[known]
    return np.bincount(cells, minlength=levels * (CLEAR + 1)).reshape(levels, CLEAR + 1)


def _ap(judged: Judged, codes: np.ndarray, levels: int, tag: int) -> ByLevel:
    truth, scores = judged.catalog.tags[:, tag], judged.predictions.tags[:, tag]
    rows = np.flatnonzero((codes >= 0) & (truth >= 0))
    rows = rows[np.argsort(codes[rows], kind="stable")]
    ends = np.searchsorted(codes[rows], np.arange(levels + 1))
    value, support = np.full(levels, np.nan), np.zeros(levels, np.int64)
    for level in np.flatnonzero(np.diff(ends)):
        own = rows[ends[level]:ends[level + 1]]
        found = ranked(scores[own], truth[own])
        support[level] = found.positives
        value[level] = np.nan if found.ap is None else found.ap
    return ByLevel(value, support)


def interval_of(judged: Judged, key: str) -> list[float] | None:
    """95 % interval of one figure over all of these items: of groups for shares, else bootstrap.

    Where all items are alike (3 of 3 right), drawing them again shows no doubt at all: then the
    interval comes from Wilson's of the share that is all or nothing, and there is none of
    figures that rest on no share.
    """
    name, _, tag = key.partition(":")
    whole = np.zeros(len(judged), np.int64)
    if key == MACRO_F1:
        classes = len(judged.catalog.tasks.classes)
        drawn = macro_f1_interval(confusion(judged.catalog.category, judged.best, classes))
        return _doubted(drawn) or interval_of(judged, TOP1)
    if key == ECE:
        known = judged.catalog.category >= 0
        sure = judged.predictions.category.max(axis=1)[known]
        return _doubted(ece_interval(sure, judged.right[known]))
    if name in ("f1", "ap") and tag:
        number = _tag(judged, tag, key)
        if name == "ap":
            truth, scores = judged.catalog.tags[:, number], judged.predictions.tags[:, number]
            return _doubted(ap_interval(truth, scores))
        counts = tag_counts(judged, whole, 1, number)[0].tolist()
        return _doubted(f1_interval(*counts)) or _f1_bounds(*counts[:3])
    hit, counted = share_of(judged, key)
    found = wilson_of_groups(hit[counted], groups_of(judged.catalog.where(counted)))
    return None if found is None else list(found)


def _doubted(interval: list[float] | None) -> list[float] | None:
    return None if interval is None or interval[0] == interval[1] else interval


def _f1_bounds(tp: int, fp: int, fn: int) -> list[float] | None:
    """F1 = 2 J / (1 + J) rises with the share J = TP / (TP + FP + FN), which Wilson bounds."""
    found = wilson(tp, tp + fp + fn)
    return found and [2 * end / (1 + end) for end in found]
