"""``train`` as a stranger runs it, on painted photos that a small network learns in seconds."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from PIL import Image

from core.__main__ import main
from core.catalog.images import photo_for_model
from core.catalog.table import Catalog, read_catalog, write_catalog
from core.decisions.bundle import read_bundle
from core.model import checkpoints
from core.model.card import read_card
from core.model.opening import open_predictor
from core.predictions.out_of_sample import read_out_of_sample
from core.workspace import Workspace
from tests.core.model.painted import SMALL, painted

ROOT = Path(__file__).resolve().parents[3]


def recipe_file(folder: Path, **changes) -> str:
    path = folder / f"{len(list(folder.glob('*.yaml')))}.yaml"
    path.write_text(yaml.safe_dump(SMALL.changed(**changes).to_dict()))
    return str(path)


def train(workspace: Workspace, recipe: str, *options: str, code: int = 0) -> None:
    found = main(["train", str(workspace.root), "--recipe", recipe, *options])
    assert found == code


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A workspace with a model ``one`` and how its training began and ended."""
    folder = tmp_path_factory.mktemp("trained")
    workspace = painted(folder, items=90)
    train(workspace, recipe_file(folder, epochs=6), "--name", "one", "--tensorboard")
    return Workspace.open(workspace.root)


def test_train__writes_a_whole_model_folder(trained):
    folder = trained.new_model_dir("one")
    assert {path.name for path in folder.iterdir()} == {
        "model.keras", "model.tflite", "saved_model", "card.json", "decisions.json",
        "seen.parquet", "history.csv", "curves.html", "architecture.txt",
    }  # fmt: skip
    assert not list((trained.root / "models").glob(".*"))
    assert trained.settings.model == "one"


def test_train__learns(trained):
    card = read_card(trained.new_model_dir("one"))
    assert card.figures["heldout"]["n"] == 18
    assert card.figures["heldout"]["top1"] >= 0.8
    assert set(card.figures["heldout"]["tags"]) == set(trained.tasks.tag_names)


def test_train__describes_what_it_did_on_the_card(trained):
    card = read_card(trained.new_model_dir("one"))
    assert card.backbone == "small_cnn" and card.image_size == [40, 32]
    assert card.training["recipe"]["batch_size"] == 8
    assert card.data["items"]["painted"] == {"train": 54, "validation": 18, "heldout": 18}
    assert card.gates["model.tflite"]["passed"] and card.gates["saved_model"]["passed"]
    assert card.sizes["model.tflite"] > 100_000 and card.timings["litert_ms"] > 0
    assert card.calibration["temperature"] > 0
    assert {"code", "tensorflow", "keras", "pillow"} <= set(card.versions)
    assert card.figures["heldout"]["sets"]["promised"] == 0.9


def test_train__saves_thresholds_and_what_they_promise(trained):
    bundle = read_bundle(trained.new_model_dir("one") / "decisions.json")
    assert set(bundle.thresholds) == set(trained.tasks.tag_names)
    assert set(bundle.promise) == {"validation", "heldout"}
    assert bundle.model_id == open_predictor(trained.new_model_dir("one")).model_id
    assert 0 <= bundle.set_cut <= 1 and bundle.out_of_catalog is None


def test_train__notes_every_photo_that_it_fitted_to(trained):
    seen = set(pd.read_parquet(trained.new_model_dir("one") / "seen.parquet")["content"])
    rows = read_catalog(trained).rows
    assert seen == set(rows.loc[rows["split"] != "heldout", "content"])


def test_train__keeps_history_curves_and_architecture(trained):
    folder = trained.new_model_dir("one")
    history = pd.read_csv(folder / "history.csv")
    assert history["epoch"].tolist() == list(range(7))
    assert history["val_loss"].iloc[-1] < history["val_loss"].iloc[0]
    assert history.loc[history["best"], "val_loss"].min() == history["val_loss"].min()
    assert "plotly" in (folder / "curves.html").read_text()[:20000].lower()
    assert "block4_conv" in (folder / "architecture.txt").read_text()


def test_train__writes_tensorboard_logs(trained):
    assert list((trained.root / "tensorboard" / "one").glob("events.*"))


