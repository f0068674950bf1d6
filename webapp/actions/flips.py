"""Flips: which items change sides when a tag's cut moves."""

from typing import Any

import numpy as np

from core.decisions.bundle import require_threshold
from core.errors import ThresholdError
from webapp.actions.opened import Opened, Side

SHOWN = 6
"""Photos shown of those that change sides."""


def flips(opened: Opened, part: str, tag: str, saved: float, cut: float) -> dict[str, Any]:
    """Items whose decision on a tag differs between two cuts.

    Args:
        part: side of the split, or ``all``.
        saved, cut: the cuts before and after, in [0, 1].

    Returns:
        JSON values. ``gained`` and ``lost``: items that get or lose the tag; ``right`` and
        ``wrong``: of both, by their label; ``unlabelled``; ``items``: the first SHOWN, those
        nearest to ``saved`` first, each with ``item_id``, ``content`` (None without a photo),
        ``score`` and ``right`` (None where unlabelled).

    Raises:
        ThresholdError: no such tag, or a cut outside [0, 1].
    """
    side = opened.side(part)
    index = _index(opened, tag)
    before, after = (require_threshold(tag, value) for value in (saved, cut))
    scores = side.predictions.tags[:, index].astype(np.float64)
    labels = side.catalog.tags[:, index]
    accepted = scores >= after
    moved = np.flatnonzero((scores >= before) != accepted)
    moved = moved[np.argsort(np.abs(scores[moved] - before), kind="stable")]
    labelled = labels[moved] >= 0
    right = labelled & (accepted[moved] == (labels[moved] == 1))
    return {
        "gained": int(accepted[moved].sum()),
        "lost": int((~accepted[moved]).sum()),
        "right": int(right.sum()),
        "wrong": int((labelled & ~right).sum()),
        "unlabelled": int((~labelled).sum()),
        "items": [
            _item(side, row, scores[row], bool(right[i]) if labelled[i] else None)
            for i, row in enumerate(moved[:SHOWN])
        ],
    }


def _index(opened: Opened, tag: str) -> int:
    names = opened.workspace.tasks.tag_names
    if tag not in names:
        raise ThresholdError(f"there is no tag {tag!r}; the tags are {', '.join(names) or 'none'}")
    return names.index(tag)


def _item(side: Side, row: int, score: float, right: bool | None) -> dict[str, Any]:
    content = side.catalog.rows["content"].iloc[row] if "content" in side.catalog.rows else None
    return {
        "item_id": str(side.catalog.item_ids[row]),
        "content": content if isinstance(content, str) else None,
        "score": float(score),
        "right": right,
    }
