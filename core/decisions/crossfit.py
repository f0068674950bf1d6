"""Cuts for small data: chosen on some of the items, judged on the others, in turn.

A cut that is judged on the items it was chosen on looks better than it is. With few items
there is no second set to spare, so each fold is judged by the cuts that the other folds
choose, and the answers of all folds are counted together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.catalog.table import Catalog
from core.decisions.outcomes import Outcomes, outcomes_at
from core.decisions.reasons import BestF, Reason
from core.decisions.thresholds import GRID, CutCounts, cut_counts
from core.decisions.tune import Choices, choose
from core.predictions.table import Predictions
from core.split import quick_folds


@dataclass(frozen=True)
class CrossFit:
    """A choice with an honest estimate of what it will be worth.

    Attributes:
        choices: chosen on all items, to be used.
        fold_cuts: int64 (k, T): what was chosen without each fold.
        honest: each fold's answers at the cuts chosen without it, counted together.
        apparent: all answers at the cuts chosen on them: too good.
    """

    choices: Choices
    fold_cuts: np.ndarray
    honest: Outcomes
    apparent: Outcomes

    @property
    def spread(self) -> tuple[np.ndarray, np.ndarray]:
        """float64 (T,) each: the lowest and the highest threshold that a fold was judged by."""
        return GRID[self.fold_cuts.min(axis=0)], GRID[self.fold_cuts.max(axis=0)]

    def to_json(self, tags: Sequence[str]) -> dict[str, dict[str, Any]]:
        """By tag as ``Choices.to_json``, with ``low``, ``high``, ``honest`` and ``apparent``."""
        low, high = self.spread
        honest, apparent = self.honest.to_json(tags), self.apparent.to_json(tags)
        return {
            tag: {**said, "low": float(low[t]), "high": float(high[t]),
                  "honest": honest[tag], "apparent": apparent[tag]}
            for t, (tag, said) in enumerate(self.choices.to_json(tags).items())
        }  # fmt: skip


def crossfit(
    scores: np.ndarray, labels: np.ndarray, folds: np.ndarray, reason: Reason = BestF()
) -> CrossFit:
    """Choose on all items and say honestly what that is worth.

    Args:
        scores, labels: (N, T), as for ``cut_counts``.
        folds: int (N,) in [0, k), k at least 2: items that are alike in one fold.
    """
    parts = [cut_counts(scores[folds == fold], labels[folds == fold])
             for fold in range(int(folds.max(initial=1)) + 1)]
    return crossfit_counts(parts, reason)


def crossfit_counts(parts: Sequence[CutCounts], reason: Reason = BestF()) -> CrossFit:
    """``crossfit`` from the counts of each fold (at least 2)."""
    everything = sum(parts[1:], start=parts[0])
    choices = choose(everything, reason)
    cuts = np.stack([choose(everything - part, reason).cuts for part in parts])
    judged = [outcomes_at(part, own) for part, own in zip(parts, cuts)]
    honest = sum(judged[1:], start=judged[0])
    return CrossFit(choices, cuts, honest, outcomes_at(everything, choices.cuts))


def crossfit_items(
    items: Catalog, scores: Predictions, reason: Reason = BestF(), *, folds: int = 5,
    seed: int = 0,
) -> CrossFit:  # fmt: skip
    """``crossfit`` with folds that keep groups and equal photos together.

    Args:
        items: N items, as a rule the validation part.
        scores: of exactly these items, in their order.

    Raises:
        SplitError: too few items (or groups) for so many folds.
    """
    return crossfit(scores.tags, items.tags, quick_folds(items, folds, seed), reason)
