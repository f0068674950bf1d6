"""What the sample catalog holds: items with their true category, tags and seller."""

import uuid
from dataclasses import dataclass

import numpy as np

from core.catalog.sample.fabrics import OTHER, TAGS
from core.catalog.sample.fields import Rng, between, choose
from core.catalog.sample.sellers import Seller, seller

CLASSES = {"SHIRTS": 31, "CASUAL_DRESSES": 23, "BLOUSES": 17, "TANK_TOPS": 15, "MINI_DRESSES": 14}
"""Category -> per cent of the items."""

PATTERNS = {
    "SHIRTS": {"checker": 37, "floral": 7, "polka dot": 5},
    "CASUAL_DRESSES": {"checker": 6, "floral": 29, "polka dot": 10},
    "BLOUSES": {"checker": 6, "floral": 25, "polka dot": 11},
    "TANK_TOPS": {"checker": 4, "floral": 12, "polka dot": 7},
    "MINI_DRESSES": {"checker": 8, "floral": 23, "polka dot": 11},
}
"""Category -> per cent with a tagged pattern; the rest is untagged cloth (fabrics.OTHER)."""

SIZES = ("XS", "S", "M", "L", "XL")


@dataclass(frozen=True)
class Item:
    """One item as it is, whatever its labels will say.

    Attributes:
        number: place in the plan; seeds its photo.
        item_id: a UUID made from the seed, not from the clock.
        pattern: of its main cloth.
    """

    number: int
    item_id: str
    category: str
    pattern: str
    seller: Seller
    kids: bool
    size: str
    price: int

    @property
    def tags(self) -> frozenset[str]:
        """Tags of its main cloth."""
        return frozenset({self.pattern} & set(TAGS))

    @property
    def image(self) -> str:
        """Its photo's name in the images folder."""
        return f"{self.item_id}.jpg"


def plan(seed: int, items: int) -> list[Item]:
    """Decide on ``items`` items; the same for the same arguments."""
    rng = np.random.default_rng([seed, 0])
    people = [seller(seed, 101 + k) for k in range(max(3, round(items / 15)))]
    share = np.array([person.share for person in people])
    choice = rng.choice(len(people), size=items, p=share / share.sum())
    return [_item(rng, number, people[who]) for number, who in enumerate(choice)]


def _item(rng: Rng, number: int, who: Seller) -> Item:
    category = choose(rng, CLASSES)
    pattern = _pattern(rng, category)
    item_id = str(uuid.UUID(bytes=rng.bytes(16), version=4))
    kids = bool(rng.random() < who.kids)
    price = round(between(rng, 3, 12) * (0.7 if kids else 1) * (1.6 if "DRESS" in category else 1))
    return Item(
        number=number,
        item_id=item_id,
        category=category,
        pattern=pattern,
        seller=who,
        kids=kids,
        size=choose(rng, SIZES),
        price=int(price),
    )


def _pattern(rng: Rng, category: str) -> str:
    tagged = PATTERNS[category]
    if rng.random() * 100 >= sum(tagged.values()):
        return choose(rng, OTHER)
    return choose(rng, tagged)
