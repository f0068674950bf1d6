"""Named colours of cloth, and colours that go with each other."""

import colorsys

import numpy as np

from core.catalog.sample.fields import Rng, between, choose

CLOTH = {
    "white": ((240, 239, 236), (232, 234, 238)),
    "cream": ((238, 228, 208), (229, 216, 190)),
    "beige": ((205, 186, 158), (188, 168, 140), (172, 150, 122)),
    "grey": ((140, 142, 146), (104, 106, 112), (178, 179, 181)),
    "black": ((38, 37, 40), (30, 31, 36), (48, 46, 46)),
    "navy": ((36, 44, 78), (30, 38, 62), (44, 56, 92)),
    "blue": ((52, 92, 164), (70, 116, 178), (38, 76, 146)),
    "light blue": ((152, 184, 214), (176, 200, 224), (134, 172, 204)),
    "teal": ((34, 112, 118), (48, 130, 128), (28, 92, 104)),
    "green": ((58, 118, 74), (36, 92, 62), (96, 142, 84)),
    "olive": ((104, 104, 66), (122, 116, 78), (84, 88, 58)),
    "mint": ((172, 214, 194), (156, 204, 190)),
    "yellow": ((232, 196, 84), (222, 178, 62), (240, 216, 130)),
    "orange": ((216, 124, 62), (198, 104, 54), (228, 146, 92)),
    "red": ((186, 46, 50), (164, 34, 42), (204, 62, 60)),
    "burgundy": ((108, 34, 50), (92, 30, 44), (122, 44, 60)),
    "pink": ((224, 152, 168), (236, 182, 190), (212, 112, 146)),
    "purple": ((112, 72, 132), (136, 96, 156), (92, 60, 112)),
    "lilac": ((190, 170, 208), (204, 186, 216)),
    "brown": ((104, 74, 56), (122, 90, 66), (86, 60, 46)),
}
"""Name -> sRGB triples; never pure black or white, as no cloth in a photo is."""

DARK = ("black", "navy", "burgundy", "green", "teal", "brown", "purple", "olive", "blue", "red")
PALE = ("white", "cream", "light blue", "pink", "mint", "lilac", "beige", "yellow")


def shade(rng: Rng, name: str) -> np.ndarray:
    """One dye of a named colour: float64 (3,) in 0..255."""
    base = np.array(choose(rng, CLOTH[name]), float)
    return np.clip(base * between(rng, 0.93, 1.06) + rng.normal(0, 3.5, 3), 14, 246)


def tint(colour: np.ndarray, towards: np.ndarray, amount: float) -> np.ndarray:
    """``colour`` mixed with ``amount`` (0 to 1) of ``towards``."""
    return np.asarray(colour, float) * (1 - amount) + np.asarray(towards, float) * amount


def vivid(rng: Rng, hue: float | None = None, light: float | None = None):
    """A saturated dye, as of flowers: float64 (3,) in 0..255; ``hue`` and ``light`` in 0..1."""
    hue = rng.random() if hue is None else hue
    light = between(rng, 0.5, 0.9) if light is None else light
    return 255 * np.array(colorsys.hsv_to_rgb(hue % 1, between(rng, 0.35, 0.78), light))


def brightness(colour: np.ndarray) -> float:
    """Luma in 0..255 (weights of ITU-R BT.601)."""
    return float(np.dot(colour, (0.299, 0.587, 0.114)))


def apart(rng: Rng, ground: np.ndarray, least: float = 55) -> tuple[str, np.ndarray]:
    """A named dye that stands out on ``ground`` by at least ``least`` levels of luma."""
    for _ in range(40):
        name = choose(rng, tuple(CLOTH))
        dye = shade(rng, name)
        if abs(brightness(dye) - brightness(ground)) >= least:
            return name, dye
    name = "white" if brightness(ground) < 128 else "black"
    return name, shade(rng, name)
