"""Printed cloth: flowers, polka dots, small motifs, animal coats, as tiles that repeat."""

import numpy as np
from PIL import Image, ImageDraw

from core.catalog.sample.colours import brightness, shade, tint, vivid
from core.catalog.sample.fields import Rng, between, choose, repeating
from core.catalog.sample.motifs import FLOWERS, LEAVES, SMALL, Stamp
from core.catalog.sample.weaves import PX_PER_CM, WHITE

OVER = 2
"""Dots are drawn this much larger and reduced."""


def polka_dots(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Round dots of ``other`` on ``dye``, in a staggered or square lattice."""
    radius = PX_PER_CM * choose(rng, (0.5, 0.6, 0.7, 0.9, 1.2, 1.6, 2.2)) * between(rng, 0.9, 1.1)
    gap = radius * between(rng, 2.9, 5.2)
    count = 2 * max(2, round(180 / gap))
    side = round(count * gap)
    image = Image.new("RGB", (side * OVER,) * 2, _ink(dye))
    pen = ImageDraw.Draw(image)
    staggered, loose = rng.random() < 0.75, between(rng, 0, 0.1) * gap
    second = choose(rng, (other, other, other, tint(other, dye, 0.35)))
    for row in range(count):
        for column in range(count):
            shift = gap / 2 * (row % 2) if staggered else 0
            x, y = column * gap + shift + rng.normal(0, loose), row * gap + rng.normal(0, loose)
            colour = second if (row + column) % 3 == 0 else other
            _wrapped_disc(pen, side, x, y, radius * between(rng, 0.94, 1.05), colour)
    return np.array(image.reduce(OVER), np.float32)


def _wrapped_disc(pen, side: int, x: float, y: float, radius: float, colour) -> None:
    for dx in (-side, 0, side):
        for dy in (-side, 0, side):
            box = np.array([x + dx - radius, y + dy - radius, x + dx + radius, y + dy + radius])
            if box[2] > 0 and box[3] > 0 and box[0] < side and box[1] < side:
                pen.ellipse(list(box * OVER), fill=_ink(colour))


def floral(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Flowers with leaves on a ground of ``dye``: ditsy, meadow, bouquet or tropical."""
    kind = choose(rng, {"ditsy": 3, "meadow": 3, "bouquet": 3, "tropical": 1})
    sizes = {"ditsy": (1.0, 1.7), "meadow": (1.5, 2.6), "bouquet": (2.8, 5), "tropical": (3.5, 6)}
    size = PX_PER_CM * between(rng, *sizes[kind])
    dense = {
        "ditsy": between(rng, 2.6, 3.8),
        "meadow": between(rng, 2.0, 2.8),
        "bouquet": between(rng, 1.6, 2.3),
        "tropical": between(rng, 1.4, 1.8),
    }[kind]
    ground = _canvas(dye, round(max(300, 7 * size)))
    greens, flowers = _greenery(rng, dye, kind, size), _flowers(rng, dye, kind, size)
    _scatter(rng, ground, greens, dense * size * choose(rng, (0.75, 1)), loose=0.5)
    _scatter(rng, ground, flowers, dense * size, loose=0.3)
    if kind in ("meadow", "bouquet"):
        small = [
            FLOWERS[choose(rng, ("daisy", "blossom"))](rng, size * 0.4, _petals(rng, dye))
            for _ in range(3)
        ]
        _scatter(rng, ground, small, dense * size * 1.1, loose=0.6)
    return np.array(ground, np.float32)


def _petals(rng: Rng, ground: np.ndarray, hue: float | None = None) -> np.ndarray:
    """A petal colour that stands out on ``ground``."""
    for _ in range(20):
        dye = choose(rng, (vivid(rng, hue), vivid(rng, hue), tint(vivid(rng, hue), WHITE, 0.6)))
        if np.abs(dye - ground).sum() > 150:
            return dye
    return WHITE if brightness(ground) < 140 else np.array([150.0, 30, 60])


def _flowers(rng: Rng, ground: np.ndarray, kind: str, size: float) -> list[Stamp]:
    hue = choose(rng, (0.95, 0.0, 0.9, 0.8, 0.62, 0.12, 0.05))
    shapes = rng.permutation(list(FLOWERS))[: int(rng.integers(1, 4))]
    stamps = []
    for k in range(6):
        near = hue + rng.normal(0, 0.03) if rng.random() < 0.75 else rng.random()
        scale = size * between(rng, 0.75, 1.15)
        stamps.append(FLOWERS[str(shapes[k % len(shapes)])](rng, scale, _petals(rng, ground, near)))
    return stamps


def _greenery(rng: Rng, ground: np.ndarray, kind: str, size: float) -> list[Stamp]:
    shapes = ("frond", "leaf") if kind == "tropical" else ("leaf", "sprig", "sprig")
    light = between(rng, 0.55, 0.75) if brightness(ground) < 110 else between(rng, 0.3, 0.5)
    scale = 1.25 if kind == "tropical" else 0.95
    hue = between(rng, 0.2, 0.46)
    return [
        LEAVES[choose(rng, shapes)](
            rng, size * scale * between(rng, 0.7, 1.1), vivid(rng, hue + rng.normal(0, 0.03), light)
        )
        for _ in range(5)
    ]


def small_motifs(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Stars, hearts, birds, dashes: neither dots nor flowers."""
    shape = SMALL[choose(rng, tuple(SMALL))]
    size = PX_PER_CM * between(rng, 0.6, 1.7)
    ground = _canvas(dye, 300)
    stamps = [shape(rng, size * between(rng, 0.85, 1.1), other) for _ in range(4)]
    _scatter(rng, ground, stamps, size * between(rng, 2.6, 4), loose=choose(rng, (0.03, 0.3)))
    return np.array(ground, np.float32)


def leopard(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Broken dark rings with a warm heart on sand."""
    sand = shade(rng, choose(rng, ("beige", "cream", "brown", "grey")))
    dark, heart = tint(sand, np.zeros(3), 0.8), tint(sand, np.zeros(3), 0.35)
    spots = repeating(rng, 300, between(rng, 20, 32), octaves=1)
    ring = ((spots > 0.55) & (spots < 1.25))[..., None]
    broken = repeating(rng, 300, 40, octaves=1)[..., None] > -0.7
    cloth = np.where((spots >= 1.25)[..., None], heart, sand)
    return np.where(ring & broken, dark, cloth).astype(np.float32)


def brush(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Abstract areas of three dyes."""
    side, third = 420, tint(dye, WHITE, 0.6)
    first, second = (repeating(rng, side, between(rng, 5, 10)) for _ in range(2))
    cloth = np.where((first > 0.5)[..., None], other, dye)
    return np.where((second > 0.8)[..., None], third, cloth).astype(np.float32)


PRINTS = {"small motifs": small_motifs, "leopard": leopard, "brush": brush}


def _canvas(dye: np.ndarray, side: int) -> Image.Image:
    return Image.new("RGB", (side, side), _ink(dye))


def _scatter(rng: Rng, ground: Image.Image, stamps: list[Stamp], gap: float, loose: float) -> None:
    """Paste stamps over a staggered lattice that repeats at the tile's edges."""
    side = ground.width
    rows = 2 * max(1, round(side / gap / 2))
    columns = max(1, round(side / gap))
    step_x, step_y = side / columns, side / rows
    for row in range(rows):
        for column in range(columns):
            x = (column + 0.5 * (row % 2)) * step_x + rng.normal(0, loose) * step_x * 0.5
            y = row * step_y + rng.normal(0, loose) * step_y * 0.5
            _wrapped_paste(ground, choose(rng, stamps), round(x), round(y))


def _wrapped_paste(ground: Image.Image, stamp: Stamp, x: int, y: int) -> None:
    side, half = ground.width, stamp.width // 2
    left, top = x % side - half, y % side - half
    for dx in (-side, 0, side):
        for dy in (-side, 0, side):
            at = (left + dx, top + dy)
            if at[0] < side and at[1] < side and at[0] + 2 * half > 0 and at[1] + 2 * half > 0:
                ground.paste(stamp, at, stamp)


def _ink(colour: np.ndarray) -> tuple[int, int, int]:
    red, green, blue = (int(v) for v in np.clip(colour, 0, 255))
    return red, green, blue
