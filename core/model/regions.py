"""What heads read of a feature map: its average, or averages over regions of the photo.

Where something lies matters in a photo of clothes: sleeves are at the sides, hems below. Heads
that read the average over each of a few regions know of it, as in a spatial pyramid
(S. Lazebnik and others, "Beyond bags of features", CVPR 2006); one more region is wherever
the features are strong, which leaves out bare walls (Y. Kalantidis and others,
"Cross-dimensional weighting for aggregated deep convolutional features", ECCV workshops 2016).
Both stay weighted averages over places, so a logit is exactly a sum of what each place adds.
"""

import keras
import numpy as np

_THIRDS = 3
_MIDDLE = 0.25  # of the width, either side of the middle: 3 of 7 columns


def region_shares(pooling: str, grid: tuple[int, int]) -> np.ndarray:
    """How much each region counts in the penalty of heads; float32 (R,), summing to 1.

    Half is for where the features are strong, half for the fixed regions together: of some
    thirty ways, compared by grouped cross-validation on second-hand clothes, the one that
    gained for the category and for the tags alike.
    """
    if pooling != "regions":
        return np.ones(1, np.float32)
    fixed = len(fixed_regions(*grid).T)
    return np.array([0.5 / fixed] * fixed + [0.5], np.float32)


def fixed_regions(height: int, width: int) -> np.ndarray:
    """Thirds from top to bottom, each as its middle and both its sides.

    Args:
        height, width: places of the feature map. Of a small one, regions without a place
            are left out.

    Returns:
        float32 (height * width, R <= 6): weights of places, summing to 1 for each region.
    """
    down = np.arange(height) * _THIRDS // height
    across = np.abs((np.arange(width) + 0.5) / width - 0.5) < _MIDDLE
    masks = [
        np.outer(down == third, across == middle).ravel()
        for third in range(_THIRDS)
        for middle in (True, False)
    ]
    found = np.stack([mask / mask.sum() for mask in masks if mask.any()], axis=1)
    return found.astype(np.float32)


def weights_of_places(places: keras.KerasTensor, depth: int) -> keras.KerasTensor:
    """Weight of each place in each region, (N, places, R), summing to 1 over the places.

    Args:
        places: (N, h, w, D): the feature maps beside each other.
        depth: how many of the D are the backbone's last features, whose squared length says
            how strong a place is.
    """
    _, height, width, _ = places.shape
    fixed = fixed_regions(height, width)
    last = keras.ops.reshape(places[..., :depth], (-1, height * width, depth))
    strong = keras.ops.sum(keras.ops.square(last), axis=2, keepdims=True) + 1e-6
    strong = strong / keras.ops.sum(strong, axis=1, keepdims=True)
    # Adding nothing of the strong ones repeats the fixed weights for each photo of the batch.
    return keras.ops.concatenate([0 * strong + fixed[None], strong], axis=2)


def averages(places: keras.KerasTensor, weights: keras.KerasTensor) -> keras.KerasTensor:
    """Average features of each region, (N, R, D)."""
    _, height, width, depth = places.shape
    flat = keras.ops.reshape(places, (-1, height * width, depth))
    return keras.ops.matmul(keras.ops.transpose(weights, (0, 2, 1)), flat)


def rows(features: keras.KerasTensor) -> keras.KerasTensor:
    """(..., D) -> (rows, D): a dense layer of rows needs no shapes worked out while it runs."""
    return keras.ops.reshape(features, (-1, features.shape[-1]))


def own_columns(values: keras.KerasTensor, regions: int) -> keras.KerasTensor:
    """Of what every region's heads say of every region, what each says of its own, added up.

    Args:
        values: (N * R, R * W): heads of all regions beside each other, for each region.

    Returns:
        (N, W).
    """
    if regions == 1:
        return values
    apart = keras.ops.reshape(values, (-1, regions, regions, values.shape[-1] // regions))
    own = apart * np.eye(regions, dtype=np.float32)[None, :, :, None]
    return keras.ops.sum(own, axis=(1, 2))


def added_by_places(
    values: keras.KerasTensor, weights: keras.KerasTensor | None, regions: int
) -> keras.KerasTensor:
    """What each place adds to each logit, so that the mean over places is the logit.

    Args:
        values: (N, places, R * W): what the heads of each region say of each place alone.
        weights: (N, places, R), or None where there is one region, the whole.

    Returns:
        (N, places, W).
    """
    if weights is None:
        return values
    _, places, columns = values.shape
    apart = keras.ops.reshape(values, (-1, places, regions, columns // regions))
    return keras.ops.sum(apart * weights[..., None], axis=2) * float(places)
