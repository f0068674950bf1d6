"""Figures on labels as imported, as corrected, and only on those that nobody has changed."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import numpy as np

from core.annotations.answer import task_names
from core.annotations.apply import apply
from core.annotations.effect import (
    CORRECTED, IMPORTED, LABELS, Effect, effect, labels_of, without,
)  # fmt: skip
from core.annotations.records import workspace_records
from core.catalog.table import Catalog, read_catalog
from core.errors import AnnotationError
from core.metrics.evaluation import evaluate
from core.predictions.table import Predictions
from core.workspace import Workspace

HEADLINES = ("n", "top1", "top1_interval", "top2", "top2_interval", "macro_f1", "ece")
TAG_HEADLINES = ("precision", "recall", "f1", "ap", "auc", "support")


def figures_on(
    workspace: Workspace,
    predictions: Predictions,
    thresholds: Mapping[str, float],
    seen: Collection[str],
    labels: str = CORRECTED,
    as_of: datetime | None = None,
) -> dict[str, Any]:
    """``evaluate`` on one kind of labels, and for each part what corrections changed.

    Args:
        labels: one of LABELS.
        as_of: corrections up to that moment; None for all.

    Returns:
        ``validation`` and ``heldout``, each further with ``corrected_labels`` and with
        ``corrections``: None without any, else what ``Selection.to_json`` gives, ``by_task``
        (corrected labels by task) and the main figures under each name of LABELS.
    """
    if labels not in LABELS:
        raise AnnotationError(f"labels must be one of {', '.join(LABELS)}, got {labels!r}")
    imported, records = read_catalog(workspace), workspace_records(workspace, as_of)
    corrected = apply(imported, records)
    changed = labels_of(imported) != labels_of(corrected)
    figures = evaluate(
        _chosen(labels, imported, corrected, changed), predictions, thresholds, seen)
    for part in figures:
        here = (imported.rows["split"] == part).to_numpy()
        figures[part]["corrected_labels"] = int(changed[here].sum())
        unfair = seen if part == "heldout" else frozenset()
        figures[part]["corrections"] = part_corrections(
            effect(imported.where(here), corrected.where(here), records, predictions, thresholds,
                   unfair), thresholds) if changed[here].any() else None
    return figures


def part_corrections(found: Effect, thresholds: Mapping[str, float]) -> dict[str, Any]:
    """See ``figures_on``."""
    names = task_names(found.corrected.tasks)
    return {
        **found.selection().to_json(),
        "by_task": dict(zip(names, found.changed.sum(axis=0).tolist())),
        **{labels: _headlines(found.figures(labels, thresholds)) for labels in LABELS},
    }


def _chosen(labels: str, imported: Catalog, corrected: Catalog, changed: np.ndarray) -> Catalog:
    if labels == IMPORTED:
        return imported
    return corrected if labels == CORRECTED else without(corrected, changed)


def _headlines(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: figures[name] for name in HEADLINES},
        "tags": {tag: {name: one[name] for name in TAG_HEADLINES}
                 for tag, one in figures["tags"].items()},
    }
