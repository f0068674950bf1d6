"""Reasons for a cut: what a person wants of a tag, and which of its cuts come nearest to it.

A reason looks at the counts of all tags at all cuts at once. It says which cuts fulfil the
wish, and by what figures (the first counts most) the best of them is found; where none
fulfils it, by what figures the nearest is.
"""

from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

import numpy as np

from core.decisions.outcomes import PER_10K, outcomes_at
from core.decisions.thresholds import GRID, CutCounts, share
from core.errors import ThresholdError

Keys = tuple[np.ndarray, ...]
"""Figures float64 (T, 1001) to be as high as can be, the most important first."""


@dataclass(frozen=True)
class Reason(ABC):
    """What is wanted of a cut.

    Attributes:
        name: how JSON calls it.
        needs_positives: without tagged items there is nothing to choose by.
    """

    name: ClassVar[str]
    needs_positives: ClassVar[bool] = False

    def fulfilled(self, counts: CutCounts) -> np.ndarray:
        """bool (T, 1001): cuts that keep to the wish."""
        return np.ones(counts.positives_at_or_above.shape, bool)

    @abstractmethod
    def best(self, counts: CutCounts) -> Keys:
        """By what the best of the cuts that keep to the wish is found."""

    def nearest(self, counts: CutCounts) -> Keys:
        """By what the nearest cut is found where none keeps to the wish."""
        return self.best(counts)

    def unfulfilled(self, one: CutCounts, cut: int) -> str:
        """A sentence: the wish is out of reach for this tag (T = 1); the nearest is ``cut``."""
        return f"no threshold fulfils this; the nearest is {GRID[cut]:.3f}"

    def to_json(self) -> dict[str, Any]:
        """As ``reason_of`` reads it."""
        return {"reason": self.name, **asdict(self)}


@dataclass(frozen=True)
class BestF(Reason):
    """The highest F-beta; recall counts ``beta`` times as much as precision."""

    beta: float = 1.0
    name: ClassVar[str] = "f_beta"
    needs_positives: ClassVar[bool] = True

    def __post_init__(self):
        require_number("beta", self.beta, above=0, up_to=100)

    def best(self, counts: CutCounts) -> Keys:
        hits = (1 + self.beta**2) * counts.positives_at_or_above
        missed = counts.positives[:, None] - counts.positives_at_or_above
        return (_low(share(hits, hits + self.beta**2 * missed + counts.negatives_at_or_above)),)


@dataclass(frozen=True)
class PrecisionAtLeast(Reason):
    """At least this precision; of those cuts the highest recall."""

    wanted: float
    name: ClassVar[str] = "precision"
    needs_positives: ClassVar[bool] = True

    def __post_init__(self):
        require_share(self.name, self.wanted)

    def fulfilled(self, counts: CutCounts) -> np.ndarray:
        return _low(counts.precision) >= self.wanted

    def best(self, counts: CutCounts) -> Keys:
        return _low(counts.recall), _low(counts.precision)

    def nearest(self, counts: CutCounts) -> Keys:
        return _low(counts.precision), _low(counts.recall)

    def unfulfilled(self, one: CutCounts, cut: int) -> str:
        return (
            f"no threshold reaches a precision of {self.wanted:.3f} here; the nearest is"
            f" {one.precision[0, cut]:.3f}, at threshold {GRID[cut]:.3f}, with a recall of"
            f" {one.recall[0, cut]:.3f}"
        )


@dataclass(frozen=True)
class RecallAtLeast(Reason):
    """At least this recall; of those cuts the highest precision. Cut 0 reaches any recall."""

    wanted: float
    name: ClassVar[str] = "recall"
    needs_positives: ClassVar[bool] = True

    def __post_init__(self):
        require_share(self.name, self.wanted)

    def fulfilled(self, counts: CutCounts) -> np.ndarray:
        return _low(counts.recall) >= self.wanted

    def best(self, counts: CutCounts) -> Keys:
        return _low(counts.precision), _low(counts.recall)


@dataclass(frozen=True)
class LeastCost(Reason):
    """The least cost of all wrong and missed tags, in whatever unit the two prices have."""

    false_tag: float
    missed_tag: float
    name: ClassVar[str] = "cost"

    def __post_init__(self):
        require_number("cost of a wrong tag", self.false_tag, at_least=0)
        require_number("cost of a missed tag", self.missed_tag, at_least=0)
        if not self.false_tag and not self.missed_tag:
            raise ThresholdError(
                "one of the two costs must be above 0: where nothing costs anything, every"
                " threshold is as good as any other"
            )

    def best(self, counts: CutCounts) -> Keys:
        missed = counts.positives[:, None] - counts.positives_at_or_above
        return (-(self.false_tag * counts.negatives_at_or_above + self.missed_tag * missed),)


