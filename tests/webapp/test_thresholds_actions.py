"""What the page Thresholds is given, and what saving writes."""

import json
from dataclasses import replace

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.commands.export import export_predictions
from core.decisions.bundle import current_bundle, read_bundle, save_bundle
from core.decisions.thresholds import cut_counts
from core.errors import DecisionError, ThresholdError
from tests.webapp.answered import answered_workspace
from webapp.actions.opened import open_now
from webapp.actions.thresholds import bench, save

HALVES = {"floral": 0.5, "polka dot": 0.5, "checker": 0.5}


def save_cuts(opened, thresholds, version, by, **more):
    return save(opened, {"thresholds": thresholds, "version": version, **more}, by)


def opened(workspace):
    return open_now("shop", workspace.root)


@pytest.fixture
def shop(tmp_path):
    return opened(answered_workspace(tmp_path / "shop"))


def test_bench__says_where_scores_lie_by_label(tmp_path):
    workspace = answered_workspace(
        tmp_path / "shop", tags=("dots",), items=6,
        splits=["validation"] * 4 + ["heldout"] * 2,
        scores=np.array([[0.25], [0.9999], [0.25], [0.0], [1.0], [0.5]]),
        labels=np.array([[1], [1], [0], [-1], [1], [0]], np.int8),
    )
    (tag,) = bench(opened(workspace))["tags"]
    assert tag["validation"]["positives"] == "250 1 999 1"
    assert tag["validation"]["negatives"] == "250 1"
    assert tag["heldout"]["positives"] == "1000 1"
    assert tag["heldout"]["negatives"] == "500 1"
    assert tag["saved"] == 0.5
    assert tag["heldout"]["auc"] == 1


def test_bench__is_json_without_nan(shop):
    text = json.dumps(bench(shop), allow_nan=False)
    assert json.loads(text)["bundles"][0]["label"] == "v0"


def test_bench__increments_add_up_to_the_exact_counts(shop):
    side = shop.side("heldout")
    exact = cut_counts(side.predictions.tags, side.catalog.tags)
    for index, tag in enumerate(bench(shop)["tags"]):
        increments = np.zeros(1001, int)
        numbers = list(map(int, tag["heldout"]["positives"].split()))
        cuts, items = numbers[::2], numbers[1::2]
        increments[cuts] = items
        assert (increments[::-1].cumsum()[::-1] == exact.positives_at_or_above[index]).all()


def test_bench__without_tags_has_none(tmp_path):
    assert bench(opened(answered_workspace(tmp_path / "shop", tags=())))["tags"] == []


def test_bench__without_any_validation_items_still_stands(tmp_path):
    workspace = answered_workspace(tmp_path / "shop", items=3, splits=["heldout"] * 3)
    tag = bench(opened(workspace))["tags"][0]
    assert tag["validation"] == {"positives": "", "negatives": "", "ap": None, "auc": None}


def test_save__makes_the_next_version_which_is_then_in_use(shop):
    saved = save_cuts(shop, {"floral": 0.25, "polka dot": 0.5, "checker": 1}, 0, "Ana")
    again = opened(shop.workspace)
    assert saved.bundle.label == "v1" and saved.bundle.saved_by == "Ana"
    assert saved.sentence == "Thresholds saved as v1. Predict and exports use them from now on."
    assert again.bundle.thresholds == {"floral": 0.25, "polka dot": 0.5, "checker": 1.0}
    folder = shop.workspace.decisions_dir("paint")
    assert current_bundle(folder, shop.workspace.model_dir(), shop.card) == saved.bundle
    assert [one["version"] for one in bench(again)["bundles"]] == [1, 0]


def test_save__keeps_what_the_new_cuts_promise(shop):
    saved = save_cuts(shop, {"floral": 0.3, "polka dot": 0.3, "checker": 0.3}, 0, "Ana")
    promised = saved.bundle.promise["heldout"]["floral"]
    assert promised["threshold"] == 0.3
    assert promised == opened(shop.workspace).figures("heldout")["tags"]["floral"]


def test_save__says_when_somebody_else_saved_meanwhile(shop):
    wanted = {"floral": 0.25, "polka dot": 0.5, "checker": 1}
    save_cuts(shop, wanted, 0, "Ana")
    saved = save_cuts(opened(shop.workspace), wanted, 0, "Ben")
    assert saved.bundle.label == "v2"
    assert saved.sentence.endswith(
        "Meanwhile Ana had saved v1, which yours replaces; it stays among the bundles."
    )


