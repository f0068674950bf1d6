"""Counts at all cuts, AP and AUC of all tags, some columns at a time: 200 tags of a million
items are read, joined, sorted and counted within seconds, in a few hundred megabytes."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.catalog.table import tag_column
from core.decisions.thresholds import CutCounts, no_counts
from core.metrics.ranking import Ranked, ranked
from core.predictions.fingerprint import cores

BLOCK_BYTES = 128 << 20
"""Memory for the score columns that are read at once."""


class Scores(Protocol):
    """Score columns of N rows, such as ``core.predictions.columns.ScoreColumns``."""

    rows: int

    def read(self, columns: Sequence[str]) -> np.ndarray:
        """float32 (C, N): columns ``tag:<TAG>``."""


class Labels(Protocol):
    """Label columns of M rows, such as ``core.catalog.columns.LabelColumns``."""

    def read(self, tags: Sequence[str]) -> np.ndarray:
        """int8 (C, M): 1 tagged, 0 not, -1 unlabelled."""


@dataclass(frozen=True)
class PartRows:
    """The items of one side of the split: item i is row ``scores[i]`` there, ``labels[i]`` here.

    Attributes:
        scores, labels: int64 (n,): row numbers.
        other_rows: int64 (m,): items (in [0, n)) that have other scores than the file says.
        other_scores: float32 (m, T): those.
    """

    scores: np.ndarray
    labels: np.ndarray
    other_rows: np.ndarray | None = None
    other_scores: np.ndarray | None = None


@dataclass(frozen=True)
class PartFigures:
    """What the Thresholds page needs of one side of the split.

    Attributes:
        counts: at all cuts.
        ap, auc: float64 (T,), from the scores themselves; NaN where undefined.
    """

    counts: CutCounts
    ap: np.ndarray
    auc: np.ndarray


def page_figures(
    scores: Scores, labels: Labels, parts: Mapping[str, PartRows], tags: Sequence[str]
) -> dict[str, PartFigures]:
    """Figures of every tag on every part, exact.

    Raises:
        PredictionsError: a column is missing, or a score is none.
    """
    found: dict[str, list[Ranked]] = {part: [] for part in parts}
    at_once = max(1, BLOCK_BYTES // max(1, 4 * scores.rows))
    joined = {part: (_stretch(rows.scores), _stretch(rows.labels)) for part, rows in parts.items()}

    def one(part: str, tag: int, own: np.ndarray, said: np.ndarray) -> Ranked:
        rows, (in_scores, in_labels) = parts[part], joined[part]
        values = own[in_scores]
        if rows.other_rows is not None:
            values = values.copy()
            values[rows.other_rows] = rows.other_scores[:, tag]
        return ranked(values, said[in_labels])

    with ThreadPoolExecutor(cores()) as threads:
        for start in range(0, len(tags), at_once):
            names = tags[start : start + at_once]
            given = scores.read([tag_column(name) for name in names])
            truth = labels.read(names)
            for part in parts:
                places = range(len(names))
                found[part] += threads.map(
                    lambda i, part=part: one(part, start + i, given[i], truth[i]), places
                )
            del given, truth
    return {part: _together(ranks) for part, ranks in found.items()}


def _stretch(rows: np.ndarray) -> np.ndarray | slice:
    """The same rows as a slice where they follow one another: read without a copy."""
    if len(rows) and (np.diff(rows) == 1).all():
        return slice(int(rows[0]), int(rows[-1]) + 1)
    return rows


def _together(ranks: Sequence[Ranked]) -> PartFigures:
    def undefined(value: float | None) -> float:
        return np.nan if value is None else value

    counts = CutCounts(
        np.array([one.positives_at_or_above for one in ranks], np.int64),
        np.array([one.negatives_at_or_above for one in ranks], np.int64),
        np.array([one.positives for one in ranks], np.int64),
        np.array([one.negatives for one in ranks], np.int64),
    ) if ranks else no_counts(0)  # fmt: skip
    return PartFigures(
        counts,
        np.array([undefined(one.ap) for one in ranks], np.float64),
        np.array([undefined(one.auc) for one in ranks], np.float64),
    )
