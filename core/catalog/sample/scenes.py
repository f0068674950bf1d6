"""Where sellers lay or hang a garment: floors, sheets, carpets, walls and doors.

Every scene is drawn a little larger than a photo, so that each photo of a seller
shows another part of it.
"""

import numpy as np

from core.catalog.sample.colours import shade, tint
from core.catalog.sample.fabrics import cloth
from core.catalog.sample.fields import Rng, between, choose, clouds, smooth, soften
from core.catalog.sample.weaves import WHITE, fibre, plain

SIDE = 540
"""Pixels of a scene's height and width."""

WOODS = (
    (186, 150, 108),
    (150, 108, 72),
    (206, 182, 150),
    (168, 164, 158),
    (112, 84, 64),
    (214, 196, 170),
    (194, 138, 84),
    (132, 128, 122),
)


def wood(rng: Rng) -> np.ndarray:
    """Laminate or parquet: staggered planks with grain."""
    base = np.array(choose(rng, WOODS), float)
    plank = int(rng.integers(46, 96))
    picture = np.empty((SIDE, SIDE, 3), np.float32)
    grain = smooth(rng, (SIDE, SIDE), (6, 170)) * 4 + smooth(rng, (SIDE, SIDE), (3, 46)) * 5
    picture[:] = base + grain[..., None] * (1, 0.92, 0.8)
    for left in range(0, SIDE, plank):
        cut = int(rng.integers(0, 430))
        for top in range(cut - 430, SIDE, 430):
            box = (slice(max(0, top), top + 430), slice(left, left + plank))
            picture[box] *= between(rng, 0.94, 1.05)
            picture[max(0, top) : top + 2, left : left + plank] *= 0.72
        picture[:, left : left + 2] *= 0.7
    return picture if rng.random() < 0.6 else np.ascontiguousarray(picture.swapaxes(0, 1))


def tiles(rng: Rng) -> np.ndarray:
    """Stone tiles with grout, straight or diagonal."""
    base = shade(rng, choose(rng, ("beige", "cream", "grey", "white", "brown")))
    size = int(rng.integers(110, 230))
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    if rng.random() < 0.4:
        x, y = (x + y) * 0.7071, (x - y) * 0.7071
    stone = clouds(rng, (SIDE, SIDE), 10, 3) * 5
    number = np.floor(x / size) * 7 + np.floor(y / size) * 13
    tone = np.sin(number * 12.9898) * 5
    picture = base + (stone + tone)[..., None]
    grout = ((x % size) < 3.5) | ((y % size) < 3.5)
    return np.where(grout[..., None], picture * between(rng, 0.6, 0.85), picture)


