"""Labels with where they come from, for other tools: who said it, when, how far people agreed."""

from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa

from core.annotations.answer import (
    CATEGORY,
    FALSE,
    NONE_OF_THESE,
    SKIP,
    TRUE,
    moment_of,
    task_names,
)
from core.annotations.apply import apply, catalog_rows
from core.annotations.log import AnnotationLog
from core.annotations.present import present
from core.annotations.records import Records, read_records
from core.annotations.schema import saves
from core.catalog.table import Catalog, tag_column

IMPORTED, VOTES = "import", "votes"
"""Who a label is from where no single person set it."""

HOW = ("by", "when", "votes", "agreeing")


def labels_with_provenance(catalog: Catalog, log: AnnotationLog) -> pd.DataFrame:
    """The labels in force, one row for each item, and how each came about.

    Args:
        catalog: labels as imported.

    Returns:
        The id, the category and each tag (Int64 1, 0) under the names of the labels file,
        ``split``, and for the category and each tag NAME further ``NAME:by`` (a person who
        corrected it, VOTES, or IMPORTED), ``NAME:when`` (UTC, ISO 8601; missing where
        imported), ``NAME:votes`` and ``NAME:agreeing`` (people who voted, and so).
    """
    records = read_records(log)
    now = apply(catalog, records)
    tasks, state = catalog.tasks, present(records, catalog.tasks)
    row = catalog_rows(catalog, records)[state.item]
    columns: dict[str, Any] = {tasks.item.id: now.rows["item_id"]}
    columns[tasks.category.column] = now.rows["category"]
    for tag in tasks.tag_names:
        columns[tag] = now.rows[tag_column(tag)].astype("Int64")
    columns["split"] = now.rows["split"]
    last = _last_said(records, _times(log))
    for code, name in enumerate((tasks.category.column, *tasks.tag_names)):
        which = np.flatnonzero((state.task == code) & (row >= 0))
        by = np.full(len(catalog), IMPORTED, object)
        when = np.full(len(catalog), None, object)
        votes, agreeing = np.zeros((2, len(catalog)), np.int64)
        at = row[which]
        corrected = state.corrected[which]
        by[at] = VOTES
        by[at[corrected]] = records.words[records.annotator[state.record[which[corrected]]]]
        votes[at], agreeing[at] = state.votes[which], state.agreeing[which]
        task = task_names(tasks)[code]
        when[at] = [last.get((item, task)) for item in records.items[state.item[which]]]
        columns |= {f"{name}:{how}": value for how, value in zip(
            HOW, (pd.Series(by, dtype="str"), pd.Series(when, dtype="str"), votes, agreeing),
            strict=True)}
    return pd.DataFrame(columns)


def json_records(labels: pd.DataFrame, catalog: Catalog) -> list[dict[str, Any]]:
    """``labels_with_provenance`` as one JSON value for each item, provenance nested."""
    tasks = catalog.tasks
    names = (tasks.category.column, *tasks.tag_names)
    plain = labels.astype(object).where(labels.notna(), None).to_dict("records")
    return [
        {tasks.item.id: one[tasks.item.id], **{name: one[name] for name in names},
         "split": one["split"],
         "provenance": {name: {how: one[f"{name}:{how}"] for how in HOW} for name in names}}
        for one in plain
    ]


def label_studio_tasks(catalog: Catalog, log: AnnotationLog) -> list[dict[str, Any]]:
    """Everybody's latest answers as a Label Studio project's tasks, as its import takes them.

    A category is a choice of the control ``category``, tags one choice each of ``tags``.
    Items that nobody answered are tasks without annotations.
    """
    said = said_by_person(log)
    images = catalog.rows["image"] if "image" in catalog.rows else [None] * len(catalog)
    return [
        {"data": {catalog.tasks.item.id: item_id,
                  **({"image": image} if isinstance(image, str) else {})},
         "annotations": [
             _annotation(catalog, person, answers["answers"], answers["when"])
             for person, answers in said.get(item_id, {}).items()
         ]}
        for item_id, image in zip(catalog.item_ids, images, strict=True)
    ]


def said_by_person(log: AnnotationLog) -> dict[str, dict[str, dict[str, Any]]]:
    """By item and person: ``answers``, the latest value of each task; ``when``, UTC, ISO 8601."""
    records, times = read_records(log), _times(log)
    said: dict[str, dict[str, dict[str, Any]]] = {}
    for row in range(len(records)):
        item, person = records.items[records.item[row]], records.words[records.annotator[row]]
        answers = said.setdefault(item, {}).setdefault(person, {"answers": {}})
        answers["answers"][records.words[records.task[row]]] = records.words[records.value[row]]
        answers["when"] = times[int(records.save[row])]
    return said


def _annotation(
    catalog: Catalog, person: str, answers: dict[str, str], when: str
) -> dict[str, Any]:
    category = answers.get(CATEGORY)
    tagged = [tag for tag in catalog.tasks.tag_names if answers.get(tag_column(tag)) == TRUE]
    asked = any(value in (TRUE, FALSE) for value in answers.values())
    result = []
    if category in (*catalog.tasks.classes, NONE_OF_THESE):
        result.append(_choice(CATEGORY, [category]))
    if tagged or asked:
        result.append(_choice("tags", tagged))
    return {"completed_by": {"email": person}, "created_at": when, "result": result,
            "was_cancelled": category == SKIP}


def _choice(control: str, words: list[str]) -> dict[str, Any]:
    return {"from_name": control, "to_name": "image", "type": "choices",
            "value": {"choices": words}}


def _times(log: AnnotationLog) -> dict[int, str]:
    """UTC, ISO 8601, of each save."""
    with log.store.reading() as connection:
        rows = connection.execute(sa.select(saves.c.number, saves.c.time)).all()
    return {number: moment_of(time).isoformat(timespec="seconds") for number, time in rows}


def _last_said(records: Records, times: dict[int, str]) -> dict[tuple[str, str], str]:
    """When each item's task was last answered."""
    items, tasks = records.items[records.item], records.words[records.task]
    return {
        (item, task): times[int(save)]
        for item, task, save in zip(items, tasks, records.save, strict=True)
    }
