"""Uploads: which predictor answers, which photos are offered to try, what is handed out."""

import csv
import io
import json
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.catalog.table import Catalog
from core.commands.export import decided_table
from core.decisions.decide import OUT_OF_CATALOG, Decisions
from core.errors import FittingRoomError, PhotoError, PredictionsError
from core.predictions.table import Predictions
from core.tasks import Tasks
from webapp.actions.opened import Opened
from webapp.actions.predict import Answer, answer_photo, photo_name, require_size
from webapp.actions.predictors import pool_of

EXAMPLES = 8
"""Photos of the workspace offered to try."""

MAX_ANSWERS = 1000
"""Answers in one download."""


def answer(opened: Opened, source: Path | bytes, name: str | None) -> Answer:
    """Answer one photo with the model and the bundle in use.

    Raises:
        PhotoError: not a photo that can be read safely.
        ModelError, DecisionError: the model cannot answer in this workspace.
    """
    if opened.mismatch is not None:
        raise opened.mismatch
    folder = opened.workspace.model_dir(opened.model)  # says what is missing without a model
    name = photo_name(name)
    if isinstance(source, bytes):
        require_size(len(source), name)
    pool = pool_of(folder, opened.card.model_id)
    with pool.borrow() as predictor:
        given = answer_photo(source, name, predictor, opened.model, opened.bundle)
    pool.took(given.milliseconds)
    return given


def usual_milliseconds(opened: Opened) -> float | None:
    """Median time of an answer by this model since the server started; None before any."""
    folder = opened.workspace.model_dir(opened.model)
    return pool_of(folder, opened.card.model_id).usual_milliseconds


def warm_up(opened: Opened, item_ids: Sequence[str]) -> None:
    """Answer an item or two in the background, so that the first upload need not wait.

    What goes wrong is not told here: the answer to a real upload will say it.
    """
    if usual_milliseconds(opened) is None and item_ids:
        threading.Thread(target=_warm, args=(opened, item_ids[:2]), daemon=True).start()


def _warm(opened: Opened, item_ids: Sequence[str]) -> None:
    with suppress(FittingRoomError, OSError):
        for item_id in (item_ids[0], *item_ids):  # the very first opens the model
            answer(opened, item_photo(opened, item_id), item_id)


def item_photo(opened: Opened, item_id: str) -> Path:
    """Where the photo of an item of the workspace lies.

    Raises:
        PhotoError: there is no such item, or it has no photo.
    """
    place = int(opened.place_of.get_indexer([item_id])[0])
    image = opened.catalog.rows["image"].iloc[place] if place >= 0 else None
    if not isinstance(image, str):
        raise PhotoError(f"item {item_id} has no photo in this workspace", "missing photo")
    return opened.workspace.photo_path(image)


def examples(opened: Opened, wanted: int = EXAMPLES) -> list[str]:
    """Item ids of held-out photos, of every class in turn, those with a tag first."""
    if not opened.has_photos:
        return []
    heldout = opened.catalog.part("heldout")
    shown = heldout.where(heldout.rows["image"].notna().to_numpy() & (heldout.category >= 0))
    order = np.lexsort((shown.item_ids.astype(str), -_tagged(shown)))
    turns: list[tuple[int, int, str]] = []
    seen = dict.fromkeys(range(len(shown.tasks.classes)), 0)
    for row in order:
        label = int(shown.category[row])
        turns.append((seen[label], label, shown.item_ids[row]))
        seen[label] += 1
    return [item_id for *_, item_id in sorted(turns)[:wanted]]


def _tagged(catalog: Catalog) -> np.ndarray:
    """int (N,): 1 for items with any tag."""
    return (catalog.tags == 1).any(axis=1).astype(int)


def results_table(answers: Sequence[Mapping[str, Any]], tasks: Tasks) -> pa.Table:
    """Answers as the page got them, in the columns that ``export predictions`` writes.

    ``item_id`` is the file's name; a name that comes again gets a number. The decisions are
    those that the page showed, whatever was saved meanwhile.

    Raises:
        PredictionsError: they are no answers to these tasks.
    """
    if not 0 < len(answers) <= MAX_ANSWERS:
        raise PredictionsError(
            f"a file holds 1 to {MAX_ANSWERS:,} answers, got {len(answers):,}; drop fewer photos"
        )
    try:
        category = [_scores(answer["categories"], tasks.classes) for answer in answers]
        tags = [_scores(answer["tags"], tasks.tag_names) for answer in answers]
        shown = _shown(answers, tasks)
        extra = _outside(answers)
        names = _distinct([photo_name(str(answer["photo"])) for answer in answers])
        about = {"model_id": str(answers[0]["model_id"]), "bundle": str(answers[0]["bundle"])}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PredictionsError(
            "these answers are not of this workspace's tasks; drop the photos again"
        ) from error
    found = Predictions(
        tasks, np.array(names, object), np.array(category, np.float32),
        np.array(tags, np.float32).reshape(len(names), len(tasks.tag_names)),
        extra=extra, about=about,
    )
    return decided_table(found, shown)


def _shown(answers: Sequence[Mapping[str, Any]], tasks: Tasks) -> Decisions:
    """The decisions in the answers; what not every answer has, none has."""
    each = [{tag["name"]: tag["tagged"] is True for tag in answer["tags"]} for answer in answers]
    tags = np.array([[row[tag] for tag in tasks.tag_names] for row in each], bool)
    outside = [answer.get(OUT_OF_CATALOG) for answer in answers]
    sets = [answer.get("prediction_set") for answer in answers]
    return Decisions(
        tags.reshape(len(answers), len(tasks.tag_names)),
        np.array([one["none_of_these"] is True for one in outside]) if all(outside) else None,
        np.array([[name in one["classes"] for name in tasks.classes] for one in sets])
        if all(sets) else None,
    )


def _outside(answers: Sequence[Mapping[str, Any]]) -> dict[str, np.ndarray]:
    scores = [answer.get(OUT_OF_CATALOG) for answer in answers]
    if not all(scores):
        return {}
    return {OUT_OF_CATALOG: np.array([float(one["score"]) for one in scores], np.float32)}


def read_answers(body: bytes) -> list[Mapping[str, Any]]:
    """The JSON list that the page sends.

    Raises:
        PredictionsError: it is none.
    """
    try:
        answers = json.loads(body)
    except ValueError as error:
        raise PredictionsError(f"these are no answers ({error}); drop the photos again") from error
    if not isinstance(answers, list):
        raise PredictionsError("these are no answers; drop the photos again")
    return answers


def as_parquet(table: pa.Table) -> bytes:
    """The table as a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def as_csv(table: pa.Table) -> bytes:
    """The table as UTF-8 CSV; texts that a spreadsheet would run as a formula are quoted."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink)
    writer.writerow([_no_formula(name) for name in table.column_names])
    columns = [column.to_pylist() for column in table.columns]
    for row in zip(*columns, strict=True):
        writer.writerow([_cell(value) for value in row])
    return sink.getvalue().encode("utf-8")


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return _no_formula(value)
    return f"{value:.6g}" if isinstance(value, float) else value


def _no_formula(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _scores(answers: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[float]:
    by_name = {answer["name"]: float(answer["score"]) for answer in answers}
    return [by_name[name] for name in names]


def _distinct(names: list[str]) -> list[str]:
    taken: set[str] = set()
    distinct = []
    for name in names:
        free, number = name, 2
        while free in taken:
            free, number = f"{name} ({number})", number + 1
        taken.add(free)
        distinct.append(free)
    return distinct
