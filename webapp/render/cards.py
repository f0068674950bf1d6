"""Items as grids show them: photo, words, guesses, tags."""

from collections.abc import Sequence
from typing import Any

from core.annotations.apply import CORRECTED
from core.catalog.table import Catalog
from core.predictions.table import Predictions
from webapp.actions.opened import Opened
from webapp.render.item import item_words
from webapp.render.items import thumb_url
from webapp.render.words import Words, percent

Guess = dict[str, str]
"""``name`` and ``share``: two words beneath a photo."""


def cards(
    opened: Opened, side: Catalog, rows: Sequence[int], words: Words,
    guesses: Sequence[Sequence[Guess]] | None = None,
) -> list[dict[str, Any]]:
    """What itemCard of assets/js/items.js draws.

    Args:
        side: the items that ``rows`` count.
        guesses: for each row what stands beneath its photo; None for nothing.
    """
    picked = Catalog(side.tasks, side.rows.iloc[rows].reset_index(drop=True))
    contents = picked.rows["content"] if "content" in picked.rows else [None] * len(picked)
    return [
        {
            "id": item_id,
            "thumb": thumb_url(opened, item_id, content),
            "words": item_words(picked, row, words),
            "guesses": list(guesses[row]) if guesses else [],
            "tags": [tag for tag, on in zip(picked.tasks.tag_names, picked.tags[row]) if on == 1],
            "corrected": bool(picked.rows[CORRECTED].iloc[row]),
        }
        for row, (item_id, content) in enumerate(zip(picked.item_ids, contents))
    ]


def best_guesses(scores: Predictions, words: Words) -> list[list[Guess]]:
    """The two likeliest classes of each item with their shares."""
    names = scores.tasks.classes
    return [
        [{"name": words.names[names[index]], "share": percent(float(one[index]))}
         for index in top[:2]]
        for one, top in zip(scores.category, scores.top)
    ]
