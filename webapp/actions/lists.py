"""Lists of items on the pages, by their links: so that all of one can be meant, over any pages."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from core.errors import FittingRoomError
from webapp.actions import comparison, confusion, corrected_list, explore, flips, slices, together
from webapp.actions.opened import Opened
from webapp.session import Session, read_link

LISTS: Mapping[str, Callable[[Opened, Session], list[str]]] = {
    "explore": explore.items,
    "confusion": confusion.items,
    "thresholds": flips.items,
    "models": comparison.items,
    "corrections": corrected_list.items,
    "slices": slices.items,
    "together": together.items,
}
"""Page: what is open and a place on it -> ids in their order."""


def chosen_items(opened: Opened, session: Session, data: Mapping[str, Any]) -> list[Any]:
    """Which items the browser means: those it names, or all of a list.

    Args:
        data: ``items``, ids that are still to be checked; or ``list``, the query string of a
            link, and ``expected``, the number of items that the person saw.

    Raises:
        FittingRoomError: there is no such list, or it holds another number of items by now.
    """
    if "list" not in data:
        items = data.get("items")
        return items if isinstance(items, list) else []
    place = read_link(dict(parse_qsl(str(data["list"]))), session)
    model = place.model or opened.workspace.settings.model
    if place.page not in LISTS or (place.workspace, model) != (opened.key, opened.model):
        raise FittingRoomError("this list is not open any more; reload the page and choose again")
    inside = LISTS[place.page](opened, place)
    if len(inside) != data.get("expected"):
        what = "cell" if place.page == "confusion" else "list"
        raise FittingRoomError(
            f"the {what} holds {len(inside):,} items now, because labels have changed meanwhile;"
            " look at them, then choose again"
        )
    return inside
