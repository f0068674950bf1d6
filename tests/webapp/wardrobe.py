"""A small catalog written out by hand, with answers that are wrong where it says so."""

from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from core.catalog.images import content_hash
from core.catalog.table import Catalog, tag_column, write_catalog
from core.predictions.table import Predictions
from core.tasks import Category, ItemColumns, Tags, Tasks
from core.workspace import Settings, Workspace
from tests.webapp.answered import MODEL_ID, add_answers

CLASSES = ("BLOUSES", "SHIRTS", "TANK_TOPS")
TAGS = ("floral", "checker")

ITEMS = (
    # id, side, label, scores of the classes, labelled tags
    ("b1", "heldout", "BLOUSES", (0.90, 0.06, 0.04), "floral"),
    ("b2", "heldout", "BLOUSES", (0.20, 0.70, 0.10), ""),
    ("b3", "heldout", "BLOUSES", (0.10, 0.85, 0.05), "checker"),
    ("b4", "heldout", "BLOUSES", (0.25, 0.70, 0.05), "floral checker"),
    ("s1", "heldout", "SHIRTS", (0.05, 0.90, 0.05), "checker"),
    ("s2", "heldout", "SHIRTS", (0.60, 0.30, 0.10), "checker"),
    ("t1", "heldout", "TANK_TOPS", (0.10, 0.10, 0.80), ""),
    ("v1", "validation", "SHIRTS", (0.10, 0.80, 0.10), "checker"),
    ("v2", "validation", "BLOUSES", (0.70, 0.20, 0.10), "floral"),
    ("n1", "train", "SHIRTS", (0.10, 0.80, 0.10), "checker"),
    ("n2", "train", "TANK_TOPS", (0.10, 0.10, 0.80), ""),
    ("n3", "train", "BLOUSES", (0.80, 0.10, 0.10), ""),
)
"""Held-out matrix (rows: label): BLOUSES 1 3 0, SHIRTS 1 1 0, TANK_TOPS 0 0 1."""

LEFT_OUT = (
    (4, "b1", "b1.png", "duplicate row", "the same as row 1"),
    (7, "x9", "x9.png", "unreadable photo", "x9.png is cut off; upload it again"),
)


def wardrobe(root: Path, *, predicted: bool = True, photos: bool = True,
             classes: tuple[str, ...] = CLASSES, tags: tuple[str, ...] = TAGS,
             groups: bool = False) -> Workspace:
    """The catalog above in a folder; other names for its classes and tags if asked."""
    tasks = Tasks(Category("kind", classes), Tags(tags),
                  ItemColumns("id", "{id}.png" if photos else None, "seller" if groups else None))
    images = root.parent / f"{root.name}-photos"
    workspace = Workspace.create(
        root, Settings(root.name, str(images) if photos else None, model="paint",
                       duplicate_rows=1), tasks)
    rows = pd.DataFrame({
        "item_id": [item[0] for item in ITEMS],
        "category": [classes[CLASSES.index(item[2])] for item in ITEMS],
        "split": [item[1] for item in ITEMS],
        "image": [f"{item[0]}.png" if photos else None for item in ITEMS],
        "content": [_photo(images, n) if photos else None for n in range(len(ITEMS))],
        "group": [f"seller {n % 4}" for n in range(len(ITEMS))],
    })
    for name, shown in zip(TAGS, tags):
        rows[tag_column(shown)] = pd.array([name in item[4].split() for item in ITEMS], "boolean")
    catalog = Catalog(tasks, rows)
    write_catalog(workspace, catalog)
    pd.DataFrame(LEFT_OUT, columns=["row", "item_id", "image", "reason", "detail"]).to_csv(
        workspace.left_out_path, index=False)
    scores = Predictions(
        tasks, catalog.item_ids, np.array([item[3] for item in ITEMS], np.float32),
        np.where(catalog.tags == 1, 0.8, 0.1).astype(np.float32), about={"model_id": MODEL_ID},
    )
    if predicted:
        add_answers(workspace, scores, dict.fromkeys(tags, 0.5))
    return workspace


def _photo(folder: Path, number: int) -> str:
    """One colour each, but for n3, which shows the very photo of n2."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{ITEMS[number][0]}.png"
    look = 10 if ITEMS[number][0] == "n3" else number
    Image.new("RGB", (60, 80), (look * 20, 120, 250 - look * 20)).save(path)
    return content_hash(path)
