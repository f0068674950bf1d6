"""What training chooses on validation: calibration, thresholds, cuts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy.special import expit, softmax

from core.commands.crossfitting import Crossed
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

FEW = 30
"""With fewer tagged items a threshold is chosen by the scores, not by counting these: in 300 random
divisions of real validation photos that was as good or better, and moved a third as much."""


def calibration(
    network: Network,
    gathered: Gathered,
    photos: Photos,
    tasks: Tasks,
    crossed: Crossed | None = None,
) -> dict[str, Any]:
    """Fit temperature and Platt pairs on validation photos, or on out-of-fold answers.

    On the workspace's own alone: photos of others that join are no measure of its own. Those
    outside the catalog are taken from wherever they come.

    Args:
        crossed: for the heads that are in it, in place of ``network`` on validation.

    Returns:
        ``fitted_on``: number of validation items; ``cross_fitted``: by head, number of items
        where out-of-fold answers were taken; ``temperature``; ``platt``: by tag, slope and
        offset; ``out_of_catalog``: slope and offset, where there is such a head.
    """
    rows = gathered.rows("validation", 0, photos)
    found: dict[str, Any] = {
        "fitted_on": len(rows),
        "cross_fitted": {name: len(crossed.rows) for name in crossed.logits} if crossed else {},
        "temperature": 1.0,
        "platt": {tag: [1.0, 0.0] for tag in tasks.tag_names},
    }
    raw = logits(network, photos.pixels, rows) if len(rows) else _none(network)
    category, items = _told(crossed, "category", raw, rows, gathered)
    found["temperature"] = float(fit_temperature(category, items.category_labels()))
    if tasks.tag_names:
        tags, items = _told(crossed, "tags", raw, rows, gathered)
        pairs = fit_platt(tags, items.tag_labels())
        found["platt"] = {tag: pair.tolist() for tag, pair in zip(tasks.tag_names, pairs)}
    if len(rows) and "out_of_catalog" in network.heads:
        rows = outside_rows(gathered, photos, "validation")
        raw = logits(network, photos.pixels, rows)["out_of_catalog"]
        found["out_of_catalog"] = fit_platt(raw, _outside(gathered, rows))[0].tolist()
    return found


def _told(
    crossed: Crossed | None, head: str, scores: Mapping[str, np.ndarray], rows: np.ndarray,
    gathered: Gathered,
) -> tuple[np.ndarray, Examples]:  # fmt: skip
    """What to choose a head's numbers on: its out-of-fold logits, or ``scores`` at ``rows``."""
    if crossed is not None and head in crossed.logits:
        return crossed.logits[head], gathered.everything.take(crossed.rows)
    return scores[head], gathered.everything.take(rows)


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
    return {
        head: (softmax(values, axis=1) if head == "category" else expit(values)).astype(np.float32)
        for head, values in raw.items()
    }


def _none(network: Network) -> dict[str, np.ndarray]:
    return {name: np.empty((0, network.width(name)), np.float32) for name in network.heads}


def bundle(
    network: Network,
    gathered: Gathered,
    photos: Photos,
    tasks: Tasks,
    model_id: str,
    fitted: dict[str, Any],
    crossed: Crossed | None = None,
) -> Bundle:
    """Thresholds with the best F1 and the cut of prediction sets, on own validation items.

    Args:
        network: the one that has not seen the validation photos, calibrated.
        crossed: for the heads that are in it, in place of ``network`` on validation.
    """
    rows = gathered.rows("validation", 0, photos)
    own = calibrated(network, photos, rows)
    own.setdefault("tags", np.empty((len(rows), 0), np.float32))
    crossed = crossed and replace(crossed, logits=_calibrated_by(crossed.logits, fitted))
    category, items = _told(crossed, "category", own, rows, gathered)
    labels = items.category_labels()
    tags, items = _told(crossed, "tags", own, rows, gathered)
    return Bundle(
        model_id=model_id,
        thresholds=thresholds(tags, _tag_labels(items, tags), tasks.tag_names),
        calibration=fitted,
        saved_at=now(),
        out_of_catalog=_outside_cut(network, gathered, photos),
        set_cut=(
            fit_set_cut(category, labels, COVERAGE) if (labels >= 0).any() else None
        ),
        coverage=COVERAGE,
    )


def _calibrated_by(
    raw: Mapping[str, np.ndarray], fitted: Mapping[str, Any]
) -> dict[str, np.ndarray]:
    """Logits of category and tags as calibrated scores, without a network."""
    found = {}
    if "category" in raw:
        found["category"] = softmax(raw["category"] / fitted["temperature"], axis=1)
    if "tags" in raw:
        slope, offset = np.array(list(fitted["platt"].values())).T
        found["tags"] = expit(raw["tags"] * slope + offset)
    return {head: values.astype(np.float32) for head, values in found.items()}


def thresholds(scores: np.ndarray, labels: np.ndarray, tags: Sequence[str]) -> dict[str, float]:
    """A cut of every tag: the one with the best F1, or the best to expect.

    Fewer than ``FEW`` tagged items say little of where the best F1 is; then that cut is taken
    whose F1 is the highest if the calibrated scores are right.

    Args:
        scores: float32 (N, T), calibrated. labels: int8 (N, T), -1 where unlabelled.
    """
    counts = cut_counts(scores, labels)
    found = choose(counts).thresholds(tags)
    for i, tag in enumerate(tags):
        if 0 < counts.positives[i] < FEW:
            found[tag] = expected_best_f1(scores[labels[:, i] >= 0, i])
    return found


def expected_best_f1(scores: np.ndarray) -> float:
    """The cut with the best F1 to expect, should each item be tagged with its score's chance.

    Expected true positives over expected sums, 2 * sum(accepted scores) / (accepted + sum(all
    scores)). Z. Lipton, C. Elkan, B. Naryanaswamy, "Optimal thresholding of classifiers to
    maximize F1 measure", ECML 2014.

    Args:
        scores: float (N,), N at least 1.

    Returns:
        Of ``GRID``, in the middle between the least score accepted and the next.
    """
    ranked = np.append(np.sort(scores.astype(np.float64))[::-1], 0.0)
    accepted = np.arange(1, len(ranked))
    best = int(np.argmax(2 * np.cumsum(ranked[:-1]) / (accepted + ranked.sum())))
    return float(GRID[round((ranked[best] + ranked[best + 1]) / 2 * (len(GRID) - 1))])


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
