"""Shirts, blouses and tank tops."""

from dataclasses import replace

import numpy as np

from core.catalog.sample import details, sewing
from core.catalog.sample.fields import Rng, between, choose, curve
from core.catalog.sample.silhouettes import (
    Garment,
    Measures,
    Piece,
    Stroke,
    armhole,
    strap_body,
    strip,
)


def shirt(rng: Rng) -> Garment:
    """Collar, placket, buttons, cuffs; shirt tails or a straight hem."""
    rise = choose(rng, (0, 0, 3, 5, 7))
    m = sewing.measures(
        rng,
        neck=between(rng, 6.6, 7.8),
        neck_depth=choose(rng, (6.5, 7, 8, 12)),
        length=between(rng, 66, 78),
        hem_rise=rise,
        waist=between(rng, 22, 26),
    )
    garment = sewing.begun(m)
    kind = choose(rng, {"long": 6, "short": 4, "three-quarter": 1})
    if kind == "long" and rng.random() < 0.2:
        sewing.folded_arm(rng, garment, m, 1)
        sewing.folded_arm(rng, garment, m, -1)
    elif kind == "long":
        sewing.sleeves(rng, garment, m, kind, band=between(rng, 5, 7))
    else:
        sewing.sleeves(rng, garment, m, kind, band=choose(rng, (0, 2.5, 4)))
    sewing.front(rng, garment, m)
    yoke = m.slope + between(rng, 4, 7)
    if rng.random() < 0.5:
        for turn in (-1, 1):
            line = np.array([[m.neck * 0.9, yoke - 1], [m.shoulder - 0.5, yoke + 1]]) * (turn, 1)
            garment.seams.append(Stroke(line, -0.5, 0.4))
    details.placket(rng, garment, m, m.neck_depth)
    pockets = choose(rng, {0: 3, 1: 4, 2: 3})
    if pockets == 1:
        details.pocket(rng, garment, m)
    elif pockets == 2:
        details.pocket(rng, garment, m, -m.bust * 0.5)
        details.pocket(rng, garment, m, m.bust * 0.5)
    cloth = "trim" if rng.random() < 0.08 else "main"
    details.shirt_collar(rng, garment, m, cloth)
    return garment


def blouse(rng: Rng) -> Garment:
    """Soft tops with full sleeves, ruffles, bows, gathers, V or round necks; no shirt collar."""
    m = sewing.measures(
        rng,
        neck=between(rng, 7.5, 12),
        neck_depth=between(rng, 6, 15),
        neckline=choose(rng, ("round", "v", "round", "square", "boat")),
        length=between(rng, 54, 66),
    )
    shape = choose(rng, ("loose", "loose", "peplum", "gathered", "fitted"))
    m = replace(m, hip_at=90, **_blouse_shape(m, shape))
    garment = sewing.begun(m)
    _blouse_sleeves(rng, garment, m)
    sewing.front(rng, garment, m)
    _blouse_finish(rng, garment, m, shape)
    return garment


def _blouse_shape(m: Measures, shape: str) -> dict[str, float]:
    if shape == "peplum":
        return dict(waist=m.bust * 0.82, hem=m.bust * 1.12, scallops=1.2)
    if shape == "gathered":
        return dict(waist=m.bust * 1.06, hem=m.bust * 0.86)
    if shape == "fitted":
        return dict(waist=m.bust * 0.87, hem=m.bust)
    return dict(waist=m.bust * 1.02, hem=m.bust * 1.12, hem_rise=1.5)


def _blouse_sleeves(rng: Rng, garment: Garment, m: Measures) -> None:
    kind = choose(rng, {"long": 4, "three-quarter": 3, "elbow": 2, "short": 3, "cap": 1})
    style = choose(rng, ("puff", "bell", "plain", "banded"))
    if style == "puff":
        sewing.sleeves(rng, garment, m, kind, puff=between(rng, 2, 4.5), band=2, flare=0.85)
    elif style == "bell":
        sewing.sleeves(rng, garment, m, kind, puff=0.5, flare=between(rng, 1.3, 1.9))
    else:
        sewing.sleeves(rng, garment, m, kind, puff=0.8, band=2.5 if style == "banded" else 0)


