"""Votes as tables, Parquet or CSV: one row for each person and item, or one for each answer."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.annotations.answer import CANNOT_TELL, CATEGORY, FALSE, SKIP, TRUE, task_names
from core.annotations.answer import task_values
from core.annotations.votes_frame import (
    COLUMNS,
    ReadVotes,
    class_of,
    left_out_frame,
    microseconds_of,
    votes_frame,
)
from core.catalog.labels_file import as_text, read_labels
from core.catalog.table import tag_column
from core.errors import AnnotationError
from core.tasks import Tasks

ANNOTATOR, TAGS, TIME, TASK, VALUE = "annotator", "tags", "time", "task", "value"
SEPARATOR = "|"
_YES_NO = {"1": TRUE, "1.0": TRUE, "true": TRUE, "yes": TRUE,
           "0": FALSE, "0.0": FALSE, "false": FALSE, "no": FALSE}


def read_votes_table(path: Path, tasks: Tasks) -> ReadVotes:
    """Read votes from Parquet or CSV.

    Columns: the item's id (as in tasks.yaml, or ``item_id``) and ``annotator``; then either
    the category's column (or ``category``) and the tags, joined by ``|`` in a column ``tags``
    or each in a column of its own; or ``task`` and ``value``. ``time`` where it is known.
    Where a column ``tags`` names a person's tags, all other tags are votes against.

    Raises:
        LabelsError: the file cannot be read.
        AnnotationError: a column that is needed is missing.
    """
    frame = read_labels(path)
    item = _one_of(frame, path, tasks.item.id, "item_id")
    if ANNOTATOR not in frame:
        raise AnnotationError(
            f"{path.name} has no column {ANNOTATOR!r} that says whose vote it is; it has"
            f" {', '.join(frame.columns)}"
        )
    base = pd.DataFrame({
        "row": np.arange(1, len(frame) + 1),
        "item_id": as_text(frame[item]),
        "annotator": as_text(frame[ANNOTATOR]),
        "said_at": _times(frame, path),
    })
    nameless = base["item_id"].isna() | base["annotator"].isna()
    refused = [(row, None, "no id", "the item's id or the annotator is empty")
               for row in base.loc[nameless, "row"]]
    base, frame = base[~nameless], frame[~nameless]
    if {TASK, VALUE} <= set(frame):
        found = [base.assign(task=as_text(frame[TASK]), value=as_text(frame[VALUE]))]
    else:
        found = _wide(base, frame, tasks, path, refused)
    votes, bad = _checked(pd.concat(found, ignore_index=True), tasks)
    votes = votes.sort_values("row", kind="stable", ignore_index=True)
    return ReadVotes(votes_frame(votes[list(COLUMNS)].itertuples(index=False)),
                     left_out_frame(sorted([*refused, *bad], key=lambda one: one[0])))


def _wide(
    base: pd.DataFrame, frame: pd.DataFrame, tasks: Tasks, path: Path, refused: list[tuple]
) -> list[pd.DataFrame]:
    """The answers of rows that hold the category and the tags side by side."""
    column = _one_of(frame, path, tasks.category.column, CATEGORY)
    category = as_text(frame[column])
    found = [base.assign(task=CATEGORY, value=category)[category.notna()]]
    abstained = category.isin([SKIP, CANNOT_TELL])
    if TAGS in frame and TAGS not in tasks.tag_names:
        named = as_text(frame[TAGS]).fillna("")
        asked = (category.notna() & ~abstained) | (named != "")
        found += _joined_tags(base[asked], named[asked], tasks, refused)
    for tag in tasks.tag_names:
        if tag in frame:
            text = as_text(frame[tag])
            found.append(base.assign(task=tag_column(tag), value=text)[text.notna()])
    return found


def _joined_tags(
    base: pd.DataFrame, named: pd.Series, tasks: Tasks, refused: list[tuple]
) -> list[pd.DataFrame]:
    place, distinct = pd.factorize(named)
    sets = [{part.strip() for part in text.split(SEPARATOR)} - {""} for text in distinct]
    for code, tags in enumerate(sets):
        for unknown in sorted(tags - set(tasks.tag_names)):
            rows = base[place == code]
            refused += [(row, item_id, "unknown tag", f"there is no tag {unknown!r}")
                        for row, item_id in zip(rows["row"], rows["item_id"], strict=True)]
    return [
        base.assign(
            task=tag_column(tag),
            value=np.array([TRUE if tag in tags else FALSE for tags in sets], object)[place],
        )
        for tag in tasks.tag_names
    ]


def _checked(votes: pd.DataFrame, tasks: Tasks) -> tuple[pd.DataFrame, list[tuple]]:
    """Bring values to the log's words; set aside those that are none."""
    means: dict[tuple[str, str], str | None] = {}
    known = {name: set(task_values(tasks, name)) for name in task_names(tasks)}
    for task, value in votes[["task", "value"]].drop_duplicates().itertuples(index=False):
        if task == CATEGORY and isinstance(value, str):
            means[task, value] = class_of(tasks, value)
        elif task in known and isinstance(value, str):
            word = _YES_NO.get(value.lower(), value)
            means[task, value] = word if word in {*known[task], SKIP, CANNOT_TELL} else None
    pairs = zip(votes["task"], votes["value"], strict=True)
    meant = np.array([means.get(pair) for pair in pairs], object)
    bad = pd.isna(meant)
    left_out = [
        (row, item_id, "unknown task" if task not in known else "unknown answer",
         f"{value!r} is no answer to {task!r}")
        for row, item_id, task, value in
        votes.loc[bad, ["row", "item_id", "task", "value"]].itertuples(index=False)
    ]
    return votes.assign(value=meant)[~bad], left_out


def _times(frame: pd.DataFrame, path: Path) -> pd.Series:
    if TIME not in frame:
        return pd.Series(pd.NA, index=frame.index, dtype="Int64")
    moments = [
        microseconds_of(None if pd.isna(value) else value, f"{path.name}, row {row}")
        for row, value in enumerate(frame[TIME], 1)
    ]
    return pd.Series(moments, index=frame.index, dtype="Int64")


def _one_of(frame: pd.DataFrame, path: Path, *names: str) -> str:
    for name in names:
        if name in frame:
            return name
    raise AnnotationError(
        f"{path.name} has no column {' or '.join(map(repr, dict.fromkeys(names)))};"
        f" it has {', '.join(frame.columns)}"
    )
