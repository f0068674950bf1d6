"""The command line as a stranger types it, on 60 photos, with the model that ships."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.catalog.table import read_catalog

ROOT = Path(__file__).resolve().parents[3]


def core(*arguments, code: int = 0) -> subprocess.CompletedProcess:
    """Run ``python -m core`` in a process of its own, which must not load TensorFlow."""
    script = (
        "import sys; from core.__main__ import main; code = main(sys.argv[1:]);"
        " assert not {'tensorflow', 'keras'} & set(sys.modules); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], cwd=ROOT, capture_output=True,
        text=True, timeout=300,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def answered(sixty, tmp_path_factory):
    """A copy of the 60 photos' workspace, answered by the shipped model."""
    root = tmp_path_factory.mktemp("answered") / "workspace"
    shutil.copytree(sixty.root, root)
    core("predict", root)
    return type(sixty).open(root)


def test_predict__answers_all_sixty_and_skips_them_the_second_time(answered):
    said = core("predict", answered.root).stdout

    assert "60 photos: 60 answered, 0 rejected; 60 of them done by an earlier run" in said


def test_predict__gives_the_same_bits_from_a_folder_as_from_the_catalog(answered, tmp_path):
    catalog = read_catalog(answered)
    (tmp_path / "photos").mkdir()
    for item_id, image in zip(catalog.item_ids[:20], catalog.rows["image"]):
        source = answered.photo_path(image)
        shutil.copy(source, tmp_path / "photos" / f"{item_id}{source.suffix}")
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 no photo")

    core("predict", answered.root, "--input", tmp_path / "photos", "--out", tmp_path / "a.parquet")
    core("predict", answered.root, "--out", tmp_path / "b.parquet")

    some = pd.read_parquet(tmp_path / "a.parquet").set_index("item_id").sort_index()
    every = pd.read_parquet(tmp_path / "b.parquet").set_index("item_id").sort_index()
    assert len(some) == 20 and len(every) == 60
    assert some.equals(every.loc[some.index])
    rejected = pd.read_parquet(tmp_path / "a.parquet.rejected.parquet")
    assert rejected["item_id"].tolist() == ["broken"]


def test_predict__writes_probabilities_in_the_promised_columns(answered, tmp_path):
    core("predict", answered.root, "--out", tmp_path / "scores.parquet", "--embedding")

    table = pq.read_table(tmp_path / "scores.parquet")
    classes = [f"category:{name}" for name in answered.tasks.classes]
    tags = [f"tag:{name}" for name in answered.tasks.tag_names]
    assert table.column_names[:1] == ["item_id"] and set(classes + tags) < set(table.column_names)
    assert all(str(table.schema.field(name).type) == "float" for name in classes + tags)
    assert table.schema.field("embedding").type.value_type == "halffloat"
    sums = table.select(classes).to_pandas().sum(axis=1)
    assert ((sums - 1).abs() < 1e-3).all()


def test_evaluate__says_the_same_as_counting_by_hand(answered, tmp_path):
    told = core("evaluate", answered.root, "--json", tmp_path / "e.json").stdout

    figures = json.loads((tmp_path / "e.json").read_text())
    core("export", answered.root, "predictions", "--out", tmp_path / "p.parquet")
    answers = pd.read_parquet(tmp_path / "p.parquet").set_index("item_id")
    validation = read_catalog(answered).part("validation").rows
    right = answers["category1"].loc[validation["item_id"]].to_numpy() == validation["category"]
    assert figures["validation"]["n"] == len(validation) > 0
    assert figures["validation"]["top1"] == pytest.approx(right.mean())
    assert figures["heldout"]["n"] + figures["heldout"]["left_out_seen"] == len(
        read_catalog(answered).part("heldout")
    )
    for tag, found in figures["validation"]["tags"].items():
        decided = answers[f"decision:{tag}"].loc[validation["item_id"]].to_numpy()
        truth = validation[f"tag:{tag}"].to_numpy(dtype=bool)
        assert found["tp"] == (decided & truth).sum() and found["fp"] == (decided & ~truth).sum()
    assert "held-out items by tag" in told


def test_export__writes_the_vinted_form(answered, tmp_path, shared_data):
    core("export", answered.root, "predictions", "--format", "vinted",
         "--out", tmp_path / "v.parquet")

    table = pq.read_table(tmp_path / "v.parquet")
    id_column, *tags = answered.tasks.item.id, *answered.tasks.tag_names
    assert table.column_names == [id_column, "category1", "category2", *tags]
    assert [str(field.type) for field in table.schema] == ["string"] + ["int64"] * (2 + len(tags))
    if shared_data is not None:
        example = pq.read_schema(shared_data / "vinted" / "example_predictions.parquet")
        assert table.schema.equals(example)


def test_a_model_is_refused_where_other_questions_are_asked(answered, tmp_path):
    root = tmp_path / "other"
    shutil.copytree(answered.root, root)
    tasks = root / "tasks.yaml"
    tasks.write_text(tasks.read_text().replace("TANK_TOPS", "TOPS"))

    for command in ("predict", "evaluate"):
        said = core(command, root, code=1).stderr
        assert "ask different questions" in said and "TOPS is new to the model" in said
