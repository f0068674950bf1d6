"""Five kinds of garments, each in many cuts."""

from dataclasses import replace

import numpy as np

from core.catalog.sample import details
from core.catalog.sample.fields import between, choose, curve
from core.catalog.sample.silhouettes import (
    Garment, Measures, Piece, SleeveShape, Stroke, body, box, inside_back, mirrored, neckline,
    sleeve, strap_body, strip,
)

SLEEVES = {
    "cap": ((7, 11), (0.55, 0.9), (8.5, 10)),
    "short": ((16, 23), (0.45, 0.85), (8.5, 11)),
    "elbow": ((27, 34), (0.4, 0.75), (8, 10)),
    "three-quarter": ((38, 46), (0.35, 0.8), (7, 9)),
    "long": ((54, 62), (0.32, 0.85), (5.5, 7)),
}
"""Name -> ranges of length (cm), angle (radians) and half width at the end (cm)."""


def _measures(rng, **given) -> Measures:
    """An upper body in a size between XS and XXL; ``given`` replaces single measures."""
    size = between(rng, 0.88, 1.12)
    shape = between(rng, 0.9, 1.02)
    bust = 25 * size
    base = dict(
        neck=between(rng, 7.2, 9), neck_depth=between(rng, 8, 11), shoulder=19.5 * size + 0.8,
        slope=between(rng, 2.6, 5), armhole=between(rng, 20, 24), bust=bust, waist=bust * shape,
        waist_at=between(rng, 38, 44), hip=bust * between(rng, 0.97, 1.06),
        hip_at=between(rng, 56, 60), hem=bust * between(rng, 0.97, 1.08), length=68,
    )
    return Measures(**{**base, **given})


def _sleeves(rng, garment: Garment, m: Measures, kind: str, *, puff=0.0, band=0.0, flare=1.0,
             cloth="main") -> None:
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
        garment.pieces.append(Piece(place, grain=-turn * grain, cloth=cloth, lift=0.4, edge=0.9,
                                    phase=(between(rng, 0, 9), between(rng, 0, 9))))
        _sleeve_folds(rng, garment, m, shape, turn)
        if cuff_outline is not None:
            place = cuff_outline if turn == 1 else mirrored(cuff_outline)
            garment.pieces.append(Piece(place, grain=-turn * grain + np.pi / 2, lift=0.5, edge=0.8))


def _folded_arm(rng, garment: Garment, m: Measures, turn: int) -> None:
    """A long sleeve whose lower half lies across the front; the upper half must lie under."""
    angle = between(rng, 0.12, 0.3)
    upper, _, grain = sleeve(m, SleeveShape(31, angle, 7.5))
    garment.pieces.append(Piece(upper * (turn, 1), grain=-turn * grain, lift=0.4, edge=0.9))
    elbow = np.array([m.shoulder, m.slope]) + 27 * np.array([np.sin(angle), np.cos(angle)])
    inward = angle - between(rng, 1.3, 2.1)
    ahead = np.array([np.sin(inward), np.cos(inward)])
    aside = np.array([ahead[1], -ahead[0]])
    start, end = elbow - ahead * 3 - (4, 0), elbow + ahead * between(rng, 20, 27) - (4, 0)
    lower = np.array([start + aside * 7, (start + end) / 2 + aside * 6.8, end + aside * 5.8,
                      end - aside * 5.8, (start + end) / 2 - aside * 7, start - aside * 7.4])
    cuff = np.array([end + aside * 6, end + ahead * 6 + aside * 6, end + ahead * 6 - aside * 6,
                     end - aside * 6])
    for outline, more in ((curve(lower, 5), 0.0), (cuff, np.pi / 2)):
        garment.over.append(Piece(outline * (turn, 1), grain=-turn * inward + more, lift=0.7,
                                  edge=0.9, phase=(3, 5)))
    for _ in range(4):
        at = start + (end - start) * between(rng, 0.05, 0.8)
        line = np.stack([at - aside * 5, at + ahead * 2, at + aside * between(rng, 1, 5)])
        garment.folds.append(Stroke(curve(line, 4) * (turn, 1), between(rng, -0.8, 0.8), 0.9))


def _sleeve_folds(rng, garment: Garment, m: Measures, s: SleeveShape, turn: int) -> None:
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


def _drape(rng, garment: Garment, m: Measures, count: int) -> None:
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


