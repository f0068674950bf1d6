"""What training chooses on validation: calibration, thresholds, cuts."""

from typing import Any

import numpy as np

from core.commands.sources import Gathered
from core.decisions.bundle import Bundle, now
from core.decisions.calibrate import fit_platt, fit_temperature
from core.decisions.conformal import fit_set_cut
from core.decisions.thresholds import GRID, cut_counts
from core.decisions.tune import choose
from core.model.examples import Examples
from core.model.feed import Photos
from core.model.fold import fold_platt, fold_temperature
from core.model.network import Network
from core.model.train import logits
from core.tasks import Tasks

COVERAGE = 0.9
"""Share of items whose prediction set is to hold their label."""


def calibration(
    network: Network, gathered: Gathered, photos: Photos, tasks: Tasks
) -> dict[str, Any]:
    """Fit temperature and Platt pairs on validation photos.

    On the workspace's own alone: photos of others that join are no measure of its own. Those
    outside the catalog are taken from wherever they come.

    Returns:
        ``fitted_on``: number of items; ``temperature``; ``platt``: by tag, slope and offset;
        ``out_of_catalog``: slope and offset, where there is such a head.
    """
    rows = gathered.rows("validation", 0, photos)
    found = {
        "fitted_on": len(rows),
        "temperature": 1.0,
        "platt": {tag: [1.0, 0.0] for tag in tasks.tag_names},
    }
    if not len(rows):
        return found
    items, raw = gathered.everything.take(rows), logits(network, photos.pixels, rows)
    found["temperature"] = float(fit_temperature(raw["category"], items.category_labels()))
    if tasks.tag_names:
        pairs = fit_platt(raw["tags"], items.tag_labels())
        found["platt"] = {tag: pair.tolist() for tag, pair in zip(tasks.tag_names, pairs)}
    if "out_of_catalog" in network.heads:
        rows = outside_rows(gathered, photos, "validation")
        raw = logits(network, photos.pixels, rows)["out_of_catalog"]
        found["out_of_catalog"] = fit_platt(raw, _outside(gathered, rows))[0].tolist()
    return found


def fold(network: Network, fitted: dict[str, Any]) -> None:
    """Make every score of ``network`` the calibrated one."""
    fold_temperature(network, fitted["temperature"])
    if fitted["platt"]:
        fold_platt(network, np.array(list(fitted["platt"].values())))
    if "out_of_catalog" in fitted:
        fold_platt(network, np.array([fitted["out_of_catalog"]]), "out_of_catalog")


def calibrated(network: Network, photos: Photos, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Scores of a network into which its calibration is folded: float32 (N, W) by head."""
    raw = logits(network, photos.pixels, rows) if len(rows) else _none(network)
    shifted = np.exp(raw["category"] - raw["category"].max(axis=1, keepdims=True))
    scores = {head: 1 / (1 + np.exp(-values)) for head, values in raw.items()}
    scores["category"] = shifted / shifted.sum(axis=1, keepdims=True)
    return {head: values.astype(np.float32) for head, values in scores.items()}


def _none(network: Network) -> dict[str, np.ndarray]:
    return {name: np.empty((0, head.units), np.float32) for name, head in network.heads.items()}


def bundle(
    network: Network,
    gathered: Gathered,
    photos: Photos,
    tasks: Tasks,
    model_id: str,
    fitted: dict[str, Any],
) -> Bundle:
    """Thresholds with the best F1 and the cut of prediction sets, on own validation items.

    Args:
        network: the one that has not seen the validation photos, calibrated.
    """
    rows = gathered.rows("validation", 0, photos)
    items, scores = gathered.everything.take(rows), calibrated(network, photos, rows)
    tags = scores.get("tags", np.empty((len(rows), 0), np.float32))
    labels = items.category_labels()
    return Bundle(
        model_id=model_id,
        thresholds=choose(cut_counts(tags, _tag_labels(items, tags))).thresholds(tasks.tag_names),
        calibration=fitted,
        saved_at=now(),
        out_of_catalog=_outside_cut(network, gathered, photos),
        set_cut=(
            fit_set_cut(scores["category"], labels, COVERAGE) if (labels >= 0).any() else None
        ),
        coverage=COVERAGE,
    )


def _tag_labels(items: Examples, tags: np.ndarray) -> np.ndarray:
    return items.tag_labels() if tags.shape[1] else np.empty(tags.shape, np.int8)


def _outside_cut(network: Network, gathered: Gathered, photos: Photos) -> float | None:
    """The cut with the best F1 of saying "none of the classes"; None without such a head."""
    if "out_of_catalog" not in network.heads:
        return None
    rows = outside_rows(gathered, photos, "validation")
    scores = calibrated(network, photos, rows)["out_of_catalog"]
    return float(GRID[choose(cut_counts(scores, _outside(gathered, rows))).cuts[0]])


def outside_rows(gathered: Gathered, photos: Photos, side: str) -> np.ndarray:
    """Rows of a side: the workspace's own items and all that are no catalog's."""
    rows = gathered.rows(side, photos=photos)
    other = [i for i, origin in enumerate(gathered.origins) if i and origin.catalog is not None]
    return rows[~np.isin(gathered.sources[rows], other)]


def _outside(gathered: Gathered, rows: np.ndarray) -> np.ndarray:
    return gathered.everything.take(rows).outside_labels()
