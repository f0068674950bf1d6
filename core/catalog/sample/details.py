"""What is sewn onto a body: collars, plackets, pockets, ruffles, bows, prints on the chest."""

import numpy as np

from core.catalog.sample.fields import Rng, between, choose, curve
from core.catalog.sample.silhouettes import (
    Button,
    Garment,
    Measures,
    Piece,
    Stroke,
    box,
    hem,
    mirrored,
    neckline,
    strip,
)


def both_sides(garment: Garment, outline: np.ndarray, **how) -> None:
    """Add a piece and its mirror image."""
    grain = how.pop("grain", 0.0)
    garment.pieces.append(Piece(outline, grain=-grain, **how))
    garment.pieces.append(Piece(mirrored(outline), grain=grain, **how))


def shirt_collar(rng: Rng, garment: Garment, m: Measures, cloth: str = "main") -> None:
    """A stand and two pointed leaves around the neck."""
    rise, tip = between(rng, 2.5, 4), between(rng, 4.5, 8)
    spread = between(rng, 0.35, 1.0)
    n, depth = m.neck, m.neck_depth
    stand = curve(
        [[-n - 0.5, 0.8], [-n * 0.6, -rise], [0, -rise - 0.8], [n * 0.6, -rise], [n + 0.5, 0.8]], 5
    )
    inner = curve([[n * 0.8, 2], [0, 3.2], [-n * 0.8, 2]], 5)
    garment.under.append(Piece(np.vstack([stand, inner]), cloth="inside", lift=0.1, edge=0.3))
    leaf = np.array(
        [
            [n * 0.55, -rise],
            [n + 1, 0.3],
            [n + 1.6, 2.5],
            [1.5 + spread * tip, depth + tip * 0.75],
            [0.3, depth + 0.2],
            [n * 0.45, depth * 0.42],
        ]
    )
    both_sides(garment, leaf, cloth=cloth, lift=0.8, edge=0.9, grain=0.5)
    edge = leaf[[2, 3, 4]] * 0.97
    garment.seams += [Stroke(edge, -0.35, 0.3), Stroke(mirrored(edge), -0.35, 0.3)]


def band_collar(rng: Rng, garment: Garment, m: Measures) -> None:
    """A narrow standing band."""
    line = neckline(m)
    outline = strip(line + np.array([0, 0.4]), between(rng, 1.6, 2.6))
    both_sides(garment, outline, lift=0.5, edge=0.8, grain=0.6)


def flat_collar(rng: Rng, garment: Garment, m: Measures, cloth: str) -> None:
    """Two round leaves that lie flat (Peter Pan)."""
    line, width = neckline(m), between(rng, 4, 6)
    out = line + (line - np.array([0, -3])) / 14 * width
    out[-1] = line[-1] + np.array([2.4, 0.4])
    both_sides(garment, np.vstack([line, curve(out[::-2], 3)]), cloth=cloth, lift=0.7, edge=0.9)


def placket(rng: Rng, garment: Garment, m: Measures, top: float, end: float | None = None) -> None:
    """A strip with buttons down the front."""
    end = m.length - 0.5 if end is None else end
    width = between(rng, 1.3, 1.9)
    garment.pieces.append(
        Piece(box(-width, top, width, end), lift=0.5, edge=0.25, phase=(between(rng, 0, 2), 0))
    )
    for x in (-width + 0.35, width - 0.35):
        garment.seams.append(Stroke(np.array([[x, top], [x, end]]), -0.3, 0.25))
    gap, radius = between(rng, 6.5, 9), between(rng, 0.5, 0.85)
    garment.buttons += [Button(0.2, y, radius) for y in np.arange(top + 2.2, end - 5, gap)]


def pocket(rng: Rng, garment: Garment, m: Measures, x: float | None = None) -> None:
    """A chest pocket, with or without a flap."""
    x = choose(rng, (-1, 1)) * m.bust * 0.5 if x is None else x
    y, half, tall = m.armhole * 0.85, between(rng, 4.5, 6), between(rng, 10, 13)
    shape = np.array([[-half, 0], [half, 0], [half, tall - 2], [0, tall], [-half, tall - 2]])
    garment.pieces.append(Piece(shape + (x, y), lift=0.3, edge=0.2, phase=(0.7, 0.4)))
    inner = (shape * 0.93 + (x, y + 0.4))[[1, 2, 3, 4, 0]]
    garment.seams.append(Stroke(inner, -0.3, 0.25))
    if rng.random() < 0.35:
        flap = np.array(
            [[-half - 0.4, -1], [half + 0.4, -1], [half + 0.4, 3], [0, 5], [-half - 0.4, 3]]
        )
        garment.pieces.append(Piece(flap + (x, y), lift=0.5, edge=0.4, phase=(0.2, 1.4)))
        garment.buttons.append(Button(x, y + 3, 0.6))


