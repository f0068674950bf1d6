"""A training as assets/js/training.js draws it: what can be started, how far it is, its end."""

from typing import Any

from core.commands.background import DONE, INTERRUPTED, STOPPING, Training
from core.commands.training_status import STOPPED, Status
from core.commands.training_time import training_seconds
from webapp.actions.jobs import Jobs
from webapp.actions.opened import Opened
from webapp.actions.training import RECIPES, in_use, new_model, pair_with_new
from webapp.render.words import count, percent
from webapp.session import Session

RECIPE_WORDS = {
    "probe": ("Linear heads", "heads anew on the features as they are; the choice for some"
                              " hundred photos"),
    "tune": ("Fine-tuning", "heads first, then the whole network at a low rate; for thousands of"
                            " photos"),
    "published": ("VGG19, frozen", "the published solution; needs its ImageNet weights and hours"),
    "scratch": ("Small network", "from nothing, as a baseline"),
    "pixels30": ("30 × 30 pixels", "logistic regression, as the floor to compare with"),
}

STAGES = {"sample": "Opening the workspace", "photos": "Reading photos",
          "linear heads": "Fitting linear heads", "export": "Exporting", "figures": "Measuring",
          "": "Starting"}


def training_value(opened: Opened, session: Session, found: Training | None,
                   jobs: Jobs) -> dict[str, Any] | None:
    """None where nothing can be trained: no photos."""
    if not opened.has_photos:
        return None
    value: dict[str, Any] = {"busy": False, "name": "", "text": "", "notes": [], "buttons": [],
                             "error": "", "start": None, "link": None, "epochs": "",
                             "title": "Retrain" if in_use(opened) else "Train a model"}
    if found is None:
        return {**value, "start": _start(opened)}
    status = found.status
    value |= {"name": status.name, "state": found.state, "notes": status.notes[-2:]}
    if found.going_on:
        return value | _going_on(found)
    if found.state == DONE:
        value |= _done(opened, session, found, jobs)
    else:
        value |= _unfinished(found)
    return value | {"start": None if found.resumable else _start(opened)}


def _start(opened: Opened) -> dict[str, Any]:
    photos, corrected = int(opened.catalog.rows["image"].notna().sum()), len(opened.corrections)
    known = in_use(opened)
    text = (f"On the labels in force: {count(corrected)} label{'' if corrected == 1 else 's'}"
            " corrected since the import." if corrected else
            "No label was corrected since the import: a new model learns from the same labels.")
    again = "Retrain with corrections" if corrected else "Train another model"
    return {
        "text": f"{text} The model in use stays until you choose the new one." if known else text,
        "button": again if known else "Train on these labels",
        "recipes": [
            {"value": name, "name": RECIPE_WORDS[name][0],
             "words": RECIPE_WORDS[name][1] + _time(opened, name, photos)}
            for name in RECIPES
        ],
    }


def _time(opened: Opened, recipe: str, photos: int) -> str:
    seconds = training_seconds(opened.workspace, recipe, photos)
    return "" if seconds is None else f"; {about(seconds)} for {count(photos)} photos"


def about(seconds: float) -> str:
    """about 2 minutes, about 3 hours"""
    for size, name in ((3600, "hour"), (60, "minute")):
        number = round(seconds / size)
        if seconds >= 0.95 * size:
            return f"about {number} {name}{'' if number == 1 else 's'}"
    return "less than a minute"


def _going_on(found: Training) -> dict[str, Any]:
    status = found.status
    stage = STAGES.get(status.stage, status.stage.capitalize())
    done = f", {count(status.done)} of {count(status.total)}" if status.total else ""
    if found.state == STOPPING:
        return {"busy": True, "text": f"Stopping “{status.name}” at its next count: {stage}{done}",
                "done": status.done, "total": status.total}
    return {
        "busy": True, "text": f"Training “{status.name}”: {stage}{done}",
        "done": status.done, "total": status.total, "epochs": _epochs(status),
        "buttons": [{"do": "halt", "text": "Cancel"}],
    }


def _epochs(status: Status) -> str:
    if not status.epochs:
        return ""
    last = status.epochs[-1]
    words = [f"epoch {last['epoch']}" if last.get("epoch") else "linear heads"]
    if last.get("val_loss") is not None:
        words.append(f"validation loss {last['val_loss']:.3f}")
    if last.get("val_top1") is not None:
        words.append(f"{percent(last['val_top1'], 1)} of validation right")
    return ", ".join(words)


def _unfinished(found: Training) -> dict[str, Any]:
    name, because = found.status.name, found.because
    forget = {"do": "forget", "text": "Throw it away" if found.resumable else "Close"}
    if found.state == INTERRUPTED:
        how = "was stopped" if because == STOPPED else f"ended early: {because}"
        if not found.resumable:
            return {"text": f"“{name}” {how}.", "buttons": [forget]}
        kept = ("What it had is kept." if not found.stale else
                "Labels, photos or the split have changed since, so it must begin again.")
        go_on = [{"do": "restart", "text": "Begin again on the labels of today"}] if found.stale \
            else [{"do": "resume", "text": "Go on"}]
        return {"text": f"“{name}” {how}. {kept}", "buttons": [*go_on, forget]}
    buttons = [{"do": "restart", "text": "Begin again"}] if found.resumable else []
    return {"text": f"“{name}” could not be trained.",
            "error": f"{because[:1].upper()}{because[1:]}.", "buttons": [*buttons, forget]}


def _done(opened: Opened, session: Session, found: Training, jobs: Jobs) -> dict[str, Any]:
    name, model = found.status.name, new_model(opened, found)
    if model is None:
        return {"text": f"“{name}” was trained and cannot be used here any more.",
                "buttons": [{"do": "forget", "text": "Close"}]}
    seconds = found.status.seconds
    took = f" in {about(seconds).removeprefix('about ')}" if seconds else ""
    job = jobs.state(model)
    value = {"text": f"“{name}” was trained{took}.", "buttons": [{"do": "forget", "text": "Close"}],
             "link": _pair_link(opened, session, name)}
    if job is not None and job.running:
        value |= {"busy": True, "done": job.done, "total": job.total, "link": None,
                  "text": f"“{name}” was trained{took}. It answers the photos now:"
                          f" {count(job.done)} of {count(job.total)}"}
    elif job is not None and job.error:
        value["error"] = job.error
    return value


def _pair_link(opened: Opened, session: Session, name: str) -> dict[str, str]:
    used = opened.workspace.settings.model
    if used == name:
        return {"text": "See it beside the others", "href": f"?{session.go(page='models').link}"}
    place = pair_with_new(opened, session.go(page="models"), name)
    return {"text": f"Compare with “{used}”", "href": f"?{place.link}"}
