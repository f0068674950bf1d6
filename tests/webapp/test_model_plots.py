"""A model's curves: how sure it was and how often right, on any question, and its training."""

import json

import pytest

from core.workspace import Workspace
from tests.webapp.rivals import change_card, opened, place, rivals
from webapp.actions import model_figures, models
from webapp.render import model_plots


@pytest.fixture
def shop(tmp_path) -> Workspace:
    return rivals(tmp_path / "shop")


def test_reliability__counts_every_labelled_heldout_answer(shop):
    now = opened(shop)
    model = models.model_named(now, "paint")
    value = model_plots.reliability_value(now, place(), model, model_figures.figures(now, model))
    # confidences .90 .70 .85 .70 .90 .60 .80 in bins of 1/15; right: b1 s1 t1
    rows = {round(row[0] * 15): row[2:4] for row in value["table"]["rows"]}
    # 0.60 is stored as 0.60000002 (float32), so it lies above the edge of bin 8 and in bin 9
    assert rows == {9: [1, 0.0], 10: [2, 0.0], 12: [2, pytest.approx(0.5)], 13: [2, 1.0]}
    assert value["note"].startswith("calibration error ")
    assert value["note"].endswith("on 7 held-out photos")
    assert [mark["kind"] for mark in value["marks"]] == ["bars", "gaps", "dashes", "bars"]
    assert [(menu["key"], menu["value"]) for menu in value["choices"]] == [
        ("sure", "heldout"), ("sure-of", "category")]


def test_reliability__of_a_tag_on_validation(shop):
    now = opened(shop)
    model = models.model_named(now, "paint")
    session = models.choose_plot(now, place(), {"key": "sure", "value": "validation"})
    session = models.choose_plot(now, session, {"key": "sure-of", "value": "tag:floral"})
    value = model_plots.reliability_value(now, session, model, model_figures.figures(now, model))
    # v1 scores 0.1 and is not floral, v2 scores 0.8 and is
    assert [row[2:4] for row in value["table"]["rows"]] == [[1, 0.0], [1, 1.0]]
    assert value["note"] == "calibration error 15.0 % on 2 validation photos"
    for forged in ({"key": "sure", "value": "train"}, {"key": "open", "value": "x"}, {}):
        assert models.choose_plot(now, session, forged) == session


def test_reliability__is_drawn_from_the_card_where_it_has_the_bins(shop):
    now = opened(shop)
    here = model_figures.figures(now, models.model_named(now, "paint")).parts
    change_card(shop, "rival", model_id="f" * 16, figures=json.loads(json.dumps(here)),
                data={"workspace": "elsewhere"})
    now = opened(shop)
    rival = models.model_named(now, "rival")
    found = model_figures.figures(now, rival)
    assert found.source == model_figures.CARD
    value = model_plots.reliability_value(now, place(), rival, found)
    assert sum(row[2] for row in value["table"]["rows"]) == 7


def test_history__gives_each_curve_where_it_has_values(shop):
    model = models.model_named(opened(shop), "rival")
    value = model_plots.history_value(model, models.history(model))
    assert [(mark["name"], mark["x"], mark["y"]) for mark in value["marks"]] == [
        ("train", [1, 2], [0.8, 0.7]), ("validation", [0, 1, 2], [0.9, 0.85, 0.88]),
        ("validation right", [0, 1, 2], [0.6, 0.65, 0.64])]
    assert value["lines"] == [{"at": 1, "words": "kept"}]
    assert value["table"]["rows"][0] == [0, "probe", None, 0.9, 0.6, None, 3.5]


@pytest.mark.parametrize("text", ["", "epoch\n", "a,b\n1,2\n", "\x00", "epoch,loss\nx,y\n"])
def test_history__that_tells_nothing_draws_nothing(shop, text):
    model = models.model_named(opened(shop), "rival")
    (model.folder / "history.csv").write_text(text, encoding="utf-8")
    assert model_plots.history_value(model, models.history(model)) is None
