"""Outlines of garments: bodies, sleeves and straps, from half measures in centimetres.

The shoulder next to the neck is at height 0, y grows downwards, x to the right.
"""

from dataclasses import dataclass, field

import numpy as np

from core.catalog.sample.fields import curve

MIRROR = np.array([-1.0, 1.0])


@dataclass(frozen=True)
class Piece:
    """One piece of cloth, seen flat.

    Attributes:
        outline: float (P, 2) centimetres.
        grain: radians by which its cloth is turned; 0 is upright.
        cloth: which cloth: ``main``, ``trim``, or ``inside`` (the main cloth's other face).
        lift: how far it stands out over what lies beneath, 0 to 1.
        edge: how round its edges look, 0 to 1.
        phase: centimetres by which its pattern is shifted.
    """

    outline: np.ndarray
    grain: float = 0.0
    cloth: str = "main"
    lift: float = 0.5
    edge: float = 0.6
    phase: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Stroke:
    """A line on the garment: a seam (dark), a stitching, a fold in ``depth`` (-1 to 1)."""

    points: np.ndarray
    depth: float
    width: float = 0.5


@dataclass(frozen=True)
class Button:
    """A button of ``radius`` centimetres."""

    x: float
    y: float
    radius: float = 0.6


@dataclass
class Garment:
    """All pieces in the order of drawing, and what is sewn or folded on them.

    ``under`` lies behind a hanger, ``over`` is laid on last; ``gather_at`` is the height of
    a seam below which the cloth falls in folds of strength ``gathers``.
    """

    under: list[Piece] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    over: list[Piece] = field(default_factory=list)
    seams: list[Stroke] = field(default_factory=list)
    folds: list[Stroke] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    gather_at: float | None = None
    gathers: float = 0.0
    neck: float = 8.0
    shoulder: float = 19.0
    strapped: bool = False

    @property
    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """Smallest and largest (x, y) of all outlines."""
        points = np.vstack([piece.outline for piece in self.pieces])
        return points.min(0), points.max(0)


@dataclass(frozen=True)
class Measures:
    """Half widths and heights of a body, in centimetres.

    Attributes:
        neck, neck_depth: half width and depth of the neck hole.
        neckline: round, v, square, boat, or straight (a strap garment's upper edge).
        shoulder, slope: half width of the shoulders, and how far they fall.
        armhole: height of the armpit.
        bust, waist, hip, hem: half widths; waist_at, hip_at, length: their heights.
        hem_rise: how much higher the hem is at the sides (shirt tails), negative for lower.
        scoop: how far a sleeveless armhole cuts in.
        scallops: how wavy the hem is.
    """

    neck: float = 8
    neck_depth: float = 9
    neckline: str = "round"
    shoulder: float = 20
    slope: float = 4
    armhole: float = 22
    bust: float = 25
    waist: float = 23
    waist_at: float = 40
    hip: float = 25
    hip_at: float = 58
    hem: float = 26
    length: float = 68
    hem_rise: float = 0
    scoop: float = 0
    scallops: float = 0


def mirrored(points: np.ndarray) -> np.ndarray:
    """The same outline on the garment's other side."""
    return points * MIRROR


def neckline(m: Measures) -> np.ndarray:
    """From the centre front to the right shoulder, (9, 2)."""
    t = np.linspace(0, np.pi / 2, 9)
    power = {"round": 1.0, "boat": 0.9, "v": 1.0, "square": 0.35, "straight": 0.5}[m.neckline]
    if m.neckline == "v":
        s = np.linspace(0, 1, 9)
        return np.stack([m.neck * s, m.neck_depth * (1 - s) ** 0.92], 1)
    x = m.neck * np.sin(t) ** power
    return np.stack([x, m.neck_depth * np.cos(t) ** power], 1)


def side(m: Measures) -> np.ndarray:
    """From the armpit down the right side to the hem."""
    upper = curve(
        [
            [m.bust, m.armhole],
            [(m.bust + m.waist) / 2, (m.armhole + m.waist_at) / 2],
            [m.waist, m.waist_at],
        ],
        5,
    )
    end = [m.hem, m.length - m.hem_rise]
    if m.hip_at < m.length - 8:
        lower = curve([[m.waist, m.waist_at], [m.hip, m.hip_at], end], 6)
    else:
        lower = curve([[m.waist, m.waist_at], end], 6)
    return np.vstack([upper[:-1], lower])


