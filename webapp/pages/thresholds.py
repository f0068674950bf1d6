"""Thresholds: all tags, one cut, its curves and counts, saved as the next decision bundle."""

from functools import partial
from typing import Any

import gradio as gr

from core.errors import FittingRoomError
from webapp.actions import thresholds as actions
from webapp.actions.opened import Opened
from webapp.actions.person import who
from webapp.actions.served import Served
from webapp.components.part import Part
from webapp.pages.shell import Page, Shell, said
from webapp.session import Session


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    with gr.Row(elem_classes="page-head"):
        shell.heading(
            "Thresholds",
            "Pick a tag, drag its cut, and read what it costs. Chosen on validation, judged on"
            " held-out photos.",
        )
    bench = Part("thresholds", events=("opened", "saved"), elem_id="thresholds",
                 elem_classes="page-body")
    shell.on(bench, "opened", _opened)
    shell.on(bench, "saved", partial(_saved, shell.served), [bench, shell.toast],
             trigger_mode="once")
    return Page("thresholds", [bench], _show, needs="predictions")


def _show(session: Session, opened: Opened) -> list[Any]:
    tag = session.place("thresholds").get("tag")
    return [{**actions.bench(opened), "open": tag, "photos": session.part}]


def _opened(opened: Opened, session: Session, data: dict[str, Any]) -> tuple[Session]:
    """Remember which tag is open, for the link."""
    tag = str(data.get("tag"))
    known = tag in opened.workspace.tasks.tag_names
    return (session.put("thresholds", tag=tag if known else None),)


def _saved(served: Served, opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
    """Save the cuts; when that fails the page keeps them, so that nothing is dragged again."""
    try:
        saved = actions.save(
            opened, data.get("thresholds"), data.get("version"), who(data.get("by"))
        )
        sentence = saved.sentence
    except FittingRoomError as error:
        sentence = f"Not saved: {error}"
    value = {**_show(session, served.open(session))[0], "answers": data.get("attempt")}
    return session, value, said(sentence)
