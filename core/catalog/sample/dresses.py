"""Dresses, to the thigh, the knee or the ankle."""

from dataclasses import replace

import numpy as np

from core.catalog.sample import details, sewing
from core.catalog.sample.fields import Rng, between, choose, curve
from core.catalog.sample.silhouettes import Garment, Measures, Piece, Stroke, strap_body


def _dress(rng: Rng, length: float, flare: tuple[float, float]) -> Garment:
    top = choose(rng, {"sleeves": 5, "sleeveless": 4, "straps": 3})
    skirt = choose(rng, {"flared": 5, "straight": 3, "a-line": 3, "tiered": 2})
    waist_at = between(rng, 36, 42)
    m = sewing.measures(
        rng,
        neck=between(rng, 7.5, 11),
        neck_depth=between(rng, 7, 16),
        length=length,
        neckline=choose(rng, ("round", "v", "round", "square", "boat")),
        waist_at=waist_at,
        hip_at=waist_at + between(rng, 17, 21),
    )
    m = replace(m, **_skirt(rng, m, skirt, flare))
    if top == "straps":
        m = replace(
            m,
            neck=between(rng, 8.5, 11),
            neck_depth=between(rng, 12, 16),
            neckline="v",
            bust=m.bust * 0.92,
        )
        garment = Garment(neck=m.neck, shoulder=m.neck + 3, strapped=True)
        garment.pieces.append(Piece(strap_body(m), lift=0.5, edge=0.7))
        sewing.straps(rng, garment, m, choose(rng, (0.9, 1.5, 3.2)))
        sewing.drape(rng, garment, m, 8)
        garment.seams.append(sewing.hem_line(m))
    else:
        if top == "sleeveless":
            m = replace(m, shoulder=between(rng, 14, 17), slope=2.5, scoop=between(rng, 0.3, 2))
        garment = sewing.begun(m)
        if top == "sleeves":
            kind = choose(rng, {"short": 5, "cap": 2, "elbow": 2, "three-quarter": 2, "long": 3})
            sewing.sleeves(
                rng, garment, m, kind, puff=choose(rng, (0, 0, 2.5)), flare=choose(rng, (1, 1, 1.3))
            )
        else:
            sewing.armhole_backs(garment, m)
        sewing.front(rng, garment, m)
    _skirt_finish(rng, garment, m, skirt)
    _dress_finish(rng, garment, m, top)
    return garment


def _skirt(rng: Rng, m: Measures, kind: str, flare: tuple[float, float]) -> dict[str, float]:
    waist = m.bust * between(rng, 0.78, 0.88)
    wide = m.bust * between(rng, *flare)
    if kind == "straight":
        return dict(
            waist=m.bust * between(rng, 0.84, 1),
            hip=m.bust * between(rng, 0.96, 1.04),
            hem=m.bust * between(rng, 0.86, 1.02),
        )
    if kind == "a-line":
        drop = (m.hip_at - m.waist_at) / (m.length - m.waist_at)
        hem = m.bust * (1 + (between(rng, *flare) - 1) * 0.6)
        return dict(waist=m.bust * 0.95, hip=m.bust * 0.95 + (hem - m.bust * 0.95) * drop, hem=hem)
    drop = (m.hip_at - m.waist_at) / (m.length - m.waist_at)
    hip = waist + (wide - waist) * drop**0.75
    return dict(
        waist=waist, hip=hip, hem=wide, hem_rise=between(rng, 1, 4), scallops=between(rng, 1, 2.4)
    )


def _skirt_finish(rng: Rng, garment: Garment, m: Measures, kind: str) -> None:
    if kind in ("flared", "tiered"):
        garment.gather_at, garment.gathers = m.waist_at, between(rng, 0.7, 1.7)
        details.seam_across(garment, m.waist_at, m.waist)
    if kind == "tiered":
        tiers = int(rng.integers(2, 4))
        for k in range(1, tiers):
            share = k / tiers
            half = m.waist + (m.hem - m.waist) * share
            details.seam_across(garment, m.waist_at + (m.length - m.waist_at) * share, half, -0.8)
    if kind == "straight" and m.length > 100 and rng.random() < 0.4:
        x = choose(rng, (-1, 1)) * m.hem * 0.55
        slit = np.array(
            [[x - 0.8, m.length + 1], [x, m.length - between(rng, 14, 30)], [x + 0.8, m.length + 1]]
        )
        garment.pieces.append(Piece(slit, cloth="inside", lift=0, edge=0))
    if rng.random() < 0.18:
        details.hem_frill(rng, garment, m, between(rng, 5, 9))


def _dress_finish(rng: Rng, garment: Garment, m: Measures, top: str) -> None:
    if rng.random() < 0.28:
        details.belt(rng, garment, m, choose(rng, ("main", "trim", "trim")), between(rng, 2.2, 4.5))
    if top == "straps":
        return
    front = choose(
        rng, {"nothing": 6, "trim": 3, "buttons": 2, "flat collar": 1, "shirt": 1.2, "wrap": 1.5}
    )
    if front == "trim":
        details.neck_trim(rng, garment, m, choose(rng, ("main", "trim")))
    elif front == "buttons":
        details.placket(rng, garment, m, m.neck_depth, choose(rng, (None, m.waist_at)))
    elif front == "flat collar":
        details.flat_collar(rng, garment, m, "trim")
    elif front == "shirt" and m.neckline == "round":
        details.placket(rng, garment, m, m.neck_depth)
        details.shirt_collar(rng, garment, m)
    elif front == "wrap":
        line = curve([[-m.neck, 1], [0, m.neck_depth + 6], [m.waist * 0.9, m.waist_at]], 8)
        garment.seams.append(Stroke(line, -0.9, 0.6))
        garment.folds.append(Stroke(line + (0.8, 0.3), 0.8, 1.2))


def casual_dress(rng: Rng) -> Garment:
    """To the knee, the calf or the ankle."""
    length = between(rng, 100, 116) if rng.random() < 0.6 else between(rng, 118, 140)
    return _dress(rng, length, (1.25, 2.1))


def mini_dress(rng: Rng) -> Garment:
    """Well above the knee."""
    return _dress(rng, between(rng, 74, 88), (1.1, 1.65))
