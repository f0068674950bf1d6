"""A model's curves as the Plot part gets them; computes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.annotations.answer import CATEGORY, task_names
from core.catalog.table import PART_WORDS
from core.metrics.calibration import BINS
from webapp.actions.model_figures import PARTS_MEASURED, Figures
from webapp.actions.models import Model
from webapp.actions.opened import Opened
from webapp.render.words import count, percent
from webapp.session import Session


def reliability_value(opened: Opened, session: Session, model: Model,
                      figures: Figures) -> dict[str, Any] | None:
    """How often answers are right, by how sure the model was; None where nothing is known.

    Of the side and the question that the place names; else of the first that is known.
    """
    asked = reliability_asked(opened, session, figures)
    if asked is None:
        return None
    part, task = asked
    tag = "" if task == CATEGORY else task.removeprefix("tag:")
    found, held = figures.reliability(part, task), figures.parts[part]
    low = [at / BINS for at in found["bin"]]
    right = "tagged" if tag else "right"
    tips = [f"{_between(at, tag)}: {count(items)} photos, {percent(share)} {right},"
            f" {f'{sure:.2f}' if tag else percent(sure) + ' sure'} on average"
            for at, items, share, sure in
            zip(low, found["items"], found["right"], found["score"])]
    of = count(sum(found["items"]))
    interval = None if tag else held.get("intervals", {}).get("ece")
    error = percent(figures.calibration_error(part, task), 1)
    if interval:
        error += f" ({100 * interval[0]:.1f} to {100 * interval[1]:.1f})"
    return {
        "name": f"reliability-{model.model}",
        "of": f"{model.model}, {tag}" if tag else model.model,
        "title": "Sure and right",
        "note": f"calibration error {error} on {of} {PART_WORDS[part]} photos",
        "words": f"Reliability diagram of {model.model}: " + "; ".join(tips[-6:]),
        "choices": _choices(opened, figures, part, task),
        "x": {"title": "score of the tag" if tag else "how sure the model was",
              "range": [0, 1], "percent": True},
        "panels": [
            {"title": right, "range": [0, 1], "percent": True, "share": 0.74},
            {"title": "photos", "share": 0.26},
        ],
        "marks": _bars(low, found, tips, right),
        "table": {
            "columns": [{"name": "sure from", "form": "share"}, {"name": "to", "form": "share"},
                        {"name": "photos", "form": "count"}, {"name": right, "form": "share"},
                        {"name": "sure on average", "form": "share"}],
            "rows": [[at, at + 1 / BINS, *row] for at, *row in
                     zip(low, found["items"], found["right"], found["score"])],
        },
    }


def reliability_asked(opened: Opened, session: Session,
                      figures: Figures) -> tuple[str, str] | None:
    """(part, task) that the place names, or the first that is known; None without any."""
    place = session.place("models")
    tasks = task_names(opened.workspace.tasks)
    known = [(part, task) for part in PARTS_MEASURED for task in tasks
             if figures.reliability(part, task)]
    part, task = place.get("sure", PARTS_MEASURED[0]), place.get("sure-of", CATEGORY)
    same = [one for one in known if one == (part, task)]
    near = [one for one in known if one[0] == part] or known
    return next(iter(same or near), None)


def _choices(opened: Opened, figures: Figures, part: str, task: str) -> list[dict[str, Any]]:
    """Menus of the plot: which photos, which question."""
    sides = [one for one in PARTS_MEASURED
             if any(figures.reliability(one, name)
                    for name in task_names(opened.workspace.tasks))]
    menus = [{"key": "sure", "label": "Photos in the diagram", "value": part,
              "options": [[one, PART_WORDS[one]] for one in sides]}]
    known = [name for name in task_names(opened.workspace.tasks)
             if figures.reliability(part, name)]
    if len(known) > 1:
        options = [[name, "category" if name == CATEGORY else name.removeprefix("tag:")]
                   for name in known]
        menus.append({"key": "sure-of", "label": "Question of the diagram", "value": task,
                      "options": options})
    return menus


def _between(low: float, tag: str) -> str:
    if tag:
        return f"score {low:.2f} to {low + 1 / BINS:.2f}"
    return f"{percent(low)} to {percent(low + 1 / BINS)} sure"


def _bars(low: Sequence[float], found: Mapping[str, list], tips: Sequence[str],
          right: str) -> list[dict[str, Any]]:
    middle = [at + 0.5 / BINS for at in low]
    over = [sure - share for sure, share in zip(found["score"], found["right"])]
    bars = {"x": middle, "width": 1 / BINS, "tips": tips}
    return [
        {"kind": "bars", "name": right, "y": found["right"], "colour": "bar", **bars},
        {"kind": "gaps", "name": "too sure or not sure enough", "y": over,
         "base": found["right"], "colour": "orange-mark", **bars},
        {"kind": "dashes", "name": f"as sure as {right}", "x": [0, 1], "y": [0, 1],
         "colour": "ink2"},
        {"kind": "bars", "name": "photos", "y": found["items"], "colour": "bar2", "panel": 1,
         "quiet": True, **bars},
    ]


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
