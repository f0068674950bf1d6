"""Labels that a fresh model, which never saw them, would not give (confident learning)."""

import numpy as np
from cleanlab.rank import get_label_quality_scores

from core.audit.finding import LABEL_ERROR, TAG_ERROR, Finding
from core.audit.ground import Ground
from core.catalog.table import tag_column

FEWEST = 3
"""Labels that a class or a side of a tag needs before a head can learn it at all."""


def label_errors(ground: Ground) -> list[Finding]:
    """Items whose category is less likely than another one, out of sample.

    ``suspicion`` is the probability of the likelier one, if it can only be one of the two:
    0.5 where both are as likely, 1 where the other one is certain.
    """
    if ground.embedding is None:
        return []
    classes = ground.catalog.tasks.classes
    labels, scores = ground.catalog.category[ground.embedded], ground.category_scores
    doubted, suspicion = _doubted(labels, scores, len(classes))
    item_ids = ground.catalog.item_ids[ground.embedded]
    found = []
    for row, doubt in zip(doubted, suspicion, strict=True):
        label, likelier = classes[labels[row]], classes[scores[row].argmax()]
        found.append(Finding(
            LABEL_ERROR, (item_ids[row],), doubt,
            f"labelled {label} ({scores[row, labels[row]]:.0%} likely by its photo),"
            f" looks like {likelier} ({scores[row].max():.0%})",
            "category", likelier,
        ))
    return found


def tag_errors(ground: Ground) -> list[Finding]:
    """Tags that were forgotten or are too many, the same way, tag by tag."""
    if ground.embedding is None:
        return []
    item_ids, found = ground.catalog.item_ids[ground.embedded], []
    for number, tag in enumerate(ground.catalog.tasks.tag_names):
        labels = ground.catalog.tags[ground.embedded, number].astype(np.int64)
        if min((labels == 0).sum(), (labels == 1).sum()) < FEWEST:
            continue
        scores = ground.tag_scores(number)
        doubted, suspicion = _doubted(labels, scores, 2)
        for row, doubt in zip(doubted, suspicion, strict=True):
            tagged = labels[row] == 1
            said = f"tagged {tag}" if tagged else f"not tagged {tag}"
            looks = "does not look like it" if tagged else "looks like it"
            found.append(Finding(
                TAG_ERROR, (item_ids[row],), doubt,
                f"{said}, but {looks} ({scores[row].max():.0%} sure)",
                tag_column(tag), "false" if tagged else "true",
            ))
    return found


def _doubted(
    labels: np.ndarray, scores: np.ndarray, n_classes: int
) -> tuple[np.ndarray, list[float]]:
    """Rows whose label is not the likeliest, and their suspicion."""
    judged = labels >= 0
    judged[judged] = np.bincount(labels[judged], minlength=n_classes)[labels[judged]] >= FEWEST
    judged &= ~np.isnan(scores).any(axis=1)
    rows = np.flatnonzero(judged & (scores.argmax(axis=1) != labels))
    if not len(rows):
        return rows, []
    # As a question between the two: spread over further classes, doubt is not about the label.
    two = np.stack([scores[rows, labels[rows]], scores[rows].max(axis=1)], axis=1)
    two /= two.sum(axis=1, keepdims=True)
    quality = get_label_quality_scores(np.zeros(len(rows), np.int64), two, method="self_confidence")
    return rows, [float(np.clip(1 - value, 0, 1)) for value in quality]
