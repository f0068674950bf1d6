"""A new model's figures: on validation, on held-out, on workspaces that joined."""

import math
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from core.annotations.apply import CORRECTED
from core.commands.choosing import outside_rows
from core.commands.sources import Gathered
from core.decisions.bundle import Bundle
from core.metrics.evaluation import evaluate_part, set_figures, unseen
from core.metrics.intervals import Z95
from core.model.card import Card
from core.model.feed import Photos
from core.model.litert_predictor import LiteRTPredictor
from core.model.report import Report
from core.predictions.table import Predictions

Scores = Mapping[str, np.ndarray]


def litert_scores(
    folder: Path, card: Card, photos: Photos, rows: np.ndarray, report: Report
) -> Scores:
    """Scores by the exported file, as serving will give them."""
    predictor = LiteRTPredictor(folder, card, threads=os.cpu_count() or 2)
    progress = report.stage("figures")
    widths = {"category": len(card.asked.classes), "tags": len(card.asked.tag_names)}
    found = {name: [np.empty((0, width), np.float32)] for name, width in widths.items()}
    for at in range(0, len(rows), 8):
        answers = predictor.predict(photos.pixels[rows[at : at + 8]])
        for name in (*widths, "out_of_catalog"):
            if name in answers:
                found.setdefault(name, []).append(answers[name])
        progress(min(at + 8, len(rows)), len(rows))
    return {name: np.concatenate(parts) for name, parts in found.items()}


def predictions(card: Card, item_ids: np.ndarray, scores: Scores) -> Predictions:
    """Scores as predictions of these items; no tags' scores where there are no tags."""
    tags = scores.get("tags", np.empty((len(item_ids), 0), np.float32))
    about = {"model_id": card.model_id, "made": card.made}
    return Predictions(card.asked, item_ids, scores["category"], tags, about=about)


def part_figures(
    gathered: Gathered,
    source: int,
    side: str,
    predicted: Predictions,
    bundle: Bundle,
    seen: set[str] = frozenset(),
) -> dict[str, Any]:
    """``evaluate_part`` of one side of a source, and what its prediction sets hold.

    ``corrected_items``: how many of them have labels that people changed since the import.
    """
    catalog = gathered.origins[source].catalog.part(side)
    figures = evaluate_part(catalog, predicted, bundle.thresholds, seen)
    if CORRECTED in catalog.rows:
        figures["corrected_items"] = int(catalog.rows[CORRECTED].sum())
    fresh = catalog.where(unseen(catalog, seen))
    scores, found = predicted.align(fresh.item_ids)
    sets = set_figures(fresh.where(found), scores, bundle)
    return {**figures, "sets": sets} if sets else figures


def outside_figures(
    gathered: Gathered, photos: Photos, side: str, scores_of: Callable[[np.ndarray], Scores],
    cut: float,
) -> dict[str, Any]:
    """How well photos of none of the classes are told from the catalog's own.

    Returns:
        ``inside``, ``outside``: photos of each; ``auc`` with ``auc_interval``; ``found``: share
        of those outside that are called so; ``false_alarms``: share of those inside.
    """
    rows = outside_rows(gathered, photos, side)
    labels = gathered.everything.take(rows).outside_labels()[:, 0]
    rows, labels = rows[labels >= 0], labels[labels >= 0]
    outside, inside = int((labels == 1).sum()), int((labels == 0).sum())
    figures: dict[str, Any] = {"inside": inside, "outside": outside, "threshold": cut}
    if not outside or not inside:
        return {**figures, "auc": None, "auc_interval": None, "found": None, "false_alarms": None}
    scores = scores_of(rows)["out_of_catalog"][:, 0]
    auc = float(roc_auc_score(labels, scores))
    called = scores >= cut
    return {
        **figures,
        "auc": auc,
        "auc_interval": list(auc_interval(auc, outside, inside)),
        "found": float(called[labels == 1].mean()),
        "false_alarms": float(called[labels == 0].mean()),
    }


def auc_interval(auc: float, positives: int, negatives: int) -> tuple[float, float]:
    """95 % interval of an area under the ROC curve.

    J. Hanley, B. McNeil, "The meaning and use of the area under a receiver operating
    characteristic (ROC) curve", Radiology 143 (1982), p. 29-36.
    """
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (positives - 1) * (q1 - auc**2) + (negatives - 1) * (q2 - auc**2)
    half = Z95 * math.sqrt(max(variance, 0.0) / (positives * negatives))
    return max(0.0, auc - half), min(1.0, auc + half)


def timings(folder: Path, card: Card, photos: Photos) -> dict[str, Any]:
    """Median milliseconds of one photo's forward pass, as measured here."""
    pixels = photos.pixels[:1]
    predictor = LiteRTPredictor(folder, card, threads=2)
    predictor.predict(pixels)
    each = []
    for _ in range(20):
        started = time.perf_counter()
        predictor.predict(pixels)
        each.append((time.perf_counter() - started) * 1000)
    return {
        "litert_ms": round(float(np.median(each)), 2),
        "how": "median of 20 photos one by one, LiteRT float32, 2 threads, decoding not counted",
        "cpus": os.cpu_count(),
    }
