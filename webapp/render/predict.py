"""What assets/js/predict.js draws before the first photo comes."""

from typing import Any

from core.catalog.images import MAX_BYTES
from webapp.actions.opened import Opened
from webapp.actions.predict import MAX_FILES
from webapp.render.items import photo_url, thumb_url
from webapp.render.words import Words


def predict_value(
    opened: Opened, examples: list[str], milliseconds: float | None
) -> dict[str, Any]:
    """Where to send photos, how classes are called, and items to try.

    Args:
        examples: ids of items with a photo.
        milliseconds: what an answer usually takes; None before that is known.
    """
    shown = opened.catalog.pick(examples)
    contents = shown.rows["content"] if "content" in shown.rows else [None] * len(shown)
    return {
        "workspace": opened.key,
        "model": opened.model,
        "model_id": opened.card.model_id,
        "bundle": opened.bundle.label,
        "words": Words(opened.workspace.tasks).names,
        "max_files": MAX_FILES,
        "max_mb": MAX_BYTES // 2**20,
        "milliseconds": milliseconds,
        "examples": [
            _example(opened, item_id, content)
            for item_id, content in zip(shown.item_ids, contents, strict=True)
        ],
    }


def _example(opened: Opened, item_id: str, content: str | None) -> dict[str, Any]:
    return {
        "id": item_id,
        "thumb": thumb_url(opened, item_id, content),
        "photo": photo_url(opened, item_id, content),
    }
