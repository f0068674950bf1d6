"""From the rows of a labels file to the names of their photos in the images folder."""

import os
import posixpath
from pathlib import Path
from string import Formatter

import pandas as pd

from core.catalog.labels_file import as_text
from core.errors import LabelsError

ANY_SUFFIX = ".*"
"""At the end of a pattern: whatever suffix the file has."""


def fields(pattern: str) -> list[str]:
    """The columns that a pattern such as ``photos/{sku}.jpg`` fills in.

    Raises:
        LabelsError: the braces do not match, or there are none.
    """
    try:
        found = [field for _, field, _, _ in Formatter().parse(pattern) if field is not None]
    except ValueError:
        found = []
    if not all(found) or not found:
        raise LabelsError(
            f"image pattern {pattern!r} must name a column in braces, such as {{sku}}.jpg"
        )
    return found


def photo_names(frame: pd.DataFrame, pattern: str, images: Path) -> pd.Series:
    """Path of each row's photo in the images folder, ``/`` between folders.

    Returns:
        str (N,); missing where a column that the pattern needs is empty. Whether the file
        exists is not looked at, except for a pattern that ends in ``.*``: a name whose
        suffix is not found keeps it.
    """
    names = pd.Series("", index=frame.index, dtype="str")
    for literal, field, _, _ in Formatter().parse(pattern):
        names = names + literal
        if field is not None:
            names = names + as_text(frame[field])
    names = names.str.replace("\\", "/", regex=False)
    return _with_suffix(names, images) if pattern.endswith(ANY_SUFFIX) else names


def leads_outside(name: str) -> bool:
    """Whether a path points out of the images folder."""
    return posixpath.isabs(name) or posixpath.normpath(name).split("/")[0] == ".."


def _with_suffix(names: pd.Series, images: Path) -> pd.Series:
    stems = names.str.removesuffix(ANY_SUFFIX)
    found: dict[str, str] = {}
    for folder in stems.dropna().map(posixpath.dirname).unique():
        if leads_outside(folder) or not (images / folder).is_dir():
            continue
        for file in sorted(os.listdir(images / folder), reverse=True):
            path = posixpath.join(folder, file)
            found[posixpath.splitext(path)[0]] = path
    return stems.map(found).where(stems.map(found).notna(), names)
