import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.annotations.answer import Answer
from core.annotations.log import AnnotationLog, Voice
from core.catalog.table import Catalog, read_catalog
from core.commands.export import decided_table, vinted_table
from core.commands.export_labels import labels_frame
from core.decisions.bundle import Bundle, save_bundle
from core.decisions.decide import Decisions, decide, decide_all
from core.predictions.table import Predictions
from core.tasks import Category, ItemColumns, Tags, Tasks
from tests.core.commands.running import run_command
from tests.core.commands.shop import make_shop, paint
from tests.core.predictions.colours import ColourPredictor, colour_of

GARMENTS = Tasks(
    Category("cc3", ("BLOUSES", "CASUAL_DRESSES", "MINI_DRESSES", "SHIRTS", "TANK_TOPS")),
    Tags(("polka dot", "floral", "checker")),
    ItemColumns("uuid"),
)
TWO = Predictions(
    GARMENTS, np.array(["a", "b"], object),
    np.array([[.1, .2, .3, .4, 0], [.5, 0, 0, 0, .5]], np.float32),
    np.array([[.9, .5, .1], [0, .49, 1]], np.float32),
)
CUTS = {"checker": 0.2, "floral": 0.5, "polka dot": 0.95}


@pytest.fixture
def shop(tmp_path, monkeypatch):
    workspace = make_shop(tmp_path)
    monkeypatch.setattr(
        "core.predictions.run.open_model", lambda folder, engine, threads: paint(workspace)()
    )
    assert run_command("predict", workspace.root) == 0
    return workspace


def test_vinted_table__by_hand():
    assert vinted_table(TWO, CUTS).to_pylist() == [
        {"uuid": "a", "category1": 3, "category2": 2, "polka dot": 0, "floral": 1, "checker": 0},
        {"uuid": "b", "category1": 0, "category2": 4, "polka dot": 0, "floral": 0, "checker": 1},
    ]


def test_vinted_table__has_exactly_the_columns_and_types_asked_for():
    assert vinted_table(TWO, CUTS).schema.equals(pa.schema([
        ("uuid", pa.string()), ("category1", pa.int64()), ("category2", pa.int64()),
        ("polka dot", pa.int64()), ("floral", pa.int64()), ("checker", pa.int64()),
    ]))


def test_vinted_table__is_of_the_published_examples_schema(shared_data):
    table = vinted_table(TWO, CUTS)

    assert table.num_rows == 2
    if shared_data is not None:
        example = pq.read_schema(shared_data / "vinted" / "example_predictions.parquet")
        assert table.schema.equals(example)


def test_decided_table__puts_answers_before_scores():
    table = decided_table(TWO, Decisions(decide(TWO, CUTS)))

    assert table.column_names[:6] == [
        "item_id", "category1", "category2", "decision:polka dot", "decision:floral",
        "decision:checker",
    ]
    assert table["category1"].to_pylist() == ["SHIRTS", "BLOUSES"]
    assert table["decision:floral"].to_pylist() == [True, False]
    assert table.column_names[6:] == TWO.to_arrow().column_names[1:]


def test_decided_table__says_none_of_these_and_the_prediction_sets():
    scored = replace(TWO, extra={"out_of_catalog": np.array([0.93, 0.1], np.float32)})
    bundle = Bundle("m", CUTS, out_of_catalog=0.4, set_cut=0.3)
    table = decided_table(scored, decide_all(scored, bundle))

    assert table.column_names[3] == "none_of_these"
    assert table["none_of_these"].to_pylist() == [True, False]
    sets = {name: table[f"in_set:{name}"].to_pylist() for name in GARMENTS.classes}
    assert sets == {
        "BLOUSES": [False, True], "CASUAL_DRESSES": [False, False], "MINI_DRESSES": [True, False],
        "SHIRTS": [True, False], "TANK_TOPS": [False, True],
    }
    assert table["out_of_catalog"].to_pylist() == [np.float32(0.93), np.float32(0.1)]
    assert Predictions.from_arrow(table, GARMENTS).extra.keys() == {"out_of_catalog"}


