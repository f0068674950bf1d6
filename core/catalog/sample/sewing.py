"""What all cuts are sewn from: a body in a size, sleeves, straps, and how the cloth falls."""

import numpy as np

from core.catalog.sample.fields import Rng, between, curve
from core.catalog.sample.silhouettes import (
    Garment,
    Measures,
    Piece,
    SleeveShape,
    Stroke,
    body,
    inside_back,
    mirrored,
    sleeve,
    strip,
)

SLEEVES = {
    "cap": ((7, 11), (0.55, 0.9), (8.5, 10)),
    "short": ((16, 23), (0.45, 0.85), (8.5, 11)),
    "elbow": ((27, 34), (0.4, 0.75), (8, 10)),
    "three-quarter": ((38, 46), (0.35, 0.8), (7, 9)),
    "long": ((54, 62), (0.32, 0.85), (5.5, 7)),
}
"""Name -> ranges of length (cm), angle (radians) and half width at the end (cm)."""


def measures(rng: Rng, **given) -> Measures:
    """An upper body in a size between XS and XXL; ``given`` replaces single measures."""
    size = between(rng, 0.88, 1.12)
    shape = between(rng, 0.9, 1.02)
    bust = 25 * size
    base = dict(
        neck=between(rng, 7.2, 9),
        neck_depth=between(rng, 8, 11),
        shoulder=19.5 * size + 0.8,
        slope=between(rng, 2.6, 5),
        armhole=between(rng, 20, 24),
        bust=bust,
        waist=bust * shape,
        waist_at=between(rng, 38, 44),
        hip=bust * between(rng, 0.97, 1.06),
        hip_at=between(rng, 56, 60),
        hem=bust * between(rng, 0.97, 1.08),
        length=68,
    )
    return Measures(**{**base, **given})


def sleeves(
    rng: Rng,
    garment: Garment,
    m: Measures,
    kind: str,
    *,
    puff=0.0,
    band=0.0,
    flare=1.0,
    cloth="main",
) -> None:
    """Add both sleeves under the body, the arms lying as they fell."""
    lengths, angles, cuffs = SLEEVES[kind]
    length, angle = between(rng, *lengths), between(rng, *angles)
    cuff = between(rng, *cuffs) * flare
    for turn in (1, -1):
        bend = between(rng, -0.15, 0.5) if kind in ("long", "three-quarter") else 0.0
        lean = angle + rng.normal(0, 0.07)
        shape = SleeveShape(length * between(rng, 0.97, 1.03), lean, cuff, puff, bend, band)
        outline, cuff_outline, grain = sleeve(m, shape)
        place = outline if turn == 1 else mirrored(outline)
        garment.pieces.append(
            Piece(
                place,
                grain=-turn * grain,
                cloth=cloth,
                lift=0.4,
                edge=0.9,
                phase=(between(rng, 0, 9), between(rng, 0, 9)),
            )
        )
        _sleeve_folds(rng, garment, m, shape, turn)
        if cuff_outline is not None:
            place = cuff_outline if turn == 1 else mirrored(cuff_outline)
            garment.pieces.append(Piece(place, grain=-turn * grain + np.pi / 2, lift=0.5, edge=0.8))


def folded_arm(rng: Rng, garment: Garment, m: Measures, turn: int) -> None:
    """A long sleeve whose lower half lies across the front; the upper half must lie under."""
    angle = between(rng, 0.12, 0.3)
    upper, _, grain = sleeve(m, SleeveShape(31, angle, 7.5))
    garment.pieces.append(Piece(upper * (turn, 1), grain=-turn * grain, lift=0.4, edge=0.9))
    elbow = np.array([m.shoulder, m.slope]) + 27 * np.array([np.sin(angle), np.cos(angle)])
    inward = angle - between(rng, 1.3, 2.1)
    ahead = np.array([np.sin(inward), np.cos(inward)])
    aside = np.array([ahead[1], -ahead[0]])
    start, end = elbow - ahead * 3 - (4, 0), elbow + ahead * between(rng, 20, 27) - (4, 0)
    lower = np.array(
        [
            start + aside * 7,
            (start + end) / 2 + aside * 6.8,
            end + aside * 5.8,
            end - aside * 5.8,
            (start + end) / 2 - aside * 7,
            start - aside * 7.4,
        ]
    )
    cuff = np.array(
        [end + aside * 6, end + ahead * 6 + aside * 6, end + ahead * 6 - aside * 6, end - aside * 6]
    )
    for outline, more in ((curve(lower, 5), 0.0), (cuff, np.pi / 2)):
        garment.over.append(
            Piece(
                outline * (turn, 1), grain=-turn * inward + more, lift=0.7, edge=0.9, phase=(3, 5)
            )
        )
    for _ in range(4):
        at = start + (end - start) * between(rng, 0.05, 0.8)
        line = np.stack([at - aside * 5, at + ahead * 2, at + aside * between(rng, 1, 5)])
        garment.folds.append(Stroke(curve(line, 4) * (turn, 1), between(rng, -0.8, 0.8), 0.9))


