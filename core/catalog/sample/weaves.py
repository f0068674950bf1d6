"""Woven and knitted cloth: checks, stripes, zig-zag and plain textures, as tiles."""

import numpy as np

from core.catalog.sample.colours import brightness, tint
from core.catalog.sample.fields import Rng, between, choose, repeating

PX_PER_CM = 6
"""Pixels of a tile for one centimetre of cloth."""

WHITE = np.array([240.0, 239, 236])


def centimetres(length: float) -> int:
    """``length`` in whole pixels of a tile, at least 1."""
    return max(1, round(length * PX_PER_CM))


def threads(sett: list[tuple[float, np.ndarray]], least: int = 300) -> np.ndarray:
    """Colours (n, 3) across a sequence of (centimetres, dye) bands, to ``least`` pixels."""
    once = np.vstack([np.tile(dye, (centimetres(width), 1)) for width, dye in sett])
    return np.tile(once, (-(-least // len(once)), 1))


def woven(warp: np.ndarray, weft: np.ndarray, over: float = 0.5) -> np.ndarray:
    """Cross warp (w, 3) with weft (h, 3): float32 (h, w, 3); ``over`` is the weft's share."""
    return ((1 - over) * warp[None] + over * weft[:, None]).astype(np.float32)


def gingham(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Two dyes in equal bands both ways."""
    width = choose(rng, (0.7, 0.9, 1.2, 1.6, 2.2))
    line = threads([(width, dye), (width, other)])
    return woven(line, line)


def buffalo(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Gingham with large squares."""
    width = between(rng, 3, 5.5)
    line = threads([(width, dye), (width, other)])
    return woven(line, line)


def tartan(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """A mirrored sett of wide and narrow bands of three or four dyes."""
    accent = choose(rng, (WHITE, np.array([190.0, 40, 44]), np.array([226.0, 184, 70]), other))
    scale = between(rng, 0.7, 1.5)
    widths = [(3.2, dye), (0.5, accent), (1.2, dye), (2.2, other), (0.5, dye), (0.9, other)]
    sett = [(scale * w * between(rng, 0.7, 1.3), colour) for w, colour in widths]
    line = threads([*sett, *sett[-2:0:-1]])
    return woven(line, line)


def windowpane(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Thin lines in wide squares, now and then of two dyes."""
    gap, width = between(rng, 2.2, 5), choose(rng, (0.34, 0.5, 0.7))
    second = choose(rng, (other, other, tint(other, np.array([180.0, 60, 60]), 0.6)))
    mask = threads([(gap, np.zeros(3)), (width, other), (gap, np.zeros(3)), (width, second)])
    cloth = np.broadcast_to(dye, (len(mask), len(mask), 3)).astype(np.float32)
    line = (mask.sum(1) > 0).astype(np.float32)
    for share, colours in ((line[:, None, None], mask[:, None]), (line[None, :, None], mask[None])):
        cloth = cloth * (1 - 0.85 * share) + 0.85 * share * colours
    return cloth


def madras(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Uneven bands of several dyes, other ones along than across."""
    dyes = [dye, other, WHITE, tint(dye, other, 0.5)]

    def bands():
        return [(between(rng, 0.5, 3.4), dyes[k]) for k in rng.permutation([0, 0, 1, 1, 2, 3])]

    return woven(threads(bands()), threads(bands()), over=between(rng, 0.42, 0.58))


CHECKS = {
    "gingham": gingham,
    "buffalo": buffalo,
    "tartan": tartan,
    "windowpane": windowpane,
    "madras": madras,
}


def stripes(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Bands one way only: pin stripes, breton stripes, bars."""
    kind = choose(rng, ("pin", "even", "breton", "many"))
    sett = {
        "pin": [(between(rng, 0.8, 2), dye), (0.25, other)],
        "even": [(between(rng, 0.6, 2.5), dye), (between(rng, 0.6, 2.5), other)],
        "breton": [(between(rng, 1.4, 2.2), WHITE), (between(rng, 0.7, 1.1), dye)],
        "many": [(1.5, dye), (0.5, other), (0.8, dye), (1.5, tint(dye, other, 0.5)), (0.3, other)],
    }[kind]
    line = threads(sett)
    return np.broadcast_to(line[None], (len(line), len(line), 3)).astype(np.float32)


def zigzag(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Bands that run up and down."""
    period = centimetres(choose(rng, (3, 4, 6, 8)))
    band = centimetres(between(rng, 0.8, 2.2))
    side_x, side_y = period * (-(-300 // period)), 3 * band * (-(-300 // (3 * band)))
    y, x = np.mgrid[:side_y, :side_x]
    height = between(rng, 0.5, 1.3)
    place = (y + height * np.abs((x % period) - period / 2)) % (3 * band)
    third = choose(rng, (other, tint(dye, other, 0.5), WHITE))
    dyes = np.stack([dye, other, third]).astype(np.float32)
    return dyes[np.minimum((place // band).astype(int), 2)]


def plain(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """One dye."""
    return np.broadcast_to(dye, (240, 240, 3)).astype(np.float32)


def melange(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Jersey of mixed fibres: short horizontal flecks."""
    flecks = rng.standard_normal((240, 60)).repeat(4, axis=1)[..., None]
    return (dye + flecks * 9).astype(np.float32)


def denim(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Twill of dark and pale threads, washed unevenly."""
    y, x = np.mgrid[:240, :240]
    twill = (((x + y) % 4) < 2).astype(np.float32)[..., None]
    worn = repeating(rng, 240, 5)[..., None]
    return tint(dye, WHITE, 0.08) + (twill - 0.5) * 16 + worn * 7


def ribbed(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Knitted ribs along the cloth."""
    width = choose(rng, (4, 6, 8, 10))
    wave = np.cos(2 * np.pi * np.arange(240) / width)
    line = dye[None] * (1 + 0.16 * wave[:, None])
    return np.broadcast_to(line[None], (240, len(line), 3)).astype(np.float32)


def cable(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Coarse knit: rows of slanted stitches."""
    y, x = np.mgrid[:240, :240]
    slant = np.where((x // 5) % 2 == 0, y + x, y - x)
    stitch = np.cos(2 * np.pi * slant / 6) * np.abs(np.cos(np.pi * x / 5))
    return (dye * (1 + 0.13 * stitch[..., None])).astype(np.float32)


def eyelet(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Embroidered holes of the cloth's own colour: lace and broderie, no dots."""
    step = centimetres(choose(rng, (1.2, 1.6, 2.2)))
    side = 2 * step * (-(-150 // step))
    y, x = np.mgrid[:side, :side]
    shifted = x + step / 2 * ((y // step) % 2)
    reach = np.hypot(shifted % step - step / 2, y % step - step / 2) / step
    edge = 0.10 * np.exp(-(((reach - 0.3) / 0.06) ** 2)) - 0.16 * (reach < 0.2)
    return (dye * (1 + edge[..., None])).astype(np.float32)


def tie_dye(rng: Rng, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Blots of two dyes that run into each other."""
    side = 420
    blots = repeating(rng, side, between(rng, 4, 8))
    share = 1 / (1 + np.exp(-3 * blots))[..., None]
    return tint(dye, other, 1) * share + dye * (1 - share)


TEXTURES = {
    "plain": plain,
    "melange": melange,
    "denim": denim,
    "ribbed": ribbed,
    "cable": cable,
    "eyelet": eyelet,
}


def fibre(rng: Rng, tile: np.ndarray, strength: float) -> np.ndarray:
    """Add the weave's own grain to a float tile; returns uint8 of the same shape."""
    height, width = tile.shape[:2]
    grain = rng.standard_normal((height, width), np.float32)
    grain += rng.standard_normal((height, 1), np.float32) * np.float32(0.6)
    grain += rng.standard_normal((1, width), np.float32) * np.float32(0.6)
    deep = np.float32(strength * (0.5 + brightness(tile[::9, ::9].mean((0, 1))) / 255))
    grain *= deep
    return np.clip(tile.astype(np.float32) + grain[..., None], 4, 250).astype(np.uint8)
