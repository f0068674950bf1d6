"""Models side by side: figures, their order, what is wrong with some, and what clicks do."""

import json
from dataclasses import replace

import numpy as np
import pytest

from core.catalog.table import data_hash
from core.decisions.bundle import read_bundle, write_bundle
from core.errors import ModelError, TasksMismatchError
from core.model.card import BUNDLE
from core.predictions.out_of_sample import write_out_of_sample
from core.workspace import ASSETS, Workspace
from tests.webapp.answered import answered_workspace
from tests.webapp.rivals import add_unusable, change_card, opened, place, rivals
from tests.webapp.wardrobe import wardrobe
from webapp.actions import model_figures, model_order, models
from webapp.render import model_plots
from webapp.render import models as render

SHIPPED = sorted(path.parent.name for path in (ASSETS / "models").glob("*/card.json"))


@pytest.fixture
def shop(tmp_path) -> Workspace:
    return rivals(tmp_path / "shop")


def names(found) -> list[str]:
    return [model.model for model in found if model.model not in SHIPPED]


def test_models__stand_with_the_one_in_use_first_and_the_unusable_last(shop):
    add_unusable(shop)
    found = models.models_of(opened(shop))
    assert names(found) == ["paint", "rival", "damaged", "retail"]
    assert [model.in_use for model in found if model.model in ("paint", "rival")] == [True, False]


def test_unusable_models__say_why_in_words(shop):
    add_unusable(shop)
    now = opened(shop)
    rows = {row["name"]: row for row in
            render.table_value(now, models.models_of(now), None)["models"]}
    assert rows["retail"]["problem"] == (
        "Not for this workspace: it knows 2 categories, 3 are asked, shirts and tank tops are new"
        " to it.")
    assert rows["damaged"]["problem"].startswith("Cannot be used: ")
    assert "is not a model card" in rows["damaged"]["problem"]
    assert not rows["retail"]["usable"]


def test_figures__are_measured_here_with_intervals_when_the_model_has_answered(shop):
    now = opened(shop)
    found = model_figures.figures(now, models.model_named(now, "paint"))
    assert (found.source, found.data) == (model_figures.HERE, "shop")
    held = found.parts["heldout"]
    assert (held["n"], held["top1"]) == (7, pytest.approx(3 / 7))
    assert found.parts["validation"]["top1"] == 1.0
    row = render.table_value(now, models.models_of(now), None)["models"][0]
    assert row["figures"]["top1"] == [{"text": "42.9 %", "interval": "15.8 to 75.0"},
                                      {"text": "100.0 %", "interval": "34.2 to 100.0"}]
    assert row["measured"] == "measured here, 7 held-out"
    assert row["tags"][0]["f1"][0] == {"text": "1.00", "interval": "1.00 to 1.00", "of": "2"}


def test_figures__come_from_the_card_without_answers_and_name_its_data(shop):
    now = opened(shop)
    here = model_figures.figures(now, models.model_named(now, "paint")).parts["heldout"]
    told = {name: here[name] for name in ("n", "top1", "top1_interval", "tags", "macro_f1", "ece")}
    change_card(shop, "rival", model_id="f" * 16, figures={"heldout": told},
                data={"workspace": "elsewhere"})
    now = opened(shop)
    rival = models.model_named(now, "rival")
    assert not rival.answered  # what lies there is of other weights
    found = model_figures.figures(now, rival)
    assert (found.source, found.data) == (model_figures.CARD, "elsewhere")
    assert model_plots.reliability_value(now, place(), rival, found) is None  # an older card
    detail = render.detail_value(now, rival, None)
    assert detail["sentences"] == [
        "From its card, on elsewhere, 7 held-out.",
        "These are other photos than this workspace’s: do not compare them."]
    assert detail["run"]["text"] == "“rival” has not answered this workspace’s 12 photos yet."
    assert detail["run"]["button"] == "Predict 12 photos"


def test_figures__of_the_card_are_comparable_only_on_the_very_same_data(shop):
    (shop.predictions_dir("rival") / "run.json").unlink()
    figures = {"heldout": {"n": 7, "top1": 0.5}}
    for digest, comparable in ((data_hash(opened(shop).catalog), True), ("0" * 12, False)):
        change_card(shop, "rival", figures=figures, data={"workspace": "shop", "hash": digest})
        now = opened(shop)
        rival = models.model_named(now, "rival")
        assert model_figures.figures(now, rival).comparable == comparable
        said = render.detail_value(now, rival, None)["sentences"][1:]
        assert said == ([] if comparable else [
            "The labels or the split here are not those that it was measured on: do not compare"
            " them."])


def test_figures__of_the_card_on_this_workspace_come_before_those_on_its_own_data(shop):
    card = change_card(shop, "rival", data={"workspace": "elsewhere"},
                       figures={"heldout": {"n": 99}}, figures_on={"shop": {"heldout": {"n": 4}}})
    found = model_figures.told(card, "shop")
    assert (found.data, found.parts) == ("shop", {"heldout": {"n": 4}})
    assert model_figures.told(card, "third").parts == {"heldout": {"n": 99}}


