"""The floor: linear heads on 30 x 30 pixels, a model like all others."""

import numpy as np
import pytest

from core.__main__ import main
from core.model import probe
from core.model.card import read_card
from core.model.network import build
from core.model.recipe import Recipe, read_recipe
from tests.core.model.painted import painted

WIDTHS = {"category": 2, "tags": 1}


def test_pixels30__averages_what_lies_under_each_pixel():
    network = build(read_recipe("pixels30"), WIDTHS)
    photo = np.random.default_rng(0).uniform(0, 255, (1, 120, 90, 3)).astype(np.float32)
    expected = photo.reshape(1, 30, 4, 30, 3, 3).mean(axis=(2, 4))
    found = network.features(photo).numpy().reshape(1, 30, 30, 3)
    np.testing.assert_allclose(found, (expected / 255 - 0.5) / 0.25, atol=1e-4)


@pytest.mark.parametrize("size", [(32, 32), (301, 217)])
def test_pixels30__takes_photos_of_any_size(size):
    recipe = read_recipe("pixels30").changed(height=size[0], width=size[1])
    assert build(recipe, WIDTHS).features(np.zeros((1, *size, 3))).shape == (1, 2700)


def test_probe__is_wanted_where_features_are_not_random():
    pixels = read_recipe("pixels30")
    random = Recipe(backbone="small_cnn", weights="none", height=32, width=32)
    for recipe, wanted in (
        (pixels, True),
        (pixels.changed(probe=False), False),
        (pixels.changed(hidden=4), False),
        (random, False),
    ):
        assert probe.wanted(build(recipe, WIDTHS), recipe) is wanted


def test_train__makes_the_floor_a_model_like_all_others(tmp_path):
    workspace = painted(tmp_path, items=60)
    options = ["--recipe", "pixels30", "--name", "floor"]
    assert main(["train", str(workspace.root), *options]) == 0
    card = read_card(workspace.new_model_dir("floor"))
    assert card.backbone == "pixels30" and card.gates["model.tflite"]["passed"]
    assert card.figures["heldout"]["top1"] >= 0.8  # a class is a hue
