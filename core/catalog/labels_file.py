"""Labels as people have them: a Parquet file, a CSV file, or a folder of photos per class."""

import csv
import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa

from core.catalog.decode import PHOTO_SUFFIXES
from core.errors import LabelsError

ID, CATEGORY, IMAGE = "item_id", "category", "image"
"""Columns of the frame that a folder of class folders is read as."""

NULLS = ["", "NA", "N/A", "NaN", "nan", "NULL", "null", "None"]
_LIKE_PHOTOS = PHOTO_SUFFIXES | {".svg", ".heic", ".heif", ".jp2", ".psd"}
"""Refused later with a sentence, not silently passed over."""


def read_labels(path: Path) -> pd.DataFrame:
    """Read a labels file, one row for each line of it, columns as they are named there.

    Parquet (.parquet, .pq), text with a header line (.csv, .tsv, .txt; comma, semicolon or
    tab; UTF-8; also .gz), or a folder with one folder of photos for each class, which gives
    the columns item_id and image (the path in the folder) and category (the folder's name).
    Numbers in text become numbers unless that would lose leading zeros.

    Raises:
        LabelsError: missing, of another kind, or damaged.
    """
    if path.is_dir():
        return _read_class_folders(path)
    if not path.exists():
        raise LabelsError(f"there is no labels file {path}; name an existing one with --labels")
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    kind = suffixes[-1] if suffixes else ""
    if kind in (".parquet", ".pq"):
        return _read_parquet(path)
    if kind in (".csv", ".tsv", ".txt"):
        return _read_text(path)
    raise LabelsError(
        f"{path.name} is no kind of labels file that is known; give a .parquet or .csv file,"
        " or a folder with one folder of photos for each class"
    )


def as_text(values: pd.Series) -> pd.Series:
    """Ids and classes as text: whole numbers without a point, empty and missing as missing."""
    if pd.api.types.is_float_dtype(values.dtype) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    if pd.api.types.is_object_dtype(values.dtype):
        values = values.map(lambda v: v.decode("utf-8", "replace") if isinstance(v, bytes) else v)
    text = values.astype("str") if values.dtype == "str" else values.astype("string").astype("str")
    return text.mask(text == "")


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise LabelsError(
            f"{path.name} is not a Parquet file that can be read ({error}); write it again"
        ) from error
    if frame.index.name is not None:  # an id that pandas kept as the index
        frame = frame.reset_index()
    frame = frame.reset_index(drop=True)
    frame.columns = [str(name) for name in frame.columns]
    return _by_column(_flat, _distinct_columns(frame, path))


def _flat(values: pd.Series) -> pd.Series:
    """Lists and records, which cannot be compared or stored again, as text."""
    if values.dtype != object or pd.api.types.infer_dtype(values, skipna=True) == "string":
        return values
    return values.map(lambda v: v if v is None or pd.api.types.is_scalar(v) else str(v))


def _read_text(path: Path) -> pd.DataFrame:
    try:
        header, separator = _header(path)
        frame = pd.read_csv(
            path, sep=separator, dtype="str", keep_default_na=False, na_values=NULLS,
            encoding="utf-8-sig", skipinitialspace=True,
        )
        lengths_differ = not isinstance(frame.index, pd.RangeIndex)
        if not lengths_differ:
            frame.columns = header  # pandas would have renamed a name that stands twice
    except UnicodeDecodeError as error:
        raise LabelsError(f"{path.name} is not UTF-8 text; save it as CSV in UTF-8") from error
    except (OSError, ValueError, EOFError, pd.errors.ParserError) as error:
        raise LabelsError(
            f"{path.name} is not a CSV file that can be read ({str(error).strip()});"
            " it needs a header line and one line for each item"
        ) from error
    if lengths_differ:
        raise LabelsError(f"{path.name} has lines with more values than its header has names")
    return _by_column(_typed, _distinct_columns(frame, path))


def _header(path: Path) -> tuple[list[str], str]:
    """Names in the first line that is not blank, and what separates them."""
    opened = gzip.open if path.suffix.lower() == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        line = next((line for line in file if line.strip()), "")
    separator = max(",;\t", key=line.count)
    return [name.strip() for name in next(csv.reader([line], delimiter=separator), [])], separator


def _by_column(change: Callable[[pd.Series], pd.Series], frame: pd.DataFrame) -> pd.DataFrame:
    columns = {name: change(frame[name]) for name in frame}
    return pd.DataFrame(columns, index=frame.index, columns=frame.columns)


def _typed(text: pd.Series) -> pd.Series:
    """A column of text as truth values or numbers, where all of it is that."""
    known = text.dropna()
    if not len(known):
        return text
    if known.isin(["True", "False", "true", "false", "TRUE", "FALSE"]).all():
        return text.str.lower().map({"true": True, "false": False}).astype("boolean")
    if known.str.fullmatch(r"-?0[0-9]+").any():
        return text
    numbers = pd.to_numeric(known, errors="coerce")
    if numbers.isna().any() or (known.str.len() > 15).any():  # beyond exact in a float
        return text
    return numbers.reindex(text.index)


def _distinct_columns(frame: pd.DataFrame, path: Path) -> pd.DataFrame:
    repeated = frame.columns[frame.columns.duplicated()]
    if len(repeated):
        raise LabelsError(f"{path.name} has two columns {repeated[0]!r}; rename one of them")
    return frame


def _read_class_folders(folder: Path) -> pd.DataFrame:
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        inside = Path(parent).relative_to(folder)
        if inside.parts:
            found += [
                (inside.parts[0], (inside / name).as_posix())
                for name in sorted(files)
                if not name.startswith(".") and Path(name).suffix.lower() in _LIKE_PHOTOS
            ]
    if not found:
        raise LabelsError(
            f"{folder} has no folders with photos in them; it needs one folder of photos for"
            " each class, or give a .parquet or .csv file"
        )
    classes, images = zip(*found)
    return pd.DataFrame({ID: images, CATEGORY: classes, IMAGE: images}, dtype="str")
