"""Two cross-validations on the same items: what one recipe gives over the other."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from core.annotations.apply import current_catalog
from core.catalog.table import Catalog
from core.errors import ModelError
from core.metrics import grouped
from core.commands.pooling import category_figures
from core.predictions.table import Predictions
from core.workspace import Workspace


def paired(workspace: Workspace, name: str, against: str) -> dict[str, Any]:
    """Differences of figures that need no threshold, ``name`` minus ``against``.

    Returns:
        By figure ``value`` and ``interval`` of the difference, groups drawn again for both.

    Raises:
        ModelError: there is no such cross-validation, or they share no items.
    """
    catalog = current_catalog(workspace)
    rounds = [read_rounds(workspace, one) for one in (name, against)]
    shared = set.intersection(*(set(r.item_ids) for both in rounds for r in both))
    items = catalog.where(catalog.rows["item_id"].isin(shared).to_numpy())
    if not len(items):
        raise ModelError(f"cross-validations {name!r} and {against!r} have no items in common")
    new, old = (
        [_figures(items, predictions.align(items.item_ids)[0]) for predictions in both]
        for both in rounds
    )
    differences = {
        figure: grouped.difference(
            grouped.mean_of([found[figure] for found in new]),
            grouped.mean_of([found[figure] for found in old]),
        )
        for figure in new[0]
    }
    groups = items.rows["group"].astype(object)
    own = "item " + items.rows["item_id"].astype(str)
    groups = ("group " + groups.astype(str)).where(groups.notna(), own)
    return grouped.with_intervals(differences, groups.to_numpy(), widened=frozenset())


def read_rounds(workspace: Workspace, name: str) -> list[Predictions]:
    """What each round of a cross-validation answered, calibrated.

    Raises:
        ModelError: there is none of that name.
    """
    folder = workspace.root / "crossvalidation" / name
    paths = sorted(folder.glob("round-*.parquet"), key=_number)
    if not paths:
        raise ModelError(f"workspace {workspace.name!r} has no cross-validation {name!r}")
    return [Predictions.from_arrow(pq.read_table(path), workspace.tasks) for path in paths]


def _number(path: Path) -> int:
    return int(path.stem.removeprefix("round-"))


def _figures(items: Catalog, predictions: Predictions) -> dict[str, grouped.Figure]:
    found = category_figures(items.category, predictions.category)
    for i, tag in enumerate(items.tasks.tag_names):
        truth, scores = items.tags[:, i], np.asarray(predictions.tags[:, i])
        found[f"{tag} AP"] = grouped.average_precision(truth, scores)
    return found
