"""One photo: a garment of some cloth, laid or hung in a scene, lit and photographed."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from core.catalog.sample import hangers, light
from core.catalog.sample.fabrics import Cloth
from core.catalog.sample.fields import Rng, between, clouds
from core.catalog.sample.silhouettes import Garment, Piece
from core.catalog.sample.weaves import PX_PER_CM

OVER = 2
"""Outlines are drawn this much larger and reduced, for soft edges."""


FAR = np.float32(40000)
"""Added to places on the cloth, so that they are never negative."""


@dataclass(frozen=True)
class Place:
    """Where a garment lies in the picture: centimetres to pixels and back.

    Attributes:
        scale: pixels per centimetre.
        turn: radians.
        lean: how much wider (or narrower) it gets downwards, per centimetre: the camera's tilt.
        warp: float32 (H, W, 2) pixels by which it lies askew; smooth.
    """

    shape: tuple[int, int]
    centre: np.ndarray
    middle: np.ndarray
    scale: float
    turn: float
    lean: float
    warp: np.ndarray

    def to_pixels(self, points: np.ndarray) -> np.ndarray:
        """(P, 2) centimetres to (P, 2) pixels."""
        from_middle = points - self.middle
        grown = from_middle * (1 + self.lean * from_middle[:, 1:])
        c, s = np.cos(self.turn), np.sin(self.turn)
        turned = grown @ np.array([[c, s], [-s, c]]) * self.scale + self.centre
        rows = np.clip(turned[:, 1].astype(int), 0, self.shape[0] - 1)
        columns = np.clip(turned[:, 0].astype(int), 0, self.shape[1] - 1)
        return turned + self.warp[rows, columns]

    def centimetres(self) -> tuple[np.ndarray, np.ndarray]:
        """The garment's x and y at each pixel: float32 (H, W) each."""
        y, x = np.mgrid[: self.shape[0], : self.shape[1]].astype(np.float32)
        x = (x - self.warp[..., 0] - np.float32(self.centre[0])) / np.float32(self.scale)
        y = (y - self.warp[..., 1] - np.float32(self.centre[1])) / np.float32(self.scale)
        c, s = np.float32(np.cos(self.turn)), np.float32(np.sin(self.turn))
        x, y = c * x + s * y, c * y - s * x
        y = y / (1 + np.float32(self.lean) * y)
        x = x / (1 + np.float32(self.lean) * y)
        return x + np.float32(self.middle[0]), y + np.float32(self.middle[1])


def place(
    rng: Rng, garment: Garment, shape: tuple[int, int], fill: float, turn: float, headroom: float
) -> Place:
    """Fit a garment into a picture.

    Args:
        fill: share of the picture's height or width that it takes.
        headroom: centimetres kept free above it (a hanger's hook).
    """
    low, high = garment.bounds
    low = low - (0, headroom)
    size = high - low
    c, s = abs(np.cos(turn)), abs(np.sin(turn))
    turned = np.array([size[0] * c + size[1] * s, size[0] * s + size[1] * c])
    scale = float(fill * min(shape[1] / turned[0], shape[0] / turned[1]))
    slack = np.array([shape[1], shape[0]]) - turned * scale
    shift = rng.uniform(-0.32, 0.32, 2) * np.maximum(slack, 0)
    centre = np.array([shape[1], shape[0]]) / 2 + shift
    warp = np.stack([clouds(rng, shape, 3.2, 2), clouds(rng, shape, 3.2, 2)], -1)
    askew = between(rng, 0.3, 0.75) * np.float32(scale)
    return Place(shape, centre, (low + high) / 2, scale, turn, rng.normal(0, 0.0009), warp * askew)


