"""Votes on their way into the log: one frame for all kinds of file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

import pandas as pd

from core.annotations.answer import CANNOT_TELL, NONE_OF_THESE, SKIP, microseconds
from core.catalog.table import Catalog
from core.errors import AnnotationError
from core.tasks import Tasks

COLUMNS = ("row", "item_id", "task", "value", "annotator", "said_at")
LEFT_OUT = ("row", "item_id", "reason", "detail")
OTHERS = ("none of these", "none of the above", "other", "others", "none")
"""Words that mean NONE_OF_THESE where they are not the name of a class; case is ignored."""


@dataclass(frozen=True)
class ReadVotes:
    """What became of a file of votes.

    Attributes:
        votes: COLUMNS: ``row`` (1 for the first record of the file), ``item_id``, ``task``,
            ``value``, ``annotator`` (str) and ``said_at`` (Int64 microseconds; missing).
        left_out: LEFT_OUT: records, or parts of them, that are no votes, and why.
    """

    votes: pd.DataFrame
    left_out: pd.DataFrame


@dataclass
class VoteList:
    """Collects votes record by record, for the files that are nested."""

    tasks: Tasks
    votes: list[tuple] = field(default_factory=list)
    left_out: list[tuple] = field(default_factory=list)

    def add(
        self, row: int, item_id: str, task: str, value: str, annotator: str, said_at: int | None
    ) -> None:
        self.votes.append((row, item_id, task, value, annotator, said_at))

    def leave_out(self, row: int, item_id: str | None, reason: str, detail: str) -> None:
        self.left_out.append((row, item_id, reason, detail))

    def read(self) -> ReadVotes:
        return ReadVotes(votes_frame(self.votes), left_out_frame(self.left_out))


def votes_frame(rows: Iterable[tuple] = ()) -> pd.DataFrame:
    """COLUMNS with their types."""
    frame = pd.DataFrame(list(rows), columns=list(COLUMNS))
    texts = dict.fromkeys(("item_id", "task", "value", "annotator"), "str")
    return frame.astype({"row": "int64", **texts, "said_at": "Int64"})


def left_out_frame(rows: Iterable[tuple] = ()) -> pd.DataFrame:
    """LEFT_OUT with their types."""
    frame = pd.DataFrame(list(rows), columns=list(LEFT_OUT))
    return frame.astype({"row": "int64", "item_id": "str", "reason": "str", "detail": "str"})


def class_of(tasks: Tasks, text: str) -> str | None:
    """The category's answer that a text in a file means; None if it means none."""
    text = text.strip()
    if text in tasks.classes or text in (SKIP, CANNOT_TELL):
        return text
    return NONE_OF_THESE if text.lower() in OTHERS else None


def microseconds_of(text: Any, where: str) -> int | None:
    """A moment in ISO 8601, UTC unless it says otherwise; None for none.

    Raises:
        AnnotationError: it is no moment.
    """
    if text is None or text is pd.NaT or text == "":
        return None
    try:
        moment = pd.Timestamp(text)
    except (ValueError, TypeError) as error:
        raise AnnotationError(
            f"{where}: {text!r} is no moment; write it like 2025-03-09T21:52:49Z"
        ) from error
    return microseconds(moment.to_pydatetime(warn=False))


class ItemFinder:
    """Finds the catalog's item that a record of another tool means."""

    def __init__(self, catalog: Catalog):
        self._columns = ("item_id", catalog.tasks.item.id)
        self._ids = set(catalog.item_ids)
        self._of_photo: dict[str, str] = {}
        photos = catalog.rows["image"] if "image" in catalog.rows else pd.Series(dtype="str")
        for item_id, image in zip(catalog.item_ids[: len(photos)], photos, strict=True):
            if isinstance(image, str):
                for name in (image, PurePosixPath(image).name):
                    self._of_photo.setdefault(name, item_id)

    def find(self, record: Mapping[str, Any], photo_keys: Iterable[str] = ()) -> str | None:
        """By an id that the record carries, else by the name of its photo; None without either.

        A photo that the catalog does not have stands for the item that is named like it.
        """
        for column in self._columns:
            if record.get(column) not in (None, ""):
                return str(record[column])
        texts = [record[key] for key in photo_keys if isinstance(record.get(key), str)]
        for text in texts:
            path = unquote(text.rpartition("?d=")[2].partition("?")[0])
            name = PurePosixPath(path).name
            # Uploads to Label Studio get 8 hex digits and a dash in front.
            for known in (name, name[9:] if name[8:9] == "-" else name):
                stem = PurePosixPath(known).stem
                if known in self._of_photo:
                    return self._of_photo[known]
                if stem in self._ids:
                    return stem
        for text in texts:
            return PurePosixPath(unquote(text.rpartition("?d=")[2].partition("?")[0])).stem or None
        return None
