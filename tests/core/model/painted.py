"""Workspaces of small painted photos: the class is a hue, each tag a bright square somewhere."""

import colorsys
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from core.commands.init import make_workspace
from core.model.recipe import Recipe
from core.split import SplitOptions
from core.tasks import Category, ItemColumns, Tags, Tasks
from core.workspace import Workspace

HEIGHT, WIDTH = 40, 32

SMALL = Recipe(
    backbone="small_cnn", weights="none", height=HEIGHT, width=WIDTH, epochs=3, batch_size=8,
    learning_rate=3e-3, warm_up=0, average=0.5, patience=0, probe=False, rotation=0, zoom=0.02,
    brightness=0.02, contrast=0.02, channel_shift=0, shift=0, shear=0,
)  # fmt: skip
"""Learns painted photos in seconds."""


def names(prefix: str, count: int) -> tuple[str, ...]:
    """Names that do not stand in the order of the alphabet."""
    return tuple(f"{prefix}{(7 * i) % count if count % 7 else i}" for i in range(count))


def paint(path: Path, number: int, label: int, classes: int, tags: list[int]) -> None:
    """One photo; ``number`` moves its colour a little, so that no two are identical."""
    value = 0.6 + 0.3 * ((number * 37) % 100) / 100
    colour = colorsys.hsv_to_rgb(label / classes, 0.8, value)
    pixels = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    pixels[:] = np.round(np.array(colour) * 255)
    pixels[number % HEIGHT, :4] = number % 251
    for index, tagged in enumerate(tags):
        if tagged:
            top, left = 10 * (index // 3), 10 * (index % 3)
            pixels[top : top + 9, left : left + 9] = 255
    Image.fromarray(pixels).save(path)


def painted(
    folder: Path, *, classes: int = 3, tags: int = 2, items: int = 60, name: str = "painted"
) -> Workspace:
    """A workspace split 60/20/20; item i has class i modulo ``classes``."""
    photos = folder / "photos"
    photos.mkdir(parents=True)
    class_names, tag_names = names("C", classes), names("T", tags)
    rows = []
    for number in range(items):
        label = number % classes
        said = [int((number // classes + index) % 3 == 0) for index in range(tags)]
        paint(photos / f"{number:04d}.png", number, label, classes, said)
        rows.append(
            {"item_id": f"{number:04d}", "kind": class_names[label], **dict(zip(tag_names, said))}
        )
    pd.DataFrame(rows).to_parquet(folder / "labels.parquet")
    tasks = Tasks(
        Category("kind", class_names), Tags(tag_names), ItemColumns("item_id", "{item_id}.png")
    )
    return make_workspace(
        folder / name, folder / "labels.parquet", photos, tasks=tasks, options=SplitOptions()
    )
