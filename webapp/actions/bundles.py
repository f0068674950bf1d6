"""Bundles: put into use and taken back, compared in words, held to their promises."""

import json
from typing import Any

from core.decisions.bundle import Bundle
from core.decisions.shelf import promote, roll_back
from core.errors import DecisionError
from core.metrics.bundles import compare_bundles, kept_promises
from webapp.actions.opened import Opened
from webapp.actions.thresholds import draft_of, shelf_of

DRAFT = "draft"
"""How a link calls what is on the page and not saved."""


def put_into_use(opened: Opened, version: Any, by: str) -> str:
    """Promote a saved bundle; a sentence that says so.

    Raises:
        DecisionError: no such version, or in use already.
    """
    if not isinstance(version, int) or isinstance(version, bool):
        raise DecisionError(f"a bundle's version is a whole number, got {version!r}")
    now = promote(shelf_of(opened), version, by)
    return f"{now.title} is in use now. Predict and exports use it."


def take_back(opened: Opened, by: str) -> str:
    """Roll back to what was in use before; a sentence that says so.

    Raises:
        DecisionError: nothing was in use before.
    """
    before = opened.bundle
    now = roll_back(shelf_of(opened), by)
    return f"Rolled back: {now.title} is in use again, {before.title} stays among the bundles."


def compared(opened: Opened, old: str, new: str, draft: str = "") -> dict[str, Any]:
    """Two bundles on the held-out items, see ``BundleComparison.to_json``.

    Args:
        old, new: versions; ``draft`` for what is on the page.
        draft: that, as JSON (see ``thresholds.save``).

    Raises:
        DecisionError: no such bundle, or the draft makes no sense.
    """
    first, second = (_bundle(opened, name, draft) for name in (old, new))
    side = opened.side("heldout")
    return compare_bundles(first, second, side.catalog, side.predictions).to_json()


def kept(opened: Opened, version: str) -> dict[str, Any]:
    """What a bundle promised on held-out items and what it keeps with the labels of now.

    Raises:
        DecisionError: no such bundle.
    """
    side = opened.side("heldout")
    bundle = shelf_of(opened).find(version)
    return kept_promises(bundle, side.catalog, side.predictions)


def _bundle(opened: Opened, name: str, draft: str) -> Bundle:
    if name != DRAFT:
        return shelf_of(opened).find(name)
    try:
        return draft_of(opened, json.loads(draft))
    except ValueError as error:
        raise DecisionError("the cuts on the page could not be read; load it again") from error
