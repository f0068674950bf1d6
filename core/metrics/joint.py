"""Both heads on the same items: where wrong categories and wrong tags meet."""

from dataclasses import dataclass

import numpy as np

from core.metrics.intervals import wilson
from core.metrics.judged import (
    BOTH,
    CATEGORY_ONLY,
    CLEAR,
    MISSED,
    NEITHER,
    TAGS_ONLY,
    UNKNOWN,
    WRONG,
    Judged,
)

FLOOR = 5
"""Items that a cell of the confusion matrix needs at least to be spoken of."""

MOST = 200
FALSE_SHARE = 0.05
"""Share of false alarms among what counts as more than chance (Benjamini and Hochberg)."""


@dataclass(frozen=True)
class Together:
    """How many items each head has right; items without a label for both are left out.

    Attributes:
        both, category_only, tags_only, neither: items; tags are right when all of them are.
        p: of tags right as unevenly between right and wrong categories by chance (Fisher's
            exact test, two-sided); None where one of the two never happens.
    """

    both: int
    category_only: int
    tags_only: int
    neither: int
    p: float | None

    @property
    def total(self) -> int:
        return self.both + self.category_only + self.tags_only + self.neither

    def tags_wrong(self, category_right: bool) -> tuple[int, int]:
        """Items with a wrong tag, of those whose category is right (or wrong)."""
        wrong = self.category_only if category_right else self.neither
        return wrong, wrong + (self.both if category_right else self.tags_only)


def together(judged: Judged) -> Together:
    """Items right in both, in one, in neither."""
    found = judged.outcome
    counts = np.bincount(found[found >= 0], minlength=4)
    both, category, tags, neither = (int(counts[c]) for c in (
        BOTH, CATEGORY_ONLY, TAGS_ONLY, NEITHER))
    p = None
    if (both or tags) and (category or neither) and (both or category) and (tags or neither):
        from scipy.stats import fisher_exact  # takes a while to import, not at the app's start

        p = float(fisher_exact([[both, category], [tags, neither]]).pvalue)
    return Together(both, category, tags, neither, p)


class _Counted:
    """What has ``count`` items of ``support``."""

    @property
    def share(self) -> float:
        return self.count / self.support

    @property
    def interval(self) -> tuple[float, float]:
        """95 %, Wilson."""
        return wilson(self.count, self.support)


@dataclass(frozen=True)
class CellTag(_Counted):
    """A tag that goes wrong on the items of one cell of the confusion matrix.

    "14 of 23 blouses called shirts are wrongly tagged checker; 2 of 60 rightly called are."

    Attributes:
        label, predicted: classes by number; never the same.
        tag: by number.
        result: WRONG or MISSED.
        count, support: items of the cell with that result, of those where the tag is labelled.
        right_count, right_support: the same of items with this label that were rightly called.
        p, q: of so many by chance (Fisher's exact test, one-sided, against the rightly called),
            and corrected for all cells, tags and results.
    """

    label: int
    predicted: int
    tag: int
    result: int
    count: int
    support: int
    right_count: int
    right_support: int
    p: float
    q: float


