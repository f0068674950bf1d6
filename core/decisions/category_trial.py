"""Whether a category is worth a cut of its own: against chance, and against the tag's cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np

from core.decisions.outcomes import PER_10K, Outcomes, outcomes_at
from core.decisions.reasons import LeastCost, Reason
from core.decisions.thresholds import GRID, CutCounts
from core.decisions.tune import NOTHING_KNOWN, choose

WEIGHT_OF_THE_TAG = 20
"""With so many tagged items a category's cut lies half-way between its own best and the tag's."""
FEWEST = 10
"""Tagged, and untagged, items without which a category keeps the tag's cut."""
LEAST_SURE = 2.0
"""Standard errors by which a gain must lie above 0, however few pairs are tried."""


@dataclass(frozen=True)
class CategoryCut:
    """What was found for one tag within one predicted category.

    Attributes:
        threshold: to be used there; ``own`` is the tag's.
        items, positives: labelled and tagged items that rest on it.
        gain: cross-validated: points (0 to 1) of the tag's F over all items, or cost saved per
            10,000 items; None when nothing was tried.
        kept: whether it is worth an exception.
        because: why, or why not, in words.
    """

    tag: str
    category: str
    threshold: float
    own: float
    items: int
    positives: int
    gain: float | None
    kept: bool
    because: str


