"""Counts, AP and AUC of all tags straight from Parquet, on the labels in force.

What the Thresholds page rests on, without a catalog or its scores in memory as tables: a
million items and 200 tags take a few seconds and some hundred megabytes.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from core.annotations.apply import labels_said, rows_of
from core.annotations.records import workspace_records
from core.catalog.columns import LabelColumns
from core.commands.evaluate import read_seen
from core.errors import PredictionsError
from core.metrics.page_figures import PartFigures, PartRows, page_figures
from core.model.card import read_card
from core.predictions.columns import ScoreColumns
from core.predictions.out_of_sample import read_out_of_sample
from core.predictions.store import manifest, score_files
from core.workspace import Workspace

PARTS = ("validation", "heldout")


@dataclass(frozen=True)
class CutData:
    """What every cut of every tag does, on both sides of the split.

    Attributes:
        parts: ``validation`` and ``heldout``.
        left_out_seen: held-out items left out, because the model was fitted on their photo.
        without_prediction: by part, further items without an answer.
    """

    parts: dict[str, PartFigures]
    left_out_seen: int
    without_prediction: dict[str, int]


def cut_data(workspace: Workspace, model: str | None = None) -> CutData:
    """Join a model's saved scores to the labels in force, and count.

    Raises:
        ModelError: no such model, or it answers other questions than the workspace asks.
        PredictionsError: it has not answered the workspace yet, or its files are damaged.
    """
    model_dir = workspace.model_dir(model)
    card = read_card(model_dir)
    card.require(workspace.tasks)
    folder = workspace.predictions_dir(model_dir.name)
    made_by = manifest(folder).get("model_id", card.model_id)
    if made_by != card.model_id:
        raise PredictionsError(
            f"the predictions in {folder} are of an earlier model (now {card.model_id}, then"
            f" {made_by}); predict again"
        )
    scores = ScoreColumns(score_files(folder))
    catalog = LabelColumns(workspace.catalog_path)
    facts = catalog.plain(["item_id", "split", "content"])
    ids = _text(facts["item_id"])
    tags = workspace.tasks.tag_names
    records = workspace_records(workspace)
    said = labels_said(rows_of(ids, records), records, workspace.tasks)[1:]
    labels = LabelColumns(workspace.catalog_path, dict(zip(tags, said)))
    place = pc.index_in(ids, value_set=scores.ids()).fill_null(-1).to_numpy()
    content = _text(facts["content"]) if "content" in facts.column_names else None
    parts, missing, hidden = {}, {}, 0
    for part in PARTS:
        rows = np.flatnonzero(pc.equal(facts["split"].cast(pa.string()), part).to_numpy())
        if part == "heldout" and content is not None:
            fresh = ~_among(content, rows, read_seen(model_dir))
            hidden = int((~fresh).sum())
            rows = rows[fresh]
        answered = rows[place[rows] >= 0]
        missing[part] = len(rows) - len(answered)
        parts[part] = PartRows(
            place[answered].astype(np.int64), answered,
            *_fair(model_dir, workspace, content, answered),
        )
    return CutData(page_figures(scores, labels, parts, tags), hidden, missing)


def _text(column: pa.ChunkedArray) -> pa.Array:
    return column.cast(pa.string()).combine_chunks()


def _among(content: pa.Array, rows: np.ndarray, seen: frozenset[str]) -> np.ndarray:
    """bool (len(rows),): items whose photo is one of these."""
    found = pc.is_in(content.take(pa.array(rows)), value_set=pa.array(list(seen), pa.string()))
    return found.to_numpy(zero_copy_only=False)


def _fair(
    model_dir: Path, workspace: Workspace, content: pa.Array | None, rows: np.ndarray
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Items that have other scores than the file says, as ``core.predictions.out_of_sample``."""
    kept = read_out_of_sample(model_dir, workspace.tasks)
    if kept is None or content is None:
        return None, None
    own = content.take(pa.array(rows))
    place = pc.index_in(own, value_set=pa.array(kept.item_ids, pa.string()))
    place = place.fill_null(-1).to_numpy()
    known = np.flatnonzero(place >= 0)
    return known, kept.tags[place[known]]
