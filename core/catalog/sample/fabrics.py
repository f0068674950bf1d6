"""Cloth: a repeating tile with the way it falls, shines and is called."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.catalog.sample import prints, weaves
from core.catalog.sample.colours import DARK, PALE, apart, shade
from core.catalog.sample.fields import Rng, between, choose

TAGS = ("polka dot", "floral", "checker")
"""The tags of the sample catalog, in the order of its labels file."""

OTHER = {
    "plain": 56,
    "stripes": 16,
    "zig-zag": 5,
    "small motifs": 11,
    "leopard": 3,
    "brush": 4,
    "tie-dye": 3,
}
"""What untagged cloth shows, with weights."""


@dataclass(frozen=True)
class Cloth:
    """A piece of cloth.

    Attributes:
        tile: uint8 (h, w, 3) RGB, weaves.PX_PER_CM pixels per centimetre; repeats both ways.
        pattern: what is on it (a tag, or a name in OTHER).
        colour: the name of its ground colour.
        crisp: 0 falls softly, 1 keeps sharp creases.
        gloss: 0 dull, 1 satin.
        bias: radians by which the pattern is turned against the grain.
    """

    tile: np.ndarray
    pattern: str
    colour: str
    crisp: float
    gloss: float
    bias: float = 0.0

    @property
    def tags(self) -> frozenset[str]:
        return frozenset({self.pattern} & set(TAGS))

    @cached_property
    def packed(self) -> tuple[np.ndarray, int]:
        """The tile as uint32 pixels in one row after the other, each side longer by the second
        value, where the tile begins again: for reading four neighbours at once."""
        beyond = 4
        height, width = self.tile.shape[:2]
        wide = np.zeros((height + beyond, width + beyond, 4), np.uint8)
        wide[:height, :width, :3] = self.tile
        wide[height:, :width] = wide[:beyond, :width]
        wide[:, width:] = wide[:, :beyond]
        return wide.view(np.uint32).ravel(), beyond

    @property
    def mean(self) -> np.ndarray:
        """Its average colour: float32 (3,) in 0..1."""
        return self.tile[::3, ::3].mean((0, 1)).astype(np.float32) / 255


def cloth(rng: Rng, pattern: str, colour: str | None = None) -> Cloth:
    """Weave or print a cloth.

    Args:
        pattern: one of TAGS or of OTHER.
        colour: name of the ground colour; None for any that suits the pattern.
    """
    colour = colour or _ground(rng, pattern)
    dye = shade(rng, colour)
    other = apart(rng, dye, 70 if pattern in TAGS else 55)[1]
    tile = _tile(rng, pattern, dye, other)
    crisp = between(rng, 0.1, 0.9)
    return Cloth(
        tile=weaves.fibre(rng, tile, between(rng, 1.5, 5)),
        pattern=pattern,
        colour=colour,
        crisp=crisp,
        gloss=between(rng, 0.5, 1) if rng.random() < 0.12 else between(rng, 0, 0.2),
        bias=_bias(rng, pattern),
    )


def _ground(rng: Rng, pattern: str) -> str:
    if pattern == "floral":
        return choose(
            rng,
            (
                "white",
                "cream",
                "black",
                "navy",
                "pink",
                "light blue",
                "burgundy",
                "yellow",
                "green",
                "red",
                "lilac",
                "teal",
                "white",
                "black",
                "navy",
            ),
        )
    if pattern == "plain":
        return choose(rng, (*DARK, *PALE, "white", "black", "grey", "orange", "navy", "beige"))
    return choose(rng, (*DARK, *PALE, "grey", "white", "navy", "black"))


def _tile(rng: Rng, pattern: str, dye: np.ndarray, other: np.ndarray) -> np.ndarray:
    if pattern == "polka dot":
        return prints.polka_dots(rng, dye, other)
    if pattern == "floral":
        return prints.floral(rng, dye, other)
    if pattern == "checker":
        kinds = {"gingham": 3, "tartan": 4, "windowpane": 2, "buffalo": 2, "madras": 2}
        return weaves.CHECKS[choose(rng, kinds)](rng, dye, other)
    if pattern == "plain":
        kinds = {"plain": 6, "melange": 2, "denim": 1, "ribbed": 1.5, "cable": 0.7, "eyelet": 1}
        return weaves.TEXTURES[choose(rng, kinds)](rng, dye, other)
    by_name = {"stripes": weaves.stripes, "zig-zag": weaves.zigzag, "tie-dye": weaves.tie_dye}
    return {**by_name, **prints.PRINTS}[pattern](rng, dye, other)


def _bias(rng: Rng, pattern: str) -> float:
    if pattern == "stripes":
        return choose(rng, {0.0: 5, np.pi / 2: 5, np.pi / 4: 0.6})
    if pattern == "zig-zag":
        return choose(rng, {0.0: 8, np.pi / 2: 1})
    if pattern == "checker":
        return choose(rng, {0.0: 14, np.pi / 4: 1})
    return 0.0
