"""Look-alikes as assets/js/look-alikes.js draws them."""

from collections import Counter
from typing import Any

from core.catalog.table import Catalog
from webapp.actions.jobs import Job
from webapp.actions.look_alikes import Alike, look_alikes
from webapp.actions.opened import Opened
from webapp.render.cards import cards
from webapp.render.words import Words, count


def look_alikes_value(opened: Opened, item_id: str, job: Job | None) -> dict[str, Any]:
    """The likest labelled items; or why there are none, and how far the search for them is."""
    busy = job is not None and job.running
    found = look_alikes(opened, item_id)
    return {
        "items": [] if busy else _items(opened, item_id, found.found),
        "text": _text(opened, found.found) if not found.missing else found.missing,
        "button": "Find look-alikes" if found.can_find and not busy else None,
        "busy": busy, "error": job.error if job is not None and found.can_find else "",
        "what": job.what or "Starting" if busy else "",
        "done": job.done if busy else 0, "total": job.total if busy else 0,
    }


def _items(opened: Opened, item_id: str, found: tuple[Alike, ...]) -> list[dict[str, Any]]:
    catalog, words = opened.catalog, Words(opened.workspace.tasks)
    own = _content(catalog, int(opened.place_of.get_indexer([item_id])[0]))
    shown = cards(opened, catalog, [one.place for one in found], words)
    for card, one in zip(shown, found):
        same = own is not None and _content(catalog, one.place) == own
        card["label"] = words.names[catalog.tasks.classes[catalog.category[one.place]]]
        card["like"] = "same photo" if same else f"{one.cosine:.2f} alike"
    return shown


def _content(catalog: Catalog, place: int) -> str | None:
    content = catalog.rows["content"].iloc[place] if "content" in catalog.rows else None
    return content if isinstance(content, str) else None


def _text(opened: Opened, found: tuple[Alike, ...]) -> str:
    """5 of the 8 are labelled blouse."""
    if not found:
        return "No other item is labelled yet."
    classes, words = opened.catalog.tasks.classes, Words(opened.catalog.tasks)
    votes = Counter(classes[opened.catalog.category[one.place]] for one in found)
    name, number = votes.most_common(1)[0]
    if number == len(found):
        which = "The only one is" if number == 1 else f"All {count(number)} are"
        return f"{which} labelled {words.one(name)}."
    return f"{count(number)} of {count(len(found))} are labelled {words.one(name)}."
