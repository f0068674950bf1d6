"""What the checks work on: one catalog, its photos at a glance, what a model says."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from core.audit.looks import Looks
from core.audit.out_of_sample import features, out_of_sample
from core.audit.twins import Twins, near_twins, unit_vectors
from core.catalog.table import Catalog
from core.predictions.table import Predictions


MOST_TAG_WORK = 20_000
"""Items times tags up to which more repeats are worth their time."""


@dataclass(frozen=True)
class Ground:
    """Of one catalog.

    Attributes:
        catalog: with the labels to be judged.
        looks: of the same items, in the same order.
        predictions: with embeddings; None without a model or photos.
        out_of_catalog_cut: score from which an item counts as none of the classes, for models
            that have such a score.
        seed: of the folds.
        breathe: called now and then during long work; raises ``Cancelled`` to end it.
    """

    catalog: Catalog
    looks: Looks
    predictions: Predictions | None = None
    out_of_catalog_cut: float = 0.5
    seed: int = 0
    breathe: Callable[[], None] = field(default=lambda: None, compare=False)

    @cached_property
    def embedded(self) -> np.ndarray:
        """int64 (M,): rows of the catalog whose photo has an embedding."""
        return np.flatnonzero(self._aligned[1])

    @cached_property
    def embedding(self) -> np.ndarray | None:
        """float32 (M, D) of the ``embedded`` rows; None without."""
        found = self._aligned[0]
        if found is None or found.embedding is None or not len(found):
            return None
        return found.embedding.astype(np.float32)

    @cached_property
    def scores(self) -> Predictions | None:
        """The model's scores of the ``embedded`` rows."""
        return self._aligned[0]

    @cached_property
    def inputs(self) -> np.ndarray:
        """float32 (M, width): see ``out_of_sample.features``."""
        rows = self.embedded
        return features(self.embedding, self.looks.coarse[rows], self.looks.outlines[rows])

    @cached_property
    def alike(self) -> np.ndarray:
        """int64 (N,): equal for items with the very same photo file."""
        if "content" not in self.catalog.rows:
            return np.arange(len(self.catalog))
        content = self.catalog.rows["content"].astype(object)
        return pd.factorize(content.where(content.notna(), self.catalog.item_ids))[0]

    @cached_property
    def twins(self) -> Twins:
        """Pairs of items with nearly the same photo."""
        vectors = None
        if self.embedding is not None:
            vectors = unit_vectors(self.embedding, self.embedded, len(self.catalog))
        return near_twins(self.looks, self.alike, vectors)

    @cached_property
    def category_scores(self) -> np.ndarray:
        """float64 (M, K): out of sample, for the ``embedded`` rows."""
        return self._out_of_sample(self.catalog.category, len(self.catalog.tasks.classes))

    def tag_scores(self, tag: int) -> np.ndarray:
        """float64 (M, 2): out of sample, not tagged and tagged, for the ``embedded`` rows."""
        labels = self.catalog.tags[:, tag].astype(np.int64)
        work = len(self.embedded) * len(self.catalog.tasks.tag_names)
        return self._out_of_sample(labels, 2, work <= MOST_TAG_WORK)

    def _out_of_sample(self, labels: np.ndarray, n: int, thorough: bool = True) -> np.ndarray:
        rows = self.embedded
        return out_of_sample(
            self.inputs, labels[rows], n, alike=self.alike[rows], thorough=thorough,
            seed=self.seed, breathe=self.breathe,
        )

    @cached_property
    def _aligned(self) -> tuple[Predictions | None, np.ndarray]:
        if self.predictions is None or self.predictions.embedding is None:
            return None, np.zeros(len(self.catalog), bool)
        return self.predictions.align(self.catalog.item_ids)


def cross_validated(ground: Ground) -> Predictions | None:
    """Category and tags of the ``embedded`` items, by heads that did not learn their labels.

    None without embeddings, or where fewer than two classes have labels. A tag of which only
    one side is labelled gets the share of that side.
    """
    if ground.embedding is None or np.isnan(ground.category_scores).any():
        return None
    tasks, columns = ground.catalog.tasks, []
    for number in range(len(tasks.tag_names)):
        scores = ground.tag_scores(number)[:, 1]
        labels = ground.catalog.tags[:, number]
        columns.append(np.where(np.isnan(scores), (labels == 1).mean(), scores))
    tags = np.stack(columns, axis=1) if columns else np.empty((len(ground.embedded), 0))
    return Predictions(
        tasks, ground.catalog.item_ids[ground.embedded],
        ground.category_scores.astype(np.float32), tags.astype(np.float32),
    )
