"""How far people agree: in all, for each answer, for each tag, for each two of them."""

from typing import Any

import numpy as np
import pandas as pd

from core.annotations.answer import CATEGORY
from core.annotations.ballot import Ballot
from core.annotations.coefficients import (
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    observed_agreement,
    one_against_rest,
    specific_agreement,
)
from core.annotations.present import OPEN
from core.metrics.intervals import wilson


def agreement(ballots: list[Ballot]) -> dict[str, Any]:
    """Figures of agreement as plain JSON values; None where undefined.

    Returns:
        ``items`` and ``votes`` (people and items, on the category or on a tag); ``category``
        and ``tags`` (by name), each as ``task_agreement``; ``annotators`` by name, each with
        ``category`` and ``tags`` as ``annotator_figures``.
    """
    category, *tags = ballots
    shared = [ballot.where(ballot.counts.sum(axis=1) >= 2) for ballot in ballots]
    names = [ballot.task.removeprefix("tag:") for ballot in tags]
    people = category.annotators
    items, votes = _counted(ballots)
    return {
        "items": items,
        "votes": votes,
        "category": task_agreement(category),
        "tags": {name: task_agreement(ballot) for name, ballot in zip(names, tags, strict=True)},
        "annotators": {
            str(person): {
                "category": annotator_figures(category, shared[0], number),
                "tags": {
                    name: annotator_figures(ballot, common, number)
                    for name, ballot, common in zip(names, tags, shared[1:], strict=True)
                },
            }
            for number, person in enumerate(people)
        },
    }


def task_agreement(ballot: Ballot) -> dict[str, Any]:
    """Agreement on one task.

    Returns:
        ``votes``; ``items`` with at least two votes, on which the figures rest; ``undecided``
        of them (ties); ``unanimous`` of them; ``by_votes``: for each number of votes
        ``votes``, ``items`` that have so many, ``unanimous`` and ``undecided`` of them;
        ``agreement`` (share of pairs of votes that are equal); ``fleiss_kappa``;
        ``krippendorff_alpha``; ``pairs``: for each two people ``a``, ``b``,
        ``items`` in common, ``agreement``, ``kappa`` (Cohen) and ``confusion`` (rows: ``a``);
        and for the category ``values`` (the order in ``confusion``) and ``per_class``: by name
        ``votes``, ``agreement`` (of a second voter, where a first says so), ``fleiss_kappa``
        and ``krippendorff_alpha`` of this class against all others.
    """
    counts = ballot.counts
    cast, tied = counts.sum(axis=1), ballot.majority == OPEN
    several, agreed = cast >= 2, counts.max(axis=1, initial=0) == cast
    figures = {
        "votes": len(ballot.item),
        "items": int(several.sum()),
        "undecided": int((several & tied).sum()),
        "unanimous": int((several & agreed).sum()),
        "by_votes": [
            {"votes": int(number), "items": int((cast == number).sum()),
             "unanimous": int(((cast == number) & agreed).sum()),
             "undecided": int(((cast == number) & tied).sum())}
            for number in np.unique(cast)
        ],
        "agreement": observed_agreement(counts),
        "fleiss_kappa": fleiss_kappa(counts),
        "krippendorff_alpha": krippendorff_alpha(counts),
        "pairs": [_pair(ballot, a, b, matrix)
                  for (a, b), matrix in ballot.pair_matrices().items()],
    }
    if ballot.task == CATEGORY:
        figures["values"] = list(ballot.values)
        figures["per_class"] = {
            name: _of_value(counts, value) for value, name in enumerate(ballot.values)
        }
    return figures


def annotator_figures(ballot: Ballot, shared: Ballot, annotator: int) -> dict[str, Any]:
    """One person against the majority, their own vote included; ties are left out.

    Args:
        shared: the votes of ``ballot`` on items with at least two.

    Returns:
        ``votes``; ``compared``: votes on items with a majority of at least two votes;
        ``accuracy``: share of those that are the majority's; ``interval``: 95 % Wilson of it;
        ``values`` and ``confusion`` (rows: majority).
    """
    matrix = shared.against_majority(annotator)
    compared = int(matrix.sum())
    return {
        "votes": int((ballot.annotator == annotator).sum()),
        "compared": compared,
        "accuracy": float(np.trace(matrix) / compared) if compared else None,
        "interval": wilson(int(np.trace(matrix)), compared),
        "values": list(ballot.values),
        "confusion": matrix.tolist(),
    }


def _pair(ballot: Ballot, a: int, b: int, matrix: np.ndarray) -> dict[str, Any]:
    n = int(matrix.sum())
    return {
        "a": str(ballot.annotators[a]), "b": str(ballot.annotators[b]), "items": n,
        "agreement": float(np.trace(matrix) / n), "kappa": cohen_kappa(matrix),
        "confusion": matrix.tolist(),
    }


def _of_value(counts: np.ndarray, value: int) -> dict[str, Any]:
    against_rest = one_against_rest(counts, value)
    return {
        "votes": int(counts[:, value].sum()),
        "agreement": specific_agreement(counts, value),
        "fleiss_kappa": fleiss_kappa(against_rest),
        "krippendorff_alpha": krippendorff_alpha(against_rest),
    }


def _counted(ballots: list[Ballot]) -> tuple[int, int]:
    """Items that anybody voted on, and people on each of them, on any task."""
    code, distinct = pd.factorize(np.concatenate([ballot.item_ids for ballot in ballots]))
    starts = np.cumsum([0, *(len(ballot.item_ids) for ballot in ballots)])
    people = max(1, len(ballots[0].annotators))
    votes = [code[start + ballot.item] * people + ballot.annotator
             for start, ballot in zip(starts, ballots)]
    return len(distinct), len(np.unique(np.concatenate(votes)))
