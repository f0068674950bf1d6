"""Thresholds: all tags, one cut, its curves and counts, saved as the next decision bundle."""

from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr

from core.errors import FittingRoomError
from webapp.actions import bundles, flips
from webapp.actions import thresholds as actions
from webapp.actions.lists import chosen_items
from webapp.actions.opened import Opened
from webapp.actions.person import who
from webapp.actions.served import Served
from webapp.components.part import Part
from webapp.pages.relabelling import relabelling, stay
from webapp.pages.shell import Page, Shell, said
from webapp.session import Session

PLACE = {"view": 20, "tag": 200, "sort": 20, "find": 100, "by": 60, "for": 5, "folds": 2,
         "zone": 20, "old": 20, "new": 20, "cuts": 4000, "zones": 4000, "cells": 4000}
"""Words of the page's link, and how long each may be; the browser reads them with doubt."""


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    with gr.Row(elem_classes="page-head"):
        shell.heading(
            "Thresholds",
            "Pick a tag, drag its cut, and read what it costs. Chosen on validation, judged on"
            " held-out photos.",
        )
    bench = Part("thresholds", events=("placed", "saved", "promoted", "rolled", "relabel"),
                 elem_id="thresholds", elem_classes="page-body")
    shell.on(bench, "placed", _placed)
    for event, change in (("saved", _save), ("promoted", _promote), ("rolled", _roll_back)):
        shell.on(bench, event, partial(_changed, shell.served, change), [bench, shell.toast],
                 trigger_mode="once")
    shell.on(bench, "relabel", relabelling(
        shell.served, chosen_items, flips.source_of, stay, _answered), [bench, shell.toast])
    return Page("thresholds", [bench], _show, needs="predictions")


def _show(session: Session, opened: Opened) -> list[Any]:
    place = {name: word for name, word in session.place("thresholds").items() if name in PLACE}
    return [{**actions.bench(opened), "place": place, "photos": session.part}]


def _answered(session: Session, opened: Opened, key: str) -> list[Any]:
    """The page after labels were saved; the form learns which save was answered."""
    return [{**_show(session, opened)[0], "answered": key}]


def _placed(opened: Opened, session: Session, data: dict[str, Any]) -> tuple[Session]:
    """Remember what is open, for the link."""
    sent = {name: str(data[name]) for name in PLACE if data.get(name)}
    kept = {name: word for name, word in sent.items() if len(word) <= PLACE[name]}
    if kept.get("tag") not in opened.workspace.tasks.tag_names:
        kept.pop("tag", None)
    return (session.clear("thresholds").put("thresholds", **kept),)


def _changed(served: Served, change: Callable[..., str], opened: Opened, session: Session,
             data: dict[str, Any]) -> tuple:
    """Save, promote or roll back; when that fails the page keeps its cuts."""
    done = True
    try:
        sentence = change(opened, data)
        session = session.put("thresholds", cuts=None, zones=None, cells=None)
    except FittingRoomError as error:
        done, sentence = False, f"Not done: {error}"
    value = {**_show(session, served.open(session))[0], "answers": data.get("attempt"),
             "done": done}
    return session, value, said(sentence)


def _save(opened: Opened, data: dict[str, Any]) -> str:
    return actions.save(opened, data, who(data.get("by"))).sentence


def _promote(opened: Opened, data: dict[str, Any]) -> str:
    return bundles.put_into_use(opened, data.get("version"), who(data.get("by")))


def _roll_back(opened: Opened, data: dict[str, Any]) -> str:
    return bundles.take_back(opened, who(data.get("by")))
