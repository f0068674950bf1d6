"""A glance at every photo: small enough to keep, enough to see twins and bad photos."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from PIL import Image

from core.catalog.images import letterbox, read_photo
from core.catalog.table import Catalog
from core.errors import PhotoError, WorkspaceError
from core.progress import Progress, silent
from core.workspace import Workspace

HASH_SIDE = 16
COARSE_SIDE = 16
OUTLINE_SIDE, CELLS, DIRECTIONS = 64, 8, 8
SEEN_SIDE = 256
"""Pixels of the box in which a photo is looked at."""


@dataclass(frozen=True)
class Looks:
    """Of N items; rows of items whose photo cannot be read are NaN, and False in ``seen``.

    Attributes:
        seen: bool (N,).
        brightness: float32 (N,): mean luma, 0 black to 255 white.
        sharpness: float32 (N,): variance of the Laplacian of the luma, the photo scaled to
            just fit SEEN_SIDE; low where blurred, and where there is nothing to see.
        hashes: int8 (N, 256) of -1 and 1: dHash, whether brightness rises to the right.
        mirrored: the same of the mirrored photo.
        coarse: float16 (N, 768): the letterboxed photo at 16 x 16, RGB in [0, 1].
        outlines: float16 (N, 512): how strong edges run in 8 directions in each of 8 x 8
            cells of the letterboxed photo, of length 1 for each photo.
    """

    seen: np.ndarray
    brightness: np.ndarray
    sharpness: np.ndarray
    hashes: np.ndarray
    mirrored: np.ndarray
    coarse: np.ndarray
    outlines: np.ndarray


def no_looks(n: int) -> Looks:
    """What is known of items without photos."""
    empty = np.full(n, np.nan, np.float32)
    bits = np.zeros((n, HASH_SIDE * HASH_SIDE), np.int8)
    coarse = np.full((n, COARSE_SIDE**2 * 3), np.nan, np.float16)
    outlines = np.full((n, CELLS**2 * DIRECTIONS), np.nan, np.float16)
    return Looks(np.zeros(n, bool), empty, empty.copy(), bits, bits.copy(), coarse, outlines)


def look_at(
    workspace: Workspace, catalog: Catalog, progress: Progress = silent
) -> Looks:
    """Look at the photo of every item that has one."""
    looks = no_looks(len(catalog))
    if workspace.images_dir is None or "image" not in catalog.rows:
        return looks
    images: Sequence[str | None] = catalog.rows["image"].astype(object).tolist()

    def one(row: int) -> tuple[int, tuple | None]:
        try:
            photo = read_photo(workspace.photo_path(images[row]), about=(SEEN_SIDE, SEEN_SIDE))
        except (PhotoError, WorkspaceError):
            return row, None
        return row, glance(photo)

    rows = [row for row, image in enumerate(images) if isinstance(image, str)]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        try:
            for done, (row, seen) in enumerate(pool.map(one, rows), 1):
                if seen is not None:
                    looks.seen[row] = True
                    (looks.brightness[row], looks.sharpness[row], looks.hashes[row],
                     looks.mirrored[row], looks.coarse[row], looks.outlines[row]) = seen
                if done % 50 == 0 or done == len(rows):
                    progress(done, len(rows))
        finally:
            pool.shutdown(cancel_futures=True)  # when cancelled, no further photo is read
    return looks


def glance(
    rgb: np.ndarray,
) -> tuple[float, float, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The attributes of Looks after ``seen``, of one photo, in their order.

    Args:
        rgb: uint8 (H, W, 3).
    """
    luma = Image.fromarray(rgb).convert("L")
    brightness, sharpness = brightness_and_sharpness(luma)
    boxed = Image.fromarray(letterbox(rgb, OUTLINE_SIDE, OUTLINE_SIDE))
    coarse = boxed.reduce(OUTLINE_SIDE // COARSE_SIDE)
    flipped = luma.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return (brightness, sharpness, _dhash(luma), _dhash(flipped),
            np.asarray(coarse, np.float32).reshape(-1) / 255,
            _outlines(np.asarray(boxed.convert("L"), np.float32)))


def brightness_and_sharpness(luma: Image.Image) -> tuple[float, float]:
    """As in Looks, of a photo in shades of grey."""
    scale = SEEN_SIDE / max(luma.size)
    size = tuple(max(3, round(side * scale)) for side in luma.size)
    grey = np.asarray(luma.resize(size, Image.Resampling.BICUBIC), np.float32)
    laplacian = (
        grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * grey[1:-1, 1:-1]
    )
    return float(grey.mean()), float(laplacian.var())


def _dhash(luma: Image.Image) -> np.ndarray:
    """Difference hash (Krawetz 2013) as -1 and 1."""
    small = luma.resize((HASH_SIDE + 1, HASH_SIDE), Image.Resampling.BOX)
    values = np.asarray(small, np.int16)
    return np.where(values[:, 1:] > values[:, :-1], 1, -1).astype(np.int8).reshape(-1)


def _outlines(grey: np.ndarray) -> np.ndarray:
    """Histograms of oriented gradients (Dalal & Triggs 2005), normalised over the photo."""
    across, down = np.zeros_like(grey), np.zeros_like(grey)
    across[:, 1:-1] = grey[:, 2:] - grey[:, :-2]
    down[1:-1] = grey[2:] - grey[:-2]
    turn = (np.arctan2(down, across) % np.pi) / np.pi * DIRECTIONS
    direction = np.minimum(turn.astype(np.int64), DIRECTIONS - 1)
    cell = np.arange(OUTLINE_SIDE) * CELLS // OUTLINE_SIDE
    place = (cell[:, None] * CELLS + cell) * DIRECTIONS + direction
    strength = np.bincount(
        place.reshape(-1), np.hypot(across, down).reshape(-1), CELLS**2 * DIRECTIONS
    )
    strength = np.sqrt(strength)
    return strength / max(float(np.linalg.norm(strength)), 1e-6)