@dataclass(frozen=True)
class Trial:
    """What the cuts of every category are tried against.

    Attributes:
        own: float64 (T,): the tags' thresholds in force.
        everywhere: what becomes of all items at those.
        folds: counts of all items by fold.
        pairs: how many pairs of a tag and a category are tried.
    """

    reason: Reason
    tags: Sequence[str]
    own: np.ndarray
    everywhere: Outcomes
    folds: Sequence[CutCounts]
    pairs: int

    @property
    def sure(self) -> float:
        """Standard errors that a gain needs: of all pairs about one passes by chance."""
        return max(LEAST_SURE, NormalDist().inv_cdf(1 - 1 / max(self.pairs, 2)))

    @cached_property
    def total(self) -> CutCounts:
        """Counts of all items."""
        return sum(self.folds[1:], start=self.folds[0])

    @cached_property
    def for_all(self) -> list[np.ndarray]:
        """By fold int64 (T,): the tags' best cuts on the other folds, whatever the category."""
        return [choose(self.total - fold, self.reason).cuts for fold in self.folds]

    @cached_property
    def improvable(self) -> np.ndarray:
        """bool (T,): tags whose own cut is surely not the best for all categories together."""
        return self._change(self.folds, [self.cuts] * len(self.folds), self.for_all)[1]

    @property
    def cuts(self) -> np.ndarray:
        """int64 (T,): the tags' own cuts."""
        return np.rint(self.own * 1000).astype(np.int64)

    def too_few(
        self, category: str, positives: np.ndarray, negatives: np.ndarray
    ) -> list[CategoryCut]:
        """What is said of a category in which no tag has enough items; both int (T,)."""
        return [
            CategoryCut(
                self.tags[t], category, float(self.own[t]), float(self.own[t]),
                int(positives[t] + negatives[t]), int(positives[t]), None, False,
                _few(positives[t], negatives[t]),
            )
            for t in np.flatnonzero((positives > 0) & (negatives > 0))
        ]  # fmt: skip

    def of(self, category: str, parts: Sequence[CutCounts]) -> list[CategoryCut]:
        """The cuts of one category: ``parts`` are its counts by fold."""
        counts = sum(parts[1:], start=parts[0])
        cuts = self.cuts
        fitted = drawn_towards(cuts, counts, self.reason)
        tried = [drawn_towards(cuts, counts - part, self.reason) for part in parts]
        change, sure = self._change(parts, [cuts] * len(parts), tried)
        _, sure_of_category = self._change(parts, self.for_all, tried)
        gain = gained(self.reason, self.everywhere, change)
        enough = np.minimum(counts.positives, counts.negatives) >= FEWEST
        tested = enough & (fitted != cuts)
        special = sure_of_category | ~self.improvable
        kept = tested & (gain > 0) & sure & special
        how = np.select([~enough, ~tested, kept, sure], ["few", "same", "kept", "tag"], "chance")
        return [
            CategoryCut(
                self.tags[t], category, float(GRID[fitted[t]] if kept[t] else self.own[t]),
                float(self.own[t]), int(counts.positives[t] + counts.negatives[t]),
                int(counts.positives[t]), float(gain[t]) if tested[t] else None, bool(kept[t]),
                self._because(str(how[t]), counts, t, float(gain[t])),
            )
            for t in np.flatnonzero((counts.positives > 0) & (counts.negatives > 0))
        ]  # fmt: skip

    def _change(
        self, parts: Sequence[CutCounts], before: Sequence[np.ndarray], after: Sequence[np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray]:
        """(int (2, T): further hits and wrong tags, bool (T,): surely for the better).

        The error is what chance would bring if the items between the two cuts were tagged as
        often as those of all categories are.
        """
        hits, alarms = prices(self.reason, self.everywhere)
        change = np.zeros((2, len(self.tags)), np.int64)
        variance = np.zeros(len(self.tags))
        for part, old, new in zip(parts, before, after):
            moved = _between(part, old, new)
            tagged, untagged = np.abs(_between(self.total, old, new))
            often = (tagged + 1) / (tagged + untagged + 2)
            change += moved
            variance += np.abs(moved).sum(axis=0) * often * (1 - often) * (hits + alarms) ** 2
        value = hits * change[0] - alarms * change[1]
        return change, value > self.sure * np.sqrt(variance)

    def _because(self, how: str, counts: CutCounts, tag: int, gain: float) -> str:
        if how == "few":
            return _few(counts.positives[tag], counts.negatives[tag])
        if how == "same":
            return "the tag's own cut is the best here, too"
        in_cost = isinstance(self.reason, LeastCost)
        how_much = f"{gain:+,.1f} per 10,000 items" if in_cost else f"{100 * gain:+.2f} points of F"
        if gain <= 0:
            return f"no gain in cross-validation ({how_much})"
        found = f"{how_much} {'saved' if in_cost else 'gained'} in cross-validation"
        doubts = {
            "kept": "",
            "tag": ", but another cut for the tag as a whole gains as much: choose that first",
            "chance": ": not more than chance may bring",
        }
        return found + doubts[how]


def _few(positives: int, negatives: int) -> str:
    return f"{positives:,} with and {negatives:,} without the tag: too few for a cut of its own"


def _between(counts: CutCounts, old: np.ndarray, new: np.ndarray) -> np.ndarray:
    """int64 (2, T): further hits and wrong tags when the cuts move."""
    before, after = outcomes_at(counts, old), outcomes_at(counts, new)
    return np.stack([after.tp - before.tp, after.fp - before.fp])


def drawn_towards(own: np.ndarray, counts: CutCounts, reason: Reason) -> np.ndarray:
    """int64 (T,): the category's best cuts, drawn towards the tags' by how few they rest on."""
    best = choose(counts, reason)
    weight = counts.positives / (counts.positives + WEIGHT_OF_THE_TAG)
    weight[np.array(best.status, object) == NOTHING_KNOWN] = 0
    return np.rint(own + weight * (best.cuts - own)).astype(np.int64)


def prices(reason: Reason, at: Outcomes) -> tuple[np.ndarray, np.ndarray]:
    """float64 (T,) each: what one more hit gains and one more wrong tag loses.

    For F-beta, those of F (1 + b^2) TP / ((1 + b^2) TP + b^2 FN + FP) near where it is now: a hit
    adds 1 + b^2 above and 1 below, a wrong tag 1 below.
    """
    if isinstance(reason, LeastCost):
        return (np.full(len(at.tp), float(reason.missed_tag)),
                np.full(len(at.tp), float(reason.false_tag)))
    now = np.nan_to_num(at.f_beta(reason.beta))
    return 1 + reason.beta**2 - now, now


def gained(reason: Reason, at: Outcomes, change: np.ndarray) -> np.ndarray:
    """float64 (T,): by how much the tag's figure over all items grows.

    Args:
        change: int (2, T): further hits and wrong tags.
    """
    hits, alarms = change
    if isinstance(reason, LeastCost):
        saved = reason.missed_tag * hits - reason.false_tag * alarms
        return PER_10K * saved / np.maximum(at.n, 1)
    then = Outcomes(at.tp + hits, at.fp + alarms, at.fn - hits, at.tn - alarms)
    return np.nan_to_num(then.f_beta(reason.beta)) - np.nan_to_num(at.f_beta(reason.beta))
