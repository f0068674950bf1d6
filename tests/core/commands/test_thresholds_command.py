import json

import pytest

from core.__main__ import main
from core.catalog.table import read_catalog
from core.commands.bundles import shelf_of
from core.commands.evaluate import evaluate_model
from core.commands.proposing import parse_reasons, parse_zones
from core.decisions.reasons import BestF, LeastCost, PrecisionAtLeast, SameRate
from core.errors import ThresholdError
from core.predictions.inputs import catalog_jobs
from core.predictions.run import run
from tests.core.commands.shop import make_shop, paint


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """90 answered photos; the tag green begins where its score is 0.59."""
    workspace = make_shop(tmp_path_factory.mktemp("thresholds"), 90)
    run(catalog_jobs(workspace, read_catalog(workspace)), paint(workspace),
        workspace.predictions_dir("paint"), fingerprint="f",
        about={"model_id": paint(workspace).model_id})
    return workspace


def told(capsys, *words):
    assert main(list(map(str, words))) == 0
    return capsys.readouterr().out.splitlines()


def test_thresholds__shows_what_the_cuts_in_use_do(shop, capsys, tmp_path):
    lines = told(capsys, "thresholds", shop.root, "--json", tmp_path / "t.json")

    assert lines[0] == "from v0; figures on held-out items"
    assert lines[1].split()[:2] == ["tag", "threshold"] and lines[2].startswith("green      0.500")
    said = json.loads((tmp_path / "t.json").read_text())["tags"]["green"]
    figures = evaluate_model(shop)["heldout"]["tags"]["green"]
    for name in ("precision", "recall", "f1", "support"):
        assert said["heldout"][name] == figures[name]
    assert said["ap"] == figures["ap"] and said["optimism"]["recall"] is not None


def test_thresholds__are_chosen_and_saved_with_their_promise(shop, capsys, tmp_path):
    lines = told(
        capsys, "thresholds", shop.root, "--reason", "recall=0.5", "--reason",
        "green:precision=1", "--zones", "precision=1,recall=1", "--per-category", "--folds", 3,
        "--save", "--name", "sure", "--note", "why", "--by", "Ada", "--json", tmp_path / "t.json",
    )

    assert lines[-1] == "saved as v1 (sure), in use now"
    assert "no category gains by a cut of its own" in lines
    assert any(line.startswith("green: accepted from 0.") for line in lines)
    bundle = shelf_of(shop).in_use
    assert (bundle.name, bundle.note, bundle.saved_by) == ("sure", "why", "Ada")
    assert bundle.reasons == {"green": {"reason": "precision", "wanted": 1.0}}
    assert bundle.zone("green").reject <= bundle.thresholds["green"]
    assert bundle.promise["heldout"]["green"]["precision"] == 1.0
    honest = json.loads((tmp_path / "t.json").read_text())["tags"]["green"]["honest"]
    assert honest["low"] <= honest["high"] and honest["honest"]["precision"] == 1.0
    assert told(capsys, "thresholds", shop.root, "--draft")[-1] == "saved as v2, not in use"
    assert shelf_of(shop).in_use.version == 1


def test_reasons__are_read_from_words():
    tags = ("red", "old: worn")
    assert parse_reasons(["f_beta", "old: worn:cost=1,5"], tags) == {
        "red": BestF(), "old: worn": LeastCost(1, 5)}
    assert parse_reasons(["precision=0.9", "red:rate"], tags) == {
        "red": SameRate(), "old: worn": PrecisionAtLeast(0.9)}
    for word in ("luck", "precision=x", "precision=0.9,0.8", "blue:rate", ""):
        with pytest.raises(ThresholdError, match="is no reason for a cut; write f_beta"):
            parse_reasons([word], tags)
    with pytest.raises(ThresholdError, match="'cost' takes false_tag, missed_tag"):
        parse_reasons(["cost=1"], tags)
    assert parse_zones("precision=0.95, npv=0.99") == {"precision": 0.95, "npv": 0.99}
    with pytest.raises(ThresholdError, match="'f1=0.9' is no wish for zones"):
        parse_zones("f1=0.9")