def test_train__calibrates_the_exported_scores(trained):
    """The file's own scores on held-out photos are those that the card's figures rest on."""
    part = read_catalog(trained).part("heldout")
    photos = [photo_for_model(trained.photo_path(i), (40, 32)) for i in part.rows["image"]]
    scores = open_predictor(trained.new_model_dir("one")).predict(np.stack(photos))
    top1 = float((scores["category"].argmax(axis=1) == part.category).mean())
    card = read_card(trained.new_model_dir("one"))
    assert top1 == pytest.approx(card.figures["heldout"]["top1"])


def test_train__does_not_write_over_a_model(trained, capsys):
    before = (trained.new_model_dir("one") / "card.json").read_bytes()
    train(trained, "scratch", "--name", "one", code=1)
    assert "has a model 'one' already; choose another --name" in capsys.readouterr().err
    assert (trained.new_model_dir("one") / "card.json").read_bytes() == before


def test_train__repeats_itself_for_the_same_seed(trained, tmp_path):
    recipe = recipe_file(tmp_path, epochs=2)
    for name, seed in (("a", "4"), ("b", "4"), ("c", "5")):
        train(trained, recipe, "--name", name, "--seed", seed, "--no-use")
    losses = [
        pd.read_csv(trained.new_model_dir(name) / "history.csv")["val_loss"] for name in "abc"
    ]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-3)
    assert np.abs(losses[0] - losses[2]).max() > 1e-3
    assert Workspace.open(trained.root).settings.model == "one"


def test_train__starts_from_its_own_earlier_model(trained, tmp_path):
    recipe = recipe_file(tmp_path, epochs=0, probe=True, refit=True)
    weights = trained.new_model_dir("one")
    train(trained, recipe, "--name", "next", "--weights", str(weights), "--no-use")
    card = read_card(trained.new_model_dir("next"))
    assert card.figures["heldout"]["top1"] >= 0.8
    assert card.training["recipe"]["weights"] == "one"
    assert card.training["refitted_with_validation"]
    kept = read_out_of_sample(trained.new_model_dir("next"), trained.tasks)
    assert len(kept) == card.data["items"][trained.name]["validation"]
    assert pd.read_csv(trained.new_model_dir("next") / "history.csv")["stage"].tolist() == ["probe"]


@pytest.mark.parametrize(("classes", "tags"), [(2, 0), (11, 9)])
def test_train__answers_any_number_of_questions(tmp_path, classes, tags):
    workspace = painted(tmp_path, classes=classes, tags=tags, items=15 * classes)
    train(workspace, recipe_file(tmp_path, epochs=1, refit=True, downsample=True), "--name", "m")
    predictor = open_predictor(workspace.new_model_dir("m"))
    scores = predictor.predict(np.zeros((1, 40, 32, 3), np.uint8))
    assert scores["category"].shape == (1, classes) and scores["tags"].shape == (1, tags)
    assert set(read_bundle(workspace.new_model_dir("m") / "decisions.json").thresholds) == set(
        workspace.tasks.tag_names
    )


def test_train__takes_every_option_of_the_published_solutions(tmp_path):
    workspace = painted(tmp_path, items=45)
    train(
        workspace, recipe_file(tmp_path, epochs=1), "--name", "m", "--image-size", "48x33",
        "--pooling", "flatten", "--hidden", "16", "--dropout", "0.5", "--class-weights",
        "balanced", "--tag-weights", "sqrt", "--downsample", "--least-per-class", "12",
        "--label-smoothing", "0.1", "--mixed-precision", "--no-augment", "--unfreeze", "8",
        "--category-weight", "2", "--tags-weight", "0.5", "--patience", "1",
    )  # fmt: skip
    card = read_card(workspace.new_model_dir("m"))
    assert card.image_size == [48, 33]
    assert card.training["recipe"]["mixed_precision"] and card.gates["model.tflite"]["passed"]