def _blouse_finish(rng: Rng, garment: Garment, m: Measures, shape: str) -> None:
    front = choose(rng, ("nothing", "bow", "ruffle", "buttons", "keyhole", "trim", "flat collar"))
    if shape in ("peplum", "gathered"):
        garment.gather_at = m.waist_at if shape == "peplum" else m.length - 8
        garment.gathers = between(rng, 0.6, 1.2)
        details.seam_across(garment, garment.gather_at, m.waist)
    if front == "bow":
        details.neck_trim(rng, garment, m, "main")
        details.bow(rng, garment, 0, m.neck_depth + 1, between(rng, 5, 8))
    elif front == "ruffle":
        x = between(rng, 0, 3)
        for turn in (-1, 1):
            line = np.array([[x, m.neck_depth], [x + 1, 24], [x, 38]]) * (turn, 1)
            points = curve(line, 8)
            details.frill(rng, garment, points if turn == -1 else points[::-1], 4.5)
    elif front == "buttons":
        details.placket(rng, garment, m, m.neck_depth, choose(rng, (None, m.neck_depth + 22)))
    elif front == "keyhole":
        hole = curve(
            [
                [0, m.neck_depth],
                [1.4, m.neck_depth + 5],
                [0, m.neck_depth + 8],
                [-1.4, m.neck_depth + 5],
                [0, m.neck_depth],
            ],
            4,
        )
        garment.pieces.append(Piece(hole, cloth="inside", lift=0, edge=0))
        garment.buttons.append(_neck_button(m))
    elif front == "trim":
        details.neck_trim(rng, garment, m, choose(rng, ("main", "trim")))
    elif front == "flat collar" and m.neckline == "round":
        details.flat_collar(rng, garment, m, choose(rng, ("main", "trim")))


def _neck_button(m: Measures):
    return details.Button(0, m.neck_depth + 0.6, 0.6)


def tank_top(rng: Rng) -> Garment:
    """Straps or cut-in shoulders, no sleeves, to the hip."""
    kind = choose(rng, {"wide": 4, "spaghetti": 3, "racer": 2, "muscle": 2})
    length = between(rng, 58, 72)
    if kind == "spaghetti":
        m = sewing.measures(
            rng,
            neck=between(rng, 9, 12),
            neck_depth=between(rng, 13, 17),
            neckline=choose(rng, ("straight", "v")),
            length=length,
            hip_at=90,
        )
        m = replace(
            m,
            bust=m.bust * 0.9,
            waist=m.bust * between(rng, 0.82, 1),
            hem=m.bust * between(rng, 0.84, 1.08),
        )
        garment = Garment(neck=m.neck, shoulder=m.neck + 3, strapped=True)
        garment.pieces.append(Piece(strap_body(m), lift=0.5, edge=0.7))
        sewing.straps(rng, garment, m, choose(rng, (0.8, 1.1, 1.6, 3)))
        sewing.drape(rng, garment, m, 8)
        garment.seams.append(sewing.hem_line(m))
        return garment
    widths = {"wide": (4.5, 7), "racer": (3, 5), "muscle": (8, 11)}[kind]
    neck = between(rng, 8, 10.5) if kind != "muscle" else between(rng, 7.5, 9)
    m = sewing.measures(
        rng,
        neck=neck,
        neck_depth=between(rng, 10, 19),
        slope=between(rng, 1, 2.5),
        neckline=choose(rng, ("round", "round", "v", "square")),
        length=length,
        shoulder=neck + between(rng, *widths),
        armhole=between(rng, 23, 28),
        scoop=between(rng, 2.5, 4) if kind == "racer" else between(rng, 0.2, 1.5),
    )
    snug = between(rng, 0.82, 0.96)
    m = replace(m, bust=m.bust * snug, waist=m.waist * snug, hip=m.hip * snug, hem=m.hem * snug)
    garment = sewing.begun(m, deep=6)
    sewing.armhole_backs(garment, m)
    sewing.front(rng, garment, m)
    _tank_finish(rng, garment, m)
    return garment


def _tank_finish(rng: Rng, garment: Garment, m: Measures) -> None:
    trim = choose(rng, ("main", "main", "trim"))
    if rng.random() < 0.6:
        width = between(rng, 0.9, 1.6)
        details.neck_trim(rng, garment, m, trim, width)
        from_shoulder = _armhole_line(m)
        for turn in (-1, 1):
            band = strip(from_shoulder * (turn, 1), width)
            garment.pieces.append(Piece(band, cloth=trim, lift=0.2, edge=0.4))
    if rng.random() < 0.3:
        details.chest_print(rng, garment, m)


def _armhole_line(m: Measures) -> np.ndarray:
    return armhole(m) - np.array([0.4, 0])