def _sleeve_folds(rng: Rng, garment: Garment, m: Measures, s: SleeveShape, turn: int) -> None:
    """Creases across the sleeve, most of them at the elbow and the armpit."""
    ahead = np.array([np.sin(s.angle), np.cos(s.angle)])
    aside = np.array([-ahead[1], ahead[0]])
    start = np.array([(m.shoulder + m.bust) / 2, (m.slope + m.armhole) / 2])
    for _ in range(int(3 + s.length / 9)):
        at = start + ahead * s.length * between(rng, 0.1, 0.9)
        reach = between(rng, 3, 9)
        slant = aside * reach + ahead * between(rng, -5, 5)
        line = curve([at - slant * 0.6, at + rng.normal(0, 0.6, 2), at + slant * 0.6], 5)
        points = line if turn == 1 else mirrored(line)
        garment.folds.append(Stroke(points, between(rng, -0.9, 0.9), between(rng, 0.5, 1.5)))
    long = start + np.outer(np.linspace(0.15, 0.95, 6) * s.length, ahead) - aside * 1.5
    garment.folds.append(Stroke(long if turn == 1 else mirrored(long), 0.5, 2.0))


def drape(rng: Rng, garment: Garment, m: Measures, count: int) -> None:
    """Drag lines from the armpits and loose creases over the body."""
    for turn in (-1, 1):
        for _ in range(int(rng.integers(0, 4))):
            start = np.array([m.bust * 0.94, m.armhole + between(rng, -2, 8)])
            end = start + (-between(rng, 4, 20), between(rng, -3, 24))
            line = curve([start, (start + end) / 2 + rng.normal(0, 1.3, 2), end], 6) * (turn, 1)
            garment.folds.append(Stroke(line, between(rng, -0.65, 0.65), between(rng, 0.7, 2.4)))
    for _ in range(count):
        x, y = between(rng, -0.85, 0.85) * m.bust, between(rng, 14, m.length - 4)
        along = np.array([rng.normal(0, 4.5), between(rng, 8, 26)])
        if rng.random() < 0.3:
            along = along[::-1]
        line = curve([(x, y), (x, y) + along * 0.5 + rng.normal(0, 1.2, 2), (x, y) + along], 5)
        garment.folds.append(Stroke(line, between(rng, -0.6, 0.6), between(rng, 0.6, 2.6)))


def begun(m: Measures, deep: float = 4) -> Garment:
    garment = Garment(neck=m.neck, shoulder=m.shoulder)
    garment.under.append(Piece(inside_back(m, deep), cloth="inside", lift=0.0, edge=0.3))
    return garment


def front(rng: Rng, garment: Garment, m: Measures) -> None:
    garment.pieces.append(Piece(body(m), lift=0.5, edge=0.7))
    garment.seams.append(hem_line(m))
    drape(rng, garment, m, int(rng.integers(7, 15)))


def hem_line(m: Measures) -> Stroke:
    x = np.linspace(-0.97, 0.97, 24)
    return Stroke(
        np.stack([m.hem * x, m.length - 1.8 - m.hem_rise * np.abs(x) ** 2.2], 1), -0.3, 0.3
    )


def straps(rng: Rng, garment: Garment, m: Measures, width: float, top: float = 0.0) -> None:
    """Two straps from the upper edge over the shoulders, behind and before."""
    x = m.neck + 0.4
    for turn in (-1, 1):
        line = curve(
            [[turn * (x + 0.6), m.neck_depth + 1], [turn * x, 8], [turn * (x - 1), top]], 5
        )
        back = line * (0.92, 1) + (0, -0.4)
        garment.under.append(Piece(strip(back, width), cloth="inside", lift=0.2, edge=0.5))
        garment.pieces.append(Piece(strip(line, width), lift=0.4, edge=0.5))


def armhole_backs(garment: Garment, m: Measures) -> None:
    """The back's edge that shows through the armholes."""
    for turn in (-1, 1):
        outline = curve(
            [
                [m.shoulder, m.slope - 0.3],
                [m.shoulder - 0.5, m.armhole * 0.55],
                [m.bust + 0.3, m.armhole],
                [m.bust - 4, m.armhole + 2],
                [m.shoulder - 5, m.armhole * 0.5],
            ],
            4,
        )
        garment.under.append(Piece(outline * (turn, 1), cloth="inside", lift=0, edge=0.4))