def test_train__joins_another_workspace_that_asks_the_same(tmp_path):
    workspace = painted(tmp_path / "a", items=45)
    other = painted(tmp_path / "b", items=30, name="other")
    train(workspace, recipe_file(tmp_path, epochs=1), "--name", "m", "--with", str(other.root))
    card = read_card(workspace.new_model_dir("m"))
    assert card.data["items"]["other"] == {"train": 18, "validation": 6, "heldout": 6}
    assert card.figures["heldout"]["n"] + card.figures["heldout"]["left_out_seen"] == 9
    assert card.figures_on["other"]["heldout"]["classes"] == list(workspace.tasks.classes)


def test_train__refuses_to_join_other_questions(tmp_path, capsys):
    workspace = painted(tmp_path / "a", items=30)
    other = painted(tmp_path / "b", items=30, tags=1, name="other")
    train(workspace, "scratch", "--with", str(other.root), code=1)
    assert "workspace 'other' asks other questions than 'painted'" in capsys.readouterr().err


def only(workspace: Workspace, keep) -> Workspace:
    catalog = read_catalog(workspace)
    write_catalog(workspace, catalog.where(keep(catalog.rows).to_numpy()))
    return workspace


def test_train__refuses_a_class_that_it_cannot_learn(tmp_path, capsys):
    workspace = painted(tmp_path, items=30)
    gone = workspace.tasks.classes[1]
    only(workspace, lambda rows: (rows["category"] != gone) | (rows["split"] != "train"))
    train(workspace, recipe_file(tmp_path), code=1)
    said = capsys.readouterr().err
    assert f"no photo of the training part is labelled {gone}, so it could never be" in said


def test_train__goes_on_with_little_to_learn_from_and_says_so(tmp_path, capsys):
    workspace = painted(tmp_path, items=45)
    one, tag = workspace.tasks.classes[0], workspace.tasks.tag_names[0]
    catalog = read_catalog(workspace)
    rows = catalog.rows
    keep = (rows["category"] != one) | ((rows["split"] == "train") & ~rows.duplicated(
        ["category", "split"]))  # fmt: skip
    rows = rows.assign(**{f"tag:{tag}": False})[keep].reset_index(drop=True)
    write_catalog(workspace, Catalog(catalog.tasks, rows))
    train(workspace, recipe_file(tmp_path, epochs=1), "--name", "m")
    said = capsys.readouterr().err
    assert f"note: fewer than 5 photos to learn from: {one}; expect little of it" in said
    assert f"note: validation has no photo of {one}: nothing measures it" in said
    assert f"note: no training photo is tagged {tag}: its score says nothing" in said
    card = read_card(workspace.new_model_dir("m"))
    assert card.figures["heldout"]["tags"][tag]["recall"] is None


def test_train__goes_on_without_validation_photos(tmp_path, capsys):
    workspace = only(painted(tmp_path, items=45), lambda rows: rows["split"] != "validation")
    train(workspace, recipe_file(tmp_path, epochs=2, refit=True), "--name", "m")
    assert "note: there are no validation photos: the last epoch is kept" in capsys.readouterr().err
    bundle = read_bundle(workspace.new_model_dir("m") / "decisions.json")
    assert set(bundle.thresholds.values()) == {0.5} and bundle.set_cut is None
    assert read_card(workspace.new_model_dir("m")).training["best_epoch"] == 2


def test_train__refuses_labels_without_photos(tmp_path, capsys):
    workspace = painted(tmp_path, items=30).with_settings(images=None)
    train(workspace, "scratch", code=1)
    assert "has labels only, no photos to learn from" in capsys.readouterr().err


def test_train__says_when_the_loss_is_no_number(tmp_path, capsys):
    workspace = painted(tmp_path, items=45)
    recipe = recipe_file(tmp_path, epochs=3, category_weight=1e38, clip_norm=0)
    train(workspace, recipe, "--name", "m", code=1)
    said = capsys.readouterr().err
    assert "the loss is no number any more in epoch 1; start again with a lower" in said
    assert not workspace.new_model_dir("m").exists()
    assert Workspace.open(workspace.root).settings.model == workspace.settings.model
    train(workspace, recipe, "--name", "m", "--resume", "--finish")
    assert read_card(workspace.new_model_dir("m")).training["best_epoch"] == 0


