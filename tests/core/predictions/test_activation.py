import io

import numpy as np
import pytest
from PIL import Image

from core.catalog.images import letterbox
from core.predictions.activation import VEIL, evidence, hot_half, photo_region, veil


def alpha(png):
    picture = Image.open(io.BytesIO(png))
    assert picture.mode == "LA"
    return np.asarray(picture)[:, :, 1]


def test_evidence__of_a_class_counts_against_the_mean_of_the_others():
    maps = np.array([[[[6.0, 2.0, 4.0, -1.5]]]])  # one position; three classes, one tag
    assert evidence(maps, 3)[0, 0, 0].tolist() == [3.0, -3.0, 0.0, -1.5]


def test_evidence__works_without_tags():
    assert evidence(np.array([[[[1.0, 4.0]]]]), 2)[0, 0, 0].tolist() == [-3.0, 3.0]


def test_hot_half__holds_the_strongest_positions():
    heat = np.array([[9.0, 1.0, 5.0], [2.0, 8.0, -3.0]])
    assert hot_half(heat).tolist() == [[True, False, True], [False, True, False]]


def test_hot_half__of_equals_takes_the_first():
    assert hot_half(np.zeros((2, 2))).tolist() == [[True, True], [False, False]]


@pytest.mark.parametrize("photo", [(400, 300), (300, 400), (224, 224), (1, 999), (37, 11)])
@pytest.mark.parametrize("image", [(224, 224), (256, 192), (301, 217)])
def test_region__is_where_letterbox_puts_the_photo(photo, image):
    white = letterbox(np.full((*photo, 3), 255, np.uint8), *image)
    top, left, height, width = photo_region(photo, image)
    expected = np.zeros(image, bool)
    expected[top : top + height, left : left + width] = True
    assert np.array_equal(white.min(axis=2) == 255, expected)


def test_veil__is_clear_where_the_evidence_is_and_dark_where_none_is():
    heat = np.array([[4.0, 0.0], [0.0, 0.0]])
    dark = alpha(veil(heat, (100, 100), (100, 100)))
    assert dark[5, 5] < 20
    assert dark[95, 95] == round(VEIL * 255)


def test_veil__keeps_the_photos_proportions():
    dark = alpha(veil(np.ones((8, 6)), (400, 200), (256, 192)))
    assert dark.shape == (256, 128)


def test_veil__hides_nothing_when_nothing_speaks_for_the_answer():
    assert alpha(veil(np.full((4, 4), -2.0), (50, 50), (64, 64))).max() == 0
