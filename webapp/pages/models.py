"""Models: all of them side by side, one in detail, and two on the same held-out photos."""

from collections.abc import Callable
from typing import Any

import gradio as gr

from core.errors import PredictionsError
from webapp.actions import comparison
from webapp.actions import models as actions
from webapp.actions.jobs import Jobs
from webapp.actions.lists import chosen_items
from webapp.actions.model_figures import figures
from webapp.actions.model_order import order_of, ordered, sort_by
from webapp.actions.opened import Opened
from webapp.actions.training import pair_with_new
from webapp.components.part import Part
from webapp.pages.relabelling import relabelling
from webapp.pages.shell import Page, Shell, said, then
from webapp.pages.training import TrainingCard
from webapp.render import comparison as compare_render
from webapp.render import model_plots, words
from webapp.render import models as render
from webapp.session import Session


def build(shell: Shell) -> Page:
    """Lay out the page inside its tab."""
    with gr.Row(elem_classes="page-head"):
        shell.heading("Models",
                      "Choose the model in use, and see what another one mends or breaks.")
    with gr.Column(elem_id="models-body", elem_classes="page-body"):
        table = Part("models-table", events=("look", "use", "sort"), elem_id="models-table")
        training = TrainingCard(shell, "models-training")
        with gr.Row(elem_id="models-one"):
            detail = Part("models-detail", events=("use", "predict", "cancel", "watch"),
                          elem_id="models-detail")
            reliability = Part("plot", events=("choose",), elem_id="models-reliability")
            history = Part("plot", elem_id="models-history")
        compare = Part("models-compare", elem_id="models-compare",
                       events=("choose", "ask", "predict", "cancel", "watch"))
        with gr.Row(elem_id="models-photos"):
            photos = Part("models-photos", events=("turn", "item"), elem_id="models-grid")
            panel = Part("models-item", events=("step", "relabel"), elem_id="models-item")
    one = [table, detail, reliability, history]
    pair = [compare, photos, panel]
    page = _ModelsPage(shell)
    shell.on(table, "look", then(actions.look_at, page.one), one)
    shell.on(table, "sort", then(sort_by, page.table), [table])
    shell.on(reliability, "choose", then(actions.choose_plot, page.plot), [reliability])
    for part in (table, detail):
        shell.on(part, "use", page.use, [*one, *pair, shell.toast], trigger_mode="once")
    shell.on(compare, "choose", then(comparison.choose, page.pair), pair)
    shell.on(compare, "ask", then(comparison.ask, page.pair), pair)
    shell.on(photos, "turn", then(comparison.turn, page.photos), [photos, panel])
    shell.on(photos, "item", then(comparison.choose_item, page.photos), [photos, panel])
    shell.on(panel, "step", then(comparison.step, page.photos), [photos, panel])
    shell.on(panel, "relabel", relabelling(
        shell.served, chosen_items, comparison.source_of, comparison.move_on, page.answered,
    ), [*one, *pair, shell.toast])
    for part, asked in ((detail, page.model_asked), (compare, page.pair_asked)):
        for event in ("predict", "cancel", "watch"):
            shell.on(part, event, page.work(event, asked), [*one, *pair])
    training.wire([*one, *pair], page.show, pair_with_new)

    def show(session: Session, opened: Opened) -> list[Any]:
        return [*page.show(session, opened), *training.values(session, opened)]

    return Page("models", [*one, *pair, training.part], show)


class _ModelsPage:
    """The handlers; each gets what is open and the place, and gives values of its components."""

    def __init__(self, shell: Shell):
        self.served = shell.served
        self.jobs: Jobs = shell.jobs

    def show(self, session: Session, opened: Opened) -> list[Any]:
        """Values of all components."""
        return [*self.one(session, opened), *self.pair(session, opened)]

    def one(self, session: Session, opened: Opened) -> list[Any]:
        """The table, a model's detail and its two plots."""
        chosen, table = actions.looked_at(opened, session), self.table(session, opened)
        if chosen is None:
            return [*table, None, None, None]
        detail = render.detail_value(opened, chosen, self.jobs.state(chosen))
        history = model_plots.history_value(chosen, actions.history(chosen))
        return [*table, detail, *self.plot(session, opened), history]

    def table(self, session: Session, opened: Opened) -> list[Any]:
        """All models in the order asked for."""
        models = ordered(opened, session, actions.models_of(opened))
        return [render.table_value(opened, models, actions.looked_at(opened, session),
                                   order_of(opened, session))]

    def plot(self, session: Session, opened: Opened) -> list[Any]:
        """The reliability diagram of the model that is looked at."""
        chosen = actions.looked_at(opened, session)
        if chosen is None or not chosen.usable:
            return [None]
        found = figures(opened, chosen)
        return [model_plots.reliability_value(opened, session, chosen, found)]

    def pair(self, session: Session, opened: Opened) -> list[Any]:
        """The comparison, its photos and one of them."""
        pair = comparison.pair_of(opened, session)
        jobs = [self.jobs.state(model) for model in (pair.a, pair.b)] if pair else []
        if pair is None or pair.missing:
            return [compare_render.compare_value(opened, pair, jobs, None, None), None, None]
        found = comparison.compared(opened, pair)
        now = comparison.changed(opened, session, found)
        return [compare_render.compare_value(opened, pair, jobs, found, now),
                *self.photos(session, opened)]

    def photos(self, session: Session, opened: Opened) -> list[Any]:
        """The photos of what is open, and one of them."""
        pair = comparison.pair_of(opened, session)
        if pair is None or pair.missing:
            raise PredictionsError("both models must have answered; predict first")
        found = comparison.compared(opened, pair)
        now = comparison.changed(opened, session, found)
        names = words.Words(opened.workspace.tasks)
        return [compare_render.photos_value(opened, session, pair, found, now, names),
                compare_render.panel_value(opened, session, pair, found, now, names)]

    def answered(self, session: Session, opened: Opened, key: str) -> list[Any]:
        """All components after a save; the panel learns which save was answered."""
        *others, panel = self.show(session, opened)
        return [*others, {**(panel or {}), "answered": key}]

    def use(self, opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
        """Another model in use; everything follows."""
        changed = actions.use(opened, session, data)
        now = self.served.open(changed)
        sentence = f"“{now.model}” is in use now, on every page and on the command line."
        return changed, *self.show(changed, now), said(sentence)

    def model_asked(self, opened: Opened, session: Session) -> list[actions.Model]:
        chosen = actions.looked_at(opened, session)
        return [chosen] if chosen is not None and chosen.usable else []

    def pair_asked(self, opened: Opened, session: Session) -> list[actions.Model]:
        pair = comparison.pair_of(opened, session)
        return [pair.a, pair.b] if pair else []

    def work(self, event: str, asked: Callable[..., list[actions.Model]]) -> Callable[..., tuple]:
        """Start, stop or watch the runs of the models that are meant."""
        def handle(opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
            for model in asked(opened, session):
                if event == "predict" and not model.answered and opened.has_photos:
                    self.jobs.start(model)
                elif event == "cancel":
                    self.jobs.cancel(model)
            return session, *self.show(session, opened)

        return handle
