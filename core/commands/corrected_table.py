"""What corrections did to the figures, as text for a terminal; computes nothing."""

from collections.abc import Mapping
from typing import Any

from core.annotations.effect import LABELS
from core.catalog.table import PART_WORDS
from core.commands.figures_table import aligned, percent

WORDS = {"corrected": "as corrected", "imported": "as imported", "untouched": "only unchanged"}


def correction_lines(figures: Mapping[str, Any]) -> list[str]:
    """For each part with corrected labels: figures on all three kinds of labels, and a warning."""
    lines = []
    if figures["labels"] != "corrected":
        lines += ["", f"figures above rest on labels {WORDS[figures['labels']]}"]
    for part, word in PART_WORDS.items():
        found = figures.get(part, {}).get("corrections")
        if found:
            lines += ["", f"{word} labels", *_table(found), _directions(found)]
            lines += [f"warning: {found['warning']}"] if found["warning"] else []
    return lines


def _table(found: Mapping[str, Any]) -> list[str]:
    kinds = [found[labels] for labels in LABELS]
    rows = [["", *(WORDS[labels] for labels in LABELS)],
            ["items", *(f"{kind['n']:,}" for kind in kinds)]]
    for word, name in (("top-1", "top1"), ("top-2", "top2")):
        rows.append([word, *(percent(kind[name], kind[f"{name}_interval"]) for kind in kinds)])
    for word, name in (("macro F1", "macro_f1"), ("calibration error", "ece")):
        rows.append([word, *(percent(kind[name]) for kind in kinds)])
    for tag in kinds[0]["tags"]:
        for word, name in (("AP", "ap"), ("F1", "f1")):
            rows.append([f"{tag} {word}", *(percent(kind["tags"][tag][name]) for kind in kinds)])
    return aligned(rows)


def _directions(found: Mapping[str, Any]) -> str:
    items = "1 item" if found["items"] == 1 else f"{found['items']:,} items"
    return (f"of {found['labels']:,} corrected labels of {items}, {found['towards']:,} went towards"
            f" the model's answer, {found['away']:,} away from it, {found['neither']:,} neither")