def _start(m: Measures, deep: float = 4) -> Garment:
    garment = Garment(neck=m.neck, shoulder=m.shoulder)
    garment.under.append(Piece(inside_back(m, deep), cloth="inside", lift=0.0, edge=0.3))
    return garment


def _front(rng, garment: Garment, m: Measures) -> None:
    garment.pieces.append(Piece(body(m), lift=0.5, edge=0.7))
    garment.seams.append(_hem_line(m))
    _drape(rng, garment, m, int(rng.integers(7, 15)))


def _hem_line(m: Measures) -> Stroke:
    x = np.linspace(-0.97, 0.97, 24)
    return Stroke(np.stack([m.hem * x, m.length - 1.8 - m.hem_rise * np.abs(x) ** 2.2], 1), -0.3, 0.3)


def _straps(rng, garment: Garment, m: Measures, width: float, top: float = 0.0) -> None:
    """Two straps from the upper edge over the shoulders, behind and before."""
    x = m.neck + 0.4
    for turn in (-1, 1):
        line = curve([[turn * (x + 0.6), m.neck_depth + 1], [turn * x, 8],
                      [turn * (x - 1), top]], 5)
        back = line * (0.92, 1) + (0, -0.4)
        garment.under.append(Piece(strip(back, width), cloth="inside", lift=0.2, edge=0.5))
        garment.pieces.append(Piece(strip(line, width), lift=0.4, edge=0.5))


def shirt(rng) -> Garment:
    """Collar, placket, buttons, cuffs; shirt tails or a straight hem."""
    rise = choose(rng, (0, 0, 3, 5, 7))
    m = _measures(rng, neck=between(rng, 6.6, 7.8), neck_depth=choose(rng, (6.5, 7, 8, 12)),
                  length=between(rng, 66, 78), hem_rise=rise, waist=between(rng, 22, 26))
    garment = _start(m)
    kind = choose(rng, {"long": 6, "short": 4, "three-quarter": 1})
    if kind == "long" and rng.random() < 0.2:
        _folded_arm(rng, garment, m, 1)
        _folded_arm(rng, garment, m, -1)
    elif kind == "long":
        _sleeves(rng, garment, m, kind, band=between(rng, 5, 7))
    else:
        _sleeves(rng, garment, m, kind, band=choose(rng, (0, 2.5, 4)))
    _front(rng, garment, m)
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


def blouse(rng) -> Garment:
    """Soft tops with full sleeves, ruffles, bows, gathers, V or round necks; no shirt collar."""
    m = _measures(rng, neck=between(rng, 7.5, 12), neck_depth=between(rng, 6, 15),
                  neckline=choose(rng, ("round", "v", "round", "square", "boat")),
                  length=between(rng, 54, 66))
    shape = choose(rng, ("loose", "loose", "peplum", "gathered", "fitted"))
    m = replace(m, hip_at=90, **_blouse_shape(m, shape))
    garment = _start(m)
    _blouse_sleeves(rng, garment, m)
    _front(rng, garment, m)
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


def _blouse_sleeves(rng, garment: Garment, m: Measures) -> None:
    kind = choose(rng, {"long": 4, "three-quarter": 3, "elbow": 2, "short": 3, "cap": 1})
    style = choose(rng, ("puff", "bell", "plain", "banded"))
    if style == "puff":
        _sleeves(rng, garment, m, kind, puff=between(rng, 2, 4.5), band=2, flare=0.85)
    elif style == "bell":
        _sleeves(rng, garment, m, kind, puff=0.5, flare=between(rng, 1.3, 1.9))
    else:
        _sleeves(rng, garment, m, kind, puff=0.8, band=2.5 if style == "banded" else 0)


def _blouse_finish(rng, garment: Garment, m: Measures, shape: str) -> None:
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
        hole = curve([[0, m.neck_depth], [1.4, m.neck_depth + 5], [0, m.neck_depth + 8],
                      [-1.4, m.neck_depth + 5], [0, m.neck_depth]], 4)
        garment.pieces.append(Piece(hole, cloth="inside", lift=0, edge=0))
        garment.buttons.append(_neck_button(m))
    elif front == "trim":
        details.neck_trim(rng, garment, m, choose(rng, ("main", "trim")))
    elif front == "flat collar" and m.neckline == "round":
        details.flat_collar(rng, garment, m, choose(rng, ("main", "trim")))


