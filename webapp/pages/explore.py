"""Explore: size and trouble first, then what goes together, and the photos behind it."""

from typing import Any

import gradio as gr

from webapp.actions import explore as actions
from webapp.actions.lists import chosen_items
from webapp.actions.opened import Opened
from webapp.components.part import Part
from webapp.pages.relabelling import relabelling, stay
from webapp.pages.shell import Page, Shell, then
from webapp.render import explore as render
from webapp.render.words import Words
from webapp.session import Session


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    with gr.Row(elem_classes="page-head"):
        shell.heading(
            "Explore", "See what the catalog holds. Click a bar or a cell to see the photos behind it."
        )
        part = Part("explore-part", events=("part",), elem_id="explore-part",
                    elem_classes="page-side")
    with gr.Column(elem_id="explore-body", elem_classes="page-body"):
        tiles = Part("explore-tiles", events=("show",), elem_id="explore-tiles")
        with gr.Row(elem_id="explore-columns"):
            bars = Part("explore-bars", events=("reveal",), elem_id="explore-bars")
            pairs = Part("explore-pairs", events=("pair",), elem_id="explore-pairs")
            beside = Part("explore-items", events=("turn", "item", "step", "relabel"),
                          elem_id="explore-items")
    outputs = [part, tiles, bars, pairs, beside]
    shell.on(part, "part", then(actions.choose_part, _show), outputs)
    shell.on(tiles, "show", then(actions.open_label, _show), outputs)
    shell.on(bars, "reveal", then(actions.open_label, _show), outputs)
    shell.on(pairs, "pair", then(actions.open_pair, _show), outputs)
    shell.on(beside, "turn", then(actions.turn, _beside), [beside])
    shell.on(beside, "item", then(actions.choose_item, _beside), [beside])
    shell.on(beside, "step", then(actions.step, _beside), [beside])
    shell.on(beside, "relabel", relabelling(
        shell.served, chosen_items, actions.source_of, stay, _answered,
    ), [*outputs, shell.toast])
    return Page("explore", outputs, _show)


def _show(session: Session, opened: Opened) -> list[Any]:
    """Values of all components."""
    part = actions.part_of(session)
    found = actions.profile_of(opened, part)
    words = Words(opened.workspace.tasks)
    shown = actions.behind(opened, session)
    return [
        render.part_value(part),
        render.tiles_value(opened, found),
        render.bars_value(opened, part, found, words, shown),
        render.pairs_value(opened, part, found, words, shown),
        render.beside_value(opened, session, shown, words),
    ]


def _answered(session: Session, opened: Opened, key: str) -> list[Any]:
    """All components after a save; the item's view learns which save was answered."""
    *others, beside = _show(session, opened)
    return [*others, {**beside, "answered": key}]


def _beside(session: Session, opened: Opened) -> list[Any]:
    """The photos beside, or the open one of them."""
    shown = actions.behind(opened, session)
    return [render.beside_value(opened, session, shown, Words(opened.workspace.tasks))]
