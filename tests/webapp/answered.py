"""A workspace with a model and its answers, made from arrays: no training, no prediction."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from core.catalog.images import content_hash
from core.catalog.table import Catalog, tag_column, write_catalog
from core.decisions.bundle import Bundle, write_bundle
from core.model.card import BUNDLE, SEEN, Card, write_card
from core.predictions.predictor import Predictor
from core.predictions.store import finish, write_shard
from core.predictions.table import Predictions
from core.tasks import Category, ItemColumns, Tags, Tasks
from core.workspace import Settings, Workspace

MODEL_ID = "0123456789abcdef"
CLASSES = ("SHIRTS", "CASUAL_DRESSES", "TANK_TOPS")
TAGS = ("floral", "polka dot", "checker")


class MeanPredictor:
    """The first class scores the photo's red, the others share the rest; each tag its green."""

    image_size = (16, 12)
    model_id = MODEL_ID

    def __init__(self, tasks: Tasks):
        self.tasks = tasks

    def predict(self, photos: np.ndarray) -> dict[str, np.ndarray]:
        mean = photos.mean(axis=(1, 2), dtype=np.float64) / 255
        rest = (1 - mean[:, :1]) / (len(self.tasks.classes) - 1)
        others = np.repeat(rest, len(self.tasks.classes) - 1, axis=1)
        return {
            "category": np.hstack([mean[:, :1], others]).astype(np.float32),
            "tags": np.repeat(mean[:, 1:2], len(self.tasks.tag_names), axis=1).astype(np.float32),
            "embedding": mean.astype(np.float32),
        }


def predictor_for(tasks: Tasks) -> Predictor:
    return MeanPredictor(tasks)


def answered_workspace(
    root: Path,
    *,
    classes: Sequence[str] = CLASSES,
    tags: Sequence[str] = TAGS,
    items: int = 90,
    seed: int = 0,
    scores: np.ndarray | None = None,
    labels: np.ndarray | None = None,
    splits: Sequence[str] | None = None,
    thresholds: Mapping[str, float] | None = None,
    photos: bool = True,
    kinds: np.ndarray | None = None,
    category: np.ndarray | None = None,
) -> Workspace:
    """Items ``i0``, ``i1``, ... with labels, one third on each side, and scores that fit them.

    Args:
        scores, labels: of the tags, (items, T); drawn by ``seed`` without.
        kinds, category: labelled class (items,) and scores of the classes (items, K); in turn
            and always right without.
        photos: whether each item has a photo of one colour.
    """
    tasks = Tasks(Category("kind", tuple(classes)), Tags(tuple(tags)),
                  ItemColumns("item_id", "{item_id}.png"))
    rng = np.random.default_rng(seed)
    if labels is None:
        labels = rng.integers(0, 2, (items, len(tags))).astype(np.int8)
    if scores is None:
        scores = np.clip(labels * 0.4 + rng.random((items, len(tags))) * 0.6, 0, 1)
    if kinds is None:
        kinds = np.arange(items) % len(classes)
    workspace = Workspace.create(
        root, Settings(root.name, "photos" if photos else None, model="paint"), tasks
    )
    catalog = _catalog(workspace, tasks, kinds, labels, splits, photos)
    write_catalog(workspace, catalog)
    if category is None:
        category = np.full((items, len(classes)), 0.2 / max(1, len(classes) - 1), np.float32)
        category[np.arange(items), kinds] = 0.8
    add_answers(workspace, Predictions(
        tasks, catalog.item_ids, category, scores.astype(np.float32).reshape(items, len(tags)),
        about={"model_id": MODEL_ID},
    ), thresholds or dict.fromkeys(tags, 0.5))
    return workspace


def add_answers(
    workspace: Workspace, predictions: Predictions, thresholds: Mapping[str, float],
    model: str = "paint",
) -> None:
    """A model folder as training would leave it, and the answers of that model."""
    folder = workspace.new_model_dir(model)
    write_card(folder, Card(model, MODEL_ID, workspace.tasks.to_dict(), "paint", [16, 12],
                            "2026-01-01T00:00:00+00:00"))
    write_bundle(folder / BUNDLE, Bundle(MODEL_ID, dict(thresholds),
                                         saved_at="2026-01-01T00:00:00+00:00"))
    pq.write_table(pa.table({"content": pa.array([], pa.string())}), folder / SEEN)
    out = workspace.predictions_dir(model)
    out.mkdir(parents=True)
    write_shard(out / "000000000-all-run.parquet", predictions, [])
    finish(out, ["000000000-all-run.parquet"], {"model_id": MODEL_ID}, 0)


def _catalog(workspace, tasks, kinds, labels, splits, photos) -> Catalog:
    items = len(kinds)
    ids = [f"i{number}" for number in range(items)]
    sides = list(splits or [("train", "validation", "heldout")[n % 3] for n in range(items)])
    rows = pd.DataFrame({
        "item_id": ids,
        "category": [tasks.classes[kind] for kind in kinds],
        "split": sides,
        "image": [f"{item}.png" if photos else None for item in ids],
        "content": [_photo(workspace, n) if photos else None for n in range(items)],
    })
    for index, tag in enumerate(tasks.tag_names):
        rows[tag_column(tag)] = pd.array(
            [None if label < 0 else bool(label) for label in labels[:, index]], "boolean"
        )
    return Catalog(tasks, rows)


def _photo(workspace: Workspace, number: int) -> str:
    path = workspace.root / "photos" / f"i{number}.png"
    path.parent.mkdir(exist_ok=True)
    colour = (number * 53 % 256, number * 7 % 256, number * 31 % 256)
    Image.new("RGB", (30, 40), colour).save(path)
    return content_hash(path)
