"""The faults that are planted, as a real catalog has them, and the list of them."""

import io
from dataclasses import asdict, dataclass, field, replace

import numpy as np
from PIL import Image, ImageEnhance

from core.catalog.sample.fabrics import TAGS
from core.catalog.sample.fields import Rng, between, choose
from core.catalog.sample.plan import CLASSES, Item

STREAM = 3
PER_900 = {
    "duplicate_photos": 10,
    "duplicate_rows": 15,
    "near_duplicates": 20,
    "wrong_categories": 25,
    "wrong_tags": 25,
    "unreadable": 2,
    "missing": 1,
}
"""How many of each fault there are among 900 items."""

NEIGHBOURS = {
    "SHIRTS": "BLOUSES",
    "BLOUSES": "SHIRTS",
    "CASUAL_DRESSES": "MINI_DRESSES",
    "MINI_DRESSES": "CASUAL_DRESSES",
    "TANK_TOPS": "BLOUSES",
}
"""The category that a hasty person would take for another."""

CHANGES = ("recompressed", "cropped", "brightened", "smaller", "mirrored")


@dataclass
class Faults:
    """What is wrong, by item id; the very form of ground_truth.json.

    Attributes:
        duplicate_photos: ``item`` shows the very bytes of ``of``.
        near_duplicates: ``item`` is ``of`` again, ``how`` changed; ``across`` sellers or not.
        duplicate_rows: ids whose row stands twice in the labels file.
        wrong_categories: ``item`` is labelled ``label``, and is ``truth``.
        wrong_tags: the ``tag`` of ``item`` is labelled ``label`` (0 or 1), and is ``truth``.
        unreadable: ids whose photo cannot be decoded; missing: ids without a photo file.
    """

    duplicate_photos: list[dict] = field(default_factory=list)
    near_duplicates: list[dict] = field(default_factory=list)
    duplicate_rows: list[str] = field(default_factory=list)
    wrong_categories: list[dict] = field(default_factory=list)
    wrong_tags: list[dict] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def as_dict(self) -> dict:
        return asdict(self)


def planted(items: int) -> dict[str, int]:
    """How many of each fault a catalog of ``items`` gets; at least one of each from 60 on."""
    least = 1 if items >= 60 else 0
    return {name: max(least, round(items * count / 900)) for name, count in PER_900.items()}


def plant(seed: int, items: list[Item]) -> tuple[list[Item], Faults]:
    """Choose the faults.

    Returns:
        The items, some now copies of others (same truth, another id), and the faults.
    """
    rng = np.random.default_rng([seed, STREAM])
    counts, faults, items = planted(len(items)), Faults(), list(items)
    order = iter(rng.permutation(len(items)).tolist())
    for name, across in (("duplicate_photos", 0.3), ("near_duplicates", 0.4)):
        for k in range(counts[name]):
            source, copy = items[next(order)], items[next(order)]
            apart = bool(rng.random() < across)
            items[copy.number] = _copy(source, copy, apart)
            entry = {"item": copy.item_id, "of": source.item_id, "across": apart}
            if name == "near_duplicates":
                entry["how"] = CHANGES[k % len(CHANGES)]
            getattr(faults, name).append(entry)
    _mislabel(rng, faults, [items[next(order)] for _ in range(counts["wrong_categories"])])
    _mistag(rng, faults, items, order, counts["wrong_tags"])
    faults.unreadable = [items[next(order)].item_id for _ in range(counts["unreadable"])]
    faults.missing = [items[next(order)].item_id for _ in range(counts["missing"])]
    faults.duplicate_rows = [items[next(order)].item_id for _ in range(counts["duplicate_rows"])]
    return items, faults


def _copy(source: Item, copy: Item, apart: bool) -> Item:
    """``copy`` listed again as ``source``, by another seller when ``apart``."""
    who = copy.seller if apart else source.seller
    return replace(source, number=copy.number, item_id=copy.item_id, seller=who, price=copy.price)


def _mislabel(rng: Rng, faults: Faults, items: list[Item]) -> None:
    for item in items:
        near = NEIGHBOURS[item.category]
        others = [name for name in CLASSES if name != item.category]
        label = near if rng.random() < 0.4 else choose(rng, others)
        faults.wrong_categories.append(
            {"item": item.item_id, "label": label, "truth": item.category}
        )


def _mistag(rng: Rng, faults: Faults, items: list[Item], order, count: int) -> None:
    """Six of ten wrong tags are forgotten ones, the others were never there."""
    for number in order:
        if len(faults.wrong_tags) >= count:
            return
        item = items[number]
        forgotten = len(faults.wrong_tags) % 5 < 3
        if forgotten and not item.tags:
            continue
        tag = choose(rng, sorted(item.tags) if forgotten else sorted(set(TAGS) - item.tags))
        truth = int(tag in item.tags)
        faults.wrong_tags.append(
            {"item": item.item_id, "tag": tag, "label": 1 - truth, "truth": truth}
        )


def changed(rng: Rng, photo: bytes, how: str) -> bytes:
    """A photo as it comes back after somebody worked on it: one of CHANGES."""
    picture = Image.open(io.BytesIO(photo)).convert("RGB")
    width, height = picture.size
    if how == "cropped":
        left, top = (round(side * between(rng, 0.02, 0.05)) for side in (width, height))
        picture = picture.crop((left, top, width - left // 2, height - top))
    elif how == "brightened":
        picture = ImageEnhance.Brightness(picture).enhance(between(rng, 1.1, 1.25))
    elif how == "smaller":
        picture = picture.resize(
            (round(width * 0.7), round(height * 0.7)), Image.Resampling.LANCZOS
        )
    elif how == "mirrored":
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=48 if how == "recompressed" else 84)
    return buffer.getvalue()


def broken(rng: Rng, photo: bytes, which: int) -> bytes:
    """A file that is no photo: cut off in the middle, or a note instead."""
    if which % 2 == 0:
        return photo[: int(len(photo) * between(rng, 0.3, 0.6))]
    return b"upload failed, please try again\n"