def test_figures__of_a_card_that_tells_none_are_none(shop):
    now = opened(shop)
    card = models.model_named(now, "paint").card
    assert model_figures.told(card, "shop").source == model_figures.NOWHERE


def test_damaged_answers__fall_back_to_the_card_instead_of_breaking_the_page(shop):
    (shop.predictions_dir("rival") / "000000000-all-run.parquet").write_bytes(b"cut off")
    now = opened(shop)
    rival = models.model_named(now, "rival")
    assert model_figures.figures(now, rival).source == model_figures.NOWHERE
    (shop.predictions_dir("paint") / "run.json").write_text("{", encoding="utf-8")
    assert not models.model_named(now, "paint").answered


@pytest.mark.parametrize(("presses", "column", "expected"), [
    (1, "top1", ["rival", "paint"]),  # 57 % and 43 %: the best first
    (2, "top1", ["paint", "rival"]),
    (3, "top1", ["paint", "rival"]),  # as in use
    (1, "f1:floral", ["paint", "rival"]),
    (2, "f1:floral", ["rival", "paint"]),
    (1, "name", ["paint", "rival"]),
    (1, "made", ["rival", "paint"]),
    (1, "speed", ["rival", "paint"]),  # of paint nothing is known: last, either way
    (2, "speed", ["rival", "paint"]),
])
def test_models__sort_by_any_column(shop, presses, column, expected):
    add_unusable(shop)
    now, session = opened(shop), place()
    for _ in range(presses):
        session = model_order.sort_by(now, session, {"column": column})
    found = model_order.ordered(now, session, models.models_of(now))
    assert [name for name in names(found) if name in ("paint", "rival")] == expected
    assert names(found)[-2:] == ["damaged", "retail"]
    by, ascending = model_order.order_of(now, session)
    assert by == ("" if presses == 3 else column)


def test_models__are_not_sorted_by_a_column_that_is_none(shop):
    now = opened(shop)
    assert model_order.sort_by(now, place(), {"column": "f1:plaid"}) == place()
    assert model_order.order_of(now, place(sort="<img>")) == ("", True)


def test_files_that_are_gone__are_not_listed(shop):
    facts = dict(render.detail_value(opened(shop), models.model_named(opened(shop), "rival"),
                                     None)["facts"])
    assert facts["Files"] == "model.tflite 13.5 MB"
    (shop.model_dir("rival") / "model.tflite").unlink()
    now = opened(shop)
    assert "Files" not in dict(render.detail_value(now, models.model_named(now, "rival"),
                                                   None)["facts"])


def test_prediction_sets__say_what_they_promised_and_what_they_keep(shop):
    path = shop.model_dir("paint") / BUNDLE
    write_bundle(path, replace(read_bundle(path), set_cut=0.2, coverage=0.9))
    now = opened(shop)
    sets = model_figures.figures(now, models.model_named(now, "paint")).sets
    # sets at 0.2: b1 {B} b2 {B,S} b3 {S} b4 {B,S} s1 {S} s2 {B,S} t1 {T}; all but b3 hold the label
    assert (sets["covered"], sets["n"], sets["promised"]) == (pytest.approx(6 / 7), 7, 0.9)
    assert sets["mean_size"] == pytest.approx(10 / 7)
    said = render.detail_value(now, models.model_named(now, "paint"), None)["sentences"]
    assert said[1] == ("Prediction sets promised 90 % and hold the label of 85.7 % (48.7 to 97.4)"
                       " of 7 held-out photos, with 1.4 classes on average.")


def test_out_of_catalog__is_told_where_the_card_has_it(shop):
    change_card(shop, "rival", figures={"heldout": {"out_of_catalog": {
        "auc": 0.912, "auc_interval": [0.86, 0.95], "inside": 172, "outside": 80, "found": 0.8,
        "false_alarms": 0.05, "threshold": 0.4}}})
    now = opened(shop)
    said = render.detail_value(now, models.model_named(now, "rival"), None)["sentences"]
    assert said[-1] == (
        "None of these, by its card: AUROC 0.91 (0.86 to 0.95) between 80 held-out photos of other"
        " things and 172 of the catalog. It finds 80 % of the first and suspects 5 % of the"
        " second.")