def test_export_predictions__in_each_form(shop, tmp_path, capsys):
    for form, name in (("vinted", "v.parquet"), ("vinted", "v.csv"), ("parquet", "p.parquet"),
                       ("csv", "p.csv")):
        done = run_command("export", shop.root, "predictions", "--format", form,
                           "--out", tmp_path / name)
        assert done == 0
        assert f"60 items written to {tmp_path / name}" in capsys.readouterr().out

    vinted = pd.read_parquet(tmp_path / "v.parquet")
    assert vinted["item_id"].tolist() == read_catalog(shop).item_ids.tolist()
    written = pd.read_csv(tmp_path / "v.csv")
    assert written.to_dict("list") == vinted.to_dict("list")
    assert set(vinted["category1"]) == {0, 1} and set(vinted["green"]) == {0, 1}
    plain = pd.read_parquet(tmp_path / "p.parquet")
    assert (plain["decision:green"].astype(int) == vinted["green"]).all()
    assert pd.read_csv(tmp_path / "p.csv").columns.tolist() == plain.columns.tolist()


def test_export_predictions__goes_by_the_saved_thresholds(shop, tmp_path):
    save_bundle(shop.decisions_dir("paint"),
                Bundle(ColourPredictor.model_id, {"green": 0.0}), shop.tasks)

    run_command("export", shop.root, "predictions", "--format", "vinted",
                "--out", tmp_path / "v.parquet")

    assert pd.read_parquet(tmp_path / "v.parquet")["green"].tolist() == [1] * 60


def test_export_predictions__of_a_part_and_of_a_file(shop, tmp_path):
    scores = tmp_path / "scores.parquet"
    run_command("predict", shop.root, "--input", tmp_path / "photos" / "p00007.png",
                "--out", scores)

    assert run_command("export", shop.root, "predictions", "--scores", scores,
                       "--out", tmp_path / "one.csv") == 0
    assert run_command("export", shop.root, "predictions", "--part", "heldout",
                       "--out", tmp_path / "held.parquet") == 0

    one = pd.read_csv(tmp_path / "one.csv")
    assert one["item_id"].tolist() == ["p00007"]
    assert one["category:RED"][0] == pytest.approx(colour_of(7)[0] / 255)
    assert len(pd.read_parquet(tmp_path / "held.parquet")) == 18


def test_export_labels__can_be_read_by_init_again(shop, tmp_path):
    for name in ("labels2.parquet", "labels2.csv"):
        assert run_command("export", shop.root, "labels", "--out", tmp_path / name) == 0
        assert run_command("init", tmp_path / f"again-{name}", "--labels", tmp_path / name,
                           "--images", tmp_path / "photos") == 0

    frame = pd.read_parquet(tmp_path / "labels2.parquet")
    assert frame.columns.tolist() == ["item_id", "kind", "green", "split", "price"]
    original = pd.read_parquet(tmp_path / "labels.parquet")
    merged = frame.merge(original, on="item_id", suffixes=("", " before"))
    assert len(merged) == 60
    assert (merged["kind"] == merged["kind before"]).all()
    assert (merged["green"] == merged["green before"]).all()


def test_export_labels__as_json_lines_keeps_missing_answers_null(shop, tmp_path):
    catalog = read_catalog(shop)
    catalog.rows.loc[0, ["category", "tag:green"]] = None
    catalog.rows.to_parquet(shop.catalog_path)

    assert run_command("export", shop.root, "labels", "--out", tmp_path / "l.jsonl") == 0

    lines = [json.loads(line) for line in (tmp_path / "l.jsonl").read_text().splitlines()]
    assert len(lines) == 60
    assert lines[0]["kind"] is None and lines[0]["green"] is None
    assert lines[1]["green"] in (0, 1)


@pytest.fixture
def corrected(shop):
    """The shop, whose first item Ada called RED."""
    first = read_catalog(shop).item_ids[0]
    answers = [Answer(first, "category", "RED")]
    AnnotationLog.of(shop).append(answers, Voice("Ada", "page:confusion"))
    return shop, first


def test_export_labels__say_who_set_them_when_asked(corrected, tmp_path):
    shop, first = corrected
    out = tmp_path / "l.jsonl"
    assert run_command("export", shop.root, "labels", "--provenance", "--out", out) == 0

    lines = {one["item_id"]: one for one in map(json.loads, out.read_text().splitlines())}
    assert len(lines) == 60
    assert lines[first]["kind"] == "RED"
    assert lines[first]["provenance"]["kind"]["by"] == "Ada"
    assert lines[first]["provenance"]["green"]["by"] == "import"


