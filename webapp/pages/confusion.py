"""Confusion: which class was called which."""

from webapp.pages.shell import Page, Shell


def build(shell: Shell) -> Page:
    shell.heading("Confusion", "Open a cell to see its photos; arrow keys move, Enter opens.")
    return Page("confusion", (), lambda session, opened: (), needs="predictions")
