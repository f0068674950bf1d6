"""All figures of one model on one side of the split, as plain JSON values."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from core.catalog.table import Catalog, tag_column
from core.decisions.bundle import Bundle
from core.decisions.conformal import covered, prediction_sets
from core.decisions.decide import decide, thresholds_of
from core.errors import TasksMismatchError
from core.metrics.calibration import calibration_error, reliability
from core.metrics.confusion import confusion
from core.metrics.grouped import groups_of
from core.metrics.intervals import wilson_of_groups
from core.metrics.scores import (
    binary_figures,
    macro_f1,
    per_class_figures,
    ranking_figures,
    top_k_accuracy,
)
from core.predictions.table import Predictions


def evaluate(
    catalog: Catalog,
    predictions: Predictions,
    thresholds: Mapping[str, float],
    seen: Collection[str] = frozenset(),
) -> dict[str, dict[str, Any]]:
    """Figures on ``validation`` (where thresholds are chosen) and ``heldout`` (judged).

    Args:
        seen: content hashes of the photos that the model was fitted on. Items with such a
            photo are no held-out items, whatever the split says: they are left out there
            and counted in ``left_out_seen``.
    """
    return {
        "validation": evaluate_part(catalog.part("validation"), predictions, thresholds),
        "heldout": evaluate_part(catalog.part("heldout"), predictions, thresholds, seen),
    }


def unseen(catalog: Catalog, seen: Collection[str]) -> np.ndarray:
    """bool (N,): items whose photo is not among the ``seen`` content hashes."""
    if "content" not in catalog.rows or not seen:
        return np.ones(len(catalog), bool)
    return ~catalog.rows["content"].isin(list(seen)).to_numpy(dtype=bool, na_value=False)


def evaluate_part(
    catalog: Catalog,
    predictions: Predictions,
    thresholds: Mapping[str, float],
    seen: Collection[str] = frozenset(),
) -> dict[str, Any]:
    """Figures over the items of ``catalog`` that have a prediction, joined by id.

    Returns:
        JSON values; None where undefined (no items, no positives, 0/0).
        ``n``: items with a category label and a prediction, on which the figures of the
        category rest; ``left_out_seen``: items left out because the model was fitted on
        their photo; ``without_prediction``: further items without scores;
        ``classes``; ``confusion`` (rows: label); ``top1``, ``top2`` with ``..._interval``
        (95 %, ``wilson_of_groups``); ``macro_f1``; ``ece`` (top label, 15 bins);
        ``reliability``: the filled bins behind it as ``category`` and, of a tag's score
        against how often it is tagged, as ``tag:<TAG>``; ``per_class``: by name, see ``binary_figures``; ``tags``: by name, the same
        with ``threshold``, ``ap``, ``auc`` and ``ece``.

    Raises:
        TasksMismatchError: the predictions answer other questions than the catalog asks.
        DecisionError: a tag has no threshold.
    """
    _require_same_tasks(catalog, predictions)
    fresh = unseen(catalog, seen)
    items = catalog.where(fresh)
    scores, found = predictions.align(items.item_ids)
    items = items.where(found)
    tags, calibration = _tag_figures(items, scores, thresholds)
    figures = _category_figures(items, scores)
    figures["reliability"] |= calibration
    return {
        "left_out_seen": int((~fresh).sum()),
        "without_prediction": int((~found).sum()),
        **figures,
        "tags": tags,
    }


def _category_figures(items: Catalog, scores: Predictions) -> dict[str, Any]:
    labels, classes = items.category, items.tasks.classes
    best = scores.top[:, 0]
    matrix = confusion(labels, best, len(classes))
    n = int(matrix.sum())
    labelled = labels >= 0
    confidence = scores.category.max(axis=1)[labelled]
    sure = reliability(confidence, (best == labels)[labelled])
    top1, top2 = (top_k_accuracy(labels, scores.top, k) for k in (1, 2))
    near = scores.top[:, :2] == labels[:, None]
    return {
        "n": n,
        "classes": list(classes),
        "confusion": matrix.tolist(),
        "top1": top1,
        "top1_interval": _interval(near[:, 0], items),
        "top2": top2,
        "top2_interval": None if top2 is None else _interval(near.any(axis=1), items),
        "macro_f1": macro_f1(matrix),
        "ece": calibration_error(sure),
        "reliability": {"category": sure.to_json()},
        "per_class": per_class_figures(matrix, classes),
    }


def _tag_figures(
    items: Catalog, scores: Predictions, thresholds: Mapping[str, float]
) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """By tag its figures; by ``tag:<TAG>`` its reliability."""
    tags = items.tasks.tag_names
    cuts = thresholds_of(tags, thresholds)
    accepted = decide(scores, thresholds)
    figures, calibration = {}, {}
    for index, tag in enumerate(tags):
        truth, called = items.tags[:, index], accepted[:, index]
        known = truth >= 0
        sure = reliability(scores.tags[known, index], truth[known] == 1)
        counts = (
            int(((truth == is_tagged) & (called == is_called)).sum())
            for is_tagged, is_called in ((1, True), (0, True), (1, False), (0, False))
        )
        figures[tag] = {
            "threshold": float(cuts[index]),
            **binary_figures(*counts),
            **ranking_figures(truth, scores.tags[:, index]),
            "ece": calibration_error(sure),
        }
        calibration[tag_column(tag)] = sure.to_json()
    return figures, calibration


def set_figures(items: Catalog, scores: Predictions, bundle: Bundle) -> dict[str, Any] | None:
    """What a bundle's prediction sets hold of the labelled items.

    Args:
        scores: of exactly these items, in their order.

    Returns:
        JSON values: ``n``, ``promised``, ``covered`` with ``covered_interval`` (95 %,
        ``wilson_of_groups``), ``mean_size`` in classes; None without sets, or labels.
    """
    labelled = items.category >= 0
    if bundle.set_cut is None or not labelled.any():
        return None
    sets = prediction_sets(scores.category, bundle.set_cut)
    held = covered(sets, items.category)
    return {
        "n": len(held),
        "promised": bundle.coverage,
        "covered": float(held.mean()),
        "covered_interval": list(wilson_of_groups(held, groups_of(items.where(labelled)))),
        "mean_size": float(sets[labelled].sum(axis=1).mean()),
    }


def _interval(right: np.ndarray, items: Catalog) -> list[float] | None:
    """Of the share that is right of the labelled ones among ``items``."""
    labelled = items.category >= 0
    found = wilson_of_groups(right[labelled], groups_of(items.where(labelled)))
    return None if found is None else list(found)


def _require_same_tasks(catalog: Catalog, predictions: Predictions) -> None:
    if catalog.tasks.fingerprint != predictions.tasks.fingerprint:
        raise TasksMismatchError(
            "the predictions answer other questions than the catalog asks:"
            f" {_words(predictions)} against {_words(catalog)};"
            " predict again with a model of this workspace"
        )


def _words(holder: Catalog | Predictions) -> str:
    return f"{len(holder.tasks.classes)} categories and {len(holder.tasks.tag_names)} tags"
