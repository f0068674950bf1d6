"""Models as the page's components get them: the table, one model's detail, long work."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from core.catalog.table import PART_WORDS
from core.model.card import LITERT
from webapp.actions import models as actions
from webapp.actions.jobs import Job
from webapp.actions.model_figures import CARD, HERE, NOWHERE, PARTS_MEASURED, Figures, figures
from webapp.actions.models import Model
from webapp.actions.opened import Opened
from webapp.render.model_words import (
    chips,
    data_words,
    day,
    measured_words,
    megabytes,
    problem_words,
)
from webapp.render.words import and_list, count, percent, plain


def table_value(opened: Opened, models: Sequence[Model], chosen: Model | None,
                order: tuple[str, bool] = ("", True)) -> dict[str, Any]:
    """All models side by side; held-out figures with those of validation beneath.

    Args:
        order: (column, ascending) by which they are sorted; see ``model_order``.
    """
    tags = opened.workspace.tasks.tag_names
    heldout = opened.catalog.part("heldout").tags
    return {
        "models": [_row(opened, model, chosen, tags) for model in models],
        "tags": [{"name": tag, "support": f"{count(int((heldout[:, at] == 1).sum()))} held-out"}
                 for at, tag in enumerate(tags)],
        "top2": len(opened.workspace.tasks.classes) > 2,
        "command": f"python -m core train {opened.workspace.root}",
        "sort": {"column": order[0], "ascending": order[1]},
    }


def _row(opened: Opened, model: Model, chosen: Model | None, tags: Sequence[str]) -> dict[str, Any]:
    own = figures(opened, model) if model.usable else Figures(NOWHERE)
    held, val = (own.parts.get(part) for part in PARTS_MEASURED)
    return {
        "name": model.model,
        "chips": chips(model),
        "problem": problem_words(opened, model),
        "open": chosen is not None and chosen.model == model.model,
        "in_use": model.in_use,
        "usable": model.usable,
        "measured": measured_words(own),
        "comparable": own.comparable,
        "figures": {name: [_figure(held, name), _figure(val, name)]
                    for name in ("top1", "top2", "macro_f1", "ece")},
        "tags": [{"ap": [_tag(held, tag, "ap"), _tag(val, tag, "ap")],
                  "f1": [_tag(held, tag, "f1"), _tag(val, tag, "f1")],
                  "ece": [_tag(held, tag, "ece", True), _tag(val, tag, "ece", True)]}
                 for tag in tags],
        **_making(model),
    }


def _figure(part: Mapping[str, Any] | None, name: str) -> dict[str, str] | None:
    if not part or not part.get("n"):
        return None
    interval = part.get(f"{name}_interval") or part.get("intervals", {}).get(name)
    return _with_interval(part.get(name), interval, name != "macro_f1")


def _tag(part: Mapping[str, Any] | None, tag: str, name: str,
         share: bool = False) -> dict[str, str] | None:
    found = (part or {}).get("tags", {}).get(tag)
    if not found:
        return None
    interval = part.get("intervals", {}).get("tags", {}).get(tag, {}).get(name)
    return {**_with_interval(found.get(name), interval, share), "of": count(found["support"])}


def _with_interval(value: float | None, interval: Sequence[float] | None,
                   share: bool) -> dict[str, str]:
    """``share``: in per cent with one digit, else as a plain number with two."""
    def said(number: float) -> str:
        return f"{100 * number:.1f}" if share else f"{number:.2f}"

    if value is None:
        return {"text": "–", "interval": ""}
    text = f"{said(value)} %" if share else said(value)
    if not interval or value is None:
        return {"text": text, "interval": ""}
    return {"text": text, "interval": f"{said(interval[0])} to {said(interval[1])}"}


def _making(model: Model) -> dict[str, str]:
    card = model.card
    if card is None:
        return dict.fromkeys(("size", "speed", "made", "data", "backbone", "image"), "–")
    speed = card.timings.get("litert_ms")
    return {
        "size": megabytes(model.size_of(LITERT)),
        "speed": "–" if speed is None else f"{speed:.1f} ms",
        "made": day(card.made),
        "data": data_words(card),
        "backbone": plain(card.backbone),
        "image": "\N{NO-BREAK SPACE}×\N{NO-BREAK SPACE}".join(map(str, card.image_size)),
    }


def detail_value(opened: Opened, model: Model | None, job: Job | None) -> dict[str, Any] | None:
    """One model: what can be done with it, and all that its folder tells."""
    if model is None:
        return None
    own = figures(opened, model) if model.usable else Figures(NOWHERE)
    return {
        "name": model.model,
        "chips": chips(model),
        "in_use": model.in_use,
        "usable": model.usable,
        "problem": problem_words(opened, model),
        "run": run_value([model], [job], opened) if model.usable else None,
        "sentences": _sentences(own, model),
        "report": _report_link(opened, model) if own.source == HERE else None,
        "facts": _facts(model) if model.card else [],
        "recipe": _pairs(model.card.training.get("recipe", {})) if model.card else [],
        "versions": _pairs(model.card.versions) if model.card else [],
        "architecture": actions.architecture(model),
    }


def _report_link(opened: Opened, model: Model) -> str:
    """What both files of the report take after the question mark."""
    return urlencode({"workspace": opened.key, "model": model.model})


def _sentences(own: Figures, model: Model) -> list[str]:
    """What the table has no room for: notes, prediction sets, photos of none of the classes."""
    said = [f"{measured_words(own).capitalize()}."] if model.usable else []
    held = own.parts.get("heldout", {})
    if held.get("left_out_seen"):
        said.append(f"{count(held['left_out_seen'])} held-out items are left out: the model was"
                    " trained on their photos.")
    if held.get("without_prediction"):
        said.append(f"{count(held['without_prediction'])} held-out items have no answer.")
    corrected = held.get("corrected_items", 0) if own.source == CARD else 0
    if corrected:
        said.append(f"{count(corrected)} of those held-out photos had labels that people had"
                    " corrected before it was trained.")
    if own.source == CARD and own.data != model.workspace.name:
        said.append("These are other photos than this workspace’s: do not compare them.")
    elif own.source == CARD and not own.comparable:
        said.append("The labels or the split here are not those that it was measured on: do not"
                    " compare them.")
    if model.card and model.refitted:
        said.append("It learned from validation photos too; the figures on them are from before.")
    if own.sets:
        said.append(
            f"Prediction sets promised {percent(own.sets['promised'])} and hold the label of"
            f" {percent(own.sets['covered'], 1)} ({_between(own.sets['covered_interval'])}) of"
            f" {count(own.sets['n'])} held-out photos, with {own.sets['mean_size']:.1f} classes on"
            " average.")
    told = model.card.figures.get("heldout") or {} if model.card else {}
    outside = told.get("out_of_catalog") or {}
    return [*said, _outside(outside)] if outside.get("auc") is not None else said


def _outside(found: Mapping[str, Any]) -> str:
    low, high = found["auc_interval"]
    return (f"None of these, by its card: AUROC {found['auc']:.2f} ({low:.2f} to {high:.2f})"
            f" between {count(found['outside'])} held-out photos of other things and"
            f" {count(found['inside'])} of the catalog. It finds {percent(found['found'])} of the"
            f" first and suspects {percent(found['false_alarms'])} of the second.")


def _between(interval: Sequence[float]) -> str:
    return f"{100 * interval[0]:.1f} to {100 * interval[1]:.1f}"


def _facts(model: Model) -> list[list[str]]:
    card = model.card
    training, timings = card.training, card.timings
    facts = [
        ["Made", f"{card.made.replace('T', ' ').removesuffix('+00:00')} UTC"],
        ["Weights", f"{card.model_id}, {count(card.parameters)} parameters"],
        ["Backbone", f"{plain(card.backbone)}, {' × '.join(map(str, card.image_size))} pixels"],
        ["Learned from", data_words(card)],
    ]
    facts += [[f"Photos of {name}",
               ", ".join(f"{count(n)} {PART_WORDS.get(part, part)}" for part, n in sides.items())]
              for name, sides in (card.data.get("items") or {}).items()]
    if "epochs" in training:
        steps = (f"{training['epochs']} epochs, the one kept is {training.get('best_epoch', 0)}"
                 if training["epochs"] else "linear probe only")
        facts.append(["Training", f"{steps}, {_minutes(training.get('seconds', 0))}"])
    if "temperature" in card.calibration:
        facts.append(["Calibration", f"temperature {card.calibration['temperature']:.2f}, on"
                      f" {_calibrated_on(card.calibration)}"])
    if "litert_ms" in timings:
        facts.append(["Speed", f"{timings['litert_ms']:.1f} ms a photo ({timings.get('how', '')})"])
    files = {name: model.size_of(name) for name in sorted(card.sizes)}
    if any(files.values()):
        facts.append(["Files", ", ".join(f"{name} {megabytes(n)}" for name, n in files.items()
                                         if n is not None)])
    return facts


def _calibrated_on(calibration: Mapping[str, Any]) -> str:
    crossed = calibration.get("cross_fitted", {}).get("category")
    if crossed:
        return f"{count(crossed)} photos of training and validation, each out of fold"
    return f"{count(calibration.get('fitted_on', 0))} validation photos"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f} minutes" if seconds >= 90 else f"{seconds:.0f} seconds"


def _pairs(values: Mapping[str, Any]) -> list[list[str]]:
    return [[plain(name), "–" if value is None else str(value)] for name, value in values.items()]


def run_value(missing: Sequence[Model], jobs: Sequence[Job | None],
              opened: Opened) -> dict[str, Any] | None:
    """The answers that are missing, how far they are, and what can be done; None when all there.

    Args:
        missing: the models asked about; those that have answered are passed over.
        jobs: the last run of each.
    """
    left = [(model, job) for model, job in zip(missing, jobs)
            if not model.answered or (job is not None and job.running)]
    if not left:
        return None
    running = [job for _, job in left if job is not None and job.running]
    names = and_list([f"“{model.model}”" for model, _ in left], 2)
    has = "has" if len(left) == 1 else "have"
    photos = count(len(opened.catalog))
    failed = next((job.error for _, job in left if job is not None and job.error), "")
    done, total = sum(job.done for job in running), sum(job.total for job in running)
    if running:
        text = f"Reading {count(done)} of {count(total)} photos for {names}"
        text = text if total else "Starting"
    elif not opened.has_photos:
        text = f"{names} {has} not answered here, and this workspace has no photos to answer."
    else:
        text = f"{names} {has} not answered this workspace’s {photos} photos yet."
    return {
        "text": text, "error": failed if not running else "", "busy": bool(running),
        "done": done, "total": total,
        "button": f"Predict {photos} photos" if opened.has_photos and not running else "",
    }
