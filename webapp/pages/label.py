"""Label: one photo after the other, by keys; what was said is saved at once."""

from typing import Any

import gradio as gr

from webapp.actions.label import queues
from webapp.actions.opened import Opened
from webapp.components.part import Part
from webapp.pages.shell import Page, Shell
from webapp.render.label import page_value
from webapp.session import Session


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    with gr.Row(elem_classes="page-head"):
        shell.heading(
            "Label",
            "Say what you see: digits choose, letters tag, Space saves.",
        )
    desk = Part("label", events=("queue",), elem_id="label", elem_classes="page-body")
    shell.on(desk, "queue", _choose)
    return Page("label", [desk], _show)


def _show(session: Session, opened: Opened) -> list[Any]:
    return [page_value(opened, session.place("label").get("queue"))]


def _choose(opened: Opened, session: Session, data: dict[str, Any]) -> tuple[Session]:
    """Remember which items come next, for the link."""
    name = data.get("queue")
    return (session.put("label", queue=name if name in queues(opened) else None),)
