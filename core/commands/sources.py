"""What a training run is made of: the workspace, others that join it, further photos."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.annotations.apply import current_catalog
from core.balance import class_weights, tag_weights
from core.catalog.table import PARTS, Catalog
from core.errors import ModelError, TasksMismatchError
from core.model.course import Data
from core.model.examples import Examples, join, of_catalog
from core.model.feed import Photos
from core.model.recipe import Recipe
from core.model.report import Report
from core.workspace import Workspace


@dataclass(frozen=True)
class Source:
    """Photos of one origin.

    Attributes:
        name: of the workspace or file.
        catalog: its items; None for further photos that are no catalog.
        parts: by side of the split.
        optional: learned from a few per epoch (``Recipe.extra_per_epoch``), not all.
    """

    name: str
    catalog: Catalog | None
    parts: dict[str, Examples]
    optional: bool = False


@dataclass(frozen=True)
class Gathered:
    """All sources, the workspace's own first, with their photos decoded.

    Attributes:
        everything: all examples in one row; ``photos`` in the same order.
        sources: which source each row is of, int (N,), by its place in ``names``.
        sides: which part each row belongs to, object (N,) of str.
    """

    origins: tuple[Source, ...]
    widths: dict[str, int]
    everything: Examples
    sources: np.ndarray
    sides: np.ndarray

    def rows(self, side: str, source: int | None = None, photos: Photos | None = None):
        """int64: rows of a part, of one source or all; with ``photos`` only readable ones."""
        mask = self.sides == side
        if source is not None:
            mask &= self.sources == source
        if photos is not None:
            mask &= photos.readable
        return np.flatnonzero(mask)

    def answered(self, rows: np.ndarray) -> np.ndarray:
        """Those of ``rows`` for which at least one head has an answer."""
        counts = [weights[rows].any(axis=1) for weights in self.everything.weights.values()]
        return rows[np.any(counts, axis=0)]


def of_workspace(workspace: Workspace) -> Source:
    """A workspace's items that have photos, by side of its split.

    Raises:
        ModelError: it has no photos.
    """
    catalog = current_catalog(workspace)
    if workspace.images_dir is None or not catalog.rows["image"].notna().any():
        raise ModelError(
            f"workspace {workspace.name!r} has labels only, no photos to learn from;"
            " make it again with init --images DIR"
        )
    parts = {part: of_catalog(workspace, catalog.part(part)) for part in PARTS}
    return Source(workspace.name, catalog, parts)


def require_same_tasks(own: Workspace, other: Workspace) -> None:
    """Refuse to join a workspace that asks other questions.

    Raises:
        TasksMismatchError: names both.
    """
    if own.tasks.fingerprint != other.tasks.fingerprint:
        raise TasksMismatchError(
            f"workspace {other.name!r} asks other questions than {own.name!r}"
            f" ({_words(other)} against {_words(own)}); leave it out of --with"
        )


def _words(workspace: Workspace) -> str:
    return f"categories {list(workspace.tasks.classes)}, tags {list(workspace.tasks.tag_names)}"


def gather(origins: Sequence[Source], widths: dict[str, int]) -> Gathered:
    """Put all sources into one row; rows without any answer are kept for prediction."""
    keys = [(i, part) for i, origin in enumerate(origins) for part in origin.parts]
    pieces = [origins[i].parts[part] for i, part in keys]
    return Gathered(
        tuple(origins),
        widths,
        join(pieces, widths),
        np.concatenate([np.full(len(p), i) for (i, _), p in zip(keys, pieces)]),
        np.concatenate([np.full(len(p), part, object) for (_, part), p in zip(keys, pieces)]),
    )


def to_fit(gathered: Gathered, photos: Photos, recipe: Recipe) -> Data:
    """The examples of training and of validation, weighted as the recipe asks."""
    rows, judged = (
        gathered.answered(gathered.rows(side, photos=photos)) for side in ("train", "validation")
    )
    train = gathered.everything.take(rows)
    train = _with_join_weight(train, gathered, rows, recipe)
    own = train.category_labels()
    weights = class_weights(own, gathered.widths["category"], recipe.class_weights)
    changed = {"category": train.weights["category"] * weights[own][:, None].astype(np.float32)}
    if "tags" in gathered.widths:
        positive = tag_weights(train.tag_labels(), recipe.tag_weights)
        factor = 1 + (positive - 1) * train.targets["tags"]
        changed["tags"] = train.weights["tags"] * factor.astype(np.float32)
    validation = gathered.everything.take(judged)
    return Data(
        photos.pixels,
        train.with_weights(**changed),
        rows,
        _with_join_weight(validation, gathered, judged, recipe),
        judged,
        np.array([origin.optional for origin in gathered.origins])[gathered.sources[rows]],
    )


def _with_join_weight(
    examples: Examples, gathered: Gathered, rows: np.ndarray, recipe: Recipe
) -> Examples:
    factor = np.where(_joins(gathered, rows), recipe.join_weight, 1.0)
    factor = factor[:, None].astype(np.float32)
    return examples.with_weights(**{h: w * factor for h, w in examples.weights.items()})


def with_validation(data: Data, gathered: Gathered) -> Data:
    """Training and validation together, and nothing to judge by.

    Only the main workspace's validation joins, and that of photos of other things: a workspace
    that joins keeps its own, for thresholds to be chosen on.
    """
    own = ~_joins(gathered, data.validation_rows)
    widths = {head: targets.shape[1] for head, targets in data.train.targets.items()}
    return Data(
        data.pixels,
        join([data.train, data.validation.take(np.flatnonzero(own))], widths),
        np.concatenate([data.train_rows, data.validation_rows[own]]),
        data.validation.take(np.arange(0)),
        data.validation_rows[:0],
        np.concatenate([data.optional, np.zeros(int(own.sum()), bool)]),
    )


def _joins(gathered: Gathered, rows: np.ndarray) -> np.ndarray:
    """bool (len(rows),): items of a workspace that joins the main one."""
    joins = [i > 0 and origin.catalog is not None for i, origin in enumerate(gathered.origins)]
    return np.array(joins)[gathered.sources[rows]]


def require_learnable(data: Data, classes: Sequence[str], tags: Sequence[str], report: Report):
    """Refuse what cannot be learned; note what can be learned only badly.

    Raises:
        ModelError: no photos, or a class without any photo in the training part.
    """
    labels, judged = data.train.category_labels(), data.validation.category_labels()
    counts = np.bincount(labels[labels >= 0], minlength=len(classes))
    none = [name for name, count in zip(classes, counts) if not count]
    if not counts.any():
        raise ModelError("no photo of the training part has a label; label some, or init again")
    if none:
        raise ModelError(
            f"no photo of the training part is labelled {', '.join(none)}, so it could never be"
            " answered; label some, or take it out of tasks.yaml and init again"
        )
    few = [name for name, count in zip(classes, counts) if count < 5]
    if few:
        report.note(f"fewer than 5 photos to learn from: {', '.join(few)}; expect little of it")
    seen = set(judged[judged >= 0])
    unjudged = [name for i, name in enumerate(classes) if i not in seen]
    if not len(data.validation):
        report.note(
            "there are no validation photos: the last epoch is kept, scores are not calibrated"
            " and every threshold is 0.5"
        )
    elif unjudged:
        report.note(f"validation has no photo of {', '.join(unjudged)}: nothing measures it")
    if tags:
        positives = (data.train.tag_labels() == 1).sum(axis=0)
        rare = [tag for tag, count in zip(tags, positives) if not count]
        if rare:
            report.note(f"no training photo is tagged {', '.join(rare)}: its score says nothing")
