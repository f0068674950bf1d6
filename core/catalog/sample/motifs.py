"""Single motifs of printed cloth: petals, leaves, stars, hearts, as small stamps with alpha."""

import numpy as np
from PIL import Image, ImageDraw

from core.catalog.sample.colours import tint, vivid
from core.catalog.sample.fields import Rng, between, choose, curve

OVER = 3
"""Stamps are drawn this much larger and reduced."""

Stamp = Image.Image
"""An RGBA image around the motif's centre."""


class Sheet:
    """A stamp being drawn: coordinates in pixels of the stamp, the centre at (0, 0)."""

    def __init__(self, radius: float):
        self.side = 2 * int(np.ceil(radius)) + 4
        self.image = Image.new("RGBA", (self.side * OVER,) * 2, (0, 0, 0, 0))
        self.pen = ImageDraw.Draw(self.image)

    def area(self, points: np.ndarray, colour: np.ndarray) -> None:
        moved = (np.asarray(points) + self.side / 2) * OVER
        self.pen.polygon([tuple(p) for p in moved], fill=_ink(colour))

    def disc(self, x: float, y: float, radius: float, colour: np.ndarray) -> None:
        box = [(v + self.side / 2) * OVER for v in (x - radius, y - radius, x + radius, y + radius)]
        self.pen.ellipse(box, fill=_ink(colour))

    def line(self, points: np.ndarray, colour: np.ndarray, width: float) -> None:
        moved = (np.asarray(points) + self.side / 2) * OVER
        self.pen.line(
            [tuple(p) for p in moved], fill=_ink(colour), width=max(1, round(width * OVER))
        )

    def stamp(self) -> Stamp:
        return self.image.reduce(OVER)


def _ink(colour: np.ndarray) -> tuple[int, int, int, int]:
    red, green, blue = (int(v) for v in np.clip(colour, 0, 255))
    return red, green, blue, 255


def petal(angle: float, length: float, width: float, tip: float = 1.0) -> np.ndarray:
    """Outline (24, 2) of a petal from the origin: ``tip`` under 1 is pointed, over 1 is broad."""
    t = np.linspace(0, 1, 12)
    half = width / 2 * np.sin(np.pi * t ** (1 / (0.6 + 0.6 * tip))) ** (0.9 / tip)
    x = np.concatenate([t, t[::-1]]) * length
    y = np.concatenate([half, -half[::-1]])
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([c * x - s * y, s * x + c * y], axis=1)