def neck_trim(
    rng: Rng, garment: Garment, m: Measures, cloth: str, width: float | None = None
) -> None:
    """A binding around the neck hole."""
    line = neckline(m)
    right = line + np.array([0.0, 0.3])
    whole = np.vstack([mirrored(right)[:0:-1], right])
    band = strip(whole, width or between(rng, 1.2, 2.4))
    garment.pieces.append(Piece(band, cloth=cloth, lift=0.2, edge=0.5))


def frill(rng: Rng, garment: Garment, line: np.ndarray, width: float, cloth: str = "main") -> None:
    """A gathered strip along a line, its free edge wavy, with small folds."""
    along = np.gradient(line, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    out = np.stack([-along[:, 1], along[:, 0]], 1)
    wave = 1 + 0.12 * np.cos(np.arange(len(line)) * 2.1)[:, None]
    outer = line + out * width * wave
    garment.pieces.append(Piece(np.vstack([line, outer[::-1]]), cloth=cloth, lift=0.6, edge=0.7))
    step = max(1, len(line) // 12)
    for a, b in zip(line[::step], outer[::step], strict=True):
        garment.folds.append(Stroke(np.stack([a, a * 0.25 + b * 0.75]), -0.8, 0.8))


def hem_frill(rng: Rng, garment: Garment, m: Measures, width: float, cloth: str = "main") -> None:
    """A frill below the hem; the hem line runs from left to right."""
    right = hem(m)
    line = np.vstack([mirrored(right), right[::-1][1:]])
    frill(rng, garment, line, width, cloth)


def bow(rng: Rng, garment: Garment, x: float, y: float, size: float, cloth: str = "main") -> None:
    """Two loops, two tails and a knot."""
    for turn in (-1, 1):
        tail = np.array(
            [[0, 0], [0.5 * turn, size * 1.8], [1.1 * turn, size * 1.9], [0.9 * turn, 0]]
        )
        garment.pieces.append(Piece(tail * (1.4, 1) + (x, y), cloth=cloth, lift=0.6, edge=0.9))
        loop = curve(
            [
                [0, 0],
                [turn * size * 0.7, -size * 0.5],
                [turn * size, 0],
                [turn * size * 0.7, size * 0.45],
                [0, 0.4],
            ],
            5,
        )
        garment.pieces.append(Piece(loop + (x, y), cloth=cloth, lift=0.8, edge=1, grain=turn * 0.9))
    garment.pieces.append(
        Piece(box(x - 0.9, y - 1, x + 0.9, y + 1.2), cloth=cloth, lift=0.8, edge=1)
    )


def belt(rng: Rng, garment: Garment, m: Measures, cloth: str, width: float) -> None:
    """A band around the waist, tied now and then."""
    half = m.waist + 0.3
    line = curve([[-half, m.waist_at - 0.6], [0, m.waist_at + 0.6], [half, m.waist_at - 0.6]], 6)
    garment.pieces.append(
        Piece(strip(line, width), cloth=cloth, lift=0.4, edge=0.7, grain=np.pi / 2)
    )
    if rng.random() < 0.4:
        bow(rng, garment, between(rng, -0.6, 0.6) * half, m.waist_at, between(rng, 3.5, 6), cloth)


def seam_across(garment: Garment, y: float, half: float, sag: float = 0.6) -> None:
    """A seam from side to side."""
    garment.seams.append(
        Stroke(curve([[-half, y - sag], [0, y + sag], [half, y - sag]], 6), -0.6, 0.4)
    )


def chest_print(rng: Rng, garment: Garment, m: Measures) -> None:
    """Lettering or a simple picture on the chest, in the trim's cloth."""
    y, wide = m.armhole + between(rng, 1, 6), m.bust * between(rng, 0.4, 0.6)
    if rng.random() < 0.6:
        for row in range(int(rng.integers(1, 4))):
            x, tall = -wide * between(rng, 0.7, 1), between(rng, 2, 4)
            while x < wide * 0.9:
                letter = between(rng, 1.0, 2.4)
                garment.pieces.append(
                    Piece(box(x, y, x + letter, y + tall), cloth="trim", lift=0, edge=0)
                )
                x += letter + (between(rng, 0.4, 0.6) if rng.random() < 0.85 else 2)
            y += tall + 1.3
        return
    t = np.linspace(0, 2 * np.pi, 40)
    waves = 1 + between(rng, 0, 0.35) * np.cos(choose(rng, (2, 3, 4, 5, 8)) * t)
    blob = np.stack([np.sin(t), np.cos(t)], 1) * (waves * wide * 0.6)[:, None]
    garment.pieces.append(Piece(blob + (0, y + wide * 0.5), cloth="trim", lift=0, edge=0))
    garment.pieces.append(Piece(blob * 0.72 + (0, y + wide * 0.5), cloth="main", lift=0, edge=0))
