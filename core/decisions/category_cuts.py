"""Another cut within a category, where that is worth it.

A tag may be easier to see on one kind of garment than on another. A category's own best cut
rests on fewer items than the tag's, so it is drawn towards the tag's cut, the more so the
fewer tagged items it rests on; and it is kept only where cross-validation shows a gain that
neither chance nor a better cut for the tag as a whole explains.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.catalog.table import Catalog
from core.decisions.category_trial import FEWEST, CategoryCut, Trial
from core.decisions.decide import accept, thresholds_of
from core.decisions.outcomes import outcomes_of
from core.decisions.reasons import BestF, LeastCost, Reason
from core.decisions.thresholds import CutCounts, cut_counts
from core.errors import ThresholdError
from core.predictions.table import Predictions
from core.split import quick_folds


@dataclass(frozen=True)
class CategoryCuts:
    """All pairs of a tag and a category in which both tagged and untagged items occur."""

    found: tuple[CategoryCut, ...]

    @property
    def per_category(self) -> dict[str, dict[str, float]]:
        """By tag and class, the thresholds that are kept: as a bundle holds them."""
        kept: dict[str, dict[str, float]] = {}
        for one in self.found:
            if one.kept:
                kept.setdefault(one.tag, {})[one.category] = one.threshold
        return kept

    @property
    def grid(self) -> list[dict[str, Any]]:
        """JSON values of all that was found."""
        return [asdict(one) for one in self.found]


def fit_category_cuts(
    items: Catalog, scores: Predictions, thresholds: Mapping[str, float],
    reason: Reason = BestF(), *, folds: int = 5, seed: int = 0,
) -> CategoryCuts:  # fmt: skip
    """Find cuts by predicted category on items whose groups stay together in a fold.

    Args:
        items: N items, as a rule the validation part.
        scores: of exactly these items, in their order.
        thresholds: the tags' own cuts.
        reason: the best F, or the least cost; other wishes hold for a tag as a whole.

    Raises:
        ThresholdError: another reason.
        SplitError: too few items (or groups) for so many folds.
    """
    require_additive(reason)
    classes, tags = items.tasks.classes, items.tasks.tag_names
    own = thresholds_of(tags, thresholds)
    best = scores.category.argmax(axis=1)
    fold = quick_folds(items, folds, seed)
    by_fold = [np.flatnonzero(fold == number) for number in range(folds)]

    def counted(rows: np.ndarray) -> CutCounts:
        return cut_counts(scores.tags[rows], items.tags[rows])

    everywhere = outcomes_of(accept(scores.tags, own), items.tags)
    predicted = np.unique(best)
    trial = Trial(reason, tags, own, everywhere, [counted(rows) for rows in by_fold],
                  len(predicted) * len(tags))
    found: list[CategoryCut] = []
    for number in predicted:  # one at a time: a thousand classes' counts fill memory
        labels = items.tags[best == number]
        positives, negatives = ((labels == value).sum(axis=0) for value in (1, 0))
        if np.minimum(positives, negatives).max(initial=0) < FEWEST:
            found += trial.too_few(classes[number], positives, negatives)
        else:
            parts = [counted(rows[best[rows] == number]) for rows in by_fold]
            found += trial.of(classes[number], parts)
    return CategoryCuts(tuple(found))


def require_additive(reason: Reason) -> None:
    """Refuse reasons that hold for a tag as a whole.

    Raises:
        ThresholdError: the reason is neither the best F nor the least cost.
    """
    if not isinstance(reason, BestF | LeastCost):
        raise ThresholdError(
            "cuts per category are found for the best F or for the least cost; a wish such as"
            f" {reason.name!r} holds for a tag as a whole"
        )
