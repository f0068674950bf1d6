"""Why: which parts of a photo an answer rests on, exactly, from the model's own maps.

Both heads are linear on average-pooled features, so a class's logit is its bias plus the
mean over positions of (features at the position) x (the class's weights): the class
activation map of Zhou et al., "Learning deep features for discriminative localization",
CVPR 2016. A model that offers ``maps`` gives these contributions before the mean.
"""

import io

import numpy as np
from PIL import Image

from core.catalog.decode import fitted

VEIL = 0.82
"""How much of the light a part without any evidence loses."""


def evidence(maps: np.ndarray, n_classes: int) -> np.ndarray:
    """Contributions that can change an answer, by position.

    Softmax only sees differences between classes, so a class's map counts against the mean
    of the others'; a tag stands alone.

    Args:
        maps: float32 (N, h, w, K + T): contributions to each logit, classes first.

    Returns:
        float32 (N, h, w, K + T); positive where the position speaks for the answer.
    """
    classes = maps[..., :n_classes]
    others = (classes.sum(axis=-1, keepdims=True) - classes) / max(n_classes - 1, 1)
    return np.concatenate([classes - others, maps[..., n_classes:]], axis=-1)


def hot_half(heat: np.ndarray) -> np.ndarray:
    """bool (h, w): the half of the positions with the most evidence; of equals the first."""
    order = np.argsort(-heat, axis=None, kind="stable")
    hot = np.zeros(heat.size, bool)
    hot[order[: heat.size // 2]] = True
    return hot.reshape(heat.shape)


def photo_region(
    photo_size: tuple[int, int], image_size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Where a letterboxed photo lies in the model's image.

    Args:
        photo_size, image_size: (height, width) in pixels.

    Returns:
        (top, left, height, width) in pixels of the model's image.
    """
    width, height = fitted(photo_size[::-1], image_size[::-1])
    return (image_size[0] - height) // 2, (image_size[1] - width) // 2, height, width


def veil(
    heat: np.ndarray, photo_size: tuple[int, int], image_size: tuple[int, int]
) -> bytes:
    """A PNG to lay over the whole photo: dark where nothing speaks for the answer.

    Args:
        heat: float (h, w): evidence for one class or tag.
        photo_size: (height, width) of the upright photo, in pixels.
        image_size: (height, width) that the model takes.

    Returns:
        PNG bytes, mode LA (black with alpha), in the photo's proportions, the longest side
        as in the model's image. Evenly clear when there is no evidence at all.
    """
    positive = np.clip(heat, 0, None)
    strongest = positive.max()
    share = positive / strongest if strongest > 0 else np.ones_like(positive)
    grid = Image.fromarray(np.rint(share * 255).astype(np.uint8))
    whole = grid.resize(image_size[::-1], Image.Resampling.BICUBIC)
    top, left, height, width = photo_region(photo_size, image_size)
    seen = np.asarray(whole.crop((left, top, left + width, top + height)), np.float32) / 255
    alpha = np.rint((1 - seen) * VEIL * 255).astype(np.uint8)
    picture = Image.merge("LA", (Image.new("L", (width, height), 0), Image.fromarray(alpha)))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
