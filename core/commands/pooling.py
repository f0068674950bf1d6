"""From what the folds answered to one table of answers and its figures."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from core.catalog.table import Catalog
from core.commands.sources import Gathered
from core.decisions.calibrate import fit_platt, fit_temperature
from core.decisions.decide import accept, thresholds_of
from core.decisions.thresholds import cut_counts
from core.decisions.tune import choose
from core.files import atomic_path
from core.metrics import grouped
from core.predictions.table import Predictions
from core.tasks import Tasks

HEAD = "head:"
OutsideGroups = Mapping[tuple[int, str], str]
"""The group of a photo of none of the classes, by (source, item id)."""


@dataclass(frozen=True)
class Answered:
    """What one fold answered for the rows that it was not fitted to.

    Attributes:
        number, fold: which round and fold.
        rows: int64 (N,), rows of the gathered examples.
        logits: float32 (N, W) by head.
    """

    number: int
    fold: int
    rows: np.ndarray
    logits: dict[str, np.ndarray]
    seconds: float

    @staticmethod
    def write(
        path: Path, gathered: Gathered, rows: np.ndarray, logits: dict[str, np.ndarray],
        seconds: float,
    ) -> None:  # fmt: skip
        """Keep a fold's answers, by source and item id."""
        with atomic_path(path) as temporary, temporary.open("wb") as file:
            np.savez(
                file, source=gathered.sources[rows], seconds=seconds,
                item_id=gathered.everything.item_ids[rows].astype(str), **_prefixed(logits),
            )  # fmt: skip

    @classmethod
    def read(cls, path: Path, number: int, fold: int, gathered: Gathered) -> "Answered":
        """Read a fold's answers and find their rows again, by source and item id."""
        keys = zip(gathered.sources, gathered.everything.item_ids)
        place = {key: row for row, key in enumerate(keys)}
        with np.load(path) as found:
            rows = [place[key] for key in zip(found["source"], found["item_id"].astype(object))]
            logits = {n.removeprefix(HEAD): found[n] for n in found.files if n.startswith(HEAD)}
            return cls(number, fold, np.array(rows, np.int64), logits, float(found["seconds"]))

    def summary(self, gathered: Gathered) -> dict[str, Any]:
        """One line on the fold: how many labelled items, how many of them right."""
        labels, own = _labels(gathered, self.rows), gathered.sources[self.rows] == 0
        known = own & (labels >= 0)
        right = self.logits["category"][known].argmax(axis=1) == labels[known]
        return {
            "round": self.number,
            "fold": self.fold,
            "n": int(known.sum()),
            "top1": float(right.mean()) if len(right) else None,
            "seconds": round(self.seconds, 1),
        }


@dataclass(frozen=True)
class Table:
    """One round's answers for all rows judged.

    Attributes:
        rows: int64 (N,), ascending rows of the gathered examples.
        category, tags, outside: calibrated scores float32 (N, K), (N, T), (N,); ``outside``
            None without such a head.
        accepted: bool (N, T): tags over thresholds that were tuned on the other folds.
    """

    rows: np.ndarray
    category: np.ndarray
    tags: np.ndarray
    outside: np.ndarray | None
    accepted: np.ndarray
    item_ids: np.ndarray
    own: np.ndarray


def pooled(answers: Sequence[Answered], gathered: Gathered, tasks: Tasks) -> list[Table]:
    """One table for each round; each fold calibrated and cut by the other folds' answers."""
    numbers = sorted({answered.number for answered in answers})
    return [
        _pooled([a for a in answers if a.number == number], gathered, tasks) for number in numbers
    ]


def _pooled(answers: Sequence[Answered], gathered: Gathered, tasks: Tasks) -> Table:
    rows = np.concatenate([a.rows for a in answers])
    fold = np.concatenate([np.full(len(a.rows), a.fold) for a in answers])
    logits = {h: np.concatenate([a.logits[h] for a in answers]) for h in answers[0].logits}
    logits.setdefault("tags", np.empty((len(rows), 0), np.float32))
    own = gathered.sources[rows] == 0
    labels, tag_labels = _labels(gathered, rows), _tag_labels(gathered, rows, len(tasks.tag_names))
    outside_labels = _outside_labels(gathered, rows)
    category, tags = np.empty_like(logits["category"]), np.empty_like(logits["tags"])
    accepted = np.zeros(tags.shape, bool)
    outside = np.empty(len(rows), np.float32) if "out_of_catalog" in logits else None
    for number in np.unique(fold):
        here, others = fold == number, (fold != number) & own
        category[here] = _softmax(
            logits["category"][here] / fit_temperature(logits["category"][others], labels[others])
        )
        pairs = fit_platt(logits["tags"][others], tag_labels[others])
        tags[here] = _platted(logits["tags"][here], pairs)
        counts = cut_counts(_platted(logits["tags"][others], pairs), tag_labels[others])
        cuts = thresholds_of(tasks.tag_names, choose(counts).thresholds(tasks.tag_names))
        accepted[here] = accept(tags[here], cuts)
        if outside is not None:
            every = fold != number
            pair = fit_platt(logits["out_of_catalog"][every], outside_labels[every])
            outside[here] = _platted(logits["out_of_catalog"][here], pair)[:, 0]
    order = np.argsort(rows)
    return Table(
        rows[order], category[order], tags[order], None if outside is None else outside[order],
        accepted[order], gathered.everything.item_ids[rows[order]], own[order],
    )  # fmt: skip