def _neck_button(m: Measures):
    return details.Button(0, m.neck_depth + 0.6, 0.6)


def tank_top(rng) -> Garment:
    """Straps or cut-in shoulders, no sleeves, to the hip."""
    kind = choose(rng, {"wide": 4, "spaghetti": 3, "racer": 2, "muscle": 2})
    length = between(rng, 58, 72)
    if kind == "spaghetti":
        m = _measures(rng, neck=between(rng, 9, 12), neck_depth=between(rng, 13, 17),
                      neckline=choose(rng, ("straight", "v")), length=length, hip_at=90)
        m = replace(m, bust=m.bust * 0.9, waist=m.bust * between(rng, 0.82, 1),
                    hem=m.bust * between(rng, 0.84, 1.08))
        garment = Garment(neck=m.neck, shoulder=m.neck + 3, strapped=True)
        garment.pieces.append(Piece(strap_body(m), lift=0.5, edge=0.7))
        _straps(rng, garment, m, choose(rng, (0.8, 1.1, 1.6, 3)))
        _drape(rng, garment, m, 8)
        garment.seams.append(_hem_line(m))
        return garment
    widths = {"wide": (4.5, 7), "racer": (3, 5), "muscle": (8, 11)}[kind]
    neck = between(rng, 8, 10.5) if kind != "muscle" else between(rng, 7.5, 9)
    m = _measures(rng, neck=neck, neck_depth=between(rng, 10, 19), slope=between(rng, 1, 2.5),
                  neckline=choose(rng, ("round", "round", "v", "square")), length=length,
                  shoulder=neck + between(rng, *widths), armhole=between(rng, 23, 28),
                  scoop=between(rng, 2.5, 4) if kind == "racer" else between(rng, 0.2, 1.5))
    snug = between(rng, 0.82, 0.96)
    m = replace(m, bust=m.bust * snug, waist=m.waist * snug, hip=m.hip * snug, hem=m.hem * snug)
    garment = _start(m, deep=6)
    _armhole_backs(garment, m)
    _front(rng, garment, m)
    _tank_finish(rng, garment, m)
    return garment


def _armhole_backs(garment: Garment, m: Measures) -> None:
    """The back's edge that shows through the armholes."""
    for turn in (-1, 1):
        outline = curve([[m.shoulder, m.slope - 0.3], [m.shoulder - 0.5, m.armhole * 0.55],
                         [m.bust + 0.3, m.armhole], [m.bust - 4, m.armhole + 2],
                         [m.shoulder - 5, m.armhole * 0.5]], 4)
        garment.under.append(Piece(outline * (turn, 1), cloth="inside", lift=0, edge=0.4))


def _tank_finish(rng, garment: Garment, m: Measures) -> None:
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
    from core.catalog.sample.silhouettes import armhole

    return armhole(m) - np.array([0.4, 0])


def _dress(rng, length: float, flare: tuple[float, float]) -> Garment:
    top = choose(rng, {"sleeves": 5, "sleeveless": 4, "straps": 3})
    skirt = choose(rng, {"flared": 5, "straight": 3, "a-line": 3, "tiered": 2})
    waist_at = between(rng, 36, 42)
    m = _measures(rng, neck=between(rng, 7.5, 11), neck_depth=between(rng, 7, 16), length=length,
                  neckline=choose(rng, ("round", "v", "round", "square", "boat")),
                  waist_at=waist_at, hip_at=waist_at + between(rng, 17, 21))
    m = replace(m, **_skirt(rng, m, skirt, flare))
    if top == "straps":
        m = replace(m, neck=between(rng, 8.5, 11), neck_depth=between(rng, 12, 16), neckline="v",
                    bust=m.bust * 0.92)
        garment = Garment(neck=m.neck, shoulder=m.neck + 3, strapped=True)
        garment.pieces.append(Piece(strap_body(m), lift=0.5, edge=0.7))
        _straps(rng, garment, m, choose(rng, (0.9, 1.5, 3.2)))
        _drape(rng, garment, m, 8)
        garment.seams.append(_hem_line(m))
    else:
        if top == "sleeveless":
            m = replace(m, shoulder=between(rng, 14, 17), slope=2.5, scoop=between(rng, 0.3, 2))
        garment = _start(m)
        if top == "sleeves":
            kind = choose(rng, {"short": 5, "cap": 2, "elbow": 2, "three-quarter": 2, "long": 3})
            _sleeves(rng, garment, m, kind, puff=choose(rng, (0, 0, 2.5)),
                     flare=choose(rng, (1, 1, 1.3)))
        else:
            _armhole_backs(garment, m)
        _front(rng, garment, m)
    _skirt_finish(rng, garment, m, skirt)
    _dress_finish(rng, garment, m, top)
    return garment


