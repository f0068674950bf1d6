"""Pictures of nothing: bare walls and floors, plain colours, shades and noise.

A model that has only ever seen clothes calls an empty wall a dress. These are learned from as
photos of other things.
"""

from pathlib import Path

import numpy as np
from PIL import Image

from core.catalog.sample import light, scenes
from core.catalog.sample.fields import Rng, between, choose, clouds
from core.files import atomic_path

SIDES = (400, 300)
"""Pixels of the longer and the shorter side."""


def draw_blanks(folder: Path, count: int, seed: int) -> list[Path]:
    """Draw ``count`` pictures into ``folder``: the same ones for the same seed.

    Those that are there already are kept. Kinds take turns.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"blank-{seed}-{number}.png" for number in range(count)]
    for number, path in enumerate(paths):
        if not path.exists():
            picture = blank(np.random.default_rng([seed, number]), KINDS[number % len(KINDS)])
            with atomic_path(path) as temporary:
                Image.fromarray(picture).save(temporary, "PNG", compress_level=1)
    return paths


def blank(rng: Rng, kind: str) -> np.ndarray:
    """One picture; uint8 (400, 300, 3) or (300, 400, 3). ``kind`` is one of ``KINDS``."""
    shape = SIDES if rng.random() < 0.75 else SIDES[::-1]
    if kind in _FIELDS:
        return np.clip(_FIELDS[kind](rng, shape), 0, 255).astype(np.uint8)
    room = scenes.scene(rng, kind)
    top, left = (int(rng.integers(scenes.SIDE - side + 1)) for side in shape)
    part = room[top : top + shape[0], left : left + shape[1]].astype(np.float32) / 255
    sun = light.on_the_day(rng, light.room(rng))
    return np.asarray(light.photographed(rng, part, sun))


def _colour(rng: Rng) -> np.ndarray:
    """Any colour; every other one a grey, and the ends black and white among them."""
    grey = between(rng, -20, 275)
    return np.clip(rng.uniform(0, 255, 3) if rng.random() < 0.5 else np.full(3, grey), 0, 255)


def _plain(rng: Rng, shape: tuple[int, int]) -> np.ndarray:
    grain = rng.standard_normal((*shape, 1)) * choose(rng, (0.0, 0.0, 1.0, 3.0))
    return _colour(rng) + grain


def _shade(rng: Rng, shape: tuple[int, int]) -> np.ndarray:
    """From one colour to another along a line, or from the middle outwards."""
    y, x = np.mgrid[-1 : 1 : shape[0] * 1j, -1 : 1 : shape[1] * 1j]
    if rng.random() < 0.3:
        share = np.hypot(x - between(rng, -0.5, 0.5), y - between(rng, -0.5, 0.5)) / 2
    else:
        angle = between(rng, 0, 2 * np.pi)
        share = (x * np.cos(angle) + y * np.sin(angle) + 1.4) / 2.8
    share = np.clip(share, 0, 1)[..., None]
    return _colour(rng) * (1 - share) + _colour(rng) * share


def _noise(rng: Rng, shape: tuple[int, int]) -> np.ndarray:
    """Independent values for each pixel or block of them, in grey or in colour."""
    block = choose(rng, (1, 1, 2, 4, 8, 16, 32))
    size = (-(-shape[0] // block), -(-shape[1] // block), choose(rng, (1, 3)))
    if rng.random() < 0.5:
        grid = rng.uniform(0, 255, size)
    else:
        grid = between(rng, 40, 215) + rng.standard_normal(size) * between(rng, 15, 90)
    whole = np.repeat(np.repeat(grid, block, 0), block, 1)[: shape[0], : shape[1]]
    return np.broadcast_to(whole, (*shape, 3))


def _fog(rng: Rng, shape: tuple[int, int]) -> np.ndarray:
    """A colour with soft clouds of another, as a blurred photo of nothing has."""
    share = clouds(rng, shape, between(rng, 1.5, 8), int(rng.integers(1, 4)))[..., None]
    return _colour(rng) + share * (_colour(rng) - 128) * between(rng, 0.05, 0.4)


_FIELDS = {"plain": _plain, "shade": _shade, "noise": _noise, "fog": _fog}
KINDS = ("wall", "plain", "wood", "noise", "tiles", "shade", "carpet", "fog", "door", "sheet")
"""Ways to be empty; scenes as the sample's photos have them, without a garment."""
