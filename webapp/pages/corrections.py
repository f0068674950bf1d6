"""Corrections: what people have set right since the import, and what that does to the figures."""

from typing import Any

from webapp.actions.opened import Opened
from webapp.pages.shell import Page, Shell
from webapp.session import Session


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    shell.heading("Corrections", "See what changed since the import, and what that does to the"
                                 " figures.")
    return Page("corrections", [], _show)


def _show(session: Session, opened: Opened) -> list[Any]:
    return []
