"""Two decision bundles on the same items, and what a bundle keeps of its promise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.catalog.table import Catalog
from core.decisions.bundle import Bundle
from core.decisions.decide import decide_all
from core.decisions.outcomes import PER_10K, Outcomes, defined, outcomes_of
from core.metrics.count_bootstrap import as_pair, outcome_intervals
from core.predictions.table import Predictions

FIGURES = ("precision", "recall", "f1", "false_per_10k", "missed_per_10k")
PROMISED = ("precision", "recall", "f1")
TOLD = 3
"""Tags that a sentence names, those with most changed answers first."""

KEPT, BROKEN, BETTER, UNKNOWN = "kept", "broken", "better", "unknown"


@dataclass(frozen=True)
class Side:
    """One bundle's answers to N labelled items.

    Attributes:
        tags: bool (N, T).
        review: bool (N, T), for a person to look at; None where the bundle has no zones.
        outcomes: right and wrong answers by tag.
    """

    bundle: Bundle
    tags: np.ndarray
    review: np.ndarray | None
    outcomes: Outcomes

    @property
    def reviews(self) -> np.ndarray:
        """int64 (T,): items to look at."""
        if self.review is None:
            return np.zeros(self.tags.shape[1], np.int64)
        return self.review.sum(axis=0)

    @property
    def items_to_look_at(self) -> int:
        """Items with at least one tag to look at."""
        return 0 if self.review is None else int(self.review.any(axis=1).sum())


@dataclass(frozen=True)
class BundleComparison:
    """Two bundles on the same items."""

    items: Catalog
    old: Side
    new: Side

    @property
    def changed(self) -> np.ndarray:
        """int64 (T,): items whose answer differs."""
        return (self.old.tags != self.new.tags).sum(axis=0)

    @property
    def sentence(self) -> str:
        """Such as ``v3 against v2: floral -0.8 points precision, +4.1 recall``."""
        names = f"{self.new.bundle.label} against {self.old.bundle.label}"
        moved = self.changed + np.abs(self.new.reviews - self.old.reviews)
        order = np.argsort(-moved, kind="stable")[: (moved > 0).sum()]
        if not len(order):
            return f"{names}: no answer changes on these {len(self.items):,} items"
        tags = self.items.tasks.tag_names
        told = "; ".join(f"{tags[t]} {self._words(t)}" for t in order[:TOLD])
        more = len(order) - TOLD
        return f"{names}: {told}" + (f"; and {more} more tags" if more > 0 else "")

    def to_json(self) -> dict[str, Any]:
        """``n``, ``sentence``, ``items_per_10k`` to look at ([old, new]), and ``tags``: by name
        [old, new] of ``threshold``, ``reviews_per_10k`` and every figure; ``gained``, ``lost``:
        items that get or lose the tag; ``sentence``."""
        n = len(self.items)
        return {
            "n": n,
            "sentence": self.sentence,
            "items_per_10k": [_per_10k(side.items_to_look_at, n) for side in self._sides],
            "tags": {tag: self._tag(tag, t) for t, tag in enumerate(self.items.tasks.tag_names)},
        }

    @property
    def _sides(self) -> tuple[Side, Side]:
        return self.old, self.new

    def _tag(self, tag: str, t: int) -> dict[str, Any]:
        n = len(self.items)
        return {
            "threshold": [side.bundle.thresholds[tag] for side in self._sides],
            "reviews_per_10k": [_per_10k(int(side.reviews[t]), n) for side in self._sides],
            **{name: [defined(getattr(side.outcomes, name)[t]) for side in self._sides]
               for name in FIGURES},
            "gained": int((self.new.tags[:, t] & ~self.old.tags[:, t]).sum()),
            "lost": int((self.old.tags[:, t] & ~self.new.tags[:, t]).sum()),
            "sentence": self._words(t),
        }  # fmt: skip

    def _words(self, t: int) -> str:
        points = []
        for name in ("precision", "recall"):
            old, new = (getattr(side.outcomes, name)[t] for side in self._sides)
            if not np.isnan(new - old):
                apart = round(100 * (new - old), 1) + 0.0  # no "-0.0"
                points.append(f"{apart:+.1f} {'' if points else 'points '}{name}")
        n = len(self.items)
        reviews = round(PER_10K * int(self.new.reviews[t] - self.old.reviews[t]) / n) if n else 0
        if reviews:
            word = "more" if reviews > 0 else "fewer"
            points.append(f"{abs(reviews):,} {word} reviews per 10,000")
        return ", ".join(points) or "no figure to compare"


def compare_bundles(
    old: Bundle, new: Bundle, items: Catalog, scores: Predictions
) -> BundleComparison:
    """Decide the same items by both.

    Args:
        items: N labelled items, as a rule the held-out part.
        scores: of exactly these items, in their order.
    """
    return BundleComparison(items, *(side_of(bundle, items, scores) for bundle in (old, new)))


def side_of(bundle: Bundle, items: Catalog, scores: Predictions) -> Side:
    """What a bundle makes of these items; arguments as for ``compare_bundles``."""
    decided = decide_all(scores, bundle)
    return Side(bundle, decided.tags, decided.review, outcomes_of(decided.tags, items.tags))


def kept_promises(
    bundle: Bundle, items: Catalog, scores: Predictions, part: str = "heldout"
) -> dict[str, dict[str, Any]]:
    """What a bundle promised of one part when it was saved, and what is true of it now.

    Args:
        items: N items of that part with the labels in force.
        scores: of exactly these items, in their order.

    Returns:
        By tag ``precision``, ``recall``, ``f1``, each {``promised``, ``now``, ``interval`` (95 %,
        of now), ``state``}, and ``sentence``. ``state`` is ``broken`` when the promise lies above
        the interval, ``better`` when below, ``kept`` within, ``unknown`` without a figure.
    """
    now = side_of(bundle, items, scores).outcomes
    intervals = outcome_intervals(now)
    promise = bundle.promise.get(part, {})
    found = {}
    for t, tag in enumerate(items.tasks.tag_names):
        figures = {
            name: _promise(
                promise.get(tag, {}).get(name), defined(getattr(now, name)[t]),
                as_pair(getattr(intervals, name)[t]),
            )
            for name in PROMISED
        }
        found[tag] = {**figures, "sentence": _told(bundle, figures, int(now.support[t]))}
    return found


def _promise(
    promised: float | None, now: float | None, interval: list[float] | None
) -> dict[str, Any]:
    state = UNKNOWN
    if promised is not None and interval is not None:
        state = BROKEN if promised > interval[1] else BETTER if promised < interval[0] else KEPT
    return {"promised": promised, "now": now, "interval": interval, "state": state}


def _told(bundle: Bundle, figures: Mapping[str, Mapping[str, Any]], support: int) -> str:
    positives = "1 positive" if support == 1 else f"{support:,} positives"
    told = [
        f"{name} {one['now']:.1%} ({one['interval'][0]:.0%} to {one['interval'][1]:.0%}),"
        f" promised {one['promised']:.1%}: {one['state']}"
        for name, one in figures.items()
        if name != "f1" and one["state"] != UNKNOWN
    ]
    if not told:
        return f"{bundle.label} promised nothing that {positives} could tell"
    return f"on {positives}: " + "; ".join(told)


def _per_10k(items: int, n: int) -> float | None:
    return PER_10K * items / n if n else None