def killed_in_epoch(workspace: Workspace, recipe: str, name: str, epoch: int) -> Path:
    """Train in another process and kill it, unasked, once ``epoch`` is through."""
    process = subprocess.Popen(
        [sys.executable, "-m", "core", "train", str(workspace.root), "--recipe", recipe,
         "--name", name],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    run = workspace.root / "models" / f".{name}.run"
    deadline = time.monotonic() + 240
    try:
        while (checkpoints.read_state(run) or {"epoch": -1})["epoch"] < epoch:
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    return run


def test_train__goes_on_after_a_kill_as_if_there_had_been_none(tmp_path, capsys):
    workspace = painted(tmp_path, items=60)
    recipe = recipe_file(tmp_path, epochs=40, dropout=0.3)
    before = (workspace.root / "catalog.parquet").read_bytes()
    run = killed_in_epoch(workspace, recipe, "m", 2)
    assert not workspace.new_model_dir("m").exists()
    assert (workspace.root / "catalog.parquet").read_bytes() == before
    assert read_catalog(Workspace.open(workspace.root)) is not None

    train(workspace, recipe, "--name", "m", code=1)
    assert "a run 'm' was interrupted here; go on with --resume" in capsys.readouterr().err
    reached = checkpoints.read_state(run)["epoch"]
    told = json.loads((run / "run.json").read_text())
    told["recipe"]["epochs"] = 5 if reached < 5 else reached
    (run / "run.json").write_text(json.dumps(told))
    train(workspace, recipe, "--resume")
    history = pd.read_csv(workspace.new_model_dir("m") / "history.csv")
    assert history["epoch"].tolist() == list(range(len(history)))
    assert len(history) > reached and not run.exists()


def test_resume__ends_where_an_unbroken_run_ends(tmp_path):
    workspace = painted(tmp_path, items=60)
    recipe = recipe_file(tmp_path, epochs=4, dropout=0.3)
    train(workspace, recipe, "--name", "whole")
    stopped = _stop_after(2)
    with pytest.raises(stopped.Stop):
        stopped.train(workspace, SMALL.changed(epochs=4, dropout=0.3), "broken")
    train(workspace, recipe, "--name", "broken", "--resume")
    whole, broken = (
        pd.read_csv(workspace.new_model_dir(n) / "history.csv") for n in ("whole", "broken")
    )
    for column in ("loss", "val_loss", "learning_rate"):
        np.testing.assert_allclose(whole[column], broken[column], rtol=2e-3)


class _stop_after:
    """A run that its own report stops after an epoch, as a cancel button would."""

    class Stop(Exception):
        pass

    def __init__(self, epoch: int):
        self.last = epoch

    def train(self, workspace, recipe, name, *others):
        from core.commands.training import Further, train_model
        from core.model.report import Report

        def epoch(record):
            if record["epoch"] == self.last:
                raise self.Stop

        train_model(workspace, recipe, name, Further(others), report=Report(epoch=epoch))


def test_resume__needs_an_interrupted_run(tmp_path, capsys):
    workspace = painted(tmp_path, items=30)
    train(workspace, "scratch", "--name", "m", "--resume", code=1)
    assert "there is no interrupted run 'm' to resume" in capsys.readouterr().err
    train(workspace, "scratch", "--resume", code=1)
    assert "has no interrupted runs" in capsys.readouterr().err


def test_resume__refuses_other_data_and_restart_forgets(tmp_path, capsys):
    workspace = painted(tmp_path, items=45)
    stopped = _stop_after(0)
    with pytest.raises(stopped.Stop):
        stopped.train(workspace, SMALL, "m")
    catalog = read_catalog(workspace)
    write_catalog(workspace, catalog.where(np.arange(len(catalog)) != 3))
    train(workspace, recipe_file(tmp_path), "--name", "m", "--resume", code=1)
    assert "the run 'm' was started on other data" in capsys.readouterr().err
    train(workspace, recipe_file(tmp_path, epochs=1), "--name", "m", "--restart")
    assert len(pd.read_csv(workspace.new_model_dir("m") / "history.csv")) == 2


def test_train__refuses_a_second_process_under_the_same_name(tmp_path, capsys):
    workspace = painted(tmp_path, items=30)
    with checkpoints.locked(workspace.root / "models" / ".m.run"):
        train(workspace, "scratch", "--name", "m", code=1)
    assert "'m' is being trained by another process" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--backbone", "vgg20"], "backbone must be one of efficientnet_lite0, "),
        (["--image-size", "big"], "--image-size must be HEIGHTxWIDTH in pixels"),
        (["--weights", "nowhere.keras"], "there is no weights file nowhere.keras"),
        (["--dropout", "2"], "dropout must be from 0 to 1, got 2.0"),
        (["--name", "../m"], "'../m' is no name for a model"),
        (["--votes", "nowhere.parquet"], "nowhere.parquet"),
    ],
)
def test_train__answers_a_bad_option_with_a_sentence(tmp_path, capsys, options, sentence):
    workspace = painted(tmp_path, items=30)
    train(workspace, recipe_file(tmp_path), *options, code=1)
    said = capsys.readouterr().err
    assert said.splitlines()[-1].startswith("error: ") and sentence in said
    assert "Traceback" not in said


