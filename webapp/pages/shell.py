"""What all pages share: header, session, one user's place, and how a click becomes a change."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr

from core.errors import FittingRoomError
from webapp.actions import relabel
from webapp.actions.jobs import Jobs
from webapp.actions.opened import Opened
from webapp.actions.served import Served
from webapp.components.part import Part, stamped, take_turn
from webapp.render.header import header_value
from webapp.render.notice import broken_notice, error_notice, notice_for
from webapp.render.relabel import undone_sentence
from webapp.session import SIDES, Session, read_link

log = logging.getLogger(__name__)

Show = Callable[[Session, Opened], Sequence[Any]]
"""Values for a page's outputs, in their order."""

Handler = Callable[..., tuple]
"""(opened, session, data) -> (session, value of output 1, value of output 2, ...)"""

QUIET = {"queue": False, "show_progress": "hidden", "api_name": False, "api_visibility": "private"}
"""For every listener: no overlay over photos, nothing offered to API or MCP by accident."""


@dataclass(frozen=True)
class Page:
    """One tab.

    Attributes:
        name: one of session.PAGES.
        outputs: the components that ``show`` fills.
        show: session and what is open -> values of ``outputs``.
        needs: ``catalog``, ``model`` or ``predictions``: without it the page shows a notice
            that says what is missing and how to get it, and ``show`` is not called.
    """

    name: str
    outputs: Sequence[gr.components.Component]
    show: Show
    needs: str = "catalog"


RELABELS = ("explore", "confusion", "models", "together", "slices")
"""Pages that show one item large: an undo opens it again."""


