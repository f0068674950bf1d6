"""Which columns of a labels file say what: guessed from names and values, or told."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from pandas.api import types

from core.catalog.labels_file import as_text
from core.catalog.photo_names import ANY_SUFFIX, fields, photo_names
from core.errors import LabelsError
from core.tasks import Category, ItemColumns, Tags, Tasks

ID_NAMES = ("item_id", "item", "uuid", "id", "sku", "asin", "image_id", "photo_id", "product_id")
IMAGE_NAMES = (
    "image", "image_path", "image_file", "image_name", "photo", "photo_path", "filename",
    "file_name", "file", "path",
)
GROUP_NAMES = (
    "group", "group_id", "seller_id", "seller", "sender_id", "sender", "product_id", "product",
    "user_id", "owner_id", "shop_id", "model_id",
)
CATEGORY_NAMES = ("category", "class", "label", "category_name", "class_name", "target")
NO_CATEGORY = (
    "title", "name", "description", "text", "url", "brand", "color", "colour", "size", "gender",
    "season", "condition", "material", "annotator", "split", "date", "created",
)
"""Text columns that begin so are rarely the question; they can still be named."""
SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ANY_SUFFIX, "")
LOOKED_AT = 64
"""Rows whose photos are looked for on disk to find the pattern of their names."""
NONE = "none"
"""What people write to say that there is no such column."""


@dataclass(frozen=True)
class Columns:
    """The columns as told by a person; what is None is guessed.

    Attributes:
        tags: empty for no tags.
        group: ``none`` for no group.
        image: the pattern of a photo's path in the images folder, ``{column}`` filled in.
    """

    id: str | None = None
    category: str | None = None
    tags: tuple[str, ...] | None = None
    group: str | None = None
    image: str | None = None


def infer_tasks(
    frame: pd.DataFrame,
    images: Path | None = None,
    columns: Columns = Columns(),
    *,
    source: str = "the labels file",
) -> Tasks:
    """Find out what a labels file asks.

    The id and the group are known by their names. The category is a text column, by name
    or else the first whose values repeat; its classes are its values, sorted. Tags are the
    numeric columns that hold only 0 and 1; truth values (bool) are taken as metadata.

    Args:
        frame: as ``read_labels`` gives it.
        images: the folder in which to look for the pattern of photo names.
        source: how errors call the file.

    Raises:
        LabelsError: no such column; says which were looked for and the option that names it.
    """
    for name in (columns.id, columns.category, *(columns.tags or ()), columns.group):
        if name not in (None, NONE):
            require_columns(frame, [name], source)
    item_id = columns.id or _id(frame, source)
    group = columns.group or _first(GROUP_NAMES, frame, without={item_id})
    category = columns.category or _category(frame, {item_id, group}, source)
    taken = {item_id, group, category}
    tags = columns.tags if columns.tags is not None else _tags(frame, taken)
    pattern = None
    if images is not None:
        pattern = columns.image or _pattern(frame, images, item_id)
        require_columns(frame, fields(pattern), source)
    return Tasks(
        Category(category, tuple(sorted(as_text(frame[category]).dropna().unique()))),
        Tags(tuple(tags)),
        ItemColumns(item_id, pattern, None if group == NONE else group),
    )


def require_columns(frame: pd.DataFrame, names: Iterable[str], source: str) -> None:
    """Refuse a file without one of these columns.

    Raises:
        LabelsError: names the column and those that there are.
    """
    for name in names:
        if name not in frame:
            raise LabelsError(f"{source} has no column {name!r}; its columns are {_list(frame)}")


def _id(frame: pd.DataFrame, source: str) -> str:
    """A column with an id's name; most of its values must differ."""
    by_name = {str(name).lower(): name for name in frame.columns}
    for name in (*ID_NAMES, *IMAGE_NAMES):
        column = by_name.get(name)
        if column is not None and frame[column].nunique() >= frame[column].count() / 2:
            return column
    raise LabelsError(
        f"{source} has no column that identifies an item (looked for {', '.join(ID_NAMES)});"
        f" its columns are {_list(frame)}; name one with --id COLUMN"
    )


def _category(frame: pd.DataFrame, taken: set[str | None], source: str) -> str:
    named = _first(CATEGORY_NAMES, frame, without=taken)
    if named is not None:
        return named
    for column in frame.columns:
        name, values = str(column).lower(), frame[column]
        known = column in taken or name in IMAGE_NAMES or name.startswith(NO_CATEGORY)
        if not known and _is_text(values) and 2 <= values.nunique() <= values.count() / 2:
            return column
    raise LabelsError(
        f"{source} has no column that looks like the category (a text column whose values"
        f" repeat); its columns are {_list(frame)}; name one with --category COLUMN"
    )


def _tags(frame: pd.DataFrame, taken: set[str | None]) -> list[str]:
    def is_tag(values: pd.Series) -> bool:
        numeric = types.is_numeric_dtype(values.dtype) and not types.is_bool_dtype(values.dtype)
        known = values.dropna() if numeric else ()
        return len(known) > 0 and bool(known.isin([0, 1]).all())

    return [name for name in frame.columns if name not in taken and is_tag(frame[name])]


def _pattern(frame: pd.DataFrame, images: Path, item_id: str) -> str:
    """The pattern under which most photos of a few rows are found."""
    named = _first(IMAGE_NAMES, frame, without=set())
    few = frame.iloc[:: max(1, len(frame) // LOOKED_AT)]
    candidates = [f"{{{column}}}{suffix}" for column in dict.fromkeys([named, item_id])
                  if column is not None for suffix in (SUFFIXES if column == item_id else ("",))]

    def found(pattern: str) -> int:
        return sum((images / name).is_file() for name in photo_names(few, pattern, images).dropna())

    counts = [found(pattern) for pattern in candidates]
    return candidates[counts.index(max(counts))]


def _first(names: tuple[str, ...], frame: pd.DataFrame, without: set[str | None]) -> str | None:
    by_name = {str(column).lower(): column for column in frame.columns if column not in without}
    return next((by_name[name] for name in names if name in by_name), None)


def _is_text(values: pd.Series) -> bool:
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = pd.Series(values.cat.categories)
    return pd.api.types.infer_dtype(values, skipna=True) == "string"


def _list(frame: pd.DataFrame) -> str:
    names = [str(name) for name in frame.columns]
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
