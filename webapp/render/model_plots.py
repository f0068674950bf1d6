"""A model's curves as the Plot part gets them; computes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from webapp.actions.model_figures import Figures
from webapp.actions.models import Model
from webapp.render.words import count, percent


def reliability_value(model: Model, figures: Figures) -> dict[str, Any] | None:
    """How often answers are right, by how sure the model was; None unless measured here."""
    found = figures.reliability
    if found is None:
        return None
    bins = len(found.counts)
    held = figures.parts["heldout"]
    filled = [at for at in range(bins) if found.counts[at]]
    low = {at: at / bins for at in filled}
    sure = {at: float(found.confidence[at]) for at in filled}
    right = {at: float(found.accuracy[at]) for at in filled}
    words = {at: f"{percent(low[at])} to {percent(low[at] + 1 / bins)} sure:"
                 f" {count(int(found.counts[at]))} photos, {percent(right[at])} right,"
                 f" {percent(sure[at])} sure on average" for at in filled}
    middle = [low[at] + 0.5 / bins for at in filled]
    tips = [words[at] for at in filled]
    interval = held["intervals"]["ece"]
    error = percent(held["ece"], 1)
    if interval:
        error += f" ({100 * interval[0]:.1f} to {100 * interval[1]:.1f})"
    return {
        "name": f"reliability-{model.model}",
        "of": model.model,
        "title": "Sure and right",
        "note": f"calibration error {error} on {count(held['n'])} held-out photos",
        "words": f"Reliability diagram of {model.model}: " + "; ".join(tips[-6:]),
        "x": {"title": "how sure the model was", "range": [0, 1], "percent": True},
        "panels": [
            {"title": "right", "range": [0, 1], "percent": True, "share": 0.74},
            {"title": "photos", "share": 0.26},
        ],
        "marks": [
            {"kind": "bars", "name": "right", "x": middle, "y": [right[at] for at in filled],
             "width": 1 / bins, "colour": "bar", "tips": tips},
            {"kind": "gaps", "name": "too sure or not sure enough", "x": middle,
             "y": [sure[at] - right[at] for at in filled], "base": [right[at] for at in filled],
             "width": 1 / bins, "colour": "orange-mark", "tips": tips},
            {"kind": "dashes", "name": "as sure as right", "x": [0, 1], "y": [0, 1],
             "colour": "ink2"},
            {"kind": "bars", "name": "photos", "x": middle,
             "y": [int(found.counts[at]) for at in filled], "width": 1 / bins, "colour": "bar2",
             "tips": tips, "panel": 1, "quiet": True},
        ],
        "table": {
            "columns": [{"name": "sure from", "form": "share"}, {"name": "to", "form": "share"},
                        {"name": "photos", "form": "count"}, {"name": "right", "form": "share"},
                        {"name": "sure on average", "form": "share"}],
            "rows": [[low[at], low[at] + 1 / bins, int(found.counts[at]), right[at], sure[at]]
                     for at in filled],
        },
    }


LOSSES = (("loss", "train", "dashes", "bar2"), ("val_loss", "validation", "line", "bar"))
COLUMNS = ("epoch", "stage", "loss", "val_loss", "val_top1", "learning_rate", "seconds")


def history_value(model: Model, history: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Loss of train and validation and the share of right validation answers, by epoch."""
    known = [record for record in history if isinstance(record.get("epoch"), float)]
    if not known:
        return None
    marks = []
    for column, name, kind, colour in LOSSES:
        marks += _series(known, column, name, kind, colour, 0, "")
    marks += _series(known, "val_top1", "validation right", "line", "bar", 1, "quiet")
    kept = [record["epoch"] for record in known if record.get("best") is True]
    columns = [name for name in COLUMNS if any(name in record for record in known)]
    return {
        "name": f"training-{model.model}",
        "of": model.model,
        "title": "Training",
        "note": f"{count(len(known))} epochs" if len(known) > 1
        else "one step, a linear probe; there is no curve to follow",
        "words": f"Training of {model.model}: " + _told(known[-1]),
        "x": {"title": "epoch (0: linear probe)", "whole": True},
        "panels": [{"title": "loss", "share": 0.55},
                   {"title": "right", "percent": True, "share": 0.45, "close": True}],
        "marks": marks,
        "lines": [{"at": kept[-1], "words": "kept"}] if kept else [],
        "table": {
            "columns": [{"name": name.replace("val_", "validation ").replace("_", " "),
                         "form": _FORMS.get(name, "number")} for name in columns],
            "rows": [[record.get(name) for name in columns] for record in known],
        },
    }


_FORMS = {"epoch": "count", "stage": "text", "val_top1": "share", "learning_rate": "text"}


def _series(known: Sequence[Mapping[str, Any]], column: str, name: str, kind: str, colour: str,
            panel: int, quiet: str) -> list[dict[str, Any]]:
    points = [(r["epoch"], r[column]) for r in known if isinstance(r.get(column), float)]
    if not points:
        return []
    return [{"kind": kind, "name": name, "x": [x for x, _ in points], "y": [y for _, y in points],
             "colour": colour, "panel": panel, "quiet": bool(quiet)}]


def _told(last: Mapping[str, Any]) -> str:
    parts = [f"epoch {last['epoch']:.0f}"]
    if "val_loss" in last:
        parts.append(f"validation loss {last['val_loss']:.3f}")
    if "val_top1" in last:
        parts.append(f"{percent(last['val_top1'], 1)} of validation right")
    return ", ".join(parts)
