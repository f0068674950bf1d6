"""Together: errors of both heads on the same items, and rules that the labels follow."""

from typing import Any

import gradio as gr

from webapp.actions import together as actions
from webapp.actions.opened import Opened
from webapp.components.part import Part
from webapp.pages.shell import Page, Shell, then
from webapp.pages.slice_photos import SlicePhotos
from webapp.render import together as render
from webapp.render.slice_words import SliceWords
from webapp.session import Session


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    with gr.Row(elem_classes="page-head"):
        shell.heading("Together", "See where category and tags go wrong on the same items. Open a"
                      " figure to see its photos.")
    with gr.Row(elem_id="together-body", elem_classes="page-body slice-body"):
        figures = Part("together-figures", events=("open", "view"), elem_id="together-figures")
        photos = SlicePhotos(actions.PAGE, actions.found)
        photos.add_panel()
    page = _TogetherPage(photos)
    shell.on(figures, "open", then(actions.open_figure, page.show), [figures, *photos.parts])
    shell.on(figures, "view", then(actions.choose_view, page.figures), [figures])
    photos.wire(shell, [figures], page.show)
    return Page("together", [figures, *photos.parts], page.show)


class _TogetherPage:
    """The handlers; each gets what is open and the place, and gives values of its components."""

    def __init__(self, photos: SlicePhotos):
        self.photos = photos

    def show(self, session: Session, opened: Opened) -> list[Any]:
        """Values of all components."""
        found = actions.found(opened, session)
        return [*self.figures(session, opened), *self.photos.values(session, opened, found)]

    def figures(self, session: Session, opened: Opened) -> list[Any]:
        """The outcomes and the list."""
        found, words = actions.found(opened, session), SliceWords(opened.workspace.tasks)
        return [render.figures_value(opened, session, found, words)]