def cell_tags(judged: Judged, floor: int = FLOOR, most: int = MOST) -> list[CellTag]:
    """Tag errors in every confused cell of at least ``floor`` items, the surest first.

    Only what happens at least once; of equally sure ones the larger share first.
    """
    labels, k = judged.catalog.category, len(judged.catalog.tasks.classes)
    known = labels >= 0
    cell = np.where(known, labels * k + judged.best, -1)
    met, sizes = np.unique(cell[known], return_counts=True)
    met = met[(sizes >= floor) | (met % k == met // k)]  # the rightly called always
    place = np.searchsorted(met, cell)
    place = np.where(known & (place < len(met)), place, -1)
    place[place >= 0] = np.where(met[place[place >= 0]] == cell[place >= 0],
                                 place[place >= 0], -1)
    counts = results_by(judged, place, len(met))  # (C, T, 4)
    return _against_rightly_called(counts, met // k, met % k, k, floor, most)


def results_by(judged: Judged, codes: np.ndarray, levels: int) -> np.ndarray:
    """int64 (levels, T, 4): how often each tag was HIT, WRONG, MISSED and CLEAR.

    Args:
        codes: int (N,) in [0, levels), or -1 for items that are left out.
    """
    tags, width = judged.results.shape[1], UNKNOWN + 1
    counts = np.zeros((levels, tags, width), np.int64)
    inside = codes >= 0
    offset = codes[inside].astype(np.int64) * width
    for tag in range(tags):
        cells = offset + judged.results[inside, tag]
        counts[:, tag] = np.bincount(cells, minlength=levels * width).reshape(levels, width)
    return counts[:, :, :UNKNOWN]


def _against_rightly_called(counts: np.ndarray, label: np.ndarray, predicted: np.ndarray,
                            k: int, floor: int, most: int) -> list[CellTag]:
    support = counts.sum(axis=2)
    right = np.zeros((k, *counts.shape[1:]), np.int64)
    called = label == predicted
    right[label[called]] = counts[called]
    right_support = right.sum(axis=2)
    asked = (support >= floor) & ~called[:, None]
    cell, tag, result = np.nonzero(counts[:, :, [WRONG, MISSED]] * asked[:, :, None])
    if not len(cell):
        return []
    result = np.array([WRONG, MISSED])[result]
    count, own = counts[cell, tag, result], support[cell, tag]
    base, base_of = right[label[cell], tag, result], right_support[label[cell], tag]
    p, q = _more_than(count, own, base, base_of, 2 * int(asked.sum()))
    share = count / own
    order = np.lexsort((label[cell], -share, p))[:most]
    return [CellTag(*(int(x[i]) for x in (label[cell], predicted[cell], tag, result, count, own,
                                          base, base_of)), float(p[i]), float(q[i]))
            for i in order]


def _more_than(count: np.ndarray, of: np.ndarray, base: np.ndarray, base_of: np.ndarray,
               questions: int) -> tuple[np.ndarray, np.ndarray]:
    """Fisher's exact test, one-sided: float64 p that ``count`` of ``of`` is no more than chance.

    Beside it q by Benjamini and Hochberg over all ``questions``, also those where nothing was
    counted (p = 1) and which are not among these.
    """
    from scipy.stats import false_discovery_control, hypergeom

    p = np.clip(hypergeom.sf(count - 1, of + base_of, count + base, of), 0, 1)
    return p, np.minimum(1, false_discovery_control(p) * max(1.0, questions / len(p)))


@dataclass(frozen=True)
class TagByCategory:
    """A tag's results within every category.

    Attributes:
        by_label: int64 (K, 4): HIT, WRONG, MISSED, CLEAR of the items with each label.
        by_answer: int64 (K, 4): the same of the items with each answer.
    """

    by_label: np.ndarray
    by_answer: np.ndarray


def tag_by_category(judged: Judged, tag: int) -> TagByCategory:
    """Right and wrong answers of one tag per true and per predicted category."""
    k = len(judged.catalog.tasks.classes)
    only = judged.results[:, tag]

    def counted(codes: np.ndarray) -> np.ndarray:
        known = (codes >= 0) & (only != UNKNOWN)
        cells = codes[known] * (CLEAR + 1) + only[known]
        return np.bincount(cells, minlength=k * (CLEAR + 1)).reshape(k, CLEAR + 1)

    return TagByCategory(counted(judged.catalog.category), counted(judged.best))


@dataclass(frozen=True)
class TagPair(_Counted):
    """Items on which one tag was missed while another was wrongly given.

    Attributes:
        missed, wrong: tags by number.
        count, support: items with both errors, of those where ``missed`` was missed and
            ``wrong`` is labelled.
        rest_count, rest_support: items that were wrongly given ``wrong``, of all others where
            both are labelled.
        p, q: as for CellTag.
    """

    missed: int
    wrong: int
    count: int
    support: int
    rest_count: int
    rest_support: int
    p: float
    q: float


def tag_pairs(judged: Judged, most: int = MOST) -> list[TagPair]:
    """Which tags are confused with which: at least one item with both errors, surest first."""
    from scipy.sparse import csr_array

    missed, wrong, gap = (csr_array(judged.results == one).astype(np.int32)
                          for one in (MISSED, WRONG, UNKNOWN))
    both = (missed.T @ wrong).tocoo()
    if not both.nnz:
        return []
    a, b, count = both.row, both.col, both.data.astype(np.int64)
    misses, wrongs, gaps = (np.asarray(x.sum(axis=0)).ravel() for x in (missed, wrong, gap))
    support = misses[a] - _met(missed, gap, a, b)
    rest_count = wrongs[b] - _met(wrong, gap, b, a) - count
    rest_support = len(judged) - gaps[a] - gaps[b] + _met(gap, gap, a, b) - support
    tags = judged.results.shape[1]
    p, q = _more_than(count, support, rest_count, rest_support, tags * (tags - 1))
    order = np.lexsort((b, a, -count, p))[:most]
    return [TagPair(*(int(x[i]) for x in (a, b, count, support, rest_count, rest_support)),
                    float(p[i]), float(q[i])) for i in order]


def _met(first, second, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """int64: items in a column of one sparse table and in a column of the other."""
    if not first.nnz or not second.nnz:
        return np.zeros(len(rows), np.int64)
    return np.asarray((first.T @ second).tocsr()[rows, columns]).ravel().astype(np.int64)
