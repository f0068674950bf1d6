"""Items that look like none of the classes."""

import numpy as np

from core.audit.finding import NONE_OF_THE_CLASSES, Finding
from core.audit.ground import Ground

OUT_OF_CATALOG = "out_of_catalog"
NEIGHBOURS = 10
CHUNK = 2048
FENCE = 3.0
"""Interquartile ranges above the upper quartile: Tukey's fence for far outliers."""


def outsiders(ground: Ground) -> list[Finding]:
    """By the model's own score where it has one, else by the distance to the nearest photos."""
    if ground.embedding is None:
        return []
    item_ids = ground.catalog.item_ids[ground.embedded]
    own = ground.scores.extra.get(OUT_OF_CATALOG)
    if own is not None:
        return [
            Finding(NONE_OF_THE_CLASSES, (item_ids[row],), float(np.clip(own[row], 0, 1)),
                    f"the model takes it for none of the classes (score {own[row]:.2f})",
                    "category", "none of these")
            for row in np.flatnonzero(own >= ground.out_of_catalog_cut)
        ]
    distance = neighbour_distance(ground.embedding)
    if len(distance) <= NEIGHBOURS:
        return []
    low, usual, high = np.percentile(distance, (25, 50, 75))
    limit = high + FENCE * (high - low)
    return [
        Finding(NONE_OF_THE_CLASSES, (item_ids[row],), float(1 - limit / (2 * distance[row])),
                f"unlike all other photos: {distance[row] / usual:.1f} times as far from its"
                " nearest as is usual", "category", "none of these")
        for row in np.flatnonzero(distance > limit)
    ]


def neighbour_distance(embedding: np.ndarray) -> np.ndarray:
    """float64 (N,): mean of 1 - cosine to the NEIGHBOURS nearest others."""
    vectors = embedding / np.maximum(np.linalg.norm(embedding, axis=1, keepdims=True), 1e-9)
    nearest = min(NEIGHBOURS, max(len(vectors) - 1, 0))
    result = np.zeros(len(vectors))
    for start in range(0, len(vectors) if nearest else 0, CHUNK):
        likeness = vectors[start : start + CHUNK] @ vectors.T
        likeness[np.arange(len(likeness)), np.arange(start, start + len(likeness))] = -np.inf
        best = np.partition(likeness, -nearest, axis=1)[:, -nearest:]
        result[start : start + CHUNK] = 1 - best.mean(axis=1)
    return result
