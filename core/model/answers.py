"""What both engines agree on: which photos they take and which answers they give."""

from collections.abc import Mapping

import numpy as np

from core.errors import ModelError
from core.tasks import Tasks

PROMISED = ("category", "tags", "embedding", "out_of_catalog", "maps")
"""Outputs that a predictor hands out, where the network has them."""


def require_photos(photos: np.ndarray, image_size: tuple[int, int]) -> None:
    """Refuse what ``core.catalog.images.photo_for_model`` did not make.

    Raises:
        ModelError: names the shape and type wanted and given.
    """
    wanted = (*image_size, 3)
    if photos.ndim != 4 or photos.shape[1:] != wanted or photos.dtype != np.uint8:
        raise ModelError(
            f"photos must be uint8 of shape (N, {', '.join(map(str, wanted))}),"
            f" got {photos.dtype} {photos.shape}; read them with photo_for_model"
        )
    if not len(photos):
        raise ModelError("there are no photos to answer; give at least one")


def answers(outputs: Mapping[str, np.ndarray], tasks: Tasks) -> dict[str, np.ndarray]:
    """The promised answers among a network's outputs, as float32.

    A network for no tags has no such output: the answer is then of shape (N, 0).
    """
    found = {
        name: np.asarray(outputs[name], dtype=np.float32) for name in PROMISED if name in outputs
    }
    if not tasks.tag_names:
        found["tags"] = np.empty((len(found["category"]), 0), np.float32)
    return found