def hem(m: Measures) -> np.ndarray:
    """From the right end of the hem to its centre."""
    x = np.linspace(1, 0, 24)
    y = m.length - m.hem_rise * x**2.2
    wave = m.scallops * 0.5 * np.cos(x * np.pi * 7)
    return np.stack([m.hem * x, y + wave * (x < 0.98)], 1)


def armhole(m: Measures) -> np.ndarray:
    """From the tip of the right shoulder to the armpit."""
    middle = [min(m.shoulder, m.bust) - 0.6 - m.scoop, m.slope + 0.55 * (m.armhole - m.slope)]
    return curve([[m.shoulder, m.slope], middle, [m.bust, m.armhole]], 6)


def body(m: Measures) -> np.ndarray:
    """Outline of the front, clockwise from its centre at the neck."""
    right = np.vstack([neckline(m), armhole(m), side(m)[1:], hem(m)[1:]])
    return np.vstack([right, mirrored(right)[-2:0:-1]])


def strap_body(m: Measures) -> np.ndarray:
    """Outline of a front that hangs on straps: its upper edge lies at ``neck_depth``."""
    rise = 2.5 if m.neckline == "straight" else 4.5
    dip = 1.0 if m.neckline == "straight" else 3.0
    upper = curve(
        [
            [0, m.neck_depth + dip],
            [m.neck * 0.5, m.neck_depth + dip * 0.6],
            [m.neck, m.neck_depth - rise + 2],
            [m.neck + 2.5, m.neck_depth - rise + 3.4],
            [m.bust, m.armhole],
        ],
        5,
    )
    right = np.vstack([upper, side(m)[1:], hem(m)[1:]])
    return np.vstack([right, mirrored(right)[-2:0:-1]])


def inside_back(m: Measures, deep: float = 4) -> np.ndarray:
    """What shows of the back through the neck hole."""
    front = neckline(m)
    lower = front + np.array([0, deep]) * (1 - front[:, :1] / max(m.neck, 1) * 0.8)
    back = np.stack([front[:, 0], 1.8 * np.cos(front[:, 0] / m.neck * np.pi / 2)], 1)
    right = np.vstack([lower, back[::-1]])
    return np.vstack([right, mirrored(right)[::-1]])


@dataclass(frozen=True)
class SleeveShape:
    """A sleeve: ``length``, ``angle`` and ``bend`` at the elbow (radians from straight down)."""

    length: float
    angle: float
    cuff: float
    puff: float = 0.0
    bend: float = 0.0
    band: float = 0.0


def sleeve(m: Measures, s: SleeveShape) -> tuple[np.ndarray, np.ndarray | None, float]:
    """Right sleeve: its outline, the outline of its cuff (if ``band``), and its grain."""
    top, pit = np.array([m.shoulder, m.slope]), np.array([m.bust - 0.5, m.armhole])
    first = np.array([np.sin(s.angle), np.cos(s.angle)])
    second = np.array([np.sin(s.angle - s.bend), np.cos(s.angle - s.bend)])
    out = np.array([first[1], -first[0]])
    elbow = top + first * s.length * 0.5 + out * s.puff * 0.6
    end = top + first * s.length * 0.5 + second * s.length * 0.5
    out_end = np.array([second[1], -second[0]])
    inner_end = end - out_end * 2 * s.cuff
    middle_width = 0.5 * np.linalg.norm(pit - top) * 0.55 + s.cuff * 0.95
    inner_elbow = elbow - out * (middle_width + s.puff)
    outer = curve([top, top + first * s.length * 0.22 + out * (1 + s.puff), elbow, end], 6)
    if s.length > 30:
        inner = curve([inner_end, inner_elbow, pit], 6)
    else:
        inner = curve([inner_end, pit], 6)
    outline = np.vstack([outer, inner, [[m.shoulder - 3, m.armhole * 0.55]]])
    if not s.band:
        return outline, None, s.angle - s.bend / 2
    grow = 0.4
    corners = [
        end + out_end * grow,
        end + second * s.band + out_end * grow,
        inner_end + second * s.band - out_end * grow,
        inner_end - out_end * grow,
    ]
    return outline, np.array(corners), s.angle - s.bend / 2


def strip(points: np.ndarray, width: float) -> np.ndarray:
    """Outline of a band of ``width`` along a line of points (P, 2)."""
    along = np.gradient(points, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    aside = np.stack([-along[:, 1], along[:, 0]], 1) * width / 2
    return np.vstack([points + aside, (points - aside)[::-1]])


def box(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    """Outline of a rectangle."""
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
