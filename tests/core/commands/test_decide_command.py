import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.__main__ import main
from core.catalog.table import read_catalog
from core.commands import decide as command
from core.commands.decide import decide_file
from core.decisions.bundle import Bundle, save_bundle
from core.decisions.decide import decide
from core.errors import DecisionError, PredictionsError
from core.predictions.inputs import catalog_jobs
from core.predictions.run import run
from core.predictions.store import read_predictions, write_single
from tests.core.commands.shop import make_shop, paint


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A shop of 60 answered photos with three bundles, the last one in use."""
    workspace = make_shop(tmp_path_factory.mktemp("decide"))
    model_id = paint(workspace).model_id
    folder = workspace.predictions_dir("paint")
    run(catalog_jobs(workspace, read_catalog(workspace)), paint(workspace), folder,
        fingerprint="f", shard_size=25, about={"model_id": model_id})
    for red, more in ((0.2, {}), (0.5, {"name": "autumn", "per_category": {"green": {"RED": 0.6}},
                                        "zones": {"green": {"accept": 0.8, "reject": 0.3}}}),
                      (0.4, {})):
        save_bundle(workspace.decisions_dir("paint"), Bundle(model_id, {"green": red}, **more),
                    workspace.tasks)
    write_single(folder, workspace.root / "scores.parquet")
    return workspace


def scores_of(workspace):
    return read_predictions(workspace.predictions_dir("paint"), workspace.tasks)


def changed(workspace, path, change, metadata=None):
    table = pq.read_table(workspace.root / "scores.parquet")
    said = {**table.schema.metadata, **(metadata or {})}
    pq.write_table(change(table).replace_schema_metadata(said), path)
    return path


def test_decide__applies_cuts_per_category_and_zones_in_batches(shop, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "ROWS_AT_ONCE", 7)
    scores, told = scores_of(shop), []

    done = decide_file(shop, "autumn", out=tmp_path / "d.parquet",
                       progress=lambda n, total: told.append((n, total)))

    table = pq.read_table(done.out)
    bundle = done.bundle
    assert table["item_id"].to_pylist() == scores.item_ids.tolist() and done.items == 60
    decided = decide(scores, bundle.thresholds)[:, 0]
    assert (table["decision:green"].to_numpy() == decided).all() and done.tagged == [decided.sum()]
    green = scores.tags[:, 0].astype(float)
    red = scores.category[:, 1] > scores.category[:, 0]
    assert (decided == (green >= np.where(red, 0.6, 0.5))).all()
    zone = np.where((green >= 0.8) & decided, "accept",
                    np.where((green < 0.3) & ~decided, "reject", "review"))
    assert table["zone:green"].to_pylist() == zone.tolist()
    assert done.items_to_look_at == (zone == "review").sum() > 0
    assert told[-1] == (60, 60) and done.warnings == []
    said = json.loads(table.schema.metadata[b"fitting_room"])
    assert (said["bundle"], said["bundle_name"]) == ("v2", "autumn")
    assert said["per_category"] == {"green": {"RED": 0.6}}


def test_decide__of_a_file_is_the_same_as_of_the_workspace(shop, tmp_path):
    one = decide_file(shop, out=tmp_path / "a.parquet")
    other = decide_file(shop, predictions=shop.root / "scores.parquet", out=tmp_path / "b.parquet")

    assert one.bundle.label == "v3" and "zone:green" not in pq.read_schema(one.out).names
    assert pq.read_table(one.out).equals(pq.read_table(other.out))


def test_decide_command__tells_what_it_did(shop, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert main(["decide", str(shop.root), "--bundle", "v2"]) == 0

    told = capsys.readouterr()
    assert told.out.splitlines()[0] == "60 items decided by v2 (autumn)"
    assert told.out.splitlines()[-1] == "written to paint.v2.decisions.parquet"
    assert "for a person to look at: " in told.out and told.err == ""
    assert Path("paint.v2.decisions.parquet").exists()


def test_decide__without_such_a_bundle_says_which_there_are(shop, capsys):
    assert main(["decide", str(shop.root), "--bundle", "winter"]) == 1
    assert capsys.readouterr().err == (
        "error: there is no decision bundle 'winter'; there are v3, v2 (autumn), v1, v0\n")
    with pytest.raises(DecisionError, match="no decision bundle v9|'v9'"):
        decide_file(shop, "v9")


def test_decide__refuses_files_that_lack_something_and_leaves_the_old_answer(shop, tmp_path):
    out = tmp_path / "d.parquet"
    decide_file(shop, out=out)
    before = out.read_bytes()
    half = pa.array([0.5] * 59 + [None], pa.float32())
    nan = pa.array([0.5] * 59 + [float("nan")], pa.float32())
    words = pa.array(["x"] * 60)
    for change, why in (
        (lambda t: t.drop_columns(["tag:green"]),
         "has no column 'tag:green', which this workspace asks for; predict with a model of this"),
        (lambda t: t.drop_columns(["tag:green", "category:RED"]), "'category:RED' and 1 more"),
        (lambda t: t.set_column(3, "tag:green", half), "'tag:green' of .* has empty cells"),
        (lambda t: t.set_column(3, "tag:green", nan), r"must be numbers in \[0, 1\]"),
        (lambda t: t.set_column(3, "tag:green", words), "holds string, not scores"),
        (lambda t: t.slice(0, 0), "there is nothing to decide: .* has no rows"),
    ):
        path = changed(shop, tmp_path / "bad.parquet", change)
        with pytest.raises(PredictionsError, match=why):
            decide_file(shop, predictions=path, out=out)
    none = tmp_path / "none.parquet"
    for path, why in ((none, "there is no file"), (Path(__file__), "not a Parquet file")):
        with pytest.raises(PredictionsError, match=why):
            decide_file(shop, predictions=path, out=out)
    with pytest.raises(PredictionsError, match="must name a file that ends in .parquet, got d.csv"):
        decide_file(shop, out=Path("d.csv"))
    assert out.read_bytes() == before and not list(tmp_path.glob(".*"))


def test_decide__warns_of_other_scores_and_other_models(shop, tmp_path, capsys):
    more = pa.array(np.zeros(60, np.float32))
    path = changed(
        shop, tmp_path / "other.parquet", lambda t: t.append_column("tag:striped", more),
        {b"fitting_room": b'{"model_id": "feedbeef"}'},
    )
    nameless = changed(shop, tmp_path / "nameless.parquet", lambda t: t, {b"fitting_room": b"{}"})

    assert main(["decide", str(shop.root), "--predictions", str(path), "--out",
                 str(tmp_path / "d.parquet")]) == 0

    first, second = capsys.readouterr().err.splitlines()
    assert first == (f"warning: {path} has scores that this workspace does not ask for,"
                     " 'tag:striped'; they are left out")
    assert second == (f"warning: {path} was made by another model (feedbeef) than v3 was chosen for"
                      " (0123456789abcdef): its thresholds may not suit these scores")
    assert decide_file(shop, predictions=nameless, out=tmp_path / "e.parquet").warnings == [
        f"{nameless} does not say which model made it; v3 was chosen for the model"
        " 0123456789abcdef"]
