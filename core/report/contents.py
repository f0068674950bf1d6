"""Everything that a report says, as plain values: the templates only lay it out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.audit.measures import measures_of
from core.catalog.table import PARTS, Catalog, tag_column
from core.decisions.bundle import Bundle
from core.decisions.decide import decide
from core.decisions.thresholds import cut_counts
from core.metrics.calibration import reliability
from core.metrics.confusion import largest_confusions
from core.metrics.evaluation import set_figures, unseen
from core.metrics.judged import Judged
from core.metrics.slices.saved import saved_slices
from core.model.card import Card
from core.predictions.table import Predictions
from core.report.drawing import matrix_cells, place, polyline, reliability_bars
from core.report.faults import known_faults
from core.report.gate import Verdict
from core.report.mistakes import Group, category_mistakes, tag_mistakes
from core.report.slices import slice_rows
from core.workspace import Workspace

WIDEST_MATRIX = 12
"""Classes up to which the whole matrix is shown; beyond, its largest confusions."""
CONFUSIONS = 15
MOST_CURVES = 24
"""Tags with a drawing of their own."""

Photo = Callable[[str], str | None]
"""An item's photo as a ``data:`` address; None without one."""


@dataclass(frozen=True)
class Subject:
    """What a report is about.

    Attributes:
        workspace: where it all lies.
        catalog: labels in force.
        card, bundle, predictions: the model, its thresholds in use, its answers.
        seen: content hashes of the photos that the model was fitted on.
        figures: of ``core.commands.evaluate.evaluate_model``.
        left_out: rows of the labels file that the catalog left out, by reason.
        duplicate_rows: exact duplicates among them, counted once.
        findings: open findings of the last audit, by check.
    """

    workspace: Workspace
    catalog: Catalog
    card: Card
    bundle: Bundle
    predictions: Predictions
    seen: frozenset[str]
    figures: Mapping[str, Any]
    left_out: Mapping[str, int]
    duplicate_rows: int
    findings: Mapping[str, int]


def contents(
    subject: Subject, photo: Photo, verdicts: Sequence[Verdict], made: str
) -> dict[str, Any]:
    """Values for the templates; None and empty lists where there is nothing to say.

    Args:
        verdicts: of ``core.report.gate.judge``.
        made: when, for the title.
    """
    held, held_scores = _side(subject, "heldout")
    sets = set_figures(held, held_scores, subject.bundle)
    called = decide(held_scores, subject.bundle.thresholds)
    return {
        "workspace": subject.workspace.name,
        "made": made,
        "model": _model(subject),
        "data": _data(subject),
        "figures": subject.figures,
        "parts": ("validation", "heldout"),
        "verdicts": [asdict(verdict) for verdict in verdicts],
        "passed": all(verdict.passed for verdict in verdicts),
        "sets": sets,
        "matrix": _matrix(subject.figures["heldout"]),
        "reliability": _reliability(held, held_scores),
        "curves": _curves(subject),
        "confusions": [_group(group, photo) for group in category_mistakes(held, held_scores)],
        "tag_mistakes": {
            tag: [_group(group, photo) for group in pair] for tag, pair in tag_mistakes(
                held, held_scores, called).items()
        },
        "slices": slice_rows(
            Judged(held, held_scores, called, measures_of(subject.workspace, held)),
            saved_slices(subject.workspace.root)),
        "faults": known_faults(subject.figures, sets, subject.findings),
    }


def _side(subject: Subject, part: str) -> tuple[Catalog, Predictions]:
    """The answered items of a part, on held-out only those that the model never saw."""
    items = subject.catalog.part(part)
    if part == "heldout":
        items = items.where(unseen(items, subject.seen))
    scores, found = subject.predictions.align(items.item_ids)
    return items.where(found), scores


def _model(subject: Subject) -> dict[str, Any]:
    card = subject.card
    training = card.training
    return {
        "name": card.name, "model_id": card.model_id, "made": card.made,
        "backbone": card.backbone, "image_size": card.image_size, "parameters": card.parameters,
        "bytes": card.sizes.get("model.tflite"), "milliseconds": card.timings.get("litert_ms"),
        "how": card.timings.get("how"), "data": card.data, "versions": card.versions,
        "recipe": training.get("recipe", {}), "seconds": training.get("seconds"),
        "refitted": bool(training.get("refitted_with_validation")),
        "calibration": card.calibration,
        "decisions": subject.bundle.label, "saved_by": subject.bundle.saved_by,
        "saved_at": subject.bundle.saved_at,
    }


def _data(subject: Subject) -> dict[str, Any]:
    rows, tasks = subject.catalog.rows, subject.catalog.tasks
    parts = {part: rows["split"] == part for part in PARTS}
    return {
        "size": len(rows),
        "parts": {part: int(mask.sum()) for part, mask in parts.items()},
        "classes": {
            name: [int((mask & (rows["category"] == name)).sum()) for mask in parts.values()]
            for name in tasks.classes
        },
        "tags": {
            tag: [int((mask & rows[tag_column(tag)].fillna(False).astype(bool)).sum())
                  for mask in parts.values()]
            for tag in tasks.tag_names
        },
        "groups": int(rows["group"].nunique()) if "group" in rows else None,
        "left_out": dict(subject.left_out),
        "duplicate_rows": subject.duplicate_rows,
    }


def _matrix(held: Mapping[str, Any]) -> dict[str, Any]:
    classes, matrix = held["classes"], held["confusion"]
    if len(classes) <= WIDEST_MATRIX:
        return {"classes": classes, "cells": matrix_cells(matrix), "largest": []}
    return {"classes": classes, "cells": None, "largest": [
        {"label": classes[cell.label], "answer": classes[cell.predicted],
         "count": cell.count, "support": cell.support}
        for cell in largest_confusions(np.array(matrix), CONFUSIONS)
    ]}


def _reliability(held: Catalog, scores: Predictions) -> list[dict[str, float]]:
    labelled = held.category >= 0
    if not labelled.any():
        return []
    right = (scores.top[:, 0] == held.category)[labelled]
    return reliability_bars(reliability(scores.category.max(axis=1)[labelled], right))


def _curves(subject: Subject) -> list[dict[str, Any]]:
    """Precision-recall curves, at most MOST_CURVES: the tags with most held-out items."""
    sides = {part: _side(subject, part) for part in ("validation", "heldout")}
    counts = {part: cut_counts(scores.tags, items.tags) for part, (items, scores) in sides.items()}
    support = counts["heldout"].positives
    shown = sorted(np.argsort(-support, kind="stable")[:MOST_CURVES])
    found = []
    for at in shown:
        tag = subject.catalog.tasks.tag_names[at]
        lines = {}
        for part, one in counts.items():
            lines[part] = polyline(one.recall[at], one.precision[at])
        figures = subject.figures["heldout"]["tags"][tag]
        found.append({"tag": tag, "lines": lines, "support": int(support[at]), "ap": figures["ap"],
                      "point": place(figures["recall"], figures["precision"])})
    return found


def _group(group: Group, photo: Photo) -> dict[str, Any]:
    return {
        "label": group.label, "answer": group.answer, "count": group.count,
        "support": group.support,
        "items": [{"item_id": one.item_id, "score": one.score, "photo": photo(one.item_id)}
                  for one in group.items],
    }