class Shell:
    """Given to every page's ``build``: the session and the wiring."""

    def __init__(self, served: Served, jobs: Jobs):
        self.served = served
        self.jobs = jobs
        self.session = gr.State(None)
        self.header = Part("header", events=("go",), elem_id="header")
        self.toast = Part("toast", events=("takeback",), elem_id="toast")
        self.pages: dict[str, Page] = {}
        self.notices: dict[str, Part] = {}

    def heading(self, title: str, words: str) -> None:
        """Title of a page and its line of help, verb first. Both are constant text."""
        gr.HTML(
            f'<h1 class="page-title">{title}</h1><p class="page-help">{words}</p>',
            elem_classes="page-heading", apply_default_css=False,
        )

    def on(
        self,
        part: Part,
        event: str,
        handler: Handler,
        outputs: Sequence[gr.components.Component] = (),
        *,
        trigger_mode: str = "multiple",
        queue: bool = False,
    ) -> None:
        """Wire an event of a Part.

        Args:
            handler: ``(opened, session, data) -> (session, *values)``; ``data`` is what the
                browser sent with the event, to be doubted. A FittingRoomError that it raises
                is shown as its sentence and changes nothing.
            outputs: the components that get ``values``.
        """
        def handle(session: Session, event_data: gr.EventData):
            try:
                data = dict(event_data._data or {})
                turn, session = take_turn(data), session or self.served.start
                opened = self.served.open(session)
                changed, *values = handler(opened, session, data)
                values = stamped([self.header, *outputs], [self._header(changed), *values], turn)
                # Unchanged, it may be older than where the user has gone meanwhile.
                place = gr.skip() if changed is session else changed
                return [place, values[0], gr.skip(), *values[1:]]
            except FittingRoomError as error:
                return [gr.skip(), gr.skip(), said(str(error)), *[gr.skip() for _ in outputs]]

        handle.__name__ = f"{part.elem_id or 'part'}_{event}".replace("-", "_")
        getattr(part, event)(
            handle, [self.session], [self.session, self.header, self.toast, *outputs],
            trigger_mode=trigger_mode, concurrency_limit=None, **{**QUIET, "queue": queue},
        )

    def wire(self, demo: gr.Blocks) -> None:
        """Load, menus, tabs and notices; call once, after all pages are built."""
        everything = [self.session, self.header, self.toast, *self.notices.values()]
        for page in self.pages.values():
            everything += page.outputs

        def load(request: gr.Request):
            try:
                session = read_link(dict(request.query_params), self.served.start)
            except FittingRoomError as error:
                return self._broken(error)
            return self._show(session)

        def go(session: Session, event_data: gr.EventData):
            session = session or self.served.start
            return self._show(session.go(**self._known(event_data._data or {})))

        def notice(session: Session, event_data: gr.EventData):
            sent, session = dict(event_data._data or {}), session or self.served.start
            turn = take_turn(sent)
            try:
                self._do(session, str(sent.get("do")))
            except FittingRoomError as error:
                return stamped(everything, self._broken(error, session), turn)
            # The place stays as it is: the user may have gone on meanwhile.
            return stamped(everything, [gr.skip(), *self._show(session)[1:]], turn)

        def undo(session: Session, event_data: gr.EventData):
            session = session or self.served.start
            sent = dict(event_data._data or {})
            try:
                items = relabel.undo(self.served.open(session), sent)
            except FittingRoomError as error:
                return [gr.skip(), gr.skip(), said(str(error)), *[gr.skip()] * (len(everything) - 3)]
            if len(items) == 1 and session.page in RELABELS:
                session = session.put(item=items[0])
            shown = self._show(session)
            return [*shown[:2], said(undone_sentence(len(items))), *shown[3:]]

        demo.load(load, None, everything, **QUIET)
        self.header.go(go, [self.session], everything, trigger_mode="multiple",
                       concurrency_limit=None, **QUIET)
        self.toast.takeback(undo, [self.session], everything, trigger_mode="multiple",
                        concurrency_limit=None, **QUIET)
        for part in self.notices.values():
            part.do(notice, [self.session], everything, trigger_mode="multiple",
                    concurrency_limit=None, **QUIET)

    def _known(self, sent: dict[str, Any]) -> dict[str, str]:
        """What a menu or a tab asked for; what is none of the choices is left as it was."""
        choices = {"page": self.pages, "part": SIDES, "workspace": self.served.roots}
        changes = {name: sent[name] for name, known in choices.items() if sent.get(name) in known}
        if "workspace" in changes:
            return {**changes, "model": ""}
        return {**changes, "model": str(sent["model"])} if sent.get("model") else changes

    def _do(self, session: Session, what: str) -> None:
        """A notice's button: start, watch or stop the background prediction."""
        opened = self.served.open(session)
        if what == "predict":
            self.jobs.start(opened)
        elif what == "cancel":
            self.jobs.cancel(opened)

    def _show(self, session: Session) -> list[Any]:
        """All outputs of ``wire``: the open page filled, the others untouched."""
        notices = {name: gr.skip() for name in self.notices}
        try:
            opened = self.served.open(session)
        except FittingRoomError as error:
            return self._broken(error, session)
        page = self.pages[session.page]
        values: Sequence[Any] = [gr.skip() for _ in page.outputs]
        try:
            notice = notice_for(page.needs, session, opened, self.jobs.state(opened))
            if notice is None:
                values = page.show(session, opened)
        except FittingRoomError as error:
            notice = error_notice(error)
        notices[page.name] = notice.to_json() if notice else None
        return [session, self._header(session, opened), gr.skip(), *notices.values(),
                *self._spread(page, values)]

    def _broken(self, error: FittingRoomError, session: Session | None = None) -> list[Any]:
        """The page when nothing can be opened: the sentence, and a way back."""
        start = session or Session("", page="explore")
        shown = broken_notice(error).to_json()
        notices = [shown if name == start.page else gr.skip() for name in self.notices]
        values = [gr.skip() for page in self.pages.values() for _ in page.outputs]
        return [session, self._header(start), gr.skip(), *notices, *values]

    def _spread(self, page: Page, values: Sequence[Any]) -> list[Any]:
        spread: list[Any] = []
        for other in self.pages.values():
            spread += values if other is page else [gr.skip() for _ in other.outputs]
        return spread

    def _header(self, session: Session, opened: Opened | None = None) -> dict[str, Any]:
        roots: list[str] = []
        try:
            roots = list(self.served.roots)
            opened = opened or self.served.open(session)
        except FittingRoomError:
            opened = None
        return header_value(session, opened, roots)


def then(
    change: Callable[[Opened, Session, dict[str, Any]], Session], show: Show
) -> Handler:
    """A handler: change the place, show what follows from it."""
    def handle(opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
        changed = change(opened, session, data)
        return changed, *show(changed, opened)

    return handle


def said(sentence: str, undo: str | None = None) -> dict[str, Any]:
    """A toast's value; the same sentence twice is two toasts.

    Args:
        undo: key of the save that the toast offers to take back.
    """
    return {"text": sentence, "at": time.time(), "undo": undo}
