"""Draw the sample catalog: photos, labels.parquet and ground_truth.json."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

from core.catalog.sample import crew
from core.catalog.sample import faults as planted_faults
from core.catalog.sample.fabrics import TAGS
from core.catalog.sample.faults import Faults
from core.catalog.sample.plan import Item, plan
from core.errors import StorageError
from core.files import storage_error, write_json
from core.progress import Progress, silent

VERSION = 2
"""Raised whenever the same seed draws other photos or writes other labels."""

ITEMS = 900
LABELS, IMAGES, TRUTH = "labels.parquet", "images", "ground_truth.json"


def draw_sample(
    folder: Path, *, seed: int = 0, items: int = ITEMS, progress: Progress = silent
) -> None:
    """Draw a catalog of ``items`` items into a new folder.

    Writes ``images/<uuid>.jpg``, ``labels.parquet`` (``uuid``, ``cc3``, one int column of 0
    and 1 for each tag, ``seller_id``, ``kids``, ``colour``, ``size``, ``price``) and
    ``ground_truth.json`` (the planted faults of core.catalog.sample.faults and every item's
    true labels). The same seed and number of items give the same bytes. The folder appears
    when all is there.

    Raises:
        StorageError: the folder exists and holds something, or cannot be written.
        Cancelled: by ``progress``, called with (photos drawn, items); nothing is left behind.
    """
    if folder.exists() and (folder.is_file() or any(folder.iterdir())):
        raise StorageError(f"{folder} exists already; name a new folder to draw the sample into")
    with appearing(folder) as temporary:
        _draw(temporary, seed, items, progress)


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder beside ``folder``, renamed to it on success, else removed.

    Raises:
        StorageError: it cannot be written, or ``folder`` came to be filled meanwhile.
    """
    temporary = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        yield temporary
        if folder.is_dir():
            folder.rmdir()
        os.rename(temporary, folder)
    except OSError as error:
        raise storage_error(folder, error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _draw(folder: Path, seed: int, items: int, progress: Progress) -> None:
    listed, faults = planted_faults.plant(seed, plan(seed, items))
    images = folder / IMAGES
    images.mkdir()
    copies = {entry["item"]: entry for entry in faults.duplicate_photos + faults.near_duplicates}
    colours = {}
    with closing(crew.photograph(images, seed, items)) as photos:
        for done, (item_id, colour) in enumerate(photos, start=1):
            colours[item_id] = colour
            progress(done, items)
    _copy_photos(images, seed, copies, colours)
    _break_photos(images, seed, faults)
    progress(items, items)
    labels(listed, faults, colours, seed).to_parquet(folder / LABELS, index=False)
    truth = {
        item.item_id: {"category": item.category, "tags": sorted(item.tags)} for item in listed
    }
    write_json(
        folder / TRUTH,
        {"version": VERSION, "seed": seed, "faults": faults.as_dict(), "items": truth},
    )


def _copy_photos(images: Path, seed: int, copies: dict, colours: dict[str, str]) -> None:
    for number, (item_id, entry) in enumerate(copies.items()):
        photo = (images / f"{entry['of']}.jpg").read_bytes()
        if "how" in entry:
            rng = np.random.default_rng([seed, planted_faults.STREAM, 1, number])
            photo = planted_faults.changed(rng, photo, entry["how"])
        (images / f"{item_id}.jpg").write_bytes(photo)
        colours[item_id] = colours[entry["of"]]


def _break_photos(images: Path, seed: int, faults: Faults) -> None:
    for number, item_id in enumerate(faults.unreadable):
        path = images / f"{item_id}.jpg"
        rng = np.random.default_rng([seed, planted_faults.STREAM, 2, number])
        path.write_bytes(planted_faults.broken(rng, path.read_bytes(), number))
    for item_id in faults.missing:
        (images / f"{item_id}.jpg").unlink()


def labels(items: list[Item], faults: Faults, colours: dict[str, str], seed: int) -> pd.DataFrame:
    """The labels file, wrong where the faults say so, in random order."""
    wrong_class = {entry["item"]: entry["label"] for entry in faults.wrong_categories}
    wrong_tag = {(entry["item"], entry["tag"]): entry["label"] for entry in faults.wrong_tags}
    rows = [
        {
            "uuid": item.item_id,
            "cc3": wrong_class.get(item.item_id, item.category),
            **{tag: wrong_tag.get((item.item_id, tag), int(tag in item.tags)) for tag in TAGS},
            "seller_id": item.seller.number,
            "kids": item.kids,
            "colour": colours[item.item_id],
            "size": item.size,
            "price": item.price,
        }
        for item in items
    ]
    by_id = {row["uuid"]: row for row in rows}
    rows += [by_id[item_id] for item_id in faults.duplicate_rows]
    order = np.random.default_rng([seed, planted_faults.STREAM, 3]).permutation(len(rows))
    columns = ["uuid", "cc3", *TAGS, "seller_id", "kids", "colour", "size", "price"]
    return pd.DataFrame([rows[k] for k in order], columns=columns)
