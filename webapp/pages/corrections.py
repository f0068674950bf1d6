"""Corrections: what people have set right since the import, and what that does to the figures."""

from typing import Any

import gradio as gr

from webapp.actions import corrected_list, corrections
from webapp.actions.lists import chosen_items
from webapp.actions.opened import Opened
from webapp.components.part import Part
from webapp.pages.relabelling import relabelling
from webapp.pages.shell import Page, Shell, then
from webapp.pages.training import TrainingCard
from webapp.render import corrected_list as list_render
from webapp.render import corrections as render
from webapp.render.words import Words
from webapp.session import Session


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    with gr.Row(elem_classes="page-head"):
        shell.heading("Corrections", "See what changed since the import, and what that does to the"
                                     " figures.")
        moment = Part("corrections-moment", events=("moment",), elem_id="corrections-moment",
                      elem_classes="page-side")
    with gr.Column(elem_id="corrections-body", elem_classes="page-body"):
        with gr.Row(elem_id="corrections-top"):
            summary = Part("corrections-summary", events=("narrow",), elem_id="corrections-summary")
            training = TrainingCard(shell, "corrections-training")
        figures = Part("corrections-figures", elem_id="corrections-figures")
        with gr.Row(elem_id="corrections-cells"):
            matrix = Part("corrections-matrix", elem_id="corrections-matrix")
            curves = Part("plot", events=("choose",), elem_id="corrections-curves")
        with gr.Row(elem_id="corrections-items"):
            items = Part("corrections-list", events=("narrow", "turn", "item"),
                         elem_id="corrections-list")
            panel = Part("corrections-item", events=("step", "relabel"), elem_id="corrections-item")
    listed = [summary, items, panel]
    everything = [moment, summary, training.part, figures, matrix, curves, items, panel]

    def show(session: Session, opened: Opened) -> list[Any]:
        return _show(session, opened, training)

    shell.on(moment, "moment", then(corrections.go_to, show), everything)
    shell.on(curves, "choose", then(corrections.choose_curve, _curves), [curves])
    for part in (summary, items):
        shell.on(part, "narrow", then(corrected_list.narrow, _listed), listed)
    shell.on(items, "turn", then(corrected_list.turn, _listed), listed)
    shell.on(items, "item", then(corrected_list.choose_item, _listed), listed)
    shell.on(panel, "step", then(corrected_list.step, _listed), listed)

    def answered(session: Session, opened: Opened, key: str) -> list[Any]:
        *others, last = show(session, opened)
        return [*others, {**last, "answered": key}]

    shell.on(panel, "relabel", relabelling(
        shell.served, chosen_items, corrected_list.source_of, corrected_list.move_on, answered,
    ), [*everything, shell.toast])
    training.wire([], show)
    return Page("corrections", everything, show)


def _show(session: Session, opened: Opened, training: TrainingCard) -> list[Any]:
    """Values of all components."""
    moment, words = corrections.moment_of(opened, session), Words(opened.workspace.tasks)
    summary, items, panel = _listed(session, opened)
    return [
        render.moment_value(opened, session, moment), summary, *training.values(session, opened),
        render.figures_value(opened, session, moment, words),
        render.matrix_value(opened, session, moment, words), *_curves(session, opened),
        items, panel,
    ]


def _curves(session: Session, opened: Opened) -> list[Any]:
    """One tag before and after."""
    return [list_render.curve_value(opened, session, corrections.moment_of(opened, session))]


def _listed(session: Session, opened: Opened) -> list[Any]:
    """The summary, whose counts filter, the list, and one item."""
    found, words = corrected_list.listed(opened, session), Words(opened.workspace.tasks)
    return [render.summary_value(opened, session, corrections.moment_of(opened, session)),
            list_render.list_value(opened, session, found, words),
            list_render.panel_value(opened, session, found, words)]