class Table:
    """The picture while it is being made: float32 RGB in 0..1, changed in place."""

    def __init__(self, picture: np.ndarray, where: Place, sun: light.Light):
        self.picture = picture
        self.where = where
        self.sun = sun
        self.x, self.y = where.centimetres()

    def mask(self, outline: np.ndarray) -> tuple[np.ndarray, tuple[slice, slice]] | None:
        """Cover of an outline (float32 in 0..1) within the box that holds it."""
        points = self.where.to_pixels(outline)
        height, width = self.where.shape
        left, top = np.maximum(np.floor(points.min(0)).astype(int) - 6, 0)
        right, bottom = np.minimum(np.ceil(points.max(0)).astype(int) + 6, (width, height))
        if right <= left or bottom <= top:
            return None
        image = Image.new("L", ((right - left) * OVER, (bottom - top) * OVER))
        moved = (points - (left, top)) * OVER
        ImageDraw.Draw(image).polygon([tuple(p) for p in moved], fill=255)
        cover = np.asarray(image.reduce(OVER), np.float32) / 255
        return cover, (slice(top, bottom), slice(left, right))

    def lay(self, piece: Piece, cloth: Cloth, slopes, dim: float = 1.0) -> None:
        """Lay a piece of cloth: its shadow on what lies beneath, its pattern, its light."""
        found = self.mask(piece.outline)
        if found is None:
            return
        cover, box = found
        under = self.picture[box]
        soft = _soft(cover, 0.5 * self.where.scale + 1)
        if piece.lift:
            under *= (1 - 0.45 * piece.lift * soft)[..., None]
        slope_x, slope_y = slopes[0][box], slopes[1][box]
        colour = read(cloth, piece, self.x[box], self.y[box], slope_x, slope_y, self.where)
        if piece.edge:
            roll_y, roll_x = np.gradient(_soft(cover, 0.7 * self.where.scale + 0.8))
            roll = 1.1 * piece.edge
            slope_x, slope_y = slope_x - roll * roll_x * 3, slope_y - roll * roll_y * 3
        shade = light.relit(slope_x, slope_y, self.sun, cloth.gloss)
        if piece.edge:
            shade *= 1 - 0.14 * piece.edge * np.clip(1 - (soft - 0.5) * 2, 0, 1)
        lit = colour * (shade * dim)[..., None]
        under += cover[..., None] * (lit - under)


def _soft(mask: np.ndarray, radius: float) -> np.ndarray:
    image = Image.fromarray((mask * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.BoxBlur(radius)), np.float32) / 255


def read(cloth: Cloth, piece: Piece, x, y, slope_x, slope_y, where: Place) -> np.ndarray:
    """The cloth's colour at each pixel of a piece, its pattern pulled along by the folds.

    Returns:
        float32 (h, w, 3) in 0..1, the mean of four samples within each pixel.
    """
    x = x + slope_x * np.float32(0.5) + np.float32(piece.phase[0])
    y = y + slope_y * np.float32(0.5) + np.float32(piece.phase[1])
    turn = piece.grain + cloth.bias
    c, s = np.float32(np.cos(turn) * PX_PER_CM), np.float32(np.sin(turn) * PX_PER_CM)
    height, width = cloth.tile.shape[:2]
    packed, beyond = cloth.packed
    step = min(max(1, round(PX_PER_CM / where.scale / 2)), beyond)
    column = (c * x + s * y + FAR).astype(np.int32) % width
    row = (c * y - s * x + FAR).astype(np.int32) % height
    first = row * (width + beyond) + column
    total = np.zeros((*x.shape, 4), np.uint16)
    for shift in (0, step, step * (width + beyond), step * (width + beyond + 1)):
        total += packed.take(first + shift).view(np.uint8).reshape(total.shape)
    return total[..., :3] * np.float32(1 / 1020)


@dataclass(frozen=True)
class Shot:
    """All that a photo needs.

    Attributes:
        cloths: ``main``, ``trim``, ``label`` and the dyes of the buttons.
        ground: uint8 (H, W, 3), the part of the scene in view.
        hook: lines of the hanger, or None for a garment that lies.
    """

    garment: Garment
    cloths: dict[str, Cloth]
    button: np.ndarray
    ground: np.ndarray
    hook: list | None
    sun: light.Light
    fill: float
    turn: float


