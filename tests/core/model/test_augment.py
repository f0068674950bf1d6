import numpy as np
import tensorflow as tf

from core.model.augment import apply, draw
from core.model.recipe import Recipe

STILL = Recipe(
    height=32, width=40, flip=False, rotation=0, zoom=0, shear=0, shift=0, brightness=0,
    contrast=0, channel_shift=0,
)  # fmt: skip
PHOTOS = np.random.default_rng(0).uniform(0, 255, (3, 32, 40, 3)).astype(np.float32)
ROWS = np.arange(3)


def changed(recipe, rows=ROWS, epoch=1):
    return apply(tf.constant(PHOTOS[: len(rows)]), draw(rows, recipe, epoch)).numpy()


def test_apply__changes_nothing_when_everything_is_off():
    np.testing.assert_allclose(changed(STILL), PHOTOS, atol=1e-3)


def test_draw__mirrors_about_half_of_the_photos():
    found = changed(STILL.changed(flip=True), np.zeros(1, int))
    epochs = range(40)
    mirrored = [
        np.allclose(changed(STILL.changed(flip=True), np.zeros(1, int), e), PHOTOS[:1, :, ::-1],
                    atol=0.1)
        for e in epochs
    ]  # fmt: skip
    assert found.shape == (1, 32, 40, 3)
    assert 8 <= sum(mirrored) <= 32


def test_draw__is_the_same_for_the_same_seed_epoch_and_row():
    recipe = Recipe(height=32, width=40)
    np.testing.assert_array_equal(changed(recipe), changed(recipe))
    assert not np.allclose(changed(recipe), changed(recipe, epoch=2))
    assert not np.allclose(changed(recipe), changed(recipe.changed(seed=1)))
    alone = draw(np.array([2]), recipe, 1).transforms[0]
    np.testing.assert_array_equal(alone, draw(ROWS, recipe, 1).transforms[2])


def test_apply__fills_with_grey_and_keeps_the_range():
    recipe = STILL.changed(shift=0.5, brightness=0.5, contrast=0.9, channel_shift=0.2)
    photos = changed(recipe)
    assert photos.min() >= 0 and photos.max() <= 255
    moved = changed(STILL.changed(shift=0.5), epoch=3)
    assert (np.abs(moved - 127).max(axis=-1) < 1e-3).any()


def test_apply__erases_one_rectangle_to_grey():
    photos = changed(STILL.changed(erase=1.0))
    grey = (photos == 127).all(axis=-1)
    for one in grey:
        rows, columns = np.flatnonzero(one.any(axis=1)), np.flatnonzero(one.any(axis=0))
        assert len(rows) and one[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()
