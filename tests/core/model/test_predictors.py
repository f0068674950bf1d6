"""LiteRT and Keras keep one promise: the same photo, the same scores."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.catalog.decode import PHOTO_SUFFIXES
from core.catalog.images import photo_for_model
from core.errors import ModelError
from core.model.answering import answering
from core.model.card import LITERT, Card, write_card
from core.model.export import export
from core.model.network import build
from core.model.opening import file_id, open_predictor
from core.model.recipe import Recipe
from core.model.weights import build_with_weights
from core.tasks import Category, Tags, Tasks

ROOT = Path(__file__).resolve().parents[3]
TASKS = Tasks(Category("kind", ("B", "A", "C")), Tags(("x", "y")))


def model_folder(folder, recipe, tasks=TASKS, network=None):
    widths = {"category": len(tasks.classes), "tags": len(tasks.tag_names)}
    network = network or build(recipe, {name: width for name, width in widths.items() if width})
    folder.mkdir(exist_ok=True)
    export(answering(network), folder)
    write_card(
        folder,
        Card(folder.name, file_id(folder / LITERT), tasks.to_dict(), recipe.backbone,
             list(recipe.image_size), "2026-01-01T00:00:00+00:00"),
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def lite0(tmp_path_factory):
    """The shipped model's backbone under heads of three classes and two tags."""
    recipe = Recipe(weights="default", taps="block6a_expand_activation", height=128, width=96)
    network = build_with_weights(recipe, {"category": 3, "tags": 2, "out_of_catalog": 1})
    return model_folder(tmp_path_factory.mktemp("models") / "lite0", recipe, network=network)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    recipe = Recipe(backbone="small_cnn", weights="none", height=40, width=32)
    return model_folder(tmp_path_factory.mktemp("models") / "small", recipe)


def test_engines__give_the_same_scores_on_50_photos(lite0, labelled_photos):
    _, images, _ = labelled_photos
    paths = sorted(path for path in images.rglob("*") if path.suffix in PHOTO_SUFFIXES)[:50]
    assert len(paths) == 50
    photos = np.stack([photo_for_model(path, (128, 96)) for path in paths])
    litert, keras = (open_predictor(lite0, engine=e).predict(photos) for e in ("litert", "keras"))
    assert list(sorted(litert)) == ["category", "embedding", "maps", "out_of_catalog", "tags"]
    for name in ("category", "tags", "out_of_catalog"):
        assert np.abs(litert[name] - keras[name]).max() < 0.001
        assert litert[name].dtype == keras[name].dtype == np.float32
    assert np.ptp(litert["category"], axis=0).max() > 0.01  # it does look at the photos


def test_litert__gives_the_same_bits_one_by_one_and_on_any_number_of_threads(lite0):
    photos = np.random.default_rng(0).integers(0, 256, (5, 128, 96, 3), dtype=np.uint8)
    together = open_predictor(lite0, threads=2).predict(photos)
    alone = [open_predictor(lite0, threads=1).predict(photos[i : i + 1]) for i in range(5)]
    for name, values in together.items():
        np.testing.assert_array_equal(values, np.concatenate([one[name] for one in alone]))


def test_open_predictor__answers_no_tags_with_no_columns(tmp_path):
    recipe = Recipe(backbone="small_cnn", weights="none", height=40, width=32)
    folder = model_folder(tmp_path / "m", recipe, Tasks(Category("kind", ("A", "B"))))
    photos = np.zeros((2, 40, 32, 3), np.uint8)
    for engine in ("litert", "keras"):
        assert open_predictor(folder, engine=engine).predict(photos)["tags"].shape == (2, 0)


def test_open_predictor__says_what_it_answers(small):
    predictor = open_predictor(small)
    assert predictor.tasks.classes == ("B", "A", "C")
    assert predictor.image_size == (40, 32)
    assert predictor.model_id == json.loads((small / "card.json").read_text())["model_id"]


@pytest.mark.parametrize("engine", ["litert", "keras"])
@pytest.mark.parametrize(
    "photos",
    [np.zeros((1, 40, 31, 3), np.uint8), np.zeros((1, 40, 32, 3), np.float32),
     np.zeros((40, 32, 3), np.uint8)],
    ids=["width", "type", "one photo"],
)  # fmt: skip
def test_predict__refuses_photos_of_another_shape(small, engine, photos):
    with pytest.raises(ModelError, match=r"photos must be uint8 of shape \(N, 40, 32, 3\), got"):
        open_predictor(small, engine=engine).predict(photos)


def test_predict__refuses_no_photos(small):
    with pytest.raises(ModelError, match="there are no photos to answer"):
        open_predictor(small).predict(np.zeros((0, 40, 32, 3), np.uint8))


def test_open_predictor__refuses_unknown_engines(small):
    with pytest.raises(ModelError, match="engine must be one of litert, keras, got 'torch'"):
        open_predictor(small, engine="torch")


def test_open_predictor__refuses_a_folder_without_a_model(tmp_path):
    with pytest.raises(ModelError, match="holds no model"):
        open_predictor(tmp_path)


def test_open_predictor__refuses_a_file_cut_short(small, tmp_path):
    folder = shutil.copytree(small, tmp_path / "cut")
    data = (folder / LITERT).read_bytes()
    (folder / LITERT).write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelError, match="is not the file that its card describes"):
        open_predictor(folder)
    card = json.loads((folder / "card.json").read_text())
    card["model_id"] = file_id(folder / LITERT)
    (folder / "card.json").write_text(json.dumps(card))
    with pytest.raises(ModelError, match="is not a LiteRT model that can be opened"):
        open_predictor(folder)


def test_open_predictor__says_that_a_file_is_missing(small, tmp_path):
    folder = shutil.copytree(small, tmp_path / "bare")
    (folder / LITERT).unlink()
    (folder / "model.keras").unlink()
    with pytest.raises(ModelError, match="has no file .*model.tflite; train or export it again"):
        open_predictor(folder)
    with pytest.raises(ModelError, match="has no Keras file .* it ships as LiteRT alone"):
        open_predictor(folder, engine="keras")


def test_litert__opens_without_tensorflow(small):
    code = (
        "import sys, numpy; from pathlib import Path;"
        "from core.model.opening import open_predictor;"
        f"open_predictor(Path({str(small)!r})).predict(numpy.zeros((1, 40, 32, 3), 'uint8'));"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=120)
