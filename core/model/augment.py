"""Photos as they might also have been taken: turned, scaled, mirrored, in another light.

What happens to a photo is drawn with numpy from (seed, epoch, row), so a resumed run sees
what an uninterrupted one would have seen; TensorFlow then does it to a whole batch.
"""

from typing import NamedTuple

import numpy as np
import tensorflow as tf

from core.model.recipe import Recipe

GREY = 127.0


class Changes(NamedTuple):
    """What happens to N photos.

    Attributes:
        transforms: float32 (N, 8): from a place in the new photo to one in the old, as
            ``tf.raw_ops.ImageProjectiveTransformV3`` takes them.
        gain, offset: float32 (N, 1, 1, 3): colour = (colour - 127) * gain + 127 + offset.
        boxes: int32 (N, 4): top, left, bottom, right of a rectangle to blank; empty for none.
    """

    transforms: np.ndarray
    gain: np.ndarray
    offset: np.ndarray
    boxes: np.ndarray


def draw(rows: np.ndarray, recipe: Recipe, epoch: int) -> Changes:
    """Draw what happens to the photos in ``rows`` in an epoch."""
    each = [_draw_one(np.random.default_rng([recipe.seed, epoch, int(r)]), recipe) for r in rows]
    return Changes(*(np.stack(values) for values in zip(*each)))


def _draw_one(rng: np.random.Generator, recipe: Recipe) -> tuple[np.ndarray, ...]:
    def either_way(size: float) -> float:
        return float(rng.uniform(-size, size))

    h, w = recipe.image_size
    angle = np.deg2rad(either_way(recipe.rotation))
    scale, stretch = np.exp(either_way(recipe.zoom)), np.exp(either_way(recipe.zoom / 3))
    mirror = -1.0 if recipe.flip and rng.random() < 0.5 else 1.0
    shear = either_way(recipe.shear)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[mirror * scale * stretch, shear], [0, scale / stretch]])
    centre = np.array([(w - 1) / 2, (h - 1) / 2])
    move = np.array([either_way(recipe.shift) * w, either_way(recipe.shift) * h])
    start = centre + move - matrix @ centre
    transform = [*matrix[0], start[0], *matrix[1], start[1], 0, 0]
    gain = np.full(3, np.exp(either_way(recipe.contrast)))
    offset = 255 * (either_way(recipe.brightness) + rng.uniform(-1, 1, 3) * recipe.channel_shift)
    return (
        np.array(transform, np.float32),
        gain.reshape(1, 1, 3).astype(np.float32),
        offset.reshape(1, 1, 3).astype(np.float32),
        _box(rng, recipe, h, w),
    )


def _box(rng: np.random.Generator, recipe: Recipe, h: int, w: int) -> np.ndarray:
    """A rectangle of a tenth to a third of each side, for a share ``erase`` of photos."""
    if rng.random() >= recipe.erase:
        return np.zeros(4, np.int32)
    height, width = (max(1, int(side * rng.uniform(0.1, 0.35))) for side in (h, w))
    top, left = rng.integers(0, h - height + 1), rng.integers(0, w - width + 1)
    return np.array([top, left, top + height, left + width], np.int32)


def apply(photos: tf.Tensor, changes: Changes) -> tf.Tensor:
    """Change a batch.

    Args:
        photos: float32 (N, H, W, 3) in [0, 255].

    Returns:
        The same shape and range; what comes into view from outside is filled with grey,
        as letterboxing does.
    """
    # The transform fills with one value in all channels; grey is what letterboxing pads with.
    moved = tf.raw_ops.ImageProjectiveTransformV3(
        images=photos,
        transforms=changes.transforms,
        output_shape=tf.shape(photos)[1:3],
        fill_value=GREY,
        interpolation="BILINEAR",
        fill_mode="CONSTANT",
    )
    coloured = (moved - GREY) * changes.gain + GREY + changes.offset
    return tf.where(_inside(changes.boxes, photos), GREY, tf.clip_by_value(coloured, 0.0, 255.0))


def _inside(boxes: tf.Tensor, photos: tf.Tensor) -> tf.Tensor:
    """bool (N, H, W, 1): places inside the rectangle."""
    y = tf.range(tf.shape(photos)[1])[None, :, None, None]
    x = tf.range(tf.shape(photos)[2])[None, None, :, None]
    top, left, bottom, right = (boxes[:, i, None, None, None] for i in range(4))
    return (y >= top) & (y < bottom) & (x >= left) & (x < right)
