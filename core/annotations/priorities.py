"""Which item to label next: strategies as functions, mixed by weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from core.annotations.ballot import Ballot
from core.annotations.consensus import expected_gain, priors
from core.catalog.table import Catalog
from core.errors import AnnotationError
from core.predictions.table import Predictions


@dataclass(frozen=True)
class Evidence:
    """What is known of the N items of a catalog when the queue is put in order.

    Attributes:
        catalog: with the labels in force.
        predictions: scores for some or all items; None without a model.
        ballots: the votes on each task; none where nobody voted.
        suspicion: float (N,) in [0, 1] of a label error (``core.audit``), NaN unknown; None
            without an audit.
        voters: int (N,): people who voted on anything of an item; None where nobody voted.
        wanted: int (N,): people who are to vote on an item that was sent for more votes, 0 for
            the others; None where none was.
    """

    catalog: Catalog
    predictions: Predictions | None = None
    ballots: Sequence[Ballot] = ()
    suspicion: np.ndarray | None = None
    voters: np.ndarray | None = None
    wanted: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.catalog)

    @cached_property
    def place(self) -> pd.Index:
        """``place.get_indexer(item ids)``: rows of the catalog."""
        return pd.Index(self.catalog.item_ids)


def unlabelled(known: Evidence, choice: str | None, rng: np.random.Generator) -> np.ndarray:
    """1 where the category or a tag has no label, NaN elsewhere."""
    missing = (known.catalog.category < 0) | (known.catalog.tags < 0).any(axis=1)
    return np.where(missing, 1.0, np.nan)


def margin(known: Evidence, choice: str | None, rng: np.random.Generator) -> np.ndarray:
    """1 - (best score - second best), of the category."""
    scores = np.sort(_scores(known), axis=1)
    return 1 - (scores[:, -1] - scores[:, -2])


def entropy(known: Evidence, choice: str | None, rng: np.random.Generator) -> np.ndarray:
    """Shannon entropy of the category's scores, divided by its maximum log K."""
    scores = _scores(known)
    terms = scores * np.log(scores, where=scores > 0, out=np.zeros_like(scores))
    return -terms.sum(axis=1) / np.log(scores.shape[1])


def disagreement(known: Evidence, choice: str | None, rng: np.random.Generator) -> np.ndarray:
    """How much one more vote would settle, on the task where it settles most; NaN where people
    have not said different things or no vote could change who leads."""
    result = np.full(len(known), np.nan)
    for ballot in known.ballots:
        several = (ballot.counts > 0).sum(axis=1) > 1
        gain = expected_gain(ballot.counts, priors(ballot))[several]
        row = known.place.get_indexer(ballot.item_ids[several])
        matters = (gain > 1e-9) & (row >= 0)
        result[row[matters]] = np.fmax(result[row[matters]], gain[matters])
    return result


def sent(known: Evidence, choice: str | None, rng: np.random.Generator) -> np.ndarray:
    """1 where somebody sent the item for more votes than it has."""
    if known.wanted is None:
        return np.full(len(known), np.nan)
    voters = np.zeros(len(known)) if known.voters is None else known.voters
    return np.where(known.wanted > voters, 1.0, np.nan)


def suspected(known: Evidence, choice: str | None, rng: np.random.Generator) -> np.ndarray:
    """The audit's suspicion of a label error."""
    if known.suspicion is None:
        raise AnnotationError(
            "there are no suspected label errors yet; run python -m core audit, or choose"
            " another order"
        )
    return known.suspicion


def at_random(known: Evidence, choice: str | None, rng: np.random.Generator) -> np.ndarray:
    """Any order; the same for the same seed."""
    return rng.random(len(known))


def of_answer(known: Evidence, choice: str | None, rng: np.random.Generator) -> np.ndarray:
    """Items with, or likely of, one class or tag (``choice``): the highest score first.

    Without a model those that are labelled so, in any order.
    """
    tasks = known.catalog.tasks
    if choice not in (*tasks.classes, *tasks.tag_names):
        raise AnnotationError(f"there is no class or tag {choice!r} to queue by")
    is_class = choice in tasks.classes
    place = (tasks.classes if is_class else tasks.tag_names).index(choice)
    labels = known.catalog.category == place if is_class else known.catalog.tags[:, place] == 1
    if known.predictions is None:
        return np.where(labels, rng.random(len(known)), np.nan)
    scores, found = known.predictions.align(known.catalog.item_ids)
    result = np.where(labels, 1.0, np.nan)
    result[found] = (scores.category if is_class else scores.tags)[:, place]
    return result


STRATEGIES = {
    "unlabelled": unlabelled, "margin": margin, "entropy": entropy,
    "suspected": suspected, "disagreement": disagreement, "sent": sent, "random": at_random,
    "answer": of_answer,
}


def queue_order(
    known: Evidence,
    weights: Mapping[str, float],
    *,
    among: np.ndarray | None = None,
    choice: str | None = None,
    seed: int = 0,
) -> np.ndarray:
    """Item ids, the next to label first.

    Each strategy ranks the items that it has a value for; the queue draws from the ranked
    lists in turn, as often as the weights say, so that after any n items a strategy of weight
    w has given about its share. Items that none ranks are left out; ties are broken at random.

    Args:
        weights: positive number for each of STRATEGIES to use.
        among: bool (N,): the filter; None for all items.
        choice: the class or tag of the strategy ``answer``.
        seed: of the random order and of ties.

    Raises:
        AnnotationError: an unknown strategy, no weight above 0, or one that lacks its ground
            (no model for ``margin`` and ``entropy``, no audit for ``suspected``).
    """
    used = {name: float(weight) for name, weight in weights.items() if weight != 0}
    unknown = [name for name in used if name not in STRATEGIES]
    if unknown or not used or min(used.values()) < 0 or not np.isfinite(list(used.values())).all():
        raise AnnotationError(
            f"a queue needs positive weights for some of {', '.join(STRATEGIES)},"
            f" got {dict(weights)}"
        )
    rng = np.random.default_rng(seed)
    among = np.ones(len(known), bool) if among is None else among
    taken_at = np.full(len(known), np.inf)
    tie = rng.permutation(len(known))
    for name in sorted(used):
        value = STRATEGIES[name](known, choice, rng)
        ranked = np.lexsort((tie, -value))
        ranked = ranked[among[ranked] & ~np.isnan(value[ranked])]
        # The nth item of a list of weight w is due at time n / w.
        taken_at[ranked] = np.minimum(taken_at[ranked], np.arange(1, len(ranked) + 1) / used[name])
    order = np.lexsort((tie, taken_at))
    return known.catalog.item_ids[order[np.isfinite(taken_at[order])]]


def _scores(known: Evidence) -> np.ndarray:
    """float64 (N, K); NaN rows without a prediction."""
    if known.predictions is None:
        raise AnnotationError(
            "uncertain items need a model's scores; run python -m core predict, or choose"
            " another order"
        )
    found, has = known.predictions.align(known.catalog.item_ids)
    scores = np.full((len(known), len(known.catalog.tasks.classes)), np.nan)
    scores[has] = found.category
    return scores
