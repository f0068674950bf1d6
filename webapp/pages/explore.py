"""Explore: what the catalog holds."""

from webapp.pages.shell import Page, Shell


def build(shell: Shell) -> Page:
    shell.heading("Explore", "See what the catalog holds. Click a bar or a cell to see the photos behind it.")
    return Page("explore", (), lambda session, opened: ())
