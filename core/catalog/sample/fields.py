"""Smooth random fields and curves: what cloth, floors and light are made of."""

import numpy as np
from PIL import Image

Rng = np.random.Generator


def smooth(rng: Rng, shape: tuple[int, int], cells: tuple[float, float]):
    """A random field without sharp edges.

    Args:
        shape: (height, width) in pixels.
        cells: how many independent values lie along the height and along the width.

    Returns:
        float32 ``shape``, about N(0, 1).
    """
    rows, columns = (max(2, round(cell) + 1) for cell in cells)
    grid = rng.standard_normal((rows, columns)).astype(np.float32)
    return enlarge(grid, shape)


def clouds(rng: Rng, shape: tuple[int, int], cells: float, octaves: int = 3):
    """Smooth fields of halving size and strength, summed; float32 ``shape``, about N(0, 1)."""
    height, width = shape
    coarse = min(1.0, 5 * cells * 2 ** (octaves - 1) / width)
    small = (max(2, round(height * coarse)), max(2, round(width * coarse)))
    total = np.zeros(small, np.float32)
    for octave in range(octaves):
        along = cells * 2**octave
        total += smooth(rng, small, (along * height / width, along)) / 2**octave
    return enlarge(total / np.float32(1.15), shape)


def repeating(rng: Rng, side: int, cells: float, octaves: int = 2):
    """Like ``clouds``, but its edges meet: float32 (side, side) for a tile that repeats."""
    total = np.zeros((side, side), np.float32)
    for octave in range(octaves):
        count = max(3, round(cells * 2**octave))
        grid = np.pad(rng.standard_normal((count, count)).astype(np.float32), 2, mode="wrap")
        cell = side / count
        image = Image.fromarray(grid)
        box = (2, 2, 2 + side / cell, 2 + side / cell)
        total += np.array(image.resize((side, side), Image.Resampling.BICUBIC, box)) / 2**octave
    return total


def enlarge(grid: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Resize a float32 grid smoothly to ``shape`` (height, width)."""
    image = Image.fromarray(np.ascontiguousarray(grid, np.float32))
    return np.array(image.resize((shape[1], shape[0]), Image.Resampling.BICUBIC))


def soften(field: np.ndarray, pixels: float) -> np.ndarray:
    """Blur a float32 (H, W) field over about ``pixels``, keeping its fine steps."""
    height, width = field.shape
    small = (max(2, round(width / pixels)), max(2, round(height / pixels)))
    image = Image.fromarray(np.ascontiguousarray(field, np.float32))
    reduced = image.resize(small, Image.Resampling.HAMMING)
    return np.array(reduced.resize((width, height), Image.Resampling.BICUBIC))


def curve(points, steps: int = 8) -> np.ndarray:
    """A smooth line through ``points`` (P, 2), as float64 (about P * steps, 2).

    Centripetal would be safer on wild input; the uniform Catmull-Rom spline is enough here.
    """
    known = np.asarray(points, np.float64)
    if len(known) < 3:
        return np.linspace(known[0], known[-1], steps + 1)
    padded = np.vstack([2 * known[0] - known[1], known, 2 * known[-1] - known[-2]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        parts.append(
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
        )
    return np.vstack([*parts, known[-1:]])


def between(rng: Rng, low: float, high: float) -> float:
    """A uniform float of Python's own type."""
    return float(rng.uniform(low, high))


def choose(rng: Rng, options):
    """One of a sequence, or of the keys of a mapping to weights."""
    if isinstance(options, dict):
        names = list(options)
        weights = np.array([options[name] for name in names], float)
        return names[int(rng.choice(len(names), p=weights / weights.sum()))]
    return options[int(rng.integers(len(options)))]