def _skirt(rng, m: Measures, kind: str, flare: tuple[float, float]) -> dict[str, float]:
    waist = m.bust * between(rng, 0.78, 0.88)
    wide = m.bust * between(rng, *flare)
    if kind == "straight":
        return dict(waist=m.bust * between(rng, 0.84, 1), hip=m.bust * between(rng, 0.96, 1.04),
                    hem=m.bust * between(rng, 0.86, 1.02))
    if kind == "a-line":
        drop = (m.hip_at - m.waist_at) / (m.length - m.waist_at)
        hem = m.bust * (1 + (between(rng, *flare) - 1) * 0.6)
        return dict(waist=m.bust * 0.95, hip=m.bust * 0.95 + (hem - m.bust * 0.95) * drop, hem=hem)
    drop = (m.hip_at - m.waist_at) / (m.length - m.waist_at)
    hip = waist + (wide - waist) * drop**0.75
    return dict(waist=waist, hip=hip, hem=wide, hem_rise=between(rng, 1, 4),
                scallops=between(rng, 1, 2.4))


def _skirt_finish(rng, garment: Garment, m: Measures, kind: str) -> None:
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
        slit = np.array([[x - 0.8, m.length + 1], [x, m.length - between(rng, 14, 30)],
                         [x + 0.8, m.length + 1]])
        garment.pieces.append(Piece(slit, cloth="inside", lift=0, edge=0))
    if rng.random() < 0.18:
        details.hem_frill(rng, garment, m, between(rng, 5, 9))


def _dress_finish(rng, garment: Garment, m: Measures, top: str) -> None:
    if rng.random() < 0.28:
        details.belt(rng, garment, m, choose(rng, ("main", "trim", "trim")), between(rng, 2.2, 4.5))
    if top == "straps":
        return
    front = choose(rng, {"nothing": 6, "trim": 3, "buttons": 2, "flat collar": 1, "shirt": 1.2,
                         "wrap": 1.5})
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


def casual_dress(rng) -> Garment:
    """To the knee, the calf or the ankle."""
    length = between(rng, 100, 116) if rng.random() < 0.6 else between(rng, 118, 140)
    return _dress(rng, length, (1.25, 2.1))


def mini_dress(rng) -> Garment:
    """Well above the knee."""
    return _dress(rng, between(rng, 74, 88), (1.1, 1.65))


CUTS = {
    "BLOUSES": blouse,
    "CASUAL_DRESSES": casual_dress,
    "MINI_DRESSES": mini_dress,
    "SHIRTS": shirt,
    "TANK_TOPS": tank_top,
}
"""Category of the sample catalog -> how one is cut."""


def neck_label(rng, garment: Garment) -> None:
    """The maker's label inside the neck."""
    wide, tall = between(rng, 1.2, 2.6), between(rng, 1, 2)
    garment.under.append(Piece(box(-wide, 1.9, wide, 1.9 + tall), cloth="label", lift=0.1, edge=0))




def cut(rng: np.random.Generator, category: str, kids: bool) -> Garment:
    """Cut one garment of a category; for children shorter in all, with a wider neck."""
    garment = CUTS[category](rng)
    if not garment.strapped and rng.random() < 0.7:
        neck_label(rng, garment)
    garment.pieces += garment.over
    return _shortened(garment, between(rng, 0.8, 0.9)) if kids else garment


def _shortened(garment: Garment, by: float) -> Garment:
    """The same garment with all heights times ``by``."""
    size = np.array([1.0, by])

    def shorter(pieces):
        return [replace(piece, outline=piece.outline * size) for piece in pieces]

    def moved(strokes):
        return [replace(stroke, points=stroke.points * size) for stroke in strokes]

    buttons = [replace(button, y=button.y * by) for button in garment.buttons]
    at = None if garment.gather_at is None else garment.gather_at * by
    return replace(
        garment, under=shorter(garment.under), pieces=shorter(garment.pieces), buttons=buttons,
        seams=moved(garment.seams), folds=moved(garment.folds), gather_at=at,
    )
