"""Photos of an open slice and one of its items: two parts that several pages have."""

from collections.abc import Callable
from typing import Any

from webapp.actions import slice_items
from webapp.actions.lists import chosen_items
from webapp.actions.opened import Opened
from webapp.actions.slice_items import Open
from webapp.components.part import Part
from webapp.pages.relabelling import relabelling
from webapp.pages.shell import Shell, then
from webapp.render import slice_photos as render
from webapp.render.slice_words import SliceWords
from webapp.session import Session

Show = Callable[[Session, Opened], list[Any]]


class SlicePhotos:
    """Lays the photos out where it is made, and the item where ``add_panel`` is called.

    ``wire`` both when the page's other parts are there.
    """

    def __init__(self, page: str, found: Callable[[Opened, Session], Open]):
        """Lay out the photos.

        Args:
            found: what is open at a place of the page.
        """
        self.page, self.found = page, found
        self.grid = Part("slice-photos", events=("turn", "item"), elem_id=f"{page}-photos")
        self.parts = [self.grid]

    def add_panel(self) -> None:
        """Lay out the item that is looked at."""
        self.panel = Part("slice-item", events=("step", "relabel", "alike"),
                          elem_id=f"{self.page}-item")
        self.parts.append(self.panel)

    def values(self, session: Session, opened: Opened, found: Open | None = None) -> list[Any]:
        """Of the two parts."""
        found = found or self.found(opened, session)
        words = SliceWords(opened.workspace.tasks)
        return [render.photos_value(opened, session, self.page, found, words),
                render.panel_value(opened, session, self.page, found, words)]

    def wire(self, shell: Shell, others: list[Part], show: Show) -> None:
        """Events of the two parts.

        Args:
            others: the page's other outputs.
            show: values of ``others`` and the two parts, in this order.
        """
        everything = [*others, *self.parts]
        shell.on(self.grid, "turn", then(lambda o, s, d: slice_items.paging.turned(
            s, self.page, d), self.values), self.parts)
        shell.on(self.grid, "item", then(lambda o, s, d: s.put(
            self.page, item=str(d.get("item"))), self.values), self.parts)
        shell.on(self.panel, "step", then(self._step, self.values), self.parts)
        shell.on(self.panel, "alike", self._like(show), everything)
        shell.on(self.panel, "relabel", relabelling(
            shell.served, chosen_items, self._source, self._move_on,
            lambda session, opened, key: self._answered(show, session, opened, key),
        ), [*everything, shell.toast])

    def _step(self, opened: Opened, session: Session, data: dict[str, Any]) -> Session:
        return slice_items.step(opened, session, self.page, self.found(opened, session), data)

    def _like(self, show: Show) -> Callable[..., tuple]:
        def handle(opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
            changed = slice_items.like(opened, session, self.page, data)
            return changed, *show(changed, opened)

        return handle

    def _source(self, opened: Opened, session: Session) -> str:
        kept = slice_items.kept_place(session, self.page, self.found(opened, session))
        return slice_items.source_of(opened, kept, self.page)

    def _move_on(self, opened: Opened, fresh: Opened, session: Session, done: Any) -> Session:
        kept = slice_items.kept_place(session, self.page, self.found(opened, session))
        return slice_items.move_on(opened, fresh, kept, self.page, done)

    @staticmethod
    def _answered(show: Show, session: Session, opened: Opened, key: str) -> list[Any]:
        """All components after a save; the panel learns which save was answered."""
        *others, panel = show(session, opened)
        return [*others, {**panel, "answered": key}]
