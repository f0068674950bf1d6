"""Sellers: each with rooms, light, hangers and habits of their own."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from core.catalog.sample import hangers, light, scenes
from core.catalog.sample.fields import between, choose

STREAM = 1
"""Keeps the random numbers of sellers apart from those of items."""


@dataclass(frozen=True)
class Seller:
    """Who takes the photos.

    Attributes:
        number: what the column ``seller_id`` holds.
        share: relative number of their items.
        floors, walls: kinds of the scenes they lay and hang garments in.
        hangs: share of their garments that hang.
        landscape: share of their photos that lie on the side.
        tilt: standard deviation of the camera's turn, radians.
        fill: smallest and largest share of the picture that a garment takes.
        kids: share of children's garments.
    """

    number: int
    share: float
    floors: tuple[str, ...]
    walls: tuple[str, ...]
    hangs: float
    hanger: tuple[str, tuple[int, int, int]]
    light: light.Light
    landscape: float
    tilt: float
    fill: tuple[float, float]
    kids: float


def seller(seed: int, number: int) -> Seller:
    """The seller of this number; the same for the same seed."""
    rng = np.random.default_rng([seed, STREAM, number])
    kind = choose(rng, {"plastic": 5, "wood": 3, "wire": 2, "padded": 1})
    floors = {"sheet": 7, "wood": 4, "tiles": 2, "carpet": 2.5, "quilt": 1.5}
    fill = between(rng, 0.76, 0.96)
    return Seller(
        number=number,
        share=float(rng.lognormal(0, 0.8)),
        floors=tuple(choose(rng, floors) for _ in range(choose(rng, {1: 5, 2: 3}))),
        walls=(choose(rng, {"wall": 3, "door": 2}),),
        hangs=choose(rng, {0.0: 5, 1.0: 2, 0.4: 2}),
        hanger=(kind, choose(rng, hangers.KINDS[kind])),
        light=light.room(rng),
        landscape=choose(rng, {0.0: 12, 0.12: 2, 0.9: 1}),
        tilt=between(rng, 0.01, 0.09),
        fill=(fill - 0.08, min(0.99, fill + 0.07)),
        kids=choose(rng, {0.0: 6, 0.15: 3, 0.8: 1}),
    )


@lru_cache(maxsize=12)
def room(seed: int, number: int, kind: str, which: int) -> np.ndarray:
    """One of a seller's scenes, uint8 (SIDE, SIDE, 3); kept for their next photo."""
    rng = np.random.default_rng([seed, STREAM, number, 1 + which])
    picture = scenes.scene(rng, kind)
    picture.setflags(write=False)
    return picture
