"""Photos that show too little: too dark, blurred, tiny, odd in shape."""

import numpy as np

from core.audit.finding import BLURRED, DARK, ODD_SHAPE, TINY, Finding
from core.audit.ground import Ground

DARKEST = 40.0
"""Mean luma (of 255) below which hardly anything can be told."""

BLUR_SHARE = 0.08
"""Of the catalog's median sharpness: below that a photo is blurred."""

SHORTEST = 120
"""Pixels of the shorter side, below which a model's input is mostly made up."""

LONGEST_SHAPE = 2.5
"""Times that one side may be the other."""


def dark(ground: Ground) -> list[Finding]:
    """Photos whose mean brightness is under DARKEST."""
    value = ground.looks.brightness
    return [
        _about(ground, DARK, row, 1 - value[row] / DARKEST,
               f"very dark: brightness {value[row]:.0f} of 255")
        for row in np.flatnonzero(value < DARKEST)
    ]


def blurred(ground: Ground) -> list[Finding]:
    """Photos far less sharp than the catalog's others."""
    value = ground.looks.sharpness
    seen = value[ground.looks.seen]
    usual = float(np.median(seen)) if len(seen) else 0.0
    least = BLUR_SHARE * usual
    return [
        _about(ground, BLURRED, row, 1 - value[row] / least,
               f"blurred: {value[row] / usual:.1%} of the usual sharpness")
        for row in np.flatnonzero(value < least)
    ]


def tiny(ground: Ground) -> list[Finding]:
    """Photos of few pixels."""
    width, height = _sides(ground)
    side = np.fmin(width, height)
    return [
        _about(ground, TINY, row, 1 - side[row] / SHORTEST,
               f"only {width[row]:.0f} x {height[row]:.0f} pixels")
        for row in np.flatnonzero(side < SHORTEST)
    ]


def odd_shape(ground: Ground) -> list[Finding]:
    """Photos much longer than wide, or wider than long."""
    width, height = _sides(ground)
    ratio = np.fmax(width, height) / np.fmin(width, height)
    return [
        _about(ground, ODD_SHAPE, row, 1 - LONGEST_SHAPE / ratio[row],
               f"{width[row]:.0f} x {height[row]:.0f} pixels: one side is {ratio[row]:.1f} times"
               " the other")
        for row in np.flatnonzero(ratio > LONGEST_SHAPE)
    ]


def _about(ground: Ground, check: str, row: int, excess: float, because: str) -> Finding:
    """Half suspicious at the limit, certain at the extreme."""
    suspicion = 0.5 + 0.5 * float(np.clip(excess, 0, 1))
    return Finding(check, (ground.catalog.item_ids[row],), suspicion, because)


def _sides(ground: Ground) -> tuple[np.ndarray, np.ndarray]:
    """float64 (N,), (N,): width and height in pixels, NaN where unknown."""
    rows = ground.catalog.rows
    return tuple(
        rows[side].astype("Float64").to_numpy(np.float64, na_value=np.nan) if side in rows
        else np.full(len(rows), np.nan)
        for side in ("width", "height")
    )
