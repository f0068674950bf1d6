import shutil

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.decisions.bundle import Bundle, save_bundle
from core.predictions.store import read_predictions
from tests.core.commands.running import run_command
from tests.core.commands.shop import add_model, make_shop, paint
from tests.core.predictions.colours import ColourPredictor, colour_of


@pytest.fixture
def shop(tmp_path, monkeypatch):
    workspace = make_shop(tmp_path)
    monkeypatch.setattr(
        "core.predictions.run.open_model", lambda folder, engine, threads: paint(workspace)()
    )
    return workspace


def test_predict__answers_the_catalog_into_the_workspace(shop, capsys):
    assert run_command("predict", shop.root) == 0

    found = read_predictions(shop.predictions_dir("paint"), shop.tasks)
    assert len(found) == 60
    assert found.about["model_id"] == ColourPredictor.model_id
    said = capsys.readouterr().out
    assert "60 photos: 60 answered, 0 rejected" in said and "photos per second" in said
    tagged = int((found.tags[:, 0].astype(float) >= 0.5).sum())
    assert f"tagged at the thresholds v0: green {tagged} (from 0.500)" in said


def test_predict__keeps_embeddings_with_the_workspace_and_writes_them_when_asked(shop, tmp_path):
    out = tmp_path / "all.parquet"
    run_command("predict", shop.root, "--out", out)
    assert read_predictions(shop.predictions_dir("paint"), shop.tasks).embedding.shape == (60, 3)
    assert "embedding" not in pq.read_schema(out).names

    run_command("predict", shop.root, "--out", out, "--embedding")

    assert pq.read_schema(out).field("embedding").type.list_size == 3


def test_predict__again_does_nothing_and_says_so(shop, capsys):
    run_command("predict", shop.root)
    capsys.readouterr()

    assert run_command("predict", shop.root) == 0

    said = capsys.readouterr().out
    assert "60 answered, 0 rejected; 60 of them done by an earlier run" in said
    assert "per second" not in said


def test_predict__writes_one_file_and_the_rejected_beside_it(shop, tmp_path, capsys):
    photos = tmp_path / "photos"
    (photos / "p00003.png").write_bytes(b"not a photo")
    (photos / "note.jpg").write_text("text")
    out = tmp_path / "scores.parquet"

    assert run_command("predict", shop.root, "--input", photos, "--out", out) == 0

    table = pq.read_table(out)
    assert table.column_names == ["item_id", "category:BLUE", "category:RED", "tag:green"]
    assert table.num_rows == 59
    row = table["item_id"].to_pylist().index("p00010")
    assert table["category:RED"][row].as_py() == pytest.approx(colour_of(10)[0] / 255)
    rejected = pd.read_parquet(f"{out}.rejected.parquet")
    assert rejected["item_id"].tolist() == ["note", "p00003"]
    assert rejected["reason"][0].startswith("note.jpg is not a photo")
    assert f"{out}.rejected.parquet" in capsys.readouterr().out
    metadata = table.schema.metadata[b"fitting_room"].decode()
    assert '"bundle": "v0"' in metadata and '"thresholds": {"green": 0.5}' in metadata


def test_predict__of_the_catalog_to_a_file_uses_what_is_there(shop, tmp_path, capsys):
    run_command("predict", shop.root)
    out = tmp_path / "deep" / "all.parquet"

    assert run_command("predict", shop.root, "--out", out) == 0

    assert "60 of them done by an earlier run" in capsys.readouterr().out
    assert pq.read_metadata(out).num_rows == 60
    assert len(pd.read_parquet(f"{out}.rejected.parquet")) == 0


def test_predict__takes_a_table_of_ids_and_one_photo(shop, tmp_path):
    pd.DataFrame({"item_id": ["p00007", "p00001", "nobody"]}).to_csv(tmp_path / "ids.csv")
    out = tmp_path / "few.parquet"

    assert run_command("predict", shop.root, "--input", tmp_path / "ids.csv", "--out", out) == 0

    assert pq.read_table(out)["item_id"].to_pylist() == ["p00007", "p00001"]
    rejected = pd.read_parquet(f"{out}.rejected.parquet")
    assert rejected["item_id"].tolist() == ["nobody"]
    assert rejected["reason"][0].startswith("nobody.jpg is missing")
    photo = tmp_path / "photos" / "p00002.png"
    assert run_command("predict", shop.root, "--input", photo, "--out", tmp_path / "1.parquet") == 0
    assert pq.read_table(tmp_path / "1.parquet")["item_id"].to_pylist() == ["p00002"]


