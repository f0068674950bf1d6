"""``cross-validate``: every open item judged once a round, by a fit that has not seen it."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
import yaml

from core.__main__ import main
from core.catalog.table import read_catalog
from core.commands.crossvalidating import NEVER, Rounds, cross_validate, deal
from core.commands.init import make_workspace
from core.commands.rounds_compared import paired, read_rounds
from core.commands.training import Further, gather_all
from core.errors import ModelError, SplitError
from core.model.folds import Folds
from core.model.recipe import Recipe
from core.model.report import Report
from core.tasks import ItemColumns, Tasks
from tests.core.model.painted import SMALL, paint, painted


@pytest.fixture(scope="module")
def heads_only(tmp_path_factory) -> Recipe:
    """Linear heads on the features of a small network with weights of its own."""
    from core.model.network import build

    folder = tmp_path_factory.mktemp("weights")
    recipe = SMALL.changed(probe=True, epochs=0, probe_views=1, weights=str(folder / "w.keras"))
    build(recipe.changed(weights="none"), {"category": 2}).backbone.save(folder / "w.keras")
    return recipe


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return painted(tmp_path_factory.mktemp("cross"), items=45)


def stop_after(folds: int) -> Report:
    """A report that interrupts a run after some folds, as Ctrl-C would."""
    left = [folds]

    def epoch(record):
        left[0] -= "fold" in record
        if not left[0]:
            raise KeyboardInterrupt

    return Report(epoch=epoch)


def test_cross_validate__judges_every_open_item_and_no_held_out_one(workspace, heads_only):
    found = cross_validate(workspace, heads_only, "open", Rounds(3, 2))
    rows = read_catalog(workspace).rows
    open_ids = set(rows.loc[rows["split"] != "heldout", "item_id"])
    for predictions in read_rounds(workspace, "open"):
        assert set(predictions.item_ids) == open_ids and len(predictions) == len(open_ids)
    assert found["items"] == len(open_ids) == sum(f["n"] for f in found["folds"]) / 2
    assert found["figures"]["top1"]["value"] >= 0.8
    low, high = found["figures"]["top1"]["interval"]
    assert low <= found["figures"]["top1"]["value"] <= high
    assert json.loads((workspace.root / "crossvalidation" / "open.json").read_text()) == found


def test_cross_validate__by_kept_features_equals_fitting_each_fold_from_its_photos(
    workspace, heads_only, monkeypatch
):
    kept = cross_validate(workspace, heads_only, "kept", Rounds(2))
    monkeypatch.setattr(Folds, "only_heads", property(lambda self: False))
    fitted = cross_validate(workspace, heads_only, "fitted", Rounds(2))
    (a,), (b,) = read_rounds(workspace, "kept"), read_rounds(workspace, "fitted")
    assert list(a.item_ids) == list(b.item_ids)
    np.testing.assert_allclose(a.category, b.category, atol=2e-3)
    assert kept["folds"][0]["n"] == fitted["folds"][0]["n"]


def test_cross_validate__goes_on_after_an_interruption(workspace, heads_only, monkeypatch):
    whole = cross_validate(workspace, heads_only, "whole", Rounds(3))
    with pytest.raises(KeyboardInterrupt):
        cross_validate(workspace, heads_only, "broken", Rounds(3), report=stop_after(2))
    assert not (workspace.root / "crossvalidation" / "broken.json").exists()
    judged = []
    judge = Folds.judge
    monkeypatch.setattr(Folds, "judge", lambda *given: judged.append(1) or judge(*given))
    broken = cross_validate(workspace, heads_only, "broken", Rounds(3))
    assert len(judged) == 1
    assert broken["figures"] == whole["figures"]
    assert not (workspace.root / "crossvalidation" / ".broken.run").exists()


def test_cross_validate__refuses_to_mix_two_recipes(workspace, heads_only):
    with pytest.raises(KeyboardInterrupt):
        cross_validate(workspace, heads_only, "mixed", Rounds(2), report=stop_after(1))
    other = heads_only.changed(probe_decay=1.0)
    with pytest.raises(ModelError, match="'mixed' had another recipe, other folds or other data"):
        cross_validate(workspace, other, "mixed", Rounds(2))
    cross_validate(workspace, other, "mixed", Rounds(2), restart=True)
    with pytest.raises(ModelError, match="'mixed' was made in another way"):
        cross_validate(workspace, heads_only, "mixed", Rounds(2))


def test_cross_validate__reads_again_what_is_done(workspace, heads_only, monkeypatch):
    first = cross_validate(workspace, heads_only, "again", Rounds(2))
    monkeypatch.setattr(Folds, "judge", None)
    assert cross_validate(workspace, heads_only, "again", Rounds(2)) == first


def test_cross_validate__fits_whole_networks_too(workspace):
    found = cross_validate(workspace, SMALL.changed(epochs=2), "network", Rounds(2))
    assert found["items"] == 36 and found["figures"]["top1"]["value"] is not None


def test_cross_validate__says_when_the_first_weights_have_seen_the_photos(
    workspace, heads_only, tmp_path
):
    model = tmp_path / "model"
    model.mkdir()
    shutil.copy(heads_only.weights, model / "model.keras")
    contents = read_catalog(workspace).part("train").rows["content"].astype(str)
    pd.DataFrame({"content": contents}).to_parquet(model / "seen.parquet")
    notes = []
    recipe = heads_only.changed(weights=str(model / "model.keras"))
    cross_validate(workspace, recipe, "seen", Rounds(2), report=Report(note=notes.append))
    assert [note[:75] for note in notes] == [
        "the weights that this recipe starts from were fitted on 27 of these photos:"
    ]


def test_paired__is_zero_for_the_same_answers(workspace, heads_only):
    cross_validate(workspace, heads_only, "one", Rounds(2))
    found = paired(workspace, "one", "one")
    assert found["top1"] == {"value": 0.0, "interval": [0.0, 0.0]}
    with pytest.raises(ModelError, match="has no cross-validation 'nothing'"):
        paired(workspace, "one", "nothing")


@pytest.mark.parametrize("folds", [1, 37])
def test_cross_validate__needs_as_many_groups_as_folds(workspace, heads_only, folds):
    with pytest.raises(SplitError, match=f"folds must be from 2 to 36, got {folds}: there are 36"):
        cross_validate(workspace, heads_only, f"many{folds}", Rounds(folds))


def test_deal__keeps_a_senders_photos_together_also_those_of_other_things(tmp_path, heads_only):
    plain = painted(tmp_path, classes=2, tags=1, items=40)
    labels = pd.read_parquet(tmp_path / "labels.parquet")
    labels["seller"] = [f"s{i // 4}" for i in range(40)]
    labels.to_parquet(tmp_path / "labels.parquet")
    tasks = Tasks(plain.tasks.category, plain.tasks.tags,
                  ItemColumns("item_id", "{item_id}.png", "seller"))  # fmt: skip
    own = make_workspace(
        tmp_path / "own", tmp_path / "labels.parquet", tmp_path / "photos", tasks=tasks
    )
    (tmp_path / "other").mkdir()
    for number in range(100, 130):
        paint(tmp_path / "other" / f"{number}.png", number, 1, 3, [])
    sellers = [f"s{i % 13}" for i in range(30)]  # s10 to s12 are new
    pd.DataFrame({"item_id": [*map(str, range(100, 130))], "seller": sellers}).to_parquet(
        tmp_path / "outside.parquet"
    )
    further = Further(outside=(tmp_path / "outside.parquet", tmp_path / "other"))
    gathered = gather_all(own, further)
    dealt = deal(gathered, further, 3, (0, 0))
    seller_of = dict(zip(labels["item_id"], labels["seller"]))
    seller_of |= {str(100 + i): seller for i, seller in enumerate(sellers)}
    catalog = read_catalog(own).rows.set_index("group")["split"].to_dict()
    folds: dict[str, set[int]] = {}
    for item, fold in zip(gathered.everything.item_ids, dealt):
        folds.setdefault(seller_of[item], set()).add(int(fold))
    assert all(len(found) == 1 for found in folds.values())
    for seller, (fold,) in folds.items():
        assert (fold == NEVER) == (catalog.get(seller) == "heldout")
    assert {fold for (fold,) in folds.values()} == {NEVER, 0, 1, 2}
    found = cross_validate(own, heads_only, "outside", Rounds(3), further)
    assert 0 <= found["figures"]["out of catalog AUC"]["value"] <= 1
    assert found["items"] + found["others"] == int((dealt >= 0).sum())
    open_items = read_catalog(own).rows.query("split != 'heldout'")
    assert found["groups"] == open_items["group"].nunique()  # s10 to s12 have no item of their own


def test_cross_validate_command__prints_figures_with_intervals(tmp_path, heads_only, capsys):
    workspace = painted(tmp_path, classes=2, tags=0, items=30)
    (tmp_path / "heads.yaml").write_text(yaml.safe_dump(heads_only.to_dict()))
    options = ["--recipe", str(tmp_path / "heads.yaml"), "--folds", "2"]
    assert main(["cross-validate", str(workspace.root), *options, "--name", "a"]) == 0
    assert main(["cross-validate", str(workspace.root), *options, "--name", "b", "--repeats", "2",
                 "--against", "a", "--json", str(tmp_path / "b.json")]) == 0  # fmt: skip
    said = capsys.readouterr().out
    assert "b: 2 folds x 2 rounds, 24 items in 24 groups, none held out" in said
    assert "minus 'a', points" in said and "top-1" in said
    assert json.loads((tmp_path / "b.json").read_text())["against"]["name"] == "a"
    code = main(["cross-validate", str(workspace.root), "--recipe", "nothing"])
    assert code == 1 and "there is no recipe 'nothing'" in capsys.readouterr().err