def test_train_help__imports_no_tensorflow():
    code = (
        "import sys, os; from core.__main__ import main; main(['train', '--help']);"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={**os.environ, "COLUMNS": "120"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for option in ("--image-size", "--downsample", "--mixed-precision", "--resume", "--with"):
        assert option in done.stdout


def test_train__learns_to_say_none_of_these_and_fits_heads_anew(trained, tmp_path):
    """The way of the shipped model: probe, tune for all but the category, probe again."""
    rng = np.random.default_rng(0)
    (tmp_path / "other").mkdir()
    for number in range(24):
        noise = rng.integers(0, 256, (40, 32, 3), dtype=np.uint8)
        Image.fromarray(noise).save(tmp_path / "other" / f"x{number}.png")
    pd.DataFrame({
        "item_id": [f"x{number}" for number in range(24)],
        "shows": ["noise"] * 24,
    }).to_parquet(tmp_path / "other.parquet")  # fmt: skip
    recipe = recipe_file(
        tmp_path, epochs=2, probe=True, probe_views=1, category_weight=0, extra_per_epoch=16,
        reprobe="category, out_of_catalog", refit=True, unfreeze=8, average=0.9, blanks=4,
        cross_fit=3, tuned_share=0.5,
    )  # fmt: skip
    train(
        trained, recipe, "--name", "none", "--weights", str(trained.new_model_dir("one")),
        "--extra", str(tmp_path / "other.parquet"), "--extra-images", str(tmp_path / "other"),
        "--extra-label", "shows", "--no-use",
    )  # fmt: skip
    folder = trained.new_model_dir("none")
    predictor = open_predictor(folder)
    catalog = read_catalog(trained).part("heldout")
    inside = [photo_for_model(trained.photo_path(i), (40, 32)) for i in catalog.rows["image"]]
    outside = rng.integers(0, 256, (6, 40, 32, 3), dtype=np.uint8)
    known, strange = predictor.predict(np.stack(inside)), predictor.predict(outside)
    assert known["out_of_catalog"].mean() < 0.3 < 0.7 < strange["out_of_catalog"].mean()
    assert (known["category"].argmax(axis=1) == catalog.category).mean() >= 0.8
    assert 0 <= read_bundle(folder / "decisions.json").out_of_catalog <= 1
    card = read_card(folder)
    assert card.figures["heldout"]["out_of_catalog"]["inside"] == 18
    assert card.training["refitted_with_validation"]
    assert card.data["items"]["blanks"] == {"train": 4, "validation": 0, "heldout": 0}
    # Fine-tuning has learned from tags, so only the category is calibrated out of fold.
    assert card.calibration["cross_fitted"] == {"category": 72}
    assert "donor" not in predictor.predict(outside)


def test_resume__remembers_what_joined(tmp_path):
    workspace = painted(tmp_path / "a", items=45)
    other = painted(tmp_path / "b", items=30, name="other")
    stopped = _stop_after(0)
    with pytest.raises(stopped.Stop):
        stopped.train(workspace, SMALL.changed(epochs=1), "m", other)
    train(workspace, "default", "--resume", "--finish")
    card = read_card(workspace.new_model_dir("m"))
    assert list(card.figures_on) == ["other"]
    assert card.training["best_epoch"] == 0 and card.backbone == "small_cnn"