def daisy(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """Many narrow petals around a yellow heart."""
    sheet, count = Sheet(size), int(rng.integers(8, 14))
    turn = rng.random() * 7
    for k in range(count):
        angle = turn + 2 * np.pi * k / count + rng.normal(0, 0.06)
        colour = tint(dye, np.zeros(3), 0.12 * (k % 2))
        sheet.area(petal(angle, size * between(rng, 0.88, 1), size * 0.42, 1.3), colour)
    sheet.disc(0, 0, size * 0.3, vivid(rng, between(rng, 0.09, 0.14), 0.85))
    sheet.disc(size * 0.06, size * 0.06, size * 0.16, vivid(rng, 0.08, 0.62))
    return sheet.stamp()


def blossom(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """Five broad petals, darker towards the heart, with a few stamens."""
    sheet, turn = Sheet(size), rng.random() * 7
    dark = tint(dye, np.array([70, 10, 40]), 0.4)
    for k in rng.permutation(5):
        angle = turn + 2 * np.pi * k / 5 + rng.normal(0, 0.1)
        sheet.area(petal(angle, size, size * 1.0, 1.7), tint(dye, dark, 0.3 * rng.random()))
        sheet.area(petal(angle, size * 0.62, size * 0.3, 0.9), tint(dye, dark, 0.6))
    for k in range(7):
        angle = turn + 0.9 * k
        x, y = size * 0.34 * np.cos(angle), size * 0.34 * np.sin(angle)
        sheet.disc(x, y, size * 0.07, np.array([240, 214, 110]))
    sheet.disc(0, 0, size * 0.16, dark)
    return sheet.stamp()


def rose(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """Overlapping petals that wind inwards and grow darker."""
    sheet, turn = Sheet(size), rng.random() * 7
    light, dark = tint(dye, np.full(3, 255), 0.3), tint(dye, np.array([50, 0, 20]), 0.5)
    for ring, reach in enumerate((0.98, 0.78, 0.58, 0.38, 0.2)):
        count = max(3, 6 - ring)
        for k in range(count):
            angle = turn + 2 * np.pi * (k + 0.5 * ring) / count + rng.normal(0, 0.12)
            x, y = size * reach * 0.45 * np.cos(angle), size * reach * 0.45 * np.sin(angle)
            mixed = tint(light, dark, 0.16 * ring + 0.22 * (k % 2))
            sheet.disc(x, y, size * reach * 0.52, mixed)
    sheet.disc(0, 0, size * 0.1, dark)
    return sheet.stamp()


def poppy(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """Four or five wavy petals around a black heart."""
    sheet, turn = Sheet(size), rng.random() * 7
    for k in range(int(rng.integers(4, 6))):
        angle = turn + 2 * np.pi * k / 5
        outline = petal(angle, size, size * 1.25, 1.9) * (1 + 0.05 * rng.standard_normal((24, 1)))
        sheet.area(outline, tint(dye, np.zeros(3), 0.28 * rng.random()))
    sheet.disc(0, 0, size * 0.24, np.array([40, 32, 44]))
    sheet.disc(0, 0, size * 0.1, np.array([150, 150, 90]))
    return sheet.stamp()


def tulip(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """A cup of three petals on a stem with two leaves."""
    sheet, green = Sheet(size), vivid(rng, between(rng, 0.25, 0.4), 0.5)
    lean = rng.normal(0, 0.15)
    down, up = np.pi / 2 + lean, -np.pi / 2 + lean
    sheet.line(curve([[0, 0], [size * 0.1, size * 0.5], [0, size * 0.95]]), green, size * 0.1)
    for side in (-0.7, 0.7):
        sheet.area(petal(down + side, size * 0.8, size * 0.24, 0.7), green)
    for side, mix in ((-0.45, 0.1), (0.45, 0.2), (0.0, 0.0)):
        outline = petal(up + side, size * 0.85, size * 0.55, 1.1) + np.array([0, size * 0.1])
        sheet.area(outline, tint(dye, np.zeros(3), mix))
    return sheet.stamp()


def leaf(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """One pointed leaf with its midrib."""
    sheet, angle = Sheet(size), rng.random() * 7
    start = -0.5 * size * np.array([np.cos(angle), np.sin(angle)])
    sheet.area(petal(angle, size * 1.3, size * between(rng, 0.4, 0.62), 0.8) + start, dye)
    rib = np.stack([start, -1.4 * start])
    sheet.line(rib, tint(dye, np.full(3, 235), 0.35), max(0.5, size * 0.06))
    return sheet.stamp()


def sprig(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """A bent stem with paired leaves and buds of ``dye`` at its end."""
    sheet, angle = Sheet(size), rng.random() * 7
    green = vivid(rng, between(rng, 0.22, 0.42), between(rng, 0.3, 0.6))
    ahead = np.array([np.cos(angle), np.sin(angle)])
    aside = np.array([-ahead[1], ahead[0]]) * rng.normal(0, 0.35)
    stem = curve([-0.8 * size * ahead, size * aside, 0.7 * size * ahead], 6)
    sheet.line(stem, green, max(0.6, size * 0.07))
    for k, place in enumerate(stem[2:-1:2]):
        side = angle + (0.9 if k % 2 else -0.9)
        sheet.area(petal(side, size * 0.45, size * 0.22, 0.8) + place, green)
    for _ in range(4):
        x, y = stem[-1] + rng.normal(0, size * 0.13, 2)
        sheet.disc(x, y, size * 0.15, tint(dye, np.zeros(3), 0.2 * rng.random()))
    return sheet.stamp()


def frond(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """A feathered tropical leaf: many narrow blades along a rib."""
    sheet, angle = Sheet(size), rng.random() * 7
    ahead = np.array([np.cos(angle), np.sin(angle)])
    for t in np.linspace(-0.85, 0.75, 9):
        length = size * (0.75 - 0.5 * abs(t))
        for side in (-0.85, 0.85):
            blade = petal(angle + side, length, size * 0.17, 0.75) + t * size * ahead
            sheet.area(blade, tint(dye, np.full(3, 220 * (side > 0)), 0.14))
    rib = np.stack([-0.95 * size * ahead, 0.95 * size * ahead])
    sheet.line(rib, tint(dye, np.full(3, 240), 0.4), max(0.6, size * 0.05))
    return sheet.stamp()


FLOWERS = {"daisy": daisy, "blossom": blossom, "rose": rose, "poppy": poppy, "tulip": tulip}
LEAVES = {"leaf": leaf, "sprig": sprig, "frond": frond}


def star(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """A star of five points."""
    sheet, turn = Sheet(size), rng.random() * 7
    angles = turn + np.arange(10) * np.pi / 5
    reach = np.where(np.arange(10) % 2, 0.42, 1.0) * size
    sheet.area(np.stack([reach * np.cos(angles), reach * np.sin(angles)], 1), dye)
    return sheet.stamp()


def heart(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """A heart (the sixteen-sine curve)."""
    sheet, t = Sheet(size), np.linspace(0, 2 * np.pi, 30)
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    sheet.area(np.stack([16 * np.sin(t) ** 3, -y], 1) * size / 17, dye)
    return sheet.stamp()


def bird(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """A swallow: two swung wings and a forked tail."""
    sheet, flip = Sheet(size), choose(rng, (-1, 1))
    wing = curve([[-1, -0.2], [-0.4, -0.5], [0, 0], [0.5, -0.6], [1, -0.4]], 5)
    under = curve([[1, -0.4], [0.4, -0.1], [0, 0.3], [-0.4, 0], [-1, -0.2]], 5)
    sheet.area(np.vstack([wing, under]) * size * (flip, 1), dye)
    sheet.area(np.array([[0, 0], [0.35, 0.8], [0.08, 0.5], [-0.15, 0.85]]) * size * (flip, 1), dye)
    return sheet.stamp()


def dash(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """A short brush stroke."""
    sheet, angle = Sheet(size), rng.random() * 7
    ahead = np.array([np.cos(angle), np.sin(angle)]) * size * 0.85
    sheet.line(np.stack([-ahead, ahead]), dye, size * 0.42)
    return sheet.stamp()


def triangle(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """A triangle, now and then hollow."""
    sheet, turn = Sheet(size), choose(rng, (0.52, 1.57))
    angles = turn + np.arange(4) * 2 * np.pi / 3
    corners = np.stack([np.cos(angles), np.sin(angles)], 1) * size
    sheet.line(corners, dye, size * 0.3) if rng.random() < 0.4 else sheet.area(corners, dye)
    return sheet.stamp()


def cross(rng: Rng, size: float, dye: np.ndarray) -> Stamp:
    """A small plus."""
    sheet = Sheet(size)
    for bar in ([[-1, 0], [1, 0]], [[0, -1], [0, 1]]):
        sheet.line(np.array(bar) * size * 0.9, dye, size * 0.4)
    return sheet.stamp()


SMALL = {
    "star": star,
    "heart": heart,
    "bird": bird,
    "dash": dash,
    "triangle": triangle,
    "cross": cross,
}
