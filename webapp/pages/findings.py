"""Findings: what the audit suspects, the most suspicious first, to be decided one by one."""

from typing import Any

from webapp.actions.opened import Opened
from webapp.pages.shell import Page, Shell
from webapp.session import Session


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    shell.heading("Findings", "See what looks wrong, the most suspicious first, and decide.")
    return Page("findings", [], _show)


def _show(session: Session, opened: Opened) -> list[Any]:
    return []