@pytest.mark.parametrize("value", [1.5, -0.1, float("nan"), "0.5", None, True])
def test_save__refuses_what_is_no_threshold(shop, value):
    with pytest.raises(ThresholdError, match=r"threshold of tag 'floral' must lie in \[0, 1\]"):
        save_cuts(shop, {"floral": value, "polka dot": 0.5, "checker": 0.5}, 0, "Ana")
    assert opened(shop.workspace).bundle.version == 0


@pytest.mark.parametrize("wanted", [{}, {"floral": 0.5}, None, [0.5]])
def test_save__refuses_other_tags_than_the_workspace_has(shop, wanted):
    with pytest.raises(DecisionError, match="a bundle needs a threshold for each of"):
        save_cuts(shop, wanted, 0, "Ana")


def test_bench__leaves_out_bundles_of_other_weights(shop):
    folder = shop.workspace.decisions_dir("paint")
    other = replace(shop.bundle, model_id="feedfeedfeedfeed")
    save_bundle(folder, other, shop.workspace.tasks)
    assert read_bundle(folder / "v1.json").model_id == "feedfeedfeedfeed"
    again = opened(shop.workspace)
    assert [one["version"] for one in bench(again)["bundles"]] == [0]
    assert bench(again)["newest"] == 1


def test_save__is_what_export_then_goes_by(shop, tmp_path):
    cuts = {"floral": 0.123, "polka dot": 0.9, "checker": 1}
    save_cuts(shop, cuts, 0, "Ana")
    export_predictions(shop.workspace, tmp_path / "out.parquet")
    written = pq.read_table(tmp_path / "out.parquet")
    for tag, cut in cuts.items():
        scores = np.array(written[f"tag:{tag}"], np.float64)
        assert written[f"decision:{tag}"].to_pylist() == (scores >= cut).tolist()


def test_save__keeps_name_note_zones_reasons_and_cuts_per_category(shop):
    saved = save_cuts(
        shop, HALVES, 0, "Ana", name=" autumn ", note="fewer complaints",
        zones={"floral": {"accept": 0.8, "reject": 0.2}, "checker": {"accept": None, "reject": 0}},
        reasons={"floral": {"reason": "precision", "wanted": 0.9}},
        per_category={"floral": {"SHIRTS": 0.612}},
    ).bundle
    assert (saved.title, saved.note) == ("v1 (autumn)", "fewer complaints")
    assert saved.zones == {"floral": {"accept": 0.8, "reject": 0.2},
                           "checker": {"accept": None, "reject": 0.0}}
    assert saved.reasons == {"floral": {"reason": "precision", "wanted": 0.9}}
    assert saved.per_category == {"floral": {"SHIRTS": 0.612}}
    floral = bench(opened(shop.workspace))["tags"][0]
    assert floral["zone"] == {"accept": 0.8, "reject": 0.2}
    assert bench(opened(shop.workspace))["cells"] == {"floral": {"SHIRTS": 0.612}}


@pytest.mark.parametrize(("sent", "sentence"), [
    ({"zones": {"floral": {"accept": 0.9, "reject": 0.7}}}, "must lie within its zone of review"),
    ({"zones": {"floral": {"accept": 0.2, "reject": 0.7}}}, "rejected below 0.7 and accepted from"),
    ({"zones": {"floral": 7}}, r"threshold of tag 'floral' must lie in \[0, 1\], got None"),
    ({"zones": {"dots": {"accept": 0.9, "reject": 0.1}}}, "there is no tag 'dots'"),
    ({"per_category": {"floral": {"HATS": 0.3}}}, "category 'HATS', which is not predicted"),
    ({"per_category": {"floral": {"SHIRTS": "a"}}}, "threshold of tag 'floral in SHIRTS'"),
    ({"reasons": {"floral": {"reason": "mood"}}}, "a reason for a cut is one of"),
    ({"name": "v7"}, "'v7' could be taken for a version"),
])
def test_save__refuses_what_no_page_would_send(shop, sent, sentence):
    with pytest.raises((ThresholdError, DecisionError), match=sentence):
        save_cuts(shop, HALVES, 0, "Ana", **sent)
    assert opened(shop.workspace).bundle.version == 0


def test_save__as_a_proposal_leaves_what_is_in_use(shop):
    saved = save_cuts(shop, {**HALVES, "floral": 0.1}, 0, "Ana", draft=True)
    assert saved.sentence == "Saved as v1, a proposal: v0 stays in use."
    now = bench(opened(shop.workspace))
    assert now["tags"][0]["saved"] == 0.5
    assert [(one["label"], one["draft"], one["in_use"]) for one in now["bundles"]] == [
        ("v1", True, False), ("v0", False, True)]
