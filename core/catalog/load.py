"""Labels and photos to a catalog: what is sound goes in, the rest is listed with its reason."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.catalog.infer import Columns, infer_tasks, require_columns
from core.catalog.labels_file import as_text, read_labels
from core.catalog.left_out import left_out_frame
from core.catalog.photo_names import fields, leads_outside, photo_names
from core.catalog.photo_scan import PhotoScan, scan_photos
from core.catalog.table import tag_column
from core.progress import Progress, silent
from core.tasks import Tasks

__all__ = ["Columns", "Loaded", "build_catalog", "infer_tasks", "read_labels"]

_YES_NO = {"1": 1, "1.0": 1, "true": 1, "yes": 1, "0": 0, "0.0": 0, "false": 0, "no": 0}
_NULL, _UNKNOWN = -1, -2


@dataclass(frozen=True)
class Loaded:
    """What became of a labels file.

    Attributes:
        rows: a catalog's rows (core.catalog.table.Catalog), still without ``split``.
        left_out: what is not in them, by row (core.catalog.left_out.left_out_frame).
        duplicate_rows: how many of those repeat an earlier row in every column.
    """

    rows: pd.DataFrame
    left_out: pd.DataFrame
    duplicate_rows: int


class _Sieve:
    """Remembers for each row the first reason to leave it out."""

    def __init__(self, n: int):
        self.reason = np.full(n, None, object)
        self.detail = np.full(n, "", object)

    @property
    def passed(self) -> np.ndarray:
        """int (M,): positions of the rows that nothing spoke against so far."""
        return np.flatnonzero(pd.isna(self.reason))

    def stop(self, at: np.ndarray, reason: str, details: Any) -> None:
        """Leave out the rows at these positions; ``details`` one text, or one for each."""
        self.reason[at] = reason
        self.detail[at] = details


def build_catalog(
    frame: pd.DataFrame,
    tasks: Tasks,
    images: Path | None = None,
    progress: Progress = silent,
    *,
    keep_unlabelled: bool = False,
    source: str = "the labels file",
) -> Loaded:
    """Check every row and every photo.

    A row is left out for the first of left_out.REASONS that holds. Of identical rows, and of rows
    with the same id and the same labels, the first counts; rows with the same id and
    different labels are left out all, for nobody knows which is right.

    Args:
        frame: as ``read_labels`` gives it.
        images: the folder of the photos; None for labels only.
        progress: called with the photos read so far.
        keep_unlabelled: keep rows without a class or with an empty tag, as unlabelled.

    Raises:
        LabelsError: a column that the tasks ask for is missing.
    """
    pattern = tasks.item.image if images is not None else None
    asked = [tasks.item.id, tasks.category.column, *tasks.tag_names]
    asked += [tasks.item.group] if tasks.item.group else []
    require_columns(frame, [*asked, *(fields(pattern) if pattern else ())], source)
    sieve = _Sieve(len(frame))
    _stop_duplicate_rows(frame, sieve)
    ids = as_text(frame[tasks.item.id])
    sieve.stop(_among(sieve, ids.isna()), "no id", f"{tasks.item.id} is empty")
    category, tags = _labels(frame, tasks, sieve, keep_unlabelled)
    _stop_repeated_ids(ids, category, tags, sieve)
    names = photo_names(frame, pattern, images) if pattern else as_text(ids).mask(ids.notna())
    scan = _scan(names, images, sieve, progress) if pattern else None
    rows = _rows(frame, tasks, sieve.passed, ids, category, tags, names, scan)
    duplicates = int((sieve.reason == "duplicate row").sum())
    return Loaded(rows, _left_out(ids, names, sieve), duplicates)


def _among(sieve: _Sieve, mask: Any) -> np.ndarray:
    passed = sieve.passed
    return passed[np.asarray(mask)[passed]]


def _stop_duplicate_rows(frame: pd.DataFrame, sieve: _Sieve) -> None:
    at = np.flatnonzero(frame.duplicated())
    if len(at):
        alike = pd.factorize(pd.util.hash_pandas_object(frame, index=False))[0]
        first = _first_place(alike)[alike[at]]
        sieve.stop(at, "duplicate row", [f"the same as row {row + 1}" for row in first])


def _first_place(codes: np.ndarray) -> np.ndarray:
    first = np.empty(codes.max(initial=-1) + 1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return first


def _labels(
    frame: pd.DataFrame, tasks: Tasks, sieve: _Sieve, keep_unlabelled: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Class codes int64 (N,) and tags int8 (N, T), -1 where unlabelled."""
    column = tasks.category.column
    text = as_text(frame[column])
    category = pd.Index(tasks.classes).get_indexer(text)
    tags = np.empty((len(frame), len(tasks.tag_names)), np.int8)
    for t, tag in enumerate(tasks.tag_names):
        codes, values = pd.factorize(frame[tag])
        answers = [_YES_NO.get(str(value).lower(), _UNKNOWN) for value in values]
        tags[:, t] = np.array([*answers, _NULL], np.int8)[codes]
    if not keep_unlabelled:
        sieve.stop(_among(sieve, text.isna()), "null label", f"{column} is empty")
        for t, tag in enumerate(tasks.tag_names):
            sieve.stop(_among(sieve, tags[:, t] == _NULL), "null label", f"{tag} is empty")
    at = _among(sieve, (category < 0) & text.notna())
    sieve.stop(at, "unknown class", [f"{column} is {value!r}" for value in text.iloc[at]])
    for t, tag in enumerate(tasks.tag_names):
        at = _among(sieve, tags[:, t] == _UNKNOWN)
        details = [f"{tag} is {value!r}, neither 0 nor 1" for value in frame[tag].iloc[at].tolist()]
        sieve.stop(at, "unknown tag value", details)
    return category, tags


