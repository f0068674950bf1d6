"""A predictor whose answers can be told from the photo: red says the class, green the tag."""

from pathlib import Path

import numpy as np
from PIL import Image

from core.predictions.pipeline import Job
from core.tasks import Category, ItemColumns, Tags, Tasks

TASKS = Tasks(Category("kind", ("RED", "BLUE")), Tags(("green",)), ItemColumns("item_id"))


class ColourPredictor:
    """``category`` is (red, 1 - red), ``tags`` green, ``embedding`` the mean colour, in [0, 1]."""

    tasks = TASKS
    image_size = (16, 12)
    model_id = "0123456789abcdef"

    def __init__(self):
        self.batches = []

    def predict(self, photos):
        assert photos.dtype == np.uint8 and photos.shape[1:] == (16, 12, 3)
        self.batches.append(len(photos))
        mean = photos.mean(axis=(1, 2), dtype=np.float32) / 255
        return {
            "category": np.stack([mean[:, 0], 1 - mean[:, 0]], axis=1),
            "tags": mean[:, 1:2],
            "embedding": mean,
        }


def colour_of(number: int) -> tuple[int, int, int]:
    return number * 53 % 256, number * 7 % 256, number * 31 % 256


def photos(folder: Path, count: int) -> list[Job]:
    """Photos of one colour each; PNG, so that the colour survives."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = []
    for number in range(count):
        path = folder / f"p{number:05d}.png"
        Image.new("RGB", (12, 16), colour_of(number)).save(path)
        jobs.append(Job(f"item {number}", path))
    return jobs


def expected_red(number: int) -> np.float32:
    return np.float32(colour_of(number)[0]) / np.float32(255)
