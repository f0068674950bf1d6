"""Why: which parts of a photo an answer rests on, exactly, from the model's own maps.

Both heads are linear on averages of features, over the photo or over regions of it, so a
class's logit is its bias plus the mean over positions of (features at the position) x (the
class's weights there): the class activation map of Zhou et al., "Learning deep features for
discriminative localization", CVPR 2016. A model that offers ``maps`` gives these
contributions before the mean.
"""

import numpy as np

from core.catalog.images import Region


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


def positions_on_photo(
    region: Region, image_size: tuple[int, int], grid: tuple[int, int]
) -> np.ndarray:
    """Which positions of the maps show the photo rather than the padding around it.

    Args:
        region: where the photo lies in the model's image.
        image_size: (height, width) of that image, in pixels.
        grid: (h, w) of the maps; each position stands for an equal part of the image.

    Returns:
        bool (h, w), at least one True: at least half as much photo as the fullest has.
    """
    sides = zip(region[:2], region[2:], image_size, grid, strict=True)
    down, across = (_overlap(*side) for side in sides)
    covered = np.outer(down, across)
    return covered >= covered.max() / 2


def pixels_of(positions: np.ndarray, image_size: tuple[int, int]) -> np.ndarray:
    """bool (H, W): the pixels that the positions (bool (h, w)) stand for."""
    down, across = (
        np.arange(length) * count // length
        for length, count in zip(image_size, positions.shape, strict=True)
    )
    return positions[np.ix_(down, across)]


def hot_half(heat: np.ndarray, among: np.ndarray) -> np.ndarray:
    """The half of some positions with the most evidence; of equals the first.

    Args:
        heat: float (h, w).
        among: bool (h, w); with an odd number of them the smaller half is hot.

    Returns:
        bool (h, w), True only where ``among`` is.
    """
    hot = np.zeros(heat.size, bool)
    order = np.argsort(np.where(among, -heat, np.inf), axis=None, kind="stable")
    hot[order[: among.sum() // 2]] = True
    return hot.reshape(heat.shape)


def shares(heat: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Evidence as a share of the strongest on the photo, for showing.

    Args:
        heat: float (h, w): evidence for one class or tag.
        among: bool (h, w): positions on the photo.

    Returns:
        uint8 (h, w) in 255ths; 0 where nothing speaks for the answer, and in the padding no
        more than 255. All 0 when nothing on the photo speaks for it.
    """
    strongest = heat[among].max()
    if not strongest > 0:
        return np.zeros(heat.shape, np.uint8)
    return np.rint(np.clip(heat / strongest, 0, 1) * 255).astype(np.uint8)


def _overlap(first: int, length: int, whole: int, count: int) -> np.ndarray:
    """float (count,): how many of [first, first + length) fall into each part of the whole."""
    edges = np.arange(count + 1) * whole / count
    inside = np.clip(edges, first, first + length)
    return np.diff(inside)