def figures_of(
    tables: Sequence[Table], gathered: Gathered, outside_groups: OutsideGroups
) -> dict[str, Any]:
    """``items``, ``groups`` of these, ``others`` (photos of none of the classes), ``figures``: by
    name the value and its interval over all groups."""
    first, catalog = tables[0], gathered.origins[0].catalog
    groups = groups_of(first, gathered, outside_groups)
    each = [_figures(table, catalog, gathered) for table in tables]
    figures = {name: grouped.mean_of([found[name] for found in each]) for name in each[0]}
    return {
        "items": int(first.own.sum()),
        "others": int((~first.own).sum()),
        "groups": int(len(np.unique(groups[first.own]))),
        "figures": grouped.with_intervals(figures, groups),
    }


def groups_of(table: Table, gathered: Gathered, outside_groups: OutsideGroups) -> np.ndarray:
    """The group of each row of a table, str (N,); a photo without one is its own."""
    catalog = gathered.origins[0].catalog
    known = catalog.rows.dropna(subset=["group"])
    groups = {(0, item): group for item, group in zip(known["item_id"], known["group"])}
    groups |= outside_groups
    keys = zip(gathered.sources[table.rows], table.item_ids)
    return np.array([f"group {groups[k]}" if k in groups else f"item {k}" for k in keys], str)


def _figures(table: Table, catalog: Catalog, gathered: Gathered) -> dict[str, grouped.Figure]:
    labels = np.where(table.own, _labels(gathered, table.rows), -1)
    found = category_figures(labels, table.category)
    names = catalog.tasks.tag_names
    truth = _tag_labels(gathered, table.rows, len(names))
    truth[~table.own] = -1
    for i, tag in enumerate(names):
        found[f"{tag} AP"] = grouped.average_precision(truth[:, i], table.tags[:, i])
        found[f"{tag} F1"] = grouped.f1(truth[:, i], table.accepted[:, i])
    if table.outside is not None:
        outside = _outside_labels(gathered, table.rows)[:, 0]
        found["out of catalog AUC"] = grouped.auc(outside, table.outside)
    return found


def category_figures(labels: np.ndarray, scores: np.ndarray) -> dict[str, grouped.Figure]:
    """Figures of the category. ``labels`` int (N,), -1 where not judged; ``scores`` (N, K)."""
    known = labels >= 0
    ranked = np.argsort(-scores, axis=1, kind="stable")
    right = [(ranked[:, :k] == labels[:, None]).any(axis=1) for k in (1, 2)]
    return {
        "top1": grouped.share(right[0], known),
        "top2": grouped.share(right[1], known),
        "macro_f1": grouped.macro_f1(labels, ranked[:, 0], scores.shape[1]),
        "ece": grouped.ece(scores.max(axis=1), right[0], known),
    }


def write_rounds(folder: Path, tables: Sequence[Table], tasks: Tasks) -> None:
    """Each round's answers for the catalog's items, as predictions, in place of earlier ones."""
    shutil.rmtree(folder, ignore_errors=True)
    for number, table in enumerate(tables):
        own = table.own
        extra = {} if table.outside is None else {"out_of_catalog": table.outside[own]}
        found = Predictions(
            tasks, table.item_ids[own], table.category[own], table.tags[own], None, extra,
            {"made": "out of fold"},
        )  # fmt: skip
        with atomic_path(folder / f"round-{number}.parquet") as temporary:
            pq.write_table(found.to_arrow(), temporary)


def _labels(gathered: Gathered, rows: np.ndarray) -> np.ndarray:
    """The catalog's own hard labels; -1 for photos of none of its classes."""
    return _by_id(gathered, rows, lambda catalog: catalog.category, -1)


def _tag_labels(gathered: Gathered, rows: np.ndarray, width: int) -> np.ndarray:
    if not width:
        return np.empty((len(rows), 0), np.int8)
    return _by_id(gathered, rows, lambda catalog: catalog.tags, -1)


def _by_id(gathered: Gathered, rows: np.ndarray, values_of, nothing: int) -> np.ndarray:
    catalog = gathered.origins[0].catalog
    values = values_of(catalog)
    place = dict(zip(catalog.item_ids, range(len(catalog))))
    found = np.full((len(rows), *values.shape[1:]), nothing, values.dtype)
    for at, (source, item) in enumerate(
        zip(gathered.sources[rows], gathered.everything.item_ids[rows])
    ):
        if source == 0:
            found[at] = values[place[item]]
    return found


def _outside_labels(gathered: Gathered, rows: np.ndarray) -> np.ndarray:
    """int8 (N, 1): 1 for photos of none of the classes; 0 for labelled items; -1 not judged."""
    if "out_of_catalog" not in gathered.everything.targets:
        return np.full((len(rows), 1), -1, np.int8)
    said = gathered.everything.take(rows).outside_labels()
    optional = np.array([origin.optional for origin in gathered.origins])[gathered.sources[rows]]
    own, known = gathered.sources[rows] == 0, _labels(gathered, rows) >= 0
    said[own & known], said[(own & ~known) | optional] = 0, -1
    return said


def _prefixed(logits: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    return {f"{HEAD}{name}": values for name, values in logits.items()}


def _softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (shifted / shifted.sum(axis=1, keepdims=True)).astype(np.float32)


def _platted(logits: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    return (1 / (1 + np.exp(-(logits * pairs[:, 0] + pairs[:, 1])))).astype(np.float32)