def test_model_refitted_with_validation__is_judged_there_by_its_answers_from_before(shop):
    before = opened(shop)
    contents = before.catalog.rows.set_index("item_id")["content"][["v1", "v2"]]
    answered = model_figures.answers(before, models.model_named(before, "rival"))
    right = answered.align(contents.index.to_numpy(dtype=object))[0]
    wrong = replace(right, category=np.roll(right.category, 1, axis=1))
    write_out_of_sample(shop.model_dir("rival"), wrong, contents.to_numpy(dtype=object))
    change_card(shop, "rival", training={"refitted_with_validation": True})
    now = opened(shop)
    found = model_figures.figures(now, models.model_named(now, "rival"))
    assert (found.parts["validation"]["n"], found.parts["validation"]["top1"]) == (2, 0.0)
    assert found.parts["heldout"]["n"] == 7
    said = render.detail_value(now, models.model_named(now, "rival"), None)["sentences"]
    assert "It learned from validation photos too; the figures on them are from before." in said


def test_prediction_sets__are_told_by_the_card_without_answers(shop):
    card = change_card(shop, "rival", figures={"heldout": {"n": 50, "sets": {
        "promised": 0.9, "covered": 0.88, "covered_interval": [0.76, 0.94], "mean_size": 1.9}}})
    assert model_figures.told(card, "shop").sets["n"] == 50


def test_making__is_told_in_words(shop):
    now = opened(shop)
    row = next(row for row in render.table_value(now, models.models_of(now), None)["models"]
               if row["name"] == "rival")
    assert {key: row[key] for key in ("size", "speed", "made", "data", "backbone")} == {
        "size": "13.5 MB", "speed": "7.8 ms", "made": "1 Feb 2026", "data": "3 photos of shop",
        "backbone": "paint"}
    facts = dict(render.detail_value(now, models.model_named(now, "rival"), None)["facts"])
    assert facts["Training"] == "2 epochs, the one kept is 1, 1.7 minutes"
    assert facts["Photos of shop"] == "3 train, 2 validation, 7 held-out"
    assert facts["Calibration"] == "temperature 0.91, on 2 validation photos"


def test_calibration__says_when_it_was_chosen_out_of_fold(shop):
    change_card(shop, "rival", calibration={"temperature": 1, "cross_fitted": {"category": 5}})
    now = opened(shop)
    facts = dict(render.detail_value(now, models.model_named(now, "rival"), None)["facts"])
    assert facts["Calibration"] == (
        "temperature 1.00, on 5 photos of training and validation, each out of fold"
    )


def test_use__changes_the_model_of_the_workspace_and_nothing_else(shop):
    session = models.use(opened(shop), place(open="paint"), {"model": "rival"})
    settings = Workspace.open(shop.root).settings
    assert settings == replace(shop.settings, model="rival")
    assert session.model == "" and session.place("models")["open"] == "rival"


def test_use__refuses_what_does_not_fit(shop):
    add_unusable(shop)
    now = opened(shop)
    with pytest.raises(TasksMismatchError, match="ask different questions"):
        models.use(now, place(), {"model": "retail"})
    with pytest.raises(ModelError, match="is not a model card"):
        models.use(now, place(), {"model": "damaged"})
    for forged in ("../rival", "nobody", None, 7, ["rival"]):
        with pytest.raises(ModelError, match="this workspace has no model"):
            models.use(now, place(), {"model": forged})
    assert Workspace.open(shop.root).settings.model == "paint"


def test_use__keeps_settings_that_somebody_changed_meanwhile(shop):
    now = opened(shop)
    shop.with_settings(name="renamed")
    models.use(now, place(), {"model": "rival"})
    assert Workspace.open(shop.root).settings.name == "renamed"


def test_labels_only__offers_no_prediction(tmp_path):
    shop = rivals(tmp_path / "shop", photos=False)
    (shop.predictions_dir("rival") / "run.json").unlink()
    now = opened(shop)
    run = render.detail_value(now, models.model_named(now, "rival"), None)["run"]
    assert run["text"] == ("“rival” has not answered here, and this workspace has no photos to"
                           " answer.")
    assert run["button"] == ""


def test_no_tags__leaves_the_category(tmp_path):
    shop = answered_workspace(tmp_path / "shop", tags=(), items=12)
    now = opened(shop)
    model = models.model_named(now, "paint")
    row = render.table_value(now, [model], model)["models"][0]
    assert row["tags"] == [] and row["figures"]["top1"][0]["text"] == "100.0 %"


def test_no_model__shows_an_empty_table_and_no_detail(tmp_path, monkeypatch):
    monkeypatch.setattr("core.workspace.ASSETS", tmp_path / "nothing-shipped")
    shop = wardrobe(tmp_path / "shop", predicted=False)
    now = opened(shop)
    assert models.models_of(now) == [] and models.looked_at(now, place()) is None
    assert render.table_value(now, [], None)["models"] == []


def test_values__are_plain_json(shop):
    add_unusable(shop)
    now = opened(shop)
    model = models.model_named(now, "rival")
    for value in (
        render.table_value(now, models.models_of(now), model),
        render.detail_value(now, model, None),
        model_plots.reliability_value(now, place(), model, model_figures.figures(now, model)),
        model_plots.history_value(model, models.history(model)),
    ):
        json.dumps(value, allow_nan=False)
