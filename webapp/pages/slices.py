"""Slices: figures of any part of the catalog, and the parts that are worst."""

from webapp.pages.shell import Page, Shell


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    shell.heading("Slices", "Find where the model is worse: by seller, by photo, by any filter. Save a slice and watch it.")
    return Page("slices", [], lambda session, opened: [])
