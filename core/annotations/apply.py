"""Labels as people have set them right: a catalog and a log make the next catalog."""

from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.annotations.answer import task_names, task_values
from core.annotations.present import OPEN, Present, label_code, present
from core.annotations.records import Records, workspace_records
from core.catalog.table import Catalog, read_catalog
from core.tasks import Tasks
from core.workspace import Workspace

CORRECTED = "corrected"
"""Column that ``apply`` adds to a catalog's rows: bool, some label differs from the import."""

FEW = 20
"""A log of fewer than one item in so many of the catalog's is looked up, not joined."""


def apply(catalog: Catalog, records: Records) -> Catalog:
    """The catalog with the labels in force.

    Items keep their order and their side of the split; rows gain the column CORRECTED.
    Items of the log that the catalog does not have are passed over.
    """
    tasks = catalog.tasks
    said = labels_said(catalog_rows(catalog, records), records, tasks)
    new = {"corrected": np.zeros(len(catalog), bool)}
    rows = catalog.rows.copy(deep=False)
    for task, name in enumerate(task_names(tasks)):
        items, labels = said[task]
        if not len(items):  # so that a catalog of many tags opens at once
            continue
        before = catalog.category if task == 0 else catalog.tags[:, task - 1].astype(np.int64)
        after = before.copy()
        after[items] = labels
        changed = after != before
        if changed.any():
            rows[name] = _column(catalog, task, after)
            new["corrected"] |= changed
    rows[CORRECTED] = new["corrected"]
    return catalog.with_rows(rows)


def labels_said(
    rows: np.ndarray, records: Records, tasks: Tasks
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The labels that the log puts in force, by task: the category, then each tag.

    Args:
        rows: int64 (I,): where each item of the log lies, see ``rows_of``; -1: passed over.

    Returns:
        For each task int64 (m,) rows and int64 (m,) label codes (-1: none).
    """
    state = present(records, tasks)
    row = rows[state.item]
    found = []
    for task in range(len(task_names(tasks))):
        said = (state.task == task) & (row >= 0) & (state.value != OPEN)
        found.append((row[said], label_code(tasks, task, state.value[said])))
    return found


def current_catalog(workspace: Workspace, as_of: datetime | None = None) -> Catalog:
    """The workspace's catalog with the labels in force now, or at a moment of the past."""
    return apply(read_catalog(workspace), workspace_records(workspace, as_of))


def corrections(catalog: Catalog, records: Records) -> pd.DataFrame:
    """What ``apply`` changes, one row for each label: so that cleaning stays in sight.

    Args:
        catalog: labels as imported.

    Returns:
        ``item_id``, ``task``, ``before`` and ``after`` (str; missing without a label),
        ``split``, ``heldout`` (bool: the figures' own ground was changed), ``by`` (the
        corrector's name, or ``votes``), ``source`` (missing for votes), ``save`` (number of
        the save; -1 for votes), ``votes``, ``agreeing``; in the order of the catalog.
    """
    tasks = catalog.tasks
    state = present(records, tasks)
    row = catalog_rows(catalog, records)[state.item]
    frames = []
    for task, name in enumerate(task_names(tasks)):
        said = np.flatnonzero((state.task == task) & (row >= 0) & (state.value != OPEN))
        labels = catalog.category if task == 0 else catalog.tags[:, task - 1].astype(np.int64)
        before, after = labels[row[said]], label_code(tasks, task, state.value[said])
        differs = before != after
        words = np.array([*task_values(tasks, name), None], object)
        frames.append(_described(state, records, said[differs]).assign(
            row=row[said][differs], task=name,
            before=words[before[differs]], after=words[after[differs]],
        ))
    found = pd.concat(frames).sort_values("row", kind="stable", ignore_index=True)
    place = found.pop("row").to_numpy()
    found.insert(0, "item_id", catalog.item_ids[place])
    found["split"] = catalog.rows["split"].to_numpy()[place]
    found["heldout"] = found["split"].to_numpy() == "heldout"
    return found


def _described(state: Present, records: Records, which: np.ndarray) -> pd.DataFrame:
    """by, source, save, votes, agreeing of some rows of the present."""
    record = state.record[which]
    by, source = (np.full(len(which), other, object) for other in ("votes", None))
    save, spoken = np.full(len(which), -1, np.int64), record >= 0
    save[spoken] = records.save[record[spoken]]
    by[spoken] = records.words[records.annotator[record[spoken]]]
    source[spoken] = records.words[records.source[record[spoken]]]
    return pd.DataFrame({
        "by": by, "source": source, "save": save,
        "votes": state.votes[which], "agreeing": state.agreeing[which],
    })


def catalog_rows(catalog: Catalog, records: Records) -> np.ndarray:
    """int64 (I,): the catalog's row of each item of the log; -1 where it has none."""
    if len(records.items) * FEW < len(catalog):  # the catalog keeps this index from save to save
        return catalog.place_of.get_indexer(records.items)
    return rows_of(pa.array(catalog.rows["item_id"], pa.string()), records)


def rows_of(item_ids: pa.Array, records: Records) -> np.ndarray:
    """int64 (I,): the place in ``item_ids`` (string, distinct) of each item of the log, or -1."""
    place = pc.index_in(pa.array(records.items, pa.string()), value_set=item_ids)
    return place.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def _column(catalog: Catalog, task: int, codes: np.ndarray) -> pd.Series:
    """Label codes (-1: none) as the catalog's column."""
    if task == 0:
        names = np.array([*catalog.tasks.classes, None], object)[codes]
        return pd.Series(names, index=catalog.rows.index, dtype=catalog.rows["category"].dtype)
    column = pd.array(codes == 1, dtype="boolean")
    column[codes < 0] = pd.NA
    return pd.Series(column, index=catalog.rows.index)
