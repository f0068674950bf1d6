"""The card that starts and shows a training, on every page that offers it."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from core.commands.background import DONE, last_training
from webapp.actions import training as actions
from webapp.actions.opened import Opened
from webapp.components.part import Part
from webapp.pages.shell import Shell, said
from webapp.render.training import training_value
from webapp.session import Session

EVENTS = ("start", "halt", "resume", "restart", "forget", "watch")


class TrainingCard:
    """One card; ``values`` fills it."""

    def __init__(self, shell: Shell, elem_id: str):
        self.shell = shell
        self.part = Part("training", events=EVENTS, elem_id=elem_id)

    def values(self, session: Session, opened: Opened) -> list[Any]:
        """What the card shows now."""
        jobs = self.shell.jobs
        found = actions.training_of(opened, jobs)
        return [training_value(opened, session, found, jobs)]

    def wire(self, outputs: list[Part], show: Callable[[Session, Opened], list[Any]],
             finished: Callable[[Opened, Session, str], Session] | None = None) -> None:
        """Wire the card's events, once the page's other parts are there.

        Args:
            outputs: of the page, filled by ``show`` when a training has ended.
            finished: opened, session and the new model's name -> where to go.
        """
        shown = [self.part, *outputs, self.shell.toast]

        def watch(opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
            """How far it is; all of the page once it has ended."""
            values = self.values(session, opened)
            found = last_training(opened.workspace)
            if values[0] is not None and values[0]["busy"] or not outputs:
                return session, *values, *_skipped(outputs), gr.skip()
            if finished and found and found.state == DONE and data.get("name") == found.status.name:
                session = finished(opened, session, found.status.name)
            fresh = self.shell.served.open(session)
            return session, *values, *show(session, fresh), gr.skip()

        def does(act: Callable[[Opened, dict[str, Any]], str]) -> Callable[..., tuple]:
            def handle(opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
                sentence = act(opened, data)
                toast = said(sentence) if sentence else gr.skip()
                return session, *self.values(session, opened), *_skipped(outputs), toast

            return handle

        events = {"start": does(_start), "halt": does(_halt), "resume": does(_resume),
                  "restart": does(_restart), "forget": does(_forget), "watch": watch}
        for name, handler in events.items():
            self.shell.on(self.part, name, handler, shown, trigger_mode="once")


def _skipped(outputs: list[Part]) -> list[Any]:
    return [gr.skip() for _ in outputs]


def _start(opened: Opened, data: dict[str, Any]) -> str:
    actions.start(opened, data)
    return "Training has begun. It goes on when you leave this page."


def _halt(opened: Opened, data: dict[str, Any]) -> str:
    actions.cancel(opened)
    return ""


def _resume(opened: Opened, data: dict[str, Any]) -> str:
    actions.again(opened, restart=False)
    return ""


def _restart(opened: Opened, data: dict[str, Any]) -> str:
    actions.again(opened, restart=True)
    return ""


def _forget(opened: Opened, data: dict[str, Any]) -> str:
    actions.forget(opened)
    return ""