def test_predict__without_out_writes_where_one_stands(shop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert run_command("predict", shop.root, "--input", tmp_path / "photos") == 0

    assert pq.read_metadata(tmp_path / "photos.predictions.parquet").num_rows == 60


def test_predict__fails_with_a_sentence_when_no_photo_could_be_read(shop, tmp_path, capsys):
    bad = tmp_path / "bad"
    bad.mkdir()
    for name in ("a.jpg", "b.jpg"):
        (bad / name).write_bytes(b"")
    out = tmp_path / "bad.parquet"

    assert run_command("predict", shop.root, "--input", bad, "--out", out) == 1

    assert capsys.readouterr().err == (
        "error: none of 2 photos could be read; the first says: a.jpg is empty (0 bytes); copy or"
        f" export it again; all reasons are in {out}.rejected.parquet\n"
    )
    assert not out.exists()
    assert len(pd.read_parquet(f"{out}.rejected.parquet")) == 2


def test_predict__refuses_what_it_cannot_do_with_a_sentence(shop, tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    for given, sentence in (
        (["--out", "x.csv"], "--out must end in .parquet, got x.csv; export predictions writes"),
        (["--input", tmp_path / "empty"], "has no photo in it"),
        (["--input", tmp_path / "gone.parquet"], "gone.parquet does not exist; name a table"),
        (["--model", "nobody"], "has no model 'nobody'; it has paint"),
        (["--engine", "abacus"], "--engine must be one of litert, keras, got 'abacus'"),
    ):
        assert run_command("predict", shop.root, *given) == 1
        said = capsys.readouterr().err
        assert sentence in said and "Traceback" not in said


def test_predict__refuses_a_model_for_other_tasks(shop, tmp_path, capsys):
    card = shop.model_dir() / "card.json"
    card.write_text(card.read_text().replace('"RED"', '"PINK"'))

    assert run_command("predict", shop.root) == 1

    assert "ask different questions" in capsys.readouterr().err


def test_predict__of_labels_only_says_how_to_go_on(shop, tmp_path, capsys):
    assert run_command("init", tmp_path / "bare", "--labels", tmp_path / "labels.parquet") == 0
    shutil.copytree(shop.root / "models", tmp_path / "bare" / "models")

    assert run_command("predict", tmp_path / "bare", "--model", "paint") == 1

    assert "has labels only, no photos" in capsys.readouterr().err


def test_predict__uses_the_saved_thresholds(shop, capsys):
    bundle = Bundle(ColourPredictor.model_id, {"green": 1.0}, saved_by="Ada")
    save_bundle(shop.decisions_dir("paint"), bundle, shop.tasks)

    run_command("predict", shop.root)

    assert "tagged at the thresholds v1: green 0 (from 1.000)" in capsys.readouterr().out


def test_predict__says_what_a_new_model_says(shop):
    run_command("predict", shop.root)
    add_model(shop, "copy")

    assert run_command("predict", shop.root, "--model", "copy", "--embedding") == 0

    found = read_predictions(shop.predictions_dir("copy"), shop.tasks)
    assert found.embedding.shape == (60, 3)


def test_predict__says_what_is_none_of_the_categories(shop, tmp_path, monkeypatch, capsys):
    class Outside(paint(shop)):
        def predict(self, photos):
            blue = photos[..., 2].mean(axis=(1, 2), dtype=np.float32)[:, None] / 255
            return {**super().predict(photos), "out_of_catalog": blue}

    monkeypatch.setattr("core.predictions.run.open_model", lambda folder, **_: Outside())
    save_bundle(shop.decisions_dir("paint"), Bundle(
        ColourPredictor.model_id, {"green": 0.5}, out_of_catalog=0.75, set_cut=0.4,
    ), shop.tasks)
    out = tmp_path / "scores.parquet"

    run_command("predict", shop.root, "--input", tmp_path / "photos", "--out", out)

    expected = sum(colour_of(number)[2] >= 0.75 * 255 for number in range(60))
    said = capsys.readouterr().out
    assert f"probably none of the categories: {expected} (from 0.750)" in said
    scores = pq.read_table(out)["out_of_catalog"].to_numpy()
    assert (scores >= 0.75).sum() == expected > 0
    metadata = pq.read_schema(out).metadata[b"fitting_room"].decode()
    assert '"out_of_catalog": 0.75' in metadata and '"set_cut": 0.4' in metadata
    done = run_command("export", shop.root, "predictions", "--scores", out,
                       "--out", tmp_path / "answers.csv")
    answers = pd.read_csv(tmp_path / "answers.csv")
    assert done == 0 and answers["none_of_these"].sum() == expected
    assert ((answers["category:RED"] >= 0.4) == answers["in_set:RED"]).all()
