"""Agreement: how far people agree, whom to trust, and what to settle next."""

from typing import Any

import gradio as gr

from webapp.actions.opened import Opened
from webapp.pages.shell import Page, Shell
from webapp.session import Session


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    with gr.Row(elem_classes="page-head"):
        shell.heading(
            "Agreement", "See how far people agree, and settle what they do not agree on."
        )
    return Page("agreement", [], _show)


def _show(session: Session, opened: Opened) -> list[Any]:
    return []