def test_export_labels__for_label_studio_hold_everybodys_answers(corrected, tmp_path):
    shop, first = corrected
    out = tmp_path / "tasks.json"
    assert run_command("export", shop.root, "labels", "--format", "label-studio", "--out", out) == 0

    tasks = {one["data"]["item_id"]: one["annotations"] for one in json.loads(out.read_text())}
    assert len(tasks) == 60
    assert [bool(said) for item, said in tasks.items() if item != first] == [False] * 59
    assert tasks[first][0]["result"][0]["value"] == {"choices": ["RED"]}


def test_export_labels__as_folders_put_each_photo_under_its_label_in_force(corrected, tmp_path):
    shop, first = corrected
    out = tmp_path / "folders"
    assert run_command("export", shop.root, "labels", "--format", "folders", "--out", out) == 0

    assert sorted(path.name for path in out.iterdir()) == ["BLUE", "RED"]
    assert len(list(out.glob("*/*"))) == 60
    assert [path.stem for path in out.glob(f"*/{first}.*")] == [first]
    assert next(out.glob(f"*/{first}.*")).parent.name == "RED"


def test_export_labels__for_hugging_face_keep_the_split(shop, tmp_path):
    out = tmp_path / "hf"
    command = ("export", shop.root, "labels", "--format", "huggingface", "--out", out)
    assert run_command(*command) == 0

    folders = {path.parent.name: len(path.read_text().splitlines())
               for path in out.glob("*/metadata.jsonl")}
    assert sum(folders.values()) == 60 and set(folders) == {"train", "validation", "test"}
    assert run_command(*command) == 1  # never over another export


def test_labels_frame__keeps_the_group_and_further_columns():
    frame = pd.DataFrame({
        "item_id": ["a"], "category": ["SHIRTS"], "tag:polka dot": [True], "tag:floral": [None],
        "tag:checker": [False], "split": ["train"], "group": ["7"], "meta:kids": [False],
    })
    for tag in GARMENTS.tag_names:
        frame[f"tag:{tag}"] = frame[f"tag:{tag}"].astype("boolean")
    tasks = Tasks(GARMENTS.category, GARMENTS.tags, ItemColumns("uuid", group="sender_id"))

    row, = labels_frame(Catalog(tasks, frame)).to_dict("records")

    assert {name: value for name, value in row.items() if name != "floral"} == {
        "uuid": "a", "cc3": "SHIRTS", "polka dot": 1, "checker": 0, "sender_id": "7",
        "split": "train", "kids": False,
    }
    assert pd.isna(row["floral"])


def test_export_model__copies_the_folder_whole(shop, tmp_path, capsys):
    assert run_command("export", shop.root, "model", "--out", tmp_path / "given" / "paint") == 0

    names = sorted(path.name for path in (tmp_path / "given" / "paint").iterdir())
    assert names == ["card.json", "decisions.json", "seen.parquet"]
    assert "model paint written to" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "given").iterdir()) == ["paint"]
    assert run_command("export", shop.root, "model", "--out", tmp_path / "given" / "paint") == 1
    assert "is there already; name a new folder" in capsys.readouterr().err


def test_export__refuses_what_it_cannot_do_with_a_sentence(shop, tmp_path, capsys):
    for given, sentence in (
        (["predictions", "--format", "xml", "--out", "x.xml"],
         "--format must be one of parquet, csv, vinted, got 'xml'"),
        (["predictions", "--out", "x"], "--format must be one of parquet, csv, vinted, got ''"),
        (["predictions", "--format", "csv", "--out", "x.parquet"], "--out must end in .csv"),
        (["labels", "--format", "vinted", "--out", "x.parquet"], "one of parquet, csv, jsonl"),
        (["predictions", "--scores", tmp_path / "no.parquet", "--out", "x.csv"],
         "there is no file"),
        (["predictions", "--scores", tmp_path / "labels.parquet", "--out", "x.csv"],
         "predictions have no column 'category:BLUE'"),
        (["predictions", "--part", "test", "--out", "x.csv"], "part must be one of train"),
        (["photos", "--out", "x.csv"], "photos"),
    ):
        assert run_command("export", shop.root, *given) == 1, given
        said = capsys.readouterr().err
        assert sentence in said and "Traceback" not in said


def test_export__without_predictions_says_how_to_make_them(tmp_path, capsys):
    shop = make_shop(tmp_path)

    assert run_command("export", shop.root, "predictions", "--out", tmp_path / "x.csv") == 1

    assert "make them with python -m core predict" in capsys.readouterr().err
