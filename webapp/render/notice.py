"""Empty, busy and error states of a page: what, why, what to do, what is safe."""

from dataclasses import asdict, dataclass
from typing import Any

from core.catalog.table import PART_WORDS
from core.errors import FittingRoomError
from webapp.actions.jobs import Job
from webapp.actions.opened import Opened
from webapp.render.words import Words, and_list, count
from webapp.session import Session


@dataclass(frozen=True)
class Button:
    """``do`` is ``predict``, ``cancel``, ``model`` (its menu), ``home`` or a page's name."""

    text: str
    do: str


@dataclass(frozen=True)
class Notice:
    """What stands in a page's place.

    Attributes:
        kind: ``empty``, ``busy`` or ``error``.
        strong: a part of ``text`` to be set in bold.
        steps: what one can do, in order; ``code`` is a command that ends the last one.
        safe: what is untouched.
        done, total: how far long work is.
    """

    kind: str
    title: str
    text: str = ""
    strong: str = ""
    steps: tuple[str, ...] = ()
    code: str = ""
    buttons: tuple[Button, ...] = ()
    safe: str = ""
    done: int = 0
    total: int = 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def notice_for(needs: str, session: Session, opened: Opened, job: Job | None) -> Notice | None:
    """What a page that needs something must show instead of itself; None when it has it."""
    if needs == "catalog":
        return None
    if opened.card is None:
        return _no_model(opened)
    if opened.mismatch is not None:
        return _mismatch(opened)
    if needs == "model":
        return None
    if job is not None and job.running:
        return _busy(job)
    if opened.waiting(session.part):
        return _no_predictions(session, opened, job)
    return None


def error_notice(error: FittingRoomError) -> Notice:
    return Notice("error", "This page cannot be shown", str(error),
                  safe="Labels and corrections are untouched. The other pages work as before.")


def broken_notice(error: FittingRoomError) -> Notice:
    """When the workspace or the model that a link names cannot be opened."""
    return Notice("error", "This cannot be opened", str(error),
                  buttons=(Button("Start over", "home"),))


def _no_model(opened: Opened) -> Notice:
    return Notice(
        "empty", "No model yet",
        "This workspace has labels but no model that answers them. Train one:",
        code=f"python -m core train {opened.workspace.root}",
        buttons=(Button("Explore the labels", "explore"),),
    )


def _mismatch(opened: Opened) -> Notice:
    model, asked = opened.card.asked, opened.workspace.tasks
    text, strong = _difference("categories", model.classes, asked.classes, Words(asked).names)
    wrong = 0
    if model.classes != asked.classes:
        new = [name for name in asked.classes if name not in model.classes]
        wrong = int(opened.catalog.rows["category"].isin(new).sum())
    else:
        same = {name: name for name in asked.tag_names}
        text, strong = _difference("tags", model.tag_names, asked.tag_names, same)
    because = f"they would be wrong for {count(wrong)} items" if wrong else "they would be wrong"
    return Notice(
        "error", "The model and this workspace ask different questions",
        f"“{opened.model}” {text} No figures are shown, because {because}.",
        strong=strong,
        steps=("Choose a model that was trained for this workspace.", "Or train one:"),
        code=f"python -m core train {opened.workspace.root}",
        buttons=(Button("Choose a model", "model"),),
        safe="Labels and corrections are untouched. The other pages work as before.",
    )


def _difference(what: str, own: tuple[str, ...], asked: tuple[str, ...],
                names: dict[str, str]) -> tuple[str, str]:
    """A sentence and the part of it that matters most."""
    new = [names[name] for name in asked if name not in own]
    first = f"knows {len(own)} {what}. This workspace has {len(asked)}"
    if new:
        listed = and_list(new, 5)
        return f"{first}: {listed} {'is' if len(new) == 1 else 'are'} new.", listed
    gone = [name for name in own if name not in asked]
    if gone:
        return f"{first}: {and_list(gone, 5)} only the model knows.", and_list(gone, 5)
    return f"{first}, in another order.", ""


def _no_predictions(session: Session, opened: Opened, job: Job | None) -> Notice:
    if not opened.has_photos:
        return Notice(
            "empty", "No photos to answer",
            "This workspace has labels only, so there is nothing for a model to look at.",
            buttons=(Button("Explore the labels", "explore"),),
        )
    size = opened.part_sizes.get(session.part, 0)
    if opened.answered is not None:
        what = f"none of the {count(size)} {PART_WORDS.get(session.part, 'all')} photos"
    else:
        what = f"none of the {count(len(opened.catalog))} photos of this workspace"
    text = f"The model “{opened.model}” has looked at {what} yet."
    if job is not None and job.error:
        text = f"{job.error} {text}"
    return Notice(
        "error" if job is not None and job.error else "empty", "No answers yet", text,
        buttons=(Button(f"Predict {count(len(opened.catalog))} photos", "predict"),),
        safe="This runs here, in the background; you can go on working on other pages.",
    )


def _busy(job: Job) -> Notice:
    text = f"Reading {count(job.done)} of {count(job.total)} photos" if job.total else "Starting"
    return Notice("busy", "Predicting", text, done=job.done, total=job.total,
                  buttons=(Button("Cancel", "cancel"),),
                  safe="What was answered is kept; you can go on working on other pages.")
