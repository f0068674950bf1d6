"""Findings: what the audit suspects, the most suspicious first, to be decided one by one."""

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from core.errors import FindingsError, FittingRoomError
from webapp.actions import auditing, deciding
from webapp.actions import findings as actions
from webapp.actions.deciding import Decided
from webapp.actions.findings import Board
from webapp.actions.opened import Opened
from webapp.components.part import Part
from webapp.pages.shell import Page, Shell, said
from webapp.render import auditing as run_render
from webapp.render import findings as render
from webapp.render.deciding import decided_sentence, undone_sentence
from webapp.render.words import Words
from webapp.session import Session


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    shell.heading("Findings", "See what looks wrong, the most suspicious first, and decide.")
    run = Part("findings-run", events=("start", "watch", "cancel"), elem_id="findings-run",
               elem_classes="page-body")
    with gr.Row(elem_id="findings-body", elem_classes="page-body"):
        rows = Part("findings-list", elem_id="findings-list",
                    events=("filter", "turn", "look", "decide", "suggested", "takeback"))
        panel = Part("findings-item", events=("relabel",), elem_id="findings-item")
    page = _FindingsPage(shell)
    everything, beside = [run, rows, panel], [rows, panel]
    for event, act in (("start", auditing.start), ("cancel", auditing.stop), ("watch", None)):
        shell.on(run, event, page.audit(act), everything)
    shell.on(rows, "filter", page.then(actions.narrow), beside)
    shell.on(rows, "turn", page.then(actions.turn), beside)
    shell.on(rows, "look", page.then(actions.look), beside)
    shell.on(rows, "decide", page.saving(deciding.decide), [*everything, shell.toast])
    shell.on(rows, "suggested", page.saving(deciding.as_suggested), [*everything, shell.toast])
    shell.on(panel, "relabel", page.saving(deciding.relabelled), [*everything, shell.toast])
    shell.on(rows, "takeback", page.takeback, [*everything, shell.toast])
    return Page("findings", everything, page.show)


class _FindingsPage:
    """The handlers; each gets what is open and the place, and gives values of its components."""

    def __init__(self, shell: Shell):
        self.served = shell.served
        self.jobs = shell.jobs

    def show(self, session: Session, opened: Opened) -> list[Any]:
        """Values of all components."""
        try:
            board, broken = actions.board_of(opened), None
        except FindingsError as error:
            board, broken = None, error
        saved = board.saved if board else None
        since = auditing.since(opened, saved) if saved else None
        job = auditing.state(self.jobs, opened)
        return [run_render.run_value(opened, saved, since, job, broken),
                *self.beside(session, opened, board)]

    def beside(self, session: Session, opened: Opened, board: Board | None) -> list[Any]:
        """The list, and the finding that is looked at."""
        words = Words(opened.workspace.tasks)
        return [render.list_value(opened, session, board, words),
                render.panel_value(opened, session, board, words)]

    def audit(self, act: Callable[..., None] | None) -> Callable[..., tuple]:
        """Start or stop the audit, or look how far it is."""
        def handle(opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
            if act is not None and opened.has_photos:
                act(self.jobs, opened)
            job = auditing.state(self.jobs, opened)
            if act is None and job is not None and job.running:
                run, *_ = self.show(session, opened)
                return session, run, gr.skip(), gr.skip()
            return session, *self.show(session, opened)

        return handle

    def then(self, change: Callable[[Session, Mapping[str, Any]], Session]) -> Callable[..., tuple]:
        """A handler: change the place, show what follows from it."""
        def handle(opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
            changed = change(session, data)
            return changed, *self.beside(changed, opened, actions.require_board(opened))

        return handle

    def saving(self, save: Callable[..., Decided]) -> Callable[..., tuple]:
        """A handler: save a decision, show what is left, offer to undo it."""
        def handle(opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
            key = str(data.get("key"))
            try:
                board = actions.require_board(opened)
                before = actions.listed(board, session)
                made = save(opened, board, session, data)
            except FittingRoomError as error:
                return (session, *self._answered(session, opened, f"refused {key}"),
                        said(f"Not saved: {error}"))
            fresh = self.served.open(session)
            if made.keys:
                session = actions.move_on(actions.require_board(fresh), before, session, made.keys)
            return (session, *self._answered(session, fresh, key),
                    said(decided_sentence(made), undo=key))

        return handle

    def takeback(self, opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
        """Undo the latest of one's own saves, and look at what it had decided."""
        key, decided = deciding.undo(opened, data)
        fresh = self.served.open(session)
        if decided:
            session = actions.look(session, {"finding": decided[0]})
        return (session, *self._answered(session, fresh, f"undone {key}"),
                said(undone_sentence(len(decided))))

    def _answered(self, session: Session, opened: Opened, key: str) -> list[Any]:
        """All components after a save; list and form learn which save was answered."""
        run, *others = self.show(session, opened)
        return [run, *({**value, "answered": key} if value else value for value in others)]
