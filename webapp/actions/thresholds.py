"""Thresholds: what the browser needs to judge every cut by itself, and the saving of cuts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.decisions.bundle import Bundle, read_bundle, require_threshold, save_bundle, versions
from core.decisions.thresholds import CutCounts, cut_counts
from core.metrics.evaluation import evaluate
from core.model.card import BUNDLE
from webapp.actions.opened import Opened, Side

TRUSTED_POSITIVES = 10
"""Tagged held-out items below which a tag's figures are marked as too few to trust."""

PARTS = ("validation", "heldout")


@dataclass(frozen=True)
class Saved:
    """A saved bundle and what to tell the person who saved it."""

    bundle: Bundle
    sentence: str


def bench(opened: Opened) -> dict[str, Any]:
    """Everything from which the browser computes all figures at all 1,001 cuts.

    Args:
        opened: a workspace with predictions.

    Returns:
        JSON values. For every tag and part ``positives`` and ``negatives`` as increments
        [cut, items, cut, items, ...], the items with scores in [cut, cut + 1) thousandths;
        ``ap`` and ``auc`` from the scores themselves. ``bundles``: the one in use first.
        ``newest``: the highest version number taken, also by other weights.
    """
    sides = {part: opened.side(part) for part in PARTS}
    counts = {part: _counts(side) for part, side in sides.items()}
    figures = {part: opened.figures(part)["tags"] for part in PARTS}
    bundles = saved_bundles(opened)
    return {
        "key": [opened.key, opened.model, opened.card.model_id],
        "tags": [
            {
                "name": tag,
                "saved": bundles[0].thresholds[tag],
                **{part: _tag_part(counts[part], i, figures[part][tag]) for part in PARTS},
            }
            for i, tag in enumerate(opened.workspace.tasks.tag_names)
        ],
        "left_out_seen": sides["heldout"].left_out_seen,
        "trusted": TRUSTED_POSITIVES,
        "bundles": [_bundle(bundle) for bundle in bundles],
        "newest": max(versions(_folder(opened)), default=0),
    }


def saved_bundles(opened: Opened) -> list[Bundle]:
    """All bundles for these weights, the newest first; last what training chose."""
    folder = _folder(opened)
    saved = (read_bundle(folder / f"v{version}.json") for version in reversed(versions(folder)))
    return [
        *(bundle for bundle in saved if bundle.model_id == opened.card.model_id),
        read_bundle(opened.workspace.model_dir(opened.model) / BUNDLE),
    ]


def save(opened: Opened, wanted: Any, based_on: Any, saved_by: str) -> Saved:
    """Save these thresholds as the next version, with the figures they promise.

    Args:
        wanted: {tag: threshold} for every tag, as the browser sent it: checked here.
        based_on: version that the person was looking at.

    Raises:
        ThresholdError: one is not a number in [0, 1].
        DecisionError: a tag is missing, or unknown.
        StorageError: it could not be written; the version before stays in use.
    """
    tasks, current = opened.workspace.tasks, opened.bundle
    chosen = wanted if isinstance(wanted, Mapping) else {}
    thresholds = {
        str(tag): round(require_threshold(str(tag), value) * 1000) / 1000
        for tag, value in chosen.items()
    }
    draft = replace(current, thresholds=thresholds, saved_by=saved_by, promise={})
    if set(thresholds) == set(tasks.tag_names):
        figures = evaluate(opened.catalog, opened.predictions, thresholds, opened.seen)
        draft = replace(draft, promise={part: figures[part]["tags"] for part in figures})
    bundle = save_bundle(_folder(opened), draft, tasks)
    return Saved(bundle, _sentence(bundle, current, based_on))


def _sentence(bundle: Bundle, current: Bundle, based_on: Any) -> str:
    saved = f"Thresholds saved as {bundle.label}. Predict and exports use them from now on."
    if based_on == current.version:
        return saved
    return (
        f"{saved} Meanwhile {current.saved_by} had saved {current.label}, which yours replaces;"
        " it stays in the bundle menu."
    )


def _folder(opened: Opened) -> Path:
    return opened.workspace.decisions_dir(opened.model)


def _counts(side: Side) -> CutCounts:
    return cut_counts(side.predictions.tags, side.catalog.tags)


def _tag_part(counts: CutCounts, index: int, figures: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "positives": _increments(counts.positives_at_or_above[index]),
        "negatives": _increments(counts.negatives_at_or_above[index]),
        "ap": figures["ap"],
        "auc": figures["auc"],
    }


def _increments(at_or_above: np.ndarray) -> list[int]:
    """Cumulative counts (1001,) as [cut, items, ...] where items are."""
    items = at_or_above - np.append(at_or_above[1:], 0)
    cuts = np.flatnonzero(items)
    return np.stack([cuts, items[cuts]], axis=1).reshape(-1).tolist()


def _bundle(bundle: Bundle) -> dict[str, Any]:
    return {
        "version": bundle.version,
        "label": bundle.label,
        "saved_by": bundle.saved_by,
        "saved_at": bundle.saved_at,
        "thresholds": dict(bundle.thresholds),
    }