def sheet(rng: Rng) -> np.ndarray:
    """A bed sheet or blanket with soft folds, now and then patterned."""
    pattern = choose(rng, {"plain": 12, "stripes": 1, "floral": 0.7, "checker": 0.5, "brush": 0.6})
    colour = choose(
        rng,
        (
            "white",
            "cream",
            "light blue",
            "grey",
            "pink",
            "beige",
            "red",
            "burgundy",
            "lilac",
            "navy",
            "green",
            "white",
            "white",
            "orange",
        ),
    )
    tile = (
        fibre(rng, plain(rng, shade(rng, colour), WHITE), 3)
        if pattern == "plain"
        else cloth(rng, pattern, colour).tile
    ).astype(np.float32)
    times = (-(-SIDE // tile.shape[0]), -(-SIDE // tile.shape[1]), 1)
    picture = np.tile(tile, times)[:SIDE, :SIDE]
    height = np.abs(clouds(rng, (SIDE, SIDE), between(rng, 2, 4), 2)) * between(rng, 20, 60)
    height += smooth(rng, (SIDE, SIDE), (between(rng, 2, 5), between(rng, 8, 14))) * 7
    if rng.random() < 0.5:
        height = np.ascontiguousarray(height.T)
    return picture * (1 + 0.3 * np.tanh(0.8 * relief(height, rng)))[..., None]


def relief(height: np.ndarray, rng) -> np.ndarray:
    """Light on a height field from a random side: float32, about 0 on flat ground."""
    angle = rng.random() * 2 * np.pi
    slope_y, slope_x = np.gradient(height)
    return slope_x * np.float32(np.cos(angle)) + slope_y * np.float32(np.sin(angle))


def carpet(rng: Rng) -> np.ndarray:
    """Pile: fine noise of light and dark."""
    base = shade(rng, choose(rng, ("beige", "grey", "cream", "brown", "green", "burgundy", "blue")))
    pile = soften(rng.standard_normal((SIDE, SIDE)).astype(np.float32), between(rng, 1.6, 3.4))
    trodden = clouds(rng, (SIDE, SIDE), 6, 2)
    picture = base * (1 + (0.2 * pile + 0.05 * trodden))[..., None]
    if rng.random() < 0.25:
        y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
        other = shade(rng, choose(rng, ("beige", "brown", "cream", "burgundy")))
        curl = np.sin(x / 37 + 2 * np.sin(y / 53)) * np.sin(y / 41 + 2 * np.sin(x / 47)) > 0.55
        picture = np.where(curl[..., None], tint(picture, other, 0.7), picture)
    return picture


def quilt(rng: Rng) -> np.ndarray:
    """A quilted cover: rhombs pressed into pale cloth."""
    base = shade(rng, choose(rng, ("white", "cream", "beige", "light blue", "pink", "grey")))
    size = between(rng, 60, 100)
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    a, b = (x + y) % size / size - 0.5, (x - y) % size / size - 0.5
    height = 9 * (0.25 - a * a) * 4 * (0.25 - b * b) * 4 + clouds(rng, (SIDE, SIDE), 8, 2) * 2
    return base * (1 + 0.22 * np.clip(relief(height, rng), -1.5, 1.5))[..., None]


def wall(rng: Rng) -> np.ndarray:
    """Painted plaster, rough or smooth, in calm colours."""
    name = choose(rng, ("white", "cream", "grey", "beige", "light blue", "pink", "white", "mint"))
    base = tint(shade(rng, name), np.full(3, 205), 0.3)
    rough = rng.standard_normal((SIDE, SIDE)).astype(np.float32)
    plaster = soften(rough, between(rng, 2, 5)) * between(rng, 0.5, 4)
    picture = base + (plaster + clouds(rng, (SIDE, SIDE), 3, 2) * 3)[..., None]
    if rng.random() < 0.4:
        top = SIDE - int(rng.integers(50, 90))
        picture[top : top + 26] = tint(base, np.full(3, 250), 0.7)
        picture[top : top + 2] *= 0.8
        picture[top + 26 :] = wood(rng)[top + 26 :] * 0.9
    return picture


def door(rng: Rng) -> np.ndarray:
    """A door or wardrobe with panels."""
    pale = rng.random() < 0.5
    base = np.array([222.0, 220, 214]) if pale else np.array(choose(rng, WOODS), float)
    grain = smooth(rng, (SIDE, SIDE), (5, 150)) * (1 if pale else 5)
    picture = np.empty((SIDE, SIDE, 3), np.float32)
    picture[:] = base + grain[..., None]
    for left in range(int(rng.integers(-60, 0)), SIDE, int(rng.integers(190, 330))):
        picture[:, max(0, left) : max(0, left + 4)] *= 0.6
        inner = slice(max(0, left + 34), max(0, left + 37))
        for top in range(30, SIDE, int(rng.integers(240, 420))):
            picture[top : top + 210, inner] *= 0.82
            picture[top : top + 3, max(0, left + 34) : max(0, left + 160)] *= 0.84
            picture[top + 207 : top + 210, max(0, left + 34) : max(0, left + 160)] *= 1.08
    return picture


FLAT = {"wood": wood, "tiles": tiles, "sheet": sheet, "carpet": carpet, "quilt": quilt}
"""Scenes to lay a garment on."""

UPRIGHT = {"wall": wall, "door": door}
"""Scenes to hang a garment in front of."""


def scene(rng: Rng, kind: str) -> np.ndarray:
    """Draw a scene; uint8 (SIDE, SIDE, 3)."""
    picture = {**FLAT, **UPRIGHT}[kind](rng)
    return np.clip(picture, 2, 252).astype(np.uint8)
