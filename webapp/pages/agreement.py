"""Agreement: how far people agree, whom to trust, and what to settle next."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from core.errors import FittingRoomError
from webapp.actions import agreement as actions
from webapp.actions import relabel
from webapp.actions.opened import Opened
from webapp.actions.weighing import stop_weighing, weighing_of
from webapp.components.part import Part
from webapp.pages.shell import Page, Shell, said
from webapp.render.agreement import figures_value, votes_value
from webapp.render.review import review_value, sent_sentence, settled_sentence
from webapp.session import Session


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    with gr.Row(elem_classes="page-head"):
        shell.heading(
            "Agreement", "See how far people agree, and settle what they do not agree on."
        )
    with gr.Column(elem_id="agreement-body", elem_classes="page-body"):
        review = Part("agreement-review", elem_id="agreement-review",
                      events=("task", "row", "settle", "takeback", "send", "weigh"))
        figures = Part("agreement-figures", events=("task", "person"),
                       elem_id="agreement-figures")
        votes = Part("agreement-votes", events=("renew",), elem_id="agreement-votes")
    page = _Agreement(shell)
    both = [figures, review]
    shell.on(review, "task", page.then(actions.choose), both)
    shell.on(figures, "task", page.then(actions.choose), both)
    shell.on(figures, "person", page.then(actions.open_person), both)
    shell.on(review, "row", page.then(actions.open_row), both)
    shell.on(review, "weigh", page.weigh, both)
    shell.on(review, "settle", page.settle, [*both, shell.toast])
    shell.on(review, "takeback", page.take_back, [*both, shell.toast])
    shell.on(review, "send", page.send, [*both, shell.toast])
    shell.on(votes, "renew", page.renew, [*both, votes])
    return Page("agreement", [*both, votes], page.show)


class _Agreement:
    """The handlers; they need the app's background work and, after a save, what is open anew."""

    def __init__(self, shell: Shell):
        self._jobs = shell.jobs
        self._open = shell.served.open

    def show(self, session: Session, opened: Opened) -> list[Any]:
        """Values of all three parts."""
        return [*self._both(opened, session)[1:], votes_value(opened)]

    def then(self, change: Callable[..., Session]) -> Callable[..., tuple]:
        """A handler: change the place, show what follows from it."""
        def handle(opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
            return self._both(opened, change(opened, session, data))

        return handle

    def weigh(self, opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
        """Look how far the weighing is, stop it, or begin it again."""
        if data.get("do") == "stop":
            stop_weighing(opened, self._jobs)
        elif data.get("do") == "again":
            weighing_of(opened, self._jobs, again=True)
        return self._both(opened, session)

    def settle(self, opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
        """Save a reviewer's word; the list closes up and the next row opens."""
        try:
            item, task, value = actions.settle(opened, data)
        except FittingRoomError as error:
            return *self._both(opened, session), said(f"Not saved: {error}")
        at = actions.number_of(data.get("at"), 0)
        moved = actions.open_row(opened, session, {"at": at})
        fresh = self._open(session)
        told = said(settled_sentence(fresh, item, task, value), undo=str(data["key"]))
        return *self._both(fresh, moved), told

    def take_back(self, opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
        """Undo a settlement of this browser; its row opens again."""
        try:
            items = relabel.undo(opened, data)
        except FittingRoomError as error:
            return *self._both(opened, session), said(str(error))
        back = session.put(actions.PAGE, item=items[0], of=None) if items else session
        return *self._both(self._open(session), back), said("Undone: the votes decide again.")

    def send(self, opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
        """Ask for one more vote on the open item, or on all of the list."""
        try:
            if data.get("all") is True:
                found = weighing_of(opened, self._jobs).found or []
                items = actions.review_of(opened, session, found).rows["item_id"].tolist()
            else:
                items = [actions.item_to_send(opened, data)]
            number = actions.send(opened, items, data.get("by"))
        except FittingRoomError as error:
            return *self._both(opened, session), said(str(error))
        return *self._both(self._open(session), session), said(sent_sentence(number))

    def renew(self, opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
        """Votes came in or were taken back."""
        return *self._both(opened, session), votes_value(opened)

    def _both(self, opened: Opened, session: Session) -> tuple[Session, Any, Any]:
        """The place with its open row, figures and review list."""
        weighing = weighing_of(opened, self._jobs)
        review = None
        if weighing.found:
            review = actions.review_of(opened, session, weighing.found)
            session = actions.remember_row(session, review)
        return (session, figures_value(opened, session, weighing),
                review_value(opened, session, weighing, review))
