"""Confusion: where, which, this one: the matrix, a cell's photos, one item, from left to right."""

from typing import Any

import gradio as gr

from webapp.actions import confusion as actions
from webapp.actions import matrix as looks
from webapp.actions.lists import chosen_items
from webapp.actions.opened import Opened
from webapp.components.part import Part
from webapp.pages.relabelling import relabelling
from webapp.pages.shell import Page, Shell, then
from webapp.render import confusion as render
from webapp.render.matrix import matrix_value
from webapp.render.words import Words
from webapp.session import Session


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    with gr.Row(elem_classes="page-head"):
        shell.heading("Confusion", "Open a cell to see its photos; arrow keys move, Enter opens."
                      " Correct a label where it is wrong.")
        summary = Part("confusion-summary", elem_id="confusion-summary", elem_classes="page-side")
    with gr.Row(elem_id="confusion-body", elem_classes="page-body"):
        with gr.Column(elem_id="confusion-where"):
            matrix = Part("confusion-matrix", events=("cell", "look"), elem_id="confusion-matrix")
            sentences = Part("confusion-sentences", events=("cell",), elem_id="confusion-sentences")
        grid = Part("confusion-cell", events=("turn", "item", "tag"), elem_id="confusion-cell")
        panel = Part("confusion-item", events=("step", "relabel"), elem_id="confusion-item")
    figures = [matrix, sentences, grid, panel]
    shell.on(matrix, "cell", then(actions.open_cell, _figures), figures)
    shell.on(sentences, "cell", then(actions.open_cell, _figures), figures)
    shell.on(matrix, "look", then(looks.choose_look, _matrix), [matrix])
    shell.on(grid, "turn", then(actions.turn, _photos), [grid, panel])
    shell.on(grid, "tag", then(actions.choose_tag, _photos), [grid, panel])
    shell.on(grid, "item", then(actions.choose_item, _photos), [grid, panel])
    shell.on(panel, "step", then(actions.step, _photos), [grid, panel])
    shell.on(panel, "relabel", relabelling(
        shell.served, chosen_items, actions.source_of, actions.move_on, _answered,
    ), [summary, *figures, shell.toast])
    return Page("confusion", [summary, *figures], _show, needs="predictions")


def _show(session: Session, opened: Opened) -> list[Any]:
    """Values of all components."""
    return [render.summary_value(opened, session), *_figures(session, opened)]


def _answered(session: Session, opened: Opened, key: str) -> list[Any]:
    """All components after a save; the panel learns which save was answered."""
    *others, panel = _show(session, opened)
    return [*others, {**panel, "answered": key}]


def _figures(session: Session, opened: Opened) -> list[Any]:
    """The matrix, its sentences, the cell's photos and one item."""
    found, words = _found(session, opened)
    return [
        matrix_value(opened, session, found, words, render.notes(opened, session.part)),
        render.sentences_value(opened, session, found, words),
        render.cell_value(opened, session, found, words),
        render.panel_value(opened, session, found, words),
    ]


def _photos(session: Session, opened: Opened) -> list[Any]:
    """The cell's photos and one item."""
    found, words = _found(session, opened)
    return [render.cell_value(opened, session, found, words),
            render.panel_value(opened, session, found, words)]


def _matrix(session: Session, opened: Opened) -> list[Any]:
    """The matrix alone: it is looked at otherwise."""
    found, words = _found(session, opened)
    return [matrix_value(opened, session, found, words, render.notes(opened, session.part))]


def _found(session: Session, opened: Opened) -> tuple[actions.CellItems | None, Words]:
    opened.require_predictions()
    cell = actions.cell_of(opened, session)
    found = actions.items_in(opened, session, cell) if cell else None
    return found, Words(opened.workspace.tasks)
