"""From an item of the plan to the bytes of its photo."""

import io

import numpy as np
from PIL import Image

from core.catalog.sample import cuts, hangers, light, photo, scenes, sellers
from core.catalog.sample.colours import apart, shade
from core.catalog.sample.fabrics import Cloth, cloth
from core.catalog.sample.fields import Rng, between, choose
from core.catalog.sample.plan import Item

STREAM = 2
LABEL = Cloth(np.full((8, 8, 3), 232, np.uint8), "plain", "white", crisp=0.0, gloss=0.0)
"""What makers' labels are woven of."""

LONG, SHORT = 400, 300
"""Pixels of a photo's sides."""


def _main_cloth(seed: int, item: Item) -> Cloth:
    return cloth(np.random.default_rng([seed, STREAM, item.number, 1]), item.pattern)


def photo_of(seed: int, item: Item) -> tuple[bytes, str]:
    """Take an item's photo.

    Returns:
        The JPEG's bytes, the same for the same arguments, and the name of its cloth's colour.
    """
    rng = np.random.default_rng([seed, STREAM, item.number])
    main = _main_cloth(seed, item)
    shot, quality = _shot(rng, seed, item, main)
    return encoded(photo.take(rng, shot), quality), main.colour


def encoded(picture: Image.Image, quality: int) -> bytes:
    """A picture as the bytes of a JPEG."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def _shot(rng: Rng, seed: int, item: Item, main) -> tuple[photo.Shot, int]:
    who = item.seller
    hung = bool(rng.random() < who.hangs)
    garment = cuts.cut(rng, item.category, item.kids)
    sun = light.on_the_day(rng, who.light)
    hook = None
    if hung:
        hook = hangers.hanger(rng, *who.hanger, garment.neck, garment.shoulder, 3.5)
    shot = photo.Shot(
        garment=garment,
        cloths={"main": main, "trim": _trim(seed, item, garment, main), "label": LABEL},
        button=shade(rng, choose(rng, ("white", "cream", "black", "brown", main.colour))),
        ground=_ground(rng, seed, item, hung),
        hook=hook,
        sun=sun,
        fill=between(rng, *who.fill),
        turn=float(rng.normal(0, who.tilt * (0.5 if hung else 1))),
    )
    return shot, sun.quality


def _trim(seed: int, item: Item, garment: cuts.Garment, main: Cloth) -> Cloth:
    """A plain cloth that stands out on the main one, where the garment needs it."""
    if all(piece.cloth != "trim" for piece in garment.pieces):
        return LABEL
    rng = np.random.default_rng([seed, STREAM, item.number, 2])
    return cloth(rng, "plain", apart(rng, main.mean * 255)[0])


def _ground(rng: Rng, seed: int, item: Item, hung: bool) -> np.ndarray:
    """The part of the seller's scene that this photo shows."""
    who = item.seller
    kinds = who.walls if hung else who.floors
    which = int(rng.integers(len(kinds)))
    room = sellers.room(seed, who.number, kinds[which], which + (10 if hung else 0))
    landscape = rng.random() < who.landscape
    height, width = (SHORT, LONG) if landscape else (LONG, SHORT)
    top = int(rng.integers(scenes.SIDE - height + 1))
    left = int(rng.integers(scenes.SIDE - width + 1))
    return room[top : top + height, left : left + width]
