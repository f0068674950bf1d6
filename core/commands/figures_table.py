"""Figures as aligned text for a terminal; computes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.catalog.table import PART_WORDS
from core.metrics.confusion import largest_confusions

WIDEST_MATRIX = 12
"""Classes up to which the matrix itself is printed; beyond, its largest confusions."""


def figures_lines(figures: Mapping[str, Any]) -> list[str]:
    """What ``evaluate_model`` found, for people."""
    parts = {part: figures[part] for part in ("validation", "heldout")}
    held = parts["heldout"]
    return [
        f"model {figures['model']} ({figures['model_id']}), thresholds {figures['decisions']}",
        "",
        *_overview(parts),
        *_notes(parts),
        "",
        "held-out items by category",
        *_classes(held),
        "",
        *_matrix(held),
        *(line for part in parts for line in _tags(parts[part], PART_WORDS[part])),
    ]


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns under each other: the first to the left, all others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    return [
        "  ".join([row[0].ljust(widths[0]), *(
            cell.rjust(width) for cell, width in zip(row[1:], widths[1:])
        )]).rstrip()
        for row in rows
    ]


def percent(share: float | None, interval: Sequence[float] | None = None) -> str:
    """``66.1 % (58.7-72.8)``, with the 95 % interval where there is one; ``-`` for None."""
    if share is None:
        return "-"
    text = f"{100 * share:.1f} %"
    if interval is None:
        return text
    return f"{text} ({100 * interval[0]:.1f}-{100 * interval[1]:.1f})"


def _overview(parts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    rows = [["", *(PART_WORDS[part] for part in parts)],
            ["items", *(f"{part['n']:,}" for part in parts.values())]]
    for word, name in (("top-1", "top1"), ("top-2", "top2")):
        rows.append([word, *(
            percent(part[name], part[f"{name}_interval"]) for part in parts.values()
        )])
    for word, name in (("macro F1", "macro_f1"), ("calibration error", "ece")):
        rows.append([word, *(percent(part[name]) for part in parts.values())])
    return aligned(rows)


def _notes(parts: Mapping[str, Mapping[str, Any]]) -> list[str]:
    notes = []
    seen = parts["heldout"]["left_out_seen"]
    if seen:
        notes.append(
            f"{seen:,} held-out {_items(seen)} left out: the model was fitted on the same photo"
        )
    for part, found in parts.items():
        count = found["without_prediction"]
        if count:
            notes.append(f"{count:,} {PART_WORDS[part]} {_items(count)} left out: no scores")
        if not found["n"]:
            notes.append(f"there is no {PART_WORDS[part]} item to measure")
        corrected = found.get("corrected_labels", 0)
        if corrected:
            were = "label was" if corrected == 1 else "labels were"
            notes.append(f"{corrected:,} {PART_WORDS[part]} {were} corrected since the import")
    return notes


def _classes(part: Mapping[str, Any]) -> list[str]:
    rows = [["category", "precision", "recall", "F1", "items"]]
    for name, found in part["per_class"].items():
        rows.append([name, *_three(found), f"{found['support']:,}"])
    return aligned(rows)


def _three(found: Mapping[str, Any]) -> list[str]:
    return [
        percent(found["precision"], found["precision_interval"]),
        percent(found["recall"], found["recall_interval"]),
        percent(found["f1"]),
    ]


def _matrix(part: Mapping[str, Any]) -> list[str]:
    classes, matrix = part["classes"], part["confusion"]
    if len(classes) <= WIDEST_MATRIX:
        rows = [["label \\ answer", *classes]]
        rows += [[name, *(f"{n:,}" for n in row)] for name, row in zip(classes, matrix)]
        return aligned(rows)
    return [
        f"{cell.count:,} of {cell.support:,} {classes[cell.label]} were called"
        f" {classes[cell.predicted]}"
        for cell in largest_confusions(np.array(matrix), WIDEST_MATRIX)
    ]


def _tags(part: Mapping[str, Any], word: str) -> list[str]:
    if not part["tags"]:
        return []
    rows = [["tag", "threshold", "precision", "recall", "F1", "AP", "AUC", "tagged"]]
    for tag, found in part["tags"].items():
        rows.append([tag, f"{found['threshold']:.3f}", *_three(found), percent(found["ap"]),
                     percent(found["auc"]), f"{found['support']:,}"])
    return ["", f"{word} items by tag", *aligned(rows)]


def _items(count: int) -> str:
    return "item is" if count == 1 else "items are"