def take(rng: Rng, shot: Shot) -> Image.Image:
    """Take the photo."""
    picture = shot.ground.astype(np.float32) / 255
    garment, shape = shot.garment, shot.ground.shape[:2]
    where = place(rng, garment, shape, shot.fill, shot.turn, 13 if shot.hook else 0)
    table = Table(picture, where, shot.sun)
    slopes = _slopes(rng, garment, table, shot.cloths["main"])
    _shadow(garment, table, hung=shot.hook is not None)
    inside = _inside(shot.cloths["main"])
    for piece in garment.under:
        cloth = inside if piece.cloth == "inside" else shot.cloths[piece.cloth]
        table.lay(piece, cloth, slopes, dim=0.62 if piece.cloth == "inside" else 0.85)
    if shot.hook:
        hangers.draw_lines(picture, shot.hook, where.to_pixels, where.scale)
    for piece in garment.pieces:
        cloth = inside if piece.cloth == "inside" else shot.cloths[piece.cloth]
        table.lay(piece, cloth, slopes, dim=0.5 if piece.cloth == "inside" else 1)
    _sew(garment, table)
    _button_up(garment, table, shot.button)
    return light.photographed(rng, picture, shot.sun)


def _inside(cloth: Cloth) -> Cloth:
    """The other face of a cloth: paler, its pattern half as strong."""
    tile = (cloth.tile // 2 + (cloth.mean * 127).astype(np.uint8)).astype(np.uint8)
    return Cloth(tile, cloth.pattern, cloth.colour, cloth.crisp, 0.0, cloth.bias)


def _slopes(
    rng: Rng, garment: Garment, table: Table, cloth: Cloth
) -> tuple[np.ndarray, np.ndarray]:
    where = table.where
    height = light.crumple(rng, where.shape, cloth.crisp)
    lines = [
        (where.to_pixels(fold.points), fold.depth, fold.width * where.scale)
        for fold in garment.folds
    ]
    sharp = 2.2 + 3 * cloth.crisp
    height += light.strokes(where.shape, lines, where.scale) * sharp
    if garment.gather_at is not None:
        half = max(8.0, garment.shoulder)
        folds = light.gathers(rng, table.x, table.y, garment.gather_at, half, garment.gathers)
        height += folds * 0.9 * np.float32(where.scale)
    slope_y, slope_x = np.gradient(height)
    return slope_x, slope_y


def _shadow(garment: Garment, table: Table, hung: bool) -> None:
    whole = np.zeros(table.where.shape, np.float32)
    for piece in garment.pieces:
        found = table.mask(piece.outline)
        if found is not None:
            cover, box = found
            whole[box] = np.maximum(whole[box], cover)
    height = 2.2 if hung else 1.1
    reaching = light.cast_shadow(whole, table.sun, table.where.scale, height)
    table.picture *= reaching[..., None]


def _sew(garment: Garment, table: Table) -> None:
    """Seams: a dark line with a lighter one beside it."""
    height, width = table.where.shape
    image = Image.new("L", (width * OVER, height * OVER), 128)
    pen = ImageDraw.Draw(image)
    for seam in garment.seams:
        points = table.where.to_pixels(seam.points) * OVER
        wide = max(2, round(seam.width * table.where.scale * OVER * 0.6))
        for shift, tone in ((wide * 0.8, -0.45), (0, 1)):
            pen.line(
                [tuple(p + shift) for p in points],
                width=wide,
                fill=round(128 + 110 * seam.depth * tone),
            )
    lines = np.asarray(image.reduce(OVER), np.float32)
    table.picture *= (1 + (lines - 128) / 128 * 0.5)[..., None]


def _button_up(garment: Garment, table: Table, dye: np.ndarray) -> None:
    """Buttons with a shadow, a rim and a glint."""
    if not garment.buttons:
        return
    over, (height, width) = 4, table.where.shape
    for button in garment.buttons:
        x, y = table.where.to_pixels(np.array([[button.x, button.y]]))[0]
        radius = max(1.1, button.radius * table.where.scale)
        left, top = int(x - radius) - 3, int(y - radius) - 3
        side = int(2 * radius) + 8
        if left < 0 or top < 0 or left + side > width or top + side > height:
            continue
        box = (slice(top, top + side), slice(left, left + side))
        for shift, part, colour in ((0.35, 1.1, dye * 0.3), (0, 1, dye * 0.8), (-0.08, 0.75, dye)):
            image = Image.new("L", (side * over, side * over))
            centre = np.array([x - left, y - top]) + shift * radius
            corners = np.concatenate([centre - part * radius, centre + part * radius]) * over
            ImageDraw.Draw(image).ellipse(list(corners), fill=255)
            cover = np.asarray(image.reduce(over), np.float32)[..., None] / 255
            table.picture[box] += cover * 0.92 * (colour / 255 - table.picture[box])
