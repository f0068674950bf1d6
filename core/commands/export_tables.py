"""Tables written for others: their forms, by name or by suffix."""

from collections.abc import Collection
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from core.decisions.decide import Decisions
from core.decisions.zones import ACCEPT, REJECT, REVIEW
from core.errors import PredictionsError
from core.files import atomic_path
from core.predictions.table import Predictions


def form_of(form: str | None, out: Path, known: tuple[str, ...]) -> str:
    """The form asked for, which the suffix of ``out`` must not contradict."""
    suffix = out.suffix.lower().lstrip(".")
    form = form or suffix
    if form not in known:
        raise PredictionsError(
            f"--format must be one of {', '.join(known)}, got {form!r}; name one, or let --out end"
            f" in .{known[0]} or .{known[1]}"
        )
    if form != "vinted" and suffix != form:
        raise PredictionsError(f"--out must end in .{form} for that format, got {out.name}")
    return form


def decision_columns(
    predictions: Predictions, decisions: Decisions, zones: Collection[str] = ()
) -> dict[str, pa.Array]:
    """The answers by name: two best classes, each tag decided.

    Args:
        zones: tags with a zone of review.

    Returns:
        ``category1``, ``category2`` (string), ``none_of_these`` (bool, where it is decided),
        ``decision:<TAG>`` (bool), ``zone:<TAG>`` (string: accept, review or reject) for the tags
        of ``zones``, ``in_set:<CLASS>`` (bool, where there are prediction sets).
    """
    tasks = predictions.tasks
    classes = pa.array(tasks.classes, pa.string())
    columns: dict[str, pa.Array] = {}
    for place in (0, 1):
        columns[f"category{place + 1}"] = classes.take(pa.array(predictions.top[:, place]))
    if decisions.none_of_these is not None:
        columns["none_of_these"] = pa.array(decisions.none_of_these)
    for index, tag in enumerate(tasks.tag_names):
        columns[f"decision:{tag}"] = pa.array(decisions.tags[:, index])
    names = pa.array([REJECT, ACCEPT, REVIEW], pa.string())
    for index, tag in enumerate(tasks.tag_names):
        if tag in zones:
            zone = np.where(decisions.review[:, index], 2, decisions.tags[:, index])
            columns[f"zone:{tag}"] = names.take(pa.array(zone))
    if decisions.sets is not None:
        for index, name in enumerate(tasks.classes):
            columns[f"in_set:{name}"] = pa.array(decisions.sets[:, index])
    return columns


def write_table(table: pa.Table, out: Path) -> None:
    with atomic_path(out) as temporary:
        if out.suffix.lower() == ".csv":
            pacsv.write_csv(table, temporary)
        else:
            pq.write_table(table, temporary)
