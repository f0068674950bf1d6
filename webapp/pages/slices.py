"""Slices: figures of any part of the catalog, and the parts that are worst."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from core.metrics.slices.figures import share_keys
from webapp.actions import slice_watch, slice_worst
from webapp.actions import slices as actions
from webapp.actions.opened import Opened
from webapp.actions.slice_items import Open
from webapp.components.part import Part
from webapp.pages.shell import Page, Shell, said, then
from webapp.pages.slice_photos import SlicePhotos
from webapp.render import slices as render
from webapp.render.slice_words import SliceWords
from webapp.session import Session

WHERE_EVENTS = ("open", "look", "measure", "again", "cancel", "watch", "remove")
OPEN_EVENTS = ("open", "look", "narrow", "save", "remove")


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    with gr.Row(elem_classes="page-head"):
        shell.heading("Slices", "Find where the model is worse: by seller, by photo, by any filter."
                      " Save a slice and watch it.")
    with gr.Row(elem_id="slices-body", elem_classes="page-body slice-body"):
        where = Part("slices-where", events=WHERE_EVENTS, elem_id="slices-where")
        with gr.Column(elem_id="slices-middle"):
            slice_ = Part("slices-open", events=OPEN_EVENTS, elem_id="slices-open")
            photos = SlicePhotos(actions.PAGE, actions.found)
        photos.add_panel()
    page = _SlicesPage(shell, photos)
    everything = [where, slice_, *photos.parts]
    for part in (where, slice_):
        shell.on(part, "open", then(actions.open_slice, page.show), everything)
        shell.on(part, "remove", page.saving(actions.remove, "is off the list; the file keeps it"),
                 [*everything, shell.toast])
    shell.on(where, "look", then(actions.look, page.where), [where])
    for event in ("measure", "again", "cancel", "watch"):
        shell.on(where, event, page.work(event), everything)
    shell.on(slice_, "look", then(actions.look, page.slice), [slice_])
    shell.on(slice_, "narrow", then(actions.narrow, page.show), everything)
    shell.on(slice_, "save", page.saving(actions.save, "is saved, and watched from model to model"),
             [*everything, shell.toast])
    photos.wire(shell, [where, slice_], page.show)
    return Page("slices", everything, page.show)


class _SlicesPage:
    """The handlers; each gets what is open and the place, and gives values of its components."""

    def __init__(self, shell: Shell, photos: SlicePhotos):
        self.jobs, self.photos = shell.jobs, photos

    def show(self, session: Session, opened: Opened) -> list[Any]:
        """Values of all components."""
        now = actions.found(opened, session)
        return [*self.where(session, opened, now), *self.slice(session, opened, now),
                *self.photos.values(session, opened, now)]

    def where(self, session: Session, opened: Opened, now: Open | None = None) -> list[Any]:
        """The left card."""
        now, words = now or actions.found(opened, session), SliceWords(opened.workspace.tasks)
        measuring = self.jobs.known(slice_worst.measuring_key(opened))
        return [render.where_value(
            opened, session, now, words, slice_worst.waiting_photos(opened), measuring,
            **self._view(session, opened, words))]

    def _view(self, session: Session, opened: Opened, words: SliceWords) -> dict[str, Any]:
        view = actions.view_of(opened, session)
        if view == "compare":
            return render.compare_value(opened, session, words)
        if view == "worst":
            found = slice_worst.worst_of(opened, session, self.jobs)
            keys = share_keys(opened.workspace.tasks.tag_names)
            return render.worst_value(found, slice_worst.asked_of(opened, session), words, keys)
        models, told = slice_watch.watched(opened, session)
        return render.saved_value(models, told, actions.figure_of(opened, session), words)

    def slice(self, session: Session, opened: Opened, now: Open | None = None) -> list[Any]:
        """The open slice's card."""
        now = now or actions.found(opened, session)
        return [render.open_value(opened, session, now, SliceWords(opened.workspace.tasks))]

    def saving(self, change: Callable[..., tuple[Session, Any]],
               words: str) -> Callable[..., tuple]:
        """A handler that changes the list of saved slices, and says so."""
        def handle(opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
            changed, saved = change(opened, session, data)
            return changed, *self.show(changed, opened), said(f"“{saved.name}” {words}.")

        return handle

    def work(self, event: str) -> Callable[..., tuple]:
        """Start, stop or watch what runs in the background."""
        def handle(opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
            if event == "measure":
                slice_worst.measure(opened, self.jobs)
            elif event == "again":
                slice_worst.search_again(opened, session, self.jobs)
            elif event == "cancel":
                slice_worst.cancel(opened, session, self.jobs)
            return session, *self.show(session, opened)

        return handle
