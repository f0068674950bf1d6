"""What a network is fitted to: photos, the answers wanted, and how much each answer counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.catalog.table import Catalog
from core.workspace import Workspace


@dataclass(frozen=True)
class Examples:
    """N photos with targets.

    Attributes:
        item_ids: object (N,) of str; unique within one source.
        paths: object (N,) of Path.
        contents: object (N,) of str: content hash of each photo.
        targets: by head, float32 (N, W): shares that sum to 1 (``category``, ``donor``), or
            each in [0, 1] (``tags``, ``out_of_catalog``).
        weights: by head, float32 (N, 1) or, for ``tags``, (N, T); 0 where there is no answer.
    """

    item_ids: np.ndarray
    paths: np.ndarray
    contents: np.ndarray
    targets: dict[str, np.ndarray]
    weights: dict[str, np.ndarray]

    def __post_init__(self):
        n = len(self.item_ids)
        for values in (self.paths, self.contents, *self.targets.values(), *self.weights.values()):
            assert len(values) == n, (len(values), n)

    def __len__(self) -> int:
        return len(self.item_ids)

    def take(self, rows: np.ndarray) -> "Examples":
        """The examples at these row numbers; a row may come more than once."""
        return Examples(
            self.item_ids[rows],
            self.paths[rows],
            self.contents[rows],
            {head: values[rows] for head, values in self.targets.items()},
            {head: values[rows] for head, values in self.weights.items()},
        )

    def with_weights(self, **weights: np.ndarray) -> "Examples":
        """The same with other weights for the heads that are named."""
        return replace(self, weights={**self.weights, **weights})

    def category_labels(self) -> np.ndarray:
        """int64 (N,): the most wanted class; -1 where none is wanted."""
        known = self.weights["category"][:, 0] > 0
        return np.where(known, self.targets["category"].argmax(axis=1), -1)

    def tag_labels(self) -> np.ndarray:
        """int8 (N, T): 1 and 0 by majority; -1 where there is no answer."""
        answers = (self.targets["tags"] >= 0.5).astype(np.int8)
        return np.where(self.weights["tags"] > 0, answers, np.int8(-1))

    def outside_labels(self) -> np.ndarray:
        """int8 (N, 1): 1 shows none of the classes, 0 one of them; -1 where not known."""
        answers = (self.targets["out_of_catalog"] >= 0.5).astype(np.int8)
        return np.where(self.weights["out_of_catalog"] > 0, answers, np.int8(-1))


def of_catalog(workspace: Workspace, catalog: Catalog) -> Examples:
    """The items that have a photo, with their labels as hard targets."""
    catalog = catalog.where(catalog.rows["image"].notna().to_numpy())
    classes, known = np.eye(len(catalog.tasks.classes), dtype=np.float32), catalog.category >= 0
    return Examples(
        catalog.item_ids,
        as_objects([workspace.photo_path(image) for image in catalog.rows["image"]]),
        catalog.rows["content"].to_numpy(dtype=object),
        {
            "category": classes[catalog.category] * known[:, None],
            "tags": (catalog.tags == 1).astype(np.float32),
            "out_of_catalog": np.zeros((len(catalog), 1), np.float32),
        },
        {
            "category": known[:, None].astype(np.float32),
            "tags": (catalog.tags >= 0).astype(np.float32),
            "out_of_catalog": known[:, None].astype(np.float32),
        },
    )


def join(parts: Sequence[Examples], widths: dict[str, int]) -> Examples:
    """One after another; a head that a part does not speak of counts 0 there.

    Args:
        widths: number of outputs of every head wanted.
    """
    def filled(part: Examples, head: str, of: str) -> np.ndarray:
        width = widths[head] if of == "targets" or head == "tags" else 1
        return getattr(part, of).get(head, np.zeros((len(part), width), np.float32))

    return Examples(
        np.concatenate([part.item_ids for part in parts]),
        np.concatenate([part.paths for part in parts]),
        np.concatenate([part.contents for part in parts]),
        {h: np.concatenate([filled(part, h, "targets") for part in parts]) for h in widths},
        {h: np.concatenate([filled(part, h, "weights") for part in parts]) for h in widths},
    )


def as_objects(values: list) -> np.ndarray:
    """object (N,), also of values that numpy would make more dimensions of."""
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found
