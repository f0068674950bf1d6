"""Five kinds of garments, each in many cuts."""

from dataclasses import replace

import numpy as np

from core.catalog.sample.dresses import casual_dress, mini_dress
from core.catalog.sample.fields import Rng, between
from core.catalog.sample.silhouettes import Garment, Piece, box
from core.catalog.sample.tops import blouse, shirt, tank_top

CUTS = {
    "BLOUSES": blouse,
    "CASUAL_DRESSES": casual_dress,
    "MINI_DRESSES": mini_dress,
    "SHIRTS": shirt,
    "TANK_TOPS": tank_top,
}
"""Category of the sample catalog -> how one is cut."""


def neck_label(rng: Rng, garment: Garment) -> None:
    """The maker's label inside the neck."""
    wide, tall = between(rng, 1.2, 2.6), between(rng, 1, 2)
    garment.under.append(Piece(box(-wide, 1.9, wide, 1.9 + tall), cloth="label", lift=0.1, edge=0))


def cut(rng: Rng, category: str, kids: bool) -> Garment:
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
        garment,
        under=shorter(garment.under),
        pieces=shorter(garment.pieces),
        buttons=buttons,
        seams=moved(garment.seams),
        folds=moved(garment.folds),
        gather_at=at,
    )