def _stop_repeated_ids(
    ids: pd.Series, category: np.ndarray, tags: np.ndarray, sieve: _Sieve
) -> None:
    """Of rows with one id keep the first, or none where their labels differ."""
    at = sieve.passed
    codes = pd.factorize(ids.iloc[at])[0]
    first = _first_place(codes)[codes]
    if len(at) == codes.max(initial=-1) + 1:
        return
    differs = category[at] != category[at[first]]
    differs |= (tags[at] != tags[at[first]]).any(axis=1)
    disputed = np.bincount(codes, weights=differs)[codes] > 0
    rows = pd.Series(at[disputed] + 1).groupby(codes[disputed]).agg(
        lambda numbers: ", ".join(map(str, numbers[:10])) + (" ..." if len(numbers) > 10 else "")
    )
    details = [f"rows {rows[code]} give this id different labels" for code in codes[disputed]]
    sieve.stop(at[disputed], "conflicting labels", details)
    again = ~disputed & (first != np.arange(len(at)))
    details = [f"the same id and labels as row {at[place] + 1}" for place in first[again]]
    sieve.stop(at[again], "repeated id", details)


def _scan(names: pd.Series, images: Path, sieve: _Sieve, progress: Progress) -> PhotoScan:
    """Read the photos of all rows that passed; each file once. Aligned with those that pass."""
    nameless = _among(sieve, names.isna())
    sieve.stop(nameless, "missing photo", "the labels file names no photo")
    outside = _among(sieve, names.map(leads_outside, na_action="ignore").eq(True))
    sieve.stop(outside, "missing photo", "its path leads out of the images folder")
    at = sieve.passed
    place, files = pd.factorize(names.iloc[at])
    scan = scan_photos(images, list(files), progress)
    refused = scan.refused[place]
    for position, error in zip(at, refused):
        if error is not None:
            if error.reason == "missing":
                sieve.stop(position, "missing photo", "no such file in the images folder")
            else:
                sieve.stop(position, "unreadable photo", str(error))
    good = place[pd.isna(refused)]
    return PhotoScan(scan.content[good], scan.width[good], scan.height[good], scan.refused[good])


def _rows(
    frame: pd.DataFrame,
    tasks: Tasks,
    at: np.ndarray,
    ids: pd.Series,
    category: np.ndarray,
    tags: np.ndarray,
    names: pd.Series,
    scan: PhotoScan | None,
) -> pd.DataFrame:
    classes = np.array([*tasks.classes, None], dtype=object)  # -1 takes the last
    columns = {
        "item_id": pd.Series(ids.iloc[at].to_numpy(), dtype="str"),
        "category": pd.Series(classes[category[at]], dtype="str"),
    }
    for t, tag in enumerate(tasks.tag_names):
        columns[tag_column(tag)] = pd.arrays.BooleanArray(tags[at, t] == 1, tags[at, t] < 0)
    columns["image"] = pd.Series(names.iloc[at].to_numpy(), dtype="str")
    columns["content"] = pd.Series(scan.content if scan else [None] * len(at), dtype="str")
    for side in ("width", "height"):
        columns[side] = pd.array(getattr(scan, side) if scan else [None] * len(at), dtype="Int32")
    group = as_text(frame[tasks.item.group]).iloc[at].to_numpy() if tasks.item.group else None
    columns["group"] = pd.Series(group, index=range(len(at)), dtype="str")
    used = {tasks.item.id, tasks.category.column, *tasks.tag_names, tasks.item.group}
    for name in frame.columns:
        if name not in used:
            columns[f"meta:{name}"] = _storable(frame[name].iloc[at].reset_index(drop=True))
    return pd.DataFrame(columns, index=pd.RangeIndex(len(at)))


def _storable(values: pd.Series) -> pd.Series:
    """A column of mixed types, which Parquet cannot hold, as text."""
    return as_text(values) if values.dtype == object else values


def _left_out(ids: pd.Series, names: pd.Series, sieve: _Sieve) -> pd.DataFrame:
    at = np.flatnonzero(pd.notna(sieve.reason))
    return left_out_frame(
        at + 1, ids.iloc[at].to_numpy(), names.iloc[at].to_numpy(), sieve.reason[at],
        sieve.detail[at],
    )
