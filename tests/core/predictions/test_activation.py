import numpy as np
import pytest

from core.catalog.images import letterbox, photo_region
from core.model.opening import open_predictor
from core.predictions.activation import evidence, hot_half, pixels_of, positions_on_photo, shares
from core.workspace import ASSETS

ALL = np.ones((2, 3), bool)


def test_evidence__of_a_class_counts_against_the_mean_of_the_others():
    maps = np.array([[[[6.0, 2.0, 4.0, -1.5]]]])  # one position; three classes, one tag
    assert evidence(maps, 3)[0, 0, 0].tolist() == [3.0, -3.0, 0.0, -1.5]


def test_evidence__works_without_tags():
    assert evidence(np.array([[[[1.0, 4.0]]]]), 2)[0, 0, 0].tolist() == [-3.0, 3.0]


def test_positions_on_photo__are_those_without_padding():
    # A photo of 40 x 80 in an image of 80 x 80: it fills rows 20 to 60, the middle two of four.
    region = photo_region((40, 80), (80, 80))
    assert region == (20, 0, 40, 80)
    assert positions_on_photo(region, (80, 80), (4, 2)).tolist() == [
        [False, False], [True, True], [True, True], [False, False],
    ]


def test_positions_on_photo__count_a_part_from_half_of_the_fullest():
    # Rows 20 to 60 of 80 in three parts of 26.7: 6.7, 26.7 and 6.7 pixels.
    assert positions_on_photo((20, 0, 40, 80), (80, 80), (3, 1)).tolist() == [
        [False], [True], [False],
    ]
    # In two parts of 40: 20 and 20 pixels.
    assert positions_on_photo((20, 0, 40, 80), (80, 80), (2, 1)).all()


@pytest.mark.parametrize("photo", [(1, 999), (999, 1), (400, 300), (7, 7)])
def test_positions_on_photo__are_at_least_one(photo):
    region = photo_region(photo, (301, 217))
    assert positions_on_photo(region, (301, 217), (10, 7)).any()


def test_pixels_of__gives_each_position_its_part_of_the_image():
    positions = np.array([[True, False], [False, True]])
    assert pixels_of(positions, (3, 4)).tolist() == [
        [True, True, False, False], [True, True, False, False], [False, False, True, True],
    ]


def test_hot_half__holds_the_strongest_positions():
    heat = np.array([[9.0, 1.0, 5.0], [2.0, 8.0, -3.0]])
    assert hot_half(heat, ALL).tolist() == [[True, False, True], [False, True, False]]


def test_hot_half__looks_only_among_the_positions_given():
    heat = np.array([[9.0, 1.0, 5.0], [2.0, 8.0, -3.0]])
    among = np.array([[False, True, True], [True, False, True]])
    assert hot_half(heat, among).tolist() == [[False, False, True], [True, False, False]]


def test_hot_half__of_equals_takes_the_first_and_of_an_odd_number_fewer():
    among = np.array([[True, True, True], [True, True, False]])
    assert hot_half(np.zeros((2, 3)), among).tolist() == [[True, True, False], [False] * 3]


def test_shares__are_255ths_of_the_strongest_on_the_photo():
    heat = np.array([[4.0, 1.0, 8.0], [-2.0, 2.0, 0.0]])
    assert shares(heat, ALL).tolist() == [[128, 32, 255], [0, 64, 0]]
    on_photo = np.array([[True, True, False], [True, True, True]])
    assert shares(heat, on_photo).tolist() == [[255, 64, 255], [0, 128, 0]]


def test_shares__are_nothing_when_nothing_on_the_photo_speaks_for_the_answer():
    heat = np.array([[-1.0, -2.0, 5.0], [0.0, -1.0, -9.0]])
    on_photo = np.array([[True, True, False], [True, True, True]])
    assert not shares(heat, on_photo).any()


def test_maps_of_the_default_model__average_to_its_answers():
    """Softmax of (mean over positions + one bias) is the category, for every photo; so for tags."""
    predictor = open_predictor(ASSETS / "models" / "default")
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 256, (4, 9, 7, 3), dtype=np.uint8)
    photos = np.stack([letterbox(rgb, *predictor.image_size) for rgb in coarse])
    scores = predictor.predict(photos)
    k = len(predictor.tasks.classes)
    mean = scores["maps"].mean(axis=(1, 2), dtype=np.float64)

    bias = np.log(scores["category"][0].astype(np.float64)) - mean[0, :k]
    logits = mean[:, :k] + bias
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(scores["category"], expected, atol=1e-4)

    odds = scores["tags"].astype(np.float64) / (1 - scores["tags"].astype(np.float64))
    biases = np.log(odds) - mean[:, k:]
    np.testing.assert_allclose(biases, biases[:1].repeat(len(biases), axis=0), atol=1e-4)