@dataclass(frozen=True)
class ReviewBudget(Reason):
    """A person looks through all that the cut accepts: at most so many of 10,000 items."""

    per_10k: float
    name: ClassVar[str] = "reviews"

    def __post_init__(self):
        require_number("budget of reviews per 10,000 items", self.per_10k, at_least=0,
                       up_to=PER_10K)

    def fulfilled(self, counts: CutCounts) -> np.ndarray:
        items = (counts.positives + counts.negatives)[:, None]
        return _low(share(PER_10K * counts.accepted, items)) <= self.per_10k

    def best(self, counts: CutCounts) -> Keys:
        return counts.positives_at_or_above, -counts.negatives_at_or_above

    def nearest(self, counts: CutCounts) -> Keys:
        return (-counts.accepted,)

    def unfulfilled(self, one: CutCounts, cut: int) -> str:
        at = outcomes_at(one, np.array([cut])).accepted_per_10k[0]
        return (
            f"no threshold keeps to {self.per_10k:,.0f} reviews per 10,000 items; the nearest is"
            f" {at:,.0f}, at threshold {GRID[cut]:.3f}, because so many items have the highest"
            " score"
        )


@dataclass(frozen=True)
class SameRate(Reason):
    """As many items get the tag as have it; ``within`` is the share by which it may differ."""

    within: float = 0.1
    name: ClassVar[str] = "rate"

    def __post_init__(self):
        require_number("share by which the rate may differ", self.within, at_least=0, up_to=1)

    def fulfilled(self, counts: CutCounts) -> np.ndarray:
        may_differ = np.maximum(1, self.within * counts.positives)[:, None]
        return np.abs(counts.accepted - counts.positives[:, None]) <= may_differ

    def best(self, counts: CutCounts) -> Keys:
        return -np.abs(counts.accepted - counts.positives[:, None]), _low(counts.f1)

    def unfulfilled(self, one: CutCounts, cut: int) -> str:
        at = outcomes_at(one, np.array([cut]))
        return (
            f"no threshold tags as many items as have the tag ({at.true_rate[0]:.1%}); the"
            f" nearest tags {at.predicted_rate[0]:.1%}, at threshold {GRID[cut]:.3f}"
        )


REASONS: dict[str, type[Reason]] = {
    kind.name: kind
    for kind in (BestF, PrecisionAtLeast, RecallAtLeast, LeastCost, ReviewBudget, SameRate)
}


def reason_of(wish: Any) -> Reason:
    """A reason from JSON such as ``{"reason": "precision", "wanted": 0.9}``.

    Raises:
        ThresholdError: no such reason, or its numbers are missing or none.
    """
    given = dict(wish) if isinstance(wish, dict) else {}
    kind = REASONS.get(str(given.pop("reason", "")))
    if kind is None:
        raise ThresholdError(f"a reason for a cut is one of {', '.join(REASONS)}, got {wish!r}")
    try:
        return kind(**given)
    except TypeError as error:
        raise ThresholdError(
            f"the reason {kind.name!r} takes {', '.join(field.name for field in fields(kind))};"
            f" got {', '.join(given) or 'nothing'}"
        ) from error


def require_share(what: str, wanted: Any) -> None:
    """Refuse what is not a number in (0, 1].

    Raises:
        ThresholdError: names the figure, the rule and the value.
    """
    if not _is_number(wanted) or not 0 < wanted <= 1:
        raise ThresholdError(
            f"the {what} asked for must lie above 0 and up to 1, got {wanted!r};"
            " write 85 % as 0.85"
        )


def require_number(
    what: str, value: Any, *, above: float | None = None, at_least: float | None = None,
    up_to: float = 1e12,
) -> None:
    """Refuse what is not a number within bounds (NaN and infinite ones are none).

    Raises:
        ThresholdError: names the figure, the rule and the value.
    """
    good = _is_number(value) and value <= up_to
    good = good and (above is None or value > above) and (at_least is None or value >= at_least)
    if not good:
        low = f"above {above:g}" if above is not None else f"at least {at_least:g}"
        high = f" and at most {up_to:,.0f}" if up_to < 1e12 else ""
        raise ThresholdError(f"the {what} must be a number {low}{high}, got {value!r}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _low(figures: np.ndarray) -> np.ndarray:
    """Undefined figures below all others."""
    return np.nan_to_num(figures, nan=-1)
