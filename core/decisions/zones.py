"""Three zones for a tag: accept without a look, have a person look, reject without a look."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.decisions.outcomes import PER_10K, defined
from core.decisions.reasons import require_share
from core.decisions.thresholds import CUTS, GRID, CutCounts, share
from core.decisions.tune import CHOSEN, NEAREST, NOTHING_KNOWN, middles
from core.errors import ThresholdError

NONE = CUTS
"""The accepting cut, above all others, that accepts nothing."""

ACCEPT, REVIEW, REJECT = "accept", "review", "reject"


@dataclass(frozen=True)
class Zone:
    """The two cuts of one tag.

    Attributes:
        accept: ``score >= accept`` gets the tag unseen; None when nothing does.
        reject: ``score < reject`` does not get it, unseen. Between them a person looks.
    """

    accept: float | None
    reject: float

    def __post_init__(self):
        for name, value in (("accept", self.accept), ("reject", self.reject)):
            good = isinstance(value, int | float) and not isinstance(value, bool)
            if not (good and 0 <= value <= 1) and not (name == "accept" and value is None):
                raise ThresholdError(
                    f"the cut from which items are {name}ed must lie in [0, 1], got {value!r};"
                    " write 85 % as 0.85"
                )
        if self.accept is not None and self.reject > self.accept:
            raise ThresholdError(
                f"items cannot be rejected below {self.reject} and accepted from {self.accept}:"
                " the first cut must not lie above the second"
            )

    def to_json(self) -> dict[str, float | None]:
        return {"accept": self.accept, "reject": self.reject}


@dataclass(frozen=True)
class ZoneOutcomes:
    """What the zones of all tags do to labelled items; figures NaN where undefined.

    Attributes:
        accepted, review, rejected: int64 (T,): items in each zone.
        accepted_tagged, review_tagged, rejected_tagged: how many of them have the tag.
    """

    accepted: np.ndarray
    review: np.ndarray
    rejected: np.ndarray
    accepted_tagged: np.ndarray
    review_tagged: np.ndarray
    rejected_tagged: np.ndarray

    @property
    def n(self) -> np.ndarray:
        return self.accepted + self.review + self.rejected

    @property
    def precision(self) -> np.ndarray:
        """Items accepted unseen that have the tag."""
        return share(self.accepted_tagged, self.accepted)

    @property
    def npv(self) -> np.ndarray:
        """Items rejected unseen that do not have the tag."""
        return share(self.rejected - self.rejected_tagged, self.rejected)

    @property
    def recall(self) -> np.ndarray:
        """Tagged items that are not rejected unseen: accepted, or seen by a person."""
        tagged = self.accepted_tagged + self.review_tagged + self.rejected_tagged
        return share(tagged - self.rejected_tagged, tagged)

    @property
    def review_share(self) -> np.ndarray:
        """Items that a person looks at."""
        return share(self.review, self.n)

    def to_json(self, tags: Sequence[str]) -> dict[str, dict[str, Any]]:
        """By tag the figures, ``review_share``, and ``..._per_10k`` of each zone."""
        figures = {name: getattr(self, name)
                   for name in ("precision", "npv", "recall", "review_share")}
        figures |= {f"{name}_per_10k": share(PER_10K * getattr(self, name), self.n)
                    for name in ("accepted", "review", "rejected")}
        return {tag: {name: defined(values[t]) for name, values in figures.items()}
                for t, tag in enumerate(tags)}


@dataclass(frozen=True)
class Zones:
    """The zones of all tags, with the smallest share of items for a person to look at.

    Attributes:
        accept: int64 (T,): cut numbers; 1001 where nothing is accepted.
        reject: int64 (T,): cut numbers, never above ``accept``.
        status: (T,): ``chosen``; ``nearest`` where no cut is precise enough, so that nothing is
            accepted unseen; ``undecided`` where nothing is tagged: everything is reviewed.
        sentences: (T,): empty where chosen, else why not.
    """

    accept: np.ndarray
    reject: np.ndarray
    status: tuple[str, ...]
    sentences: tuple[str, ...]

    def zone(self, tag: int) -> Zone:
        """The zone of the tag with this index."""
        accept = int(self.accept[tag])
        return Zone(None if accept == NONE else float(GRID[accept]), float(GRID[self.reject[tag]]))

    def to_json(self, tags: Sequence[str]) -> dict[str, dict[str, Any]]:
        """By tag ``accept``, ``reject``, ``status`` and ``sentence``."""
        return {
            tag: {**self.zone(t).to_json(), "status": self.status[t],
                  "sentence": self.sentences[t]}
            for t, tag in enumerate(tags)
        }  # fmt: skip


def zone_cuts(zone: Zone) -> tuple[int, int]:
    """(accept, reject) as cut numbers, to the nearest thousandth."""
    return NONE if zone.accept is None else round(zone.accept * 1000), round(zone.reject * 1000)


def zone_outcomes(counts: CutCounts, accept: np.ndarray, reject: np.ndarray) -> ZoneOutcomes:
    """Count what the zones do.

    Args:
        accept, reject: int (T,), as in ``Zones``.
    """
    rows = np.arange(len(counts.positives))
    tagged = _with_none(counts.positives_at_or_above)
    items = _with_none(counts.accepted)

    def zone(at_or_above: np.ndarray) -> tuple[np.ndarray, ...]:
        above, kept = at_or_above[rows, accept], at_or_above[rows, reject]
        return above, kept - above, at_or_above[:, 0] - kept

    return ZoneOutcomes(*zone(items), *zone(tagged))


def choose_zones(
    counts: CutCounts, *, precision: float | None = None, recall: float | None = None,
    npv: float | None = None,
) -> Zones:  # fmt: skip
    """For each tag the zones that keep to the wishes with the fewest items to look at.

    Of zones with equally few, those that accept the most; of cuts with equal counts the middle.

    Args:
        precision: wanted of what is accepted unseen; None for any, which then accepts all that
            is not rejected.
        recall: wanted share of tagged items that are not rejected unseen.
        npv: wanted share of untagged items among those rejected unseen.

    Raises:
        ThresholdError: no wish, or one that is no share.
    """
    _require_wishes(precision, recall, npv)
    may_accept = _may_accept(counts, precision)
    lowest = _lowest_review(counts, _may_reject(counts, recall, npv))
    items = _with_none(counts.accepted)
    review = np.where(may_accept, np.take_along_axis(items, lowest, axis=1) - items, np.inf)
    fewest = review == review.min(axis=1, keepdims=True)
    most = np.where(fewest, items, -1)
    accept = middles(most == most.max(axis=1, keepdims=True), items)
    rows = np.arange(len(accept))
    reject = _middle_of(items, lowest[rows, accept], accept)
    nobody_looks = items[rows, reject] == items[rows, accept]
    reject = np.where(nobody_looks, np.minimum(accept, CUTS - 1), reject)
    reachable = may_accept[:, :CUTS].any(axis=1)
    status, sentences = [], []
    for t in rows:
        said = _state(counts.only(t), bool(reachable[t]), precision)
        status.append(said[0])
        sentences.append(said[1])
    undecided = counts.positives == 0
    accept[undecided], reject[undecided] = NONE, 0
    return Zones(accept, reject, tuple(status), tuple(sentences))


@dataclass(frozen=True)
class ReviewCurve:
    """How many items a person must look at for each precision of what is accepted unseen.

    Attributes:
        precision: float64 (P,): wanted.
        review_share: float64 (P,): the least share of items to look at; NaN without items.
        accepted_share: float64 (P,): share of items accepted unseen then; 0 where no cut is
            that precise.
    """

    precision: np.ndarray
    review_share: np.ndarray
    accepted_share: np.ndarray

    @property
    def per_10k(self) -> np.ndarray:
        """Items to look at among 10,000."""
        return PER_10K * self.review_share


def review_curve(
    counts: CutCounts, tag: int, *, recall: float | None = None, npv: float | None = None,
    precisions: np.ndarray | None = None,
) -> ReviewCurve:  # fmt: skip
    """The least review share of one tag at each wanted precision.

    Args:
        recall, npv: wishes for what is rejected unseen, as in ``choose_zones``.
        precisions: wanted ones; 0.5, 0.51, ..., 1 by default.

    Raises:
        ThresholdError: neither ``recall`` nor ``npv``, or one that is no share.
    """
    if recall is None and npv is None:
        raise ThresholdError(
            "say how much recall or npv is wanted: without either everything that is not"
            " accepted may be rejected, and nobody needs to look"
        )
    _require_wishes(None, recall, npv)
    wanted = np.arange(50, 101) / 100 if precisions is None else np.asarray(precisions)
    one = counts.only(tag)
    items = _with_none(one.accepted)
    lowest = _lowest_review(one, _may_reject(one, recall, npv))
    review = (np.take_along_axis(items, lowest, axis=1) - items)[0]
    precise = np.append(np.nan_to_num(one.precision[0], nan=-1), np.inf)
    allowed = precise >= wanted[:, None]
    least = np.where(allowed, review, np.inf).min(axis=1)
    most = np.where(allowed & (review == least[:, None]), items[0], 0).max(axis=1)
    return ReviewCurve(wanted, share(least, items[0, 0]), share(most, items[0, 0]))


def _may_accept(counts: CutCounts, precision: float | None) -> np.ndarray:
    """bool (T, 1002): cuts precise enough to accept unseen; the last accepts nothing."""
    if precision is None:
        allowed = np.ones(counts.positives_at_or_above.shape, bool)
    else:
        allowed = np.nan_to_num(counts.precision, nan=-1) >= precision
    return np.concatenate([allowed, np.ones((len(allowed), 1), bool)], axis=1)


def _may_reject(counts: CutCounts, recall: float | None, npv: float | None) -> np.ndarray:
    """bool (T, 1001): cuts below which items may be rejected unseen; cut 0 always may."""
    allowed = np.ones(counts.positives_at_or_above.shape, bool)
    if recall is not None:
        allowed &= np.nan_to_num(counts.recall, nan=1) >= recall
    if npv is not None:
        untagged = counts.negatives[:, None] - counts.negatives_at_or_above
        rejected = (counts.positives + counts.negatives)[:, None] - counts.accepted
        allowed &= np.nan_to_num(share(untagged, rejected), nan=1) >= npv
    return allowed


def _lowest_review(counts: CutCounts, may_reject: np.ndarray) -> np.ndarray:
    """int64 (T, 1002): for each accepting cut the highest rejecting cut up to it."""
    place = np.where(may_reject, np.arange(CUTS), 0)
    highest = np.maximum.accumulate(place, axis=1)
    return np.concatenate([highest, highest[:, -1:]], axis=1)


def _middle_of(items: np.ndarray, cuts: np.ndarray, up_to: np.ndarray) -> np.ndarray:
    """The middle of the run of cuts, no higher than ``up_to``, that accept what ``cuts`` do."""
    place = np.arange(items.shape[1])
    same = items == np.take_along_axis(items, cuts[:, None], axis=1)
    same &= place <= np.minimum(up_to, CUTS - 1)[:, None]
    return middles(same, items)


def _with_none(at_or_above: np.ndarray) -> np.ndarray:
    """(T, 1002): further a cut that accepts nothing."""
    return np.concatenate([at_or_above, np.zeros((len(at_or_above), 1), np.int64)], axis=1)


def _require_wishes(*wishes: float | None) -> None:
    for name, wanted in zip(("precision", "recall", "npv"), wishes, strict=True):
        if wanted is not None:
            require_share(name, wanted)
    if all(wanted is None for wanted in wishes):
        raise ThresholdError("zones need a wish: a precision, a recall or an npv")


def _state(one: CutCounts, reachable: bool, precision: float | None) -> tuple[str, str]:
    if not one.positives[0]:
        return NOTHING_KNOWN, (
            "no item here is tagged, so everything is left to a person; label some items"
        )
    if reachable:
        return CHOSEN, ""
    best = float(np.nanmax(one.precision))
    return NEAREST, (
        f"no cut reaches a precision of {precision:.3f} here (at most {best:.3f}), so nothing is"
        " accepted unseen; wish for less, or have people look"
    )
