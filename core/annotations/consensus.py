"""What several people together say of an item, how sure that is, and what to ask next."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.annotations.answer import CATEGORY, NONE_OF_THESE
from core.annotations.ballot import Ballot
from core.annotations.present import OPEN
from core.predictions.table import Predictions


PRIOR_VOTES = 0.5
"""What the model, or the shares of all votes, weigh against people: half a vote, so that a tie
among people stays one until somebody breaks it."""


@dataclass(frozen=True)
class Consensus:
    """Of the N items of a ballot, in its order.

    Attributes:
        majority: int64 (N,): the value with most votes, OPEN on a tie.
        label: int64 (N,): CROWDLAB's value: votes weighed by how reliable each person and
            the model are.
        quality: float64 (N,) in [0, 1]: CROWDLAB's probability that ``label`` is right.
        annotator_quality: float64 (A,): CROWDLAB's estimate for each person; NaN where it
            has none.
        gain: float64 (N,), >= 0: see ``expected_gain``.
        weighed: whether CROWDLAB could weigh at all (it needs two people on some item, and an
            item that is no tie); else ``label`` is the most probable value by ``posterior`` and
            ``quality`` its probability.
    """

    majority: np.ndarray
    label: np.ndarray
    quality: np.ndarray
    annotator_quality: np.ndarray
    gain: np.ndarray
    weighed: bool


def consensus(ballot: Ballot, scores: np.ndarray | None = None) -> Consensus:
    """Majority, CROWDLAB (cleanlab) and the gain of one more vote.

    Args:
        scores: float (N, values), rows summing to 1, of a model that did not train on these
            items; rows with NaN, and None, stand for no model: the shares of all votes.
    """
    prior = priors(ballot, scores)
    belief = posterior(ballot.counts, prior)
    label, quality = belief.argmax(axis=1), belief.max(axis=1, initial=0)
    people = np.full(len(ballot.annotators), np.nan)
    weighed = _can_weigh(ballot)
    if weighed:
        label, quality, people = _crowdlab(ballot, prior)
    gain = expected_gain(ballot.counts, prior)
    return Consensus(ballot.majority, label, quality, people, gain, weighed)


def review_list(
    ballot: Ballot, found: Consensus, among: np.ndarray | None = None, most: int | None = None
) -> pd.DataFrame:
    """Items by how much one more vote would settle; unanimous ones that nothing speaks against
    come last.

    Args:
        among: bool (N,): the items of the ballot to list; None for all.
        most: rows; None for all.

    Returns:
        ``item_id``, ``task``, ``gain``, ``quality``, ``label`` (CROWDLAB's, in words),
        ``majority`` (missing on a tie) and ``votes`` (in words: ``2 SHIRTS, 1 BLOUSES``).
    """
    order = np.lexsort((found.quality, -np.round(found.gain, 9)))
    if among is not None:
        order = order[among[order]]
    order = order[:most]
    values = np.array([*ballot.values, None], object)
    majority = np.where(found.majority == OPEN, len(ballot.values), found.majority)
    return pd.DataFrame({
        "item_id": ballot.item_ids[order],
        "task": ballot.task,
        "gain": found.gain[order],
        "quality": found.quality[order],
        "label": values[found.label[order]],
        "majority": values[majority[order]],
        "votes": pd.Series(
            [_in_words(row, ballot.values) for row in ballot.counts[order]], dtype="str"
        ),
    })


def scores_for(ballot: Ballot, predictions: Predictions) -> np.ndarray:
    """A model's scores for a ballot's items and values; NaN rows where it has none.

    NONE_OF_THESE, of which the classes' scores say nothing, gets the share of such votes.
    """
    found, has = predictions.align(ballot.item_ids)
    scores = np.full((len(ballot.item_ids), len(ballot.values)), np.nan)
    if ballot.task != CATEGORY:
        tag = predictions.tasks.tag_names.index(ballot.task.removeprefix("tag:"))
        scores[has] = np.stack([1 - found.tags[:, tag], found.tags[:, tag]], axis=1)
        return scores
    known = len(predictions.tasks.classes)
    scores[has, :known] = found.category
    if NONE_OF_THESE in ballot.values[known:]:
        none = priors(ballot)[0, known] if len(scores) else 0
        scores[:, :known] *= 1 - none
        scores[has, known] = none
    return scores


def priors(ballot: Ballot, scores: np.ndarray | None = None) -> np.ndarray:
    """float64 (N, values): scores where there are some, else the shares of all votes.

    One further vote is spread over all values, so that nothing is thought impossible.
    """
    counts, size = ballot.counts, len(ballot.values)
    shares = (counts.sum(axis=0) + 1 / size) / (counts.sum() + 1)
    result = np.tile(shares, (len(counts), 1))
    if scores is not None:
        known = ~np.isnan(scores).any(axis=1)
        result[known] = np.clip(scores[known], 1e-6, 1)
    return result / result.sum(axis=1, keepdims=True)


def posterior(counts: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Probability of each value, the prior weighing PRIOR_VOTES (Dirichlet)."""
    return (counts + PRIOR_VOTES * prior) / (counts.sum(axis=1, keepdims=True) + PRIOR_VOTES)


def expected_gain(counts: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """By how much one more vote is expected to raise the probability of the leading value.

    The one-step value of information: 0 where no single vote could change who leads, highest
    where two values tie. The next vote is drawn from ``posterior``.

    Returns:
        float64 (N,), >= 0.
    """
    belief = counts + PRIOR_VOTES * prior
    weight = counts.sum(axis=1, keepdims=True) + PRIOR_VOTES
    leading = belief.max(axis=1, keepdims=True, initial=0)
    after = (belief / weight * np.maximum(leading, belief + 1)).sum(axis=1, keepdims=True)
    return np.maximum(after / (weight + 1) - leading / weight, 0)[:, 0]


def _can_weigh(ballot: Ballot) -> bool:
    several = (ballot.counts.sum(axis=1) >= 2).any()
    decided = (ballot.majority != OPEN).any()  # cleanlab cannot begin where all is tied
    return len(ballot.annotators) >= 2 and bool(several and decided)


def _crowdlab(ballot: Ballot, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """label, quality, annotator_quality; of the people who voted on this task."""
    from cleanlab.multiannotator import get_label_quality_multiannotator  # 1 s to import

    wide = ballot.wide
    voting = np.flatnonzero(~np.isnan(wide).all(axis=0))
    with warnings.catch_warnings(), _seeded():
        # It warns where people never agree; that is said by the figures.
        warnings.simplefilter("ignore")
        found = get_label_quality_multiannotator(
            pd.DataFrame(wide[:, voting], columns=list(map(str, voting))), prior,
            return_detailed_quality=False, verbose=False,
        )
    people = np.full(len(ballot.annotators), np.nan)
    stats = found["annotator_stats"]["annotator_quality"]
    people[[int(name) for name in stats.index]] = stats.to_numpy()
    quality = found["label_quality"]
    return (quality["consensus_label"].to_numpy(dtype=np.int64),
            quality["consensus_quality_score"].to_numpy(dtype=np.float64), people)


@contextmanager
def _seeded() -> Iterator[None]:
    """cleanlab breaks the last ties by numpy's global random state: the same way every time."""
    state = np.random.get_state()
    np.random.seed(0)
    try:
        yield
    finally:
        np.random.set_state(state)


def _in_words(counts: np.ndarray, values: tuple[str, ...]) -> str:
    order = np.argsort(-counts, kind="stable")
    return ", ".join(f"{counts[value]} {values[value]}" for value in order if counts[value])
