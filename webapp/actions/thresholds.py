"""Thresholds: what the browser needs to judge every cut by itself, and the saving of cuts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.commands.cut_data import PARTS, cut_data
from core.decisions.bundle import Bundle, save_bundle, versions
from core.decisions.cuts import require_threshold
from core.decisions.outcomes import defined
from core.decisions.reasons import reason_of
from core.decisions.shelf import Shelf, require_name, shelf
from core.errors import DecisionError
from core.metrics.evaluation import evaluate
from core.metrics.page_figures import PartFigures
from webapp.actions.opened import Opened

LONGEST_NOTE = 400
"""Letters of a bundle's note that are kept."""


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
        "cut items cut items ...", the items with scores in [cut, cut + 1) thousandths (one
        text: the browser keeps watch over every number that it is given by itself); ``ap`` and
        ``auc`` from the scores themselves. ``bundles``: the newest first. ``newest``: the
        highest version number taken, also by other weights. ``back``: the version that a
        roll-back would bring into use; None when there is none.
    """
    data = opened.remember("cut data", lambda: cut_data(opened.workspace, opened.model))
    found = shelf_of(opened)
    in_use = found.in_use
    return {
        "key": [opened.key, opened.model, opened.card.model_id],
        "tags": [
            {
                "name": tag,
                "saved": in_use.thresholds[tag],
                "zone": in_use.zones.get(tag),
                "reason": in_use.reasons.get(tag),
                **{part: _tag_part(data.parts[part], i) for part in PARTS},
            }
            for i, tag in enumerate(opened.workspace.tasks.tag_names)
        ],
        "cells": {tag: dict(cuts) for tag, cuts in in_use.per_category.items()},
        "left_out_seen": data.left_out_seen,
        "bundles": [_bundle(bundle, bundle.version == in_use.version) for bundle in found.bundles],
        "newest": max(versions(folder_of(opened)), default=0),
        "back": None if found.before is None else found.before.version,
        "events": found.events,
    }


def shelf_of(opened: Opened) -> Shelf:
    """All bundles for these weights, and which of them is in use."""
    return shelf(folder_of(opened), opened.workspace.model_dir(opened.model), opened.card)


def folder_of(opened: Opened) -> Path:
    """Where the workspace keeps the bundles of this model."""
    return opened.workspace.decisions_dir(opened.model)


def save(opened: Opened, wanted: Mapping[str, Any], saved_by: str) -> Saved:
    """Save what is on the page as the next version, with the figures it promises.

    Args:
        wanted: as the browser sent it, checked here: ``thresholds`` of every tag,
            ``zones``, ``reasons``, ``per_category``, ``name``, ``note``, ``draft``, and
            ``version``, the bundle that the person was looking at.

    Raises:
        ThresholdError: a cut is not a number in [0, 1], or lies outside its zone.
        DecisionError: a tag is missing or unknown, or the name is taken.
        StorageError: it could not be written; the version before stays in use.
    """
    tasks, current = opened.workspace.tasks, opened.bundle
    unsaved = draft_of(opened, wanted)
    require_name(unsaved.name, shelf_of(opened).bundles)
    if set(unsaved.thresholds) == set(tasks.tag_names):
        figures = evaluate(opened.catalog, opened.predictions, unsaved.thresholds, opened.seen)
        unsaved = replace(unsaved, promise={part: figures[part]["tags"] for part in figures})
    bundle = save_bundle(folder_of(opened), replace(unsaved, saved_by=saved_by), tasks)
    return Saved(bundle, _sentence(bundle, current, wanted.get("version")))


def draft_of(opened: Opened, wanted: Any) -> Bundle:
    """The bundle that is on the page, not saved yet; see ``save``."""
    sent = wanted if isinstance(wanted, Mapping) else {}
    zones, cells = _mapping(sent, "zones"), _mapping(sent, "per_category")
    tags = opened.workspace.tasks.tag_names
    unknown = [str(tag) for tag in (*zones, *cells) if tag not in tags]
    if unknown:
        raise DecisionError(f"there is no tag {unknown[0]!r}; the tags are {', '.join(tags)}")
    return replace(
        opened.bundle,
        version=max(versions(folder_of(opened)), default=0) + 1,
        thresholds={str(tag): on_grid(str(tag), cut)
                    for tag, cut in _mapping(sent, "thresholds").items()},
        zones={tag: _zone(tag, zone) for tag, zone in zones.items()},
        reasons={tag: reason_of(wish).to_json()
                 for tag, wish in _mapping(sent, "reasons").items() if tag in tags},
        per_category={tag: {str(name): on_grid(f"{tag} in {name}", cut)
                            for name, cut in _mapping(cells, tag).items()} for tag in cells},
        promise={}, draft=sent.get("draft") is True, name=require_name(str(sent.get("name") or "")),
        note=str(sent.get("note") or "").strip()[:LONGEST_NOTE],
    )


def on_grid(tag: str, value: Any) -> float:
    """A threshold to the thousandth.

    Raises:
        ThresholdError: it is not a number in [0, 1].
    """
    return round(require_threshold(tag, value) * 1000) / 1000


def _mapping(sent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = sent.get(name)
    return found if isinstance(found, Mapping) else {}


def _zone(tag: str, zone: Any) -> dict[str, float | None]:
    sent = zone if isinstance(zone, Mapping) else {}
    accept = sent.get("accept")
    return {"accept": None if accept is None else on_grid(tag, accept),
            "reject": on_grid(tag, sent.get("reject"))}


def _sentence(bundle: Bundle, current: Bundle, based_on: Any) -> str:
    if bundle.draft:
        return f"Saved as {bundle.title}, a proposal: {current.title} stays in use."
    saved = f"Thresholds saved as {bundle.title}. Predict and exports use them from now on."
    if based_on == current.version:
        return saved
    return (
        f"{saved} Meanwhile {current.saved_by} had saved {current.title}, which yours replaces;"
        " it stays among the bundles."
    )


def _tag_part(part: PartFigures, tag: int) -> dict[str, Any]:
    return {
        "positives": increments(part.counts.positives_at_or_above[tag]),
        "negatives": increments(part.counts.negatives_at_or_above[tag]),
        "ap": defined(part.ap[tag]),
        "auc": defined(part.auc[tag]),
    }


def increments(at_or_above: np.ndarray) -> str:
    """Cumulative counts (1001,) as "cut items ..." where items are."""
    items = at_or_above - np.append(at_or_above[1:], 0)
    cuts = np.flatnonzero(items)
    return " ".join(map(str, np.stack([cuts, items[cuts]], axis=1).reshape(-1).tolist()))


def _bundle(bundle: Bundle, in_use: bool) -> dict[str, Any]:
    return {
        "version": bundle.version, "label": bundle.label, "title": bundle.title,
        "note": bundle.note, "draft": bundle.draft, "in_use": in_use,
        "saved_by": bundle.saved_by, "saved_at": bundle.saved_at,
        "thresholds": dict(bundle.thresholds), "zones": dict(bundle.zones),
        "reasons": dict(bundle.reasons),
        "per_category": {tag: dict(cuts) for tag, cuts in bundle.per_category.items()},
    }
