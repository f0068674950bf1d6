"""Right and wrong answers of all tags at their cuts, and the figures that follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.decisions.thresholds import CUTS, CutCounts, share

PER_10K = 10_000
"""Costs are told for so many items: whole numbers that a person can picture."""

FIGURES = ("precision", "recall", "f1", "npv", "predicted_rate", "true_rate",
           "false_per_10k", "missed_per_10k", "accepted_per_10k")  # fmt: skip


@dataclass(frozen=True)
class Outcomes:
    """How many labelled items of each tag are answered rightly and wrongly.

    Every figure is float64 (T,), NaN where it is a share of nothing.

    Attributes:
        tp: int64 (T,): tagged items that are accepted.
        fp: untagged items that are accepted: wrong tags.
        fn: tagged items that are not: missed tags.
        tn: untagged items that are not.
    """

    tp: np.ndarray
    fp: np.ndarray
    fn: np.ndarray
    tn: np.ndarray

    def __add__(self, other: "Outcomes") -> "Outcomes":
        """Of the items of both; the tags must be the same in the same order."""
        return Outcomes(*(
            mine + theirs for mine, theirs in zip(vars(self).values(), vars(other).values())
        ))

    @property
    def n(self) -> np.ndarray:
        """int64 (T,): labelled items."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def support(self) -> np.ndarray:
        """int64 (T,): tagged items."""
        return self.tp + self.fn

    @property
    def accepted(self) -> np.ndarray:
        """int64 (T,): items that get the tag."""
        return self.tp + self.fp

    @property
    def precision(self) -> np.ndarray:
        """Accepted items that are tagged."""
        return share(self.tp, self.accepted)

    @property
    def recall(self) -> np.ndarray:
        """Tagged items that are accepted."""
        return share(self.tp, self.support)

    @property
    def f1(self) -> np.ndarray:
        """2 TP / (2 TP + FP + FN)."""
        return self.f_beta(1.0)

    @property
    def npv(self) -> np.ndarray:
        """Items not accepted that are not tagged (negative predictive value)."""
        return share(self.tn, self.fn + self.tn)

    @property
    def predicted_rate(self) -> np.ndarray:
        """Labelled items that get the tag."""
        return share(self.accepted, self.n)

    @property
    def true_rate(self) -> np.ndarray:
        """Labelled items that are tagged."""
        return share(self.support, self.n)

    @property
    def false_per_10k(self) -> np.ndarray:
        """Wrong tags among 10,000 items like these."""
        return share(PER_10K * self.fp, self.n)

    @property
    def missed_per_10k(self) -> np.ndarray:
        """Missed tags among 10,000 items like these."""
        return share(PER_10K * self.fn, self.n)

    @property
    def accepted_per_10k(self) -> np.ndarray:
        """Items that get the tag among 10,000 like these: what a person would look through."""
        return share(PER_10K * self.accepted, self.n)

    def f_beta(self, beta: float) -> np.ndarray:
        """(1 + b^2) TP / ((1 + b^2) TP + b^2 FN + FP); recall counts ``beta`` times precision."""
        hits = (1 + beta**2) * self.tp
        return share(hits, hits + beta**2 * self.fn + self.fp)

    def to_json(self, tags: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Counts, ``support`` and every figure by tag; None where undefined."""
        figures = {name: getattr(self, name) for name in FIGURES}
        counts = {**vars(self), "support": self.support}
        return {
            tag: {**{name: defined(values[t]) for name, values in figures.items()},
                  **{name: int(values[t]) for name, values in counts.items()}}
            for t, tag in enumerate(tags)
        }  # fmt: skip


def defined(value: float) -> float | None:
    """A figure for JSON: None for NaN."""
    return None if np.isnan(value) else float(value)


def outcomes_at(counts: CutCounts, cuts: np.ndarray) -> Outcomes:
    """What follows from the counts when each tag is cut at its own place.

    Args:
        cuts: int (T,): numbers of GRID, in [0, 1001]; 1001 accepts nothing.
    """
    cuts = np.asarray(cuts, np.int64)
    rows, inside = np.arange(len(cuts)), np.minimum(cuts, CUTS - 1)
    tp = np.where(cuts < CUTS, counts.positives_at_or_above[rows, inside], 0)
    fp = np.where(cuts < CUTS, counts.negatives_at_or_above[rows, inside], 0)
    return Outcomes(tp, fp, counts.positives - tp, counts.negatives - fp)


def outcomes_of(accepted: np.ndarray, labels: np.ndarray) -> Outcomes:
    """Count answers against labels.

    Args:
        accepted: bool (N, T).
        labels: int8 (N, T): 1 tagged, 0 not, -1 unlabelled (left out).
    """
    tagged, not_tagged = labels == 1, labels == 0
    return Outcomes(
        (tagged & accepted).sum(axis=0), (not_tagged & accepted).sum(axis=0),
        (tagged & ~accepted).sum(axis=0), (not_tagged & ~accepted).sum(axis=0),
    )


def cut_numbers(tags: Sequence[str], thresholds: Mapping[str, float]) -> np.ndarray:
    """int64 (T,): where thresholds lie on GRID, to the nearest thousandth."""
    return np.array([round(thresholds[tag] * 1000) for tag in tags], np.int64)
