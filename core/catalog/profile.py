"""What a catalog holds: counts, gaps, and how classes and tags go together."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from core.catalog.table import PARTS, Catalog, tag_column

ROWS_AT_ONCE = 1 << 16
"""Small enough for float32 to count exactly, large enough to be fast."""


@dataclass(frozen=True)
class Profile:
    """Counts over a catalog. A *label* is a class or a tag: L = K classes, then T tags.

    Attributes:
        duplicate_rows: rows of the labels file that repeated another one, not among the items.
        labels: str (L,), distinct: a tag with the name of a class is called ``tag:<NAME>``.
        n_classes: K.
        part_sizes: items of each of PARTS.
        counts: int64 (3, L): items with each label, for each of PARTS.
        unlabelled: int64 (L,): items whose answer to this question is missing.
        both: int64 (L, L): items that have both labels; the diagonal counts one label.
        first: int64 (L, L): items that have the row's label, and an answer to the column's.
        known: int64 (L, L): items with an answer to both.
        identical_photos: item ids that share one and the same photo file, largest set first.
    """

    items: int
    duplicate_rows: int
    labels: tuple[str, ...]
    n_classes: int
    part_sizes: Mapping[str, int]
    counts: np.ndarray
    unlabelled: np.ndarray
    both: np.ndarray
    first: np.ndarray
    known: np.ndarray
    identical_photos: tuple[tuple[str, ...], ...]

    @property
    def totals(self) -> np.ndarray:
        """int64 (L,): items with each label."""
        return self.counts.sum(axis=0)

    @cached_property
    def phi(self) -> np.ndarray:
        """float64 (L, L): Pearson's correlation of two yes-or-no labels, over items with both
        answers; NaN where a label is never or always given."""
        n, a, b = self.known.astype(float), self.first.astype(float), self.first.T.astype(float)
        spread = np.sqrt(a * (n - a) * b * (n - b))
        off = n * self.both - a * b
        return np.divide(off, spread, out=np.full(off.shape, np.nan), where=spread > 0)

    @cached_property
    def share(self) -> np.ndarray:
        """float64 (L, L): of the items with the row's label, the part that has the column's;
        NaN where there are none."""
        share = np.full(self.both.shape, np.nan)
        return np.divide(self.both, self.first, out=share, where=self.first > 0)

    def gaps(self, fewest: int = 1) -> list[tuple[str, str, int]]:
        """(part, label, items) wherever a part has fewer than this many of a label.

        Parts without any item are passed over: the split did not ask for them.
        """
        return [
            (part, label, int(count))
            for part, row in zip(PARTS, self.counts)
            for label, count in zip(self.labels, row)
            if count < fewest and self.part_sizes[part]
        ]

    def strongest(self, most: int = 10) -> list[tuple[int, int]]:
        """Pairs (row, column) of labels by the size of phi; two classes are never a pair."""
        upper = np.triu(np.ones(self.phi.shape, bool), 1) & np.isfinite(self.phi)
        upper[: self.n_classes, : self.n_classes] = False
        rows, columns = np.nonzero(upper)
        order = np.argsort(-np.abs(self.phi[rows, columns]), kind="stable")[:most]
        return [(int(rows[place]), int(columns[place])) for place in order]

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; a phi that is not defined is None."""
        counts = dict(zip(self.labels, self.totals.tolist()))
        keys = list(counts)
        phi = [[None if np.isnan(v) else round(v, 6) for v in row] for row in self.phi.tolist()]
        return {
            "items": self.items,
            "duplicate_rows": self.duplicate_rows,
            "parts": dict(self.part_sizes),
            "classes": {name: counts[name] for name in keys[: self.n_classes]},
            "tags": {name: counts[name] for name in keys[self.n_classes :]},
            "by_part": {
                part: dict(zip(keys, row.tolist())) for part, row in zip(PARTS, self.counts)
            },
            "unlabelled": dict(zip(keys, self.unlabelled.tolist())),
            "phi": {name: dict(zip(keys, row)) for name, row in zip(keys, phi)},
            "both": {name: dict(zip(keys, row)) for name, row in zip(keys, self.both.tolist())},
            "identical_photos": [list(ids) for ids in self.identical_photos],
        }


def profile(catalog: Catalog, duplicate_rows: int = 0) -> Profile:
    """Count everything in a catalog; a million items with 100 labels take seconds."""
    tasks = catalog.tasks
    n_labels = len(tasks.classes) + len(tasks.tag_names)
    code = pd.Index(PARTS).get_indexer(catalog.rows["split"])
    counts = np.zeros((len(PARTS), n_labels), np.int64)
    both, first, known = (np.zeros((n_labels, n_labels), np.int64) for _ in range(3))
    for start in range(0, len(catalog), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        has, answered = _answers(catalog, rows)
        for part in range(len(PARTS)):
            counts[part] += has[code[rows] == part].sum(axis=0).astype(np.int64)
        both += (has.T @ has).astype(np.int64)
        if answered.all():
            first += np.broadcast_to(has.sum(axis=0)[:, None], first.shape).astype(np.int64)
            known += len(has)
        else:
            first += (has.T @ answered).astype(np.int64)
            known += (answered.T @ answered).astype(np.int64)
    return Profile(
        items=len(catalog),
        duplicate_rows=duplicate_rows,
        labels=label_names(tasks.classes, tasks.tag_names),
        n_classes=len(tasks.classes),
        part_sizes={part: int((code == place).sum()) for place, part in enumerate(PARTS)},
        counts=counts,
        unlabelled=len(catalog) - np.diagonal(known),
        both=both,
        first=first,
        known=known,
        identical_photos=_identical_photos(catalog),
    )


def label_names(classes: tuple[str, ...], tags: tuple[str, ...]) -> tuple[str, ...]:
    """Classes, then tags; a tag with the name of a class is called ``tag:<NAME>``."""
    return (*classes, *(tag_column(tag) if tag in classes else tag for tag in tags))


def _answers(catalog: Catalog, rows: slice) -> tuple[np.ndarray, np.ndarray]:
    """float32 (n, L) of 0 and 1: has the label; the question has an answer."""
    category, tags = catalog.category[rows], catalog.tags[rows]
    classes = np.arange(len(catalog.tasks.classes))
    has = np.concatenate([category[:, None] == classes, tags == 1], axis=1)
    labelled = np.broadcast_to((category >= 0)[:, None], (len(category), len(classes)))
    answered = np.concatenate([labelled, tags >= 0], axis=1)
    return has.astype(np.float32), answered.astype(np.float32)


def _identical_photos(catalog: Catalog) -> tuple[tuple[str, ...], ...]:
    content = catalog.rows["content"]
    twins = catalog.rows.loc[content.notna() & content.duplicated(keep=False)]
    sets = twins.groupby("content", sort=False)["item_id"].agg(tuple)
    return tuple(sorted(sets, key=len, reverse=True))
