"""Together: errors of both heads on the same items, and rules that the labels follow."""

from webapp.pages.shell import Page, Shell


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    shell.heading("Together", "See where category and tags go wrong on the same items; open any figure to see its photos.")
    return Page("together", [], lambda session, opened: [])
