"""What a garment hangs on."""

import numpy as np
from PIL import Image, ImageDraw

from core.catalog.sample.fields import Rng, between, choose, curve

KINDS = {
    "plastic": ((238, 238, 236), (30, 30, 34), (70, 90, 140), (200, 60, 60)),
    "wood": ((186, 134, 84), (150, 100, 62), (96, 62, 42)),
    "wire": ((160, 162, 168),),
    "padded": ((224, 190, 196), (230, 222, 206)),
}
"""Kind of hanger -> its colours."""


def hanger(rng: Rng, kind: str, colour, neck: float, shoulder: float, slope: float):
    """The lines of a hanger in the garment's centimetres.

    Returns:
        A list of (points (P, 2), width in cm, colour); what holds it and the hook first.
    """
    steel = np.array([150.0, 152, 158])
    rise = between(rng, 1.2, 2.2)
    wide = {"plastic": 1.1, "wood": 1.9, "wire": 0.45, "padded": 2.8}[kind]
    turn = choose(rng, (-1, 1))
    hook = curve(
        [
            [0, 2.5],
            [0, -4],
            [turn * 0.3, -6.5],
            [turn * 2.6, -8],
            [turn * 3.4, -10.4],
            [turn * 1.6, -12.4],
            [-turn * 1.2, -11.6],
        ],
        6,
    )
    end = max(neck + 2, shoulder * 0.92)
    arms = curve(
        [[-end, slope + 1], [-neck, rise + 1.6], [0, rise], [neck, rise + 1.6], [end, slope + 1]], 8
    )
    colour = np.array(colour, float)
    high = hook[-8]
    rail = curve([[-120, high[1]], [0, high[1] + 0.4], [120, high[1]]], 3)
    nail = np.array([high - (0, 0.6), high + (0, 0.9)])
    above = choose(rng, ((nail, 1.0, steel * 0.7), (rail, 2.4, steel), (nail, 1.6, steel * 1.4)))
    lines = [above, (hook, 0.5, colour if kind == "plastic" else steel), (arms, wide, colour)]
    if kind in ("plastic", "wire"):
        lines.append((arms * (1, 0.2) + (0, slope + 5), wide * 0.8, colour * 0.9))
    return lines


def draw_lines(picture: np.ndarray, lines, to_pixels, scale: float) -> None:
    """Draw a hanger's lines into a picture, float32 (H, W, 3), with a dark and a light edge."""
    over = 2
    for points, thick, colour in lines:
        placed = to_pixels(points)
        margin = thick * scale + 2
        left, top = np.maximum(placed.min(0) - margin, 0).astype(int)
        right, bottom = np.minimum(placed.max(0) + margin, picture.shape[1::-1]).astype(int)
        if right <= left or bottom <= top:
            continue
        part_seen = picture[top:bottom, left:right]
        for shift, part, tone in ((0.12, 1.0, 0.72), (-0.1, 0.72, 1.0), (-0.22, 0.25, 1.22)):
            image = Image.new("L", ((right - left) * over, (bottom - top) * over))
            wide = max(1, round(thick * part * scale * over))
            moved = (placed - (left, top) + shift * thick * scale) * over
            ImageDraw.Draw(image).line(
                [tuple(p) for p in moved], fill=255, width=wide, joint="curve"
            )
            mask = np.asarray(image.reduce(over), np.float32)[..., None] / 255
            part_seen += mask * (
                (np.clip(colour * tone, 8, 250) / 255).astype(np.float32) - part_seen
            )
