"""Wiring of a relabelling: check, save, show what follows, offer to undo it."""

from collections.abc import Callable, Sequence
from typing import Any

from core.errors import FittingRoomError
from webapp.actions import relabel
from webapp.actions.opened import Opened
from webapp.actions.relabel import Wish
from webapp.actions.served import Served
from webapp.pages.shell import Handler, said
from webapp.render.relabel import meanwhile_sentence, saved_sentence
from webapp.render.words import Words
from webapp.session import Session


def relabelling(
    served: Served,
    chosen: Callable[[Opened, Session, dict[str, Any]], Sequence[Any]],
    source: Callable[[Opened, Session], str],
    move_on: Callable[[Opened, Opened, Session, Sequence[str]], Session],
    show: Callable[[Session, Opened, str], list[Any]],
) -> Handler:
    """A handler whose last output is the toast.

    Args:
        chosen: ids of the items that the browser means (``lists.chosen_items``); checked here.
        source: page and cell, for the log.
        move_on: opened before, opened after, session, items -> where to go on.
        show: the page's values; its third argument is the key of the answered save, from
            which the form knows that it is free again, saved or refused.
    """
    def handle(opened: Opened, session: Session, data: dict[str, Any]) -> tuple:
        key = str(data.get("key"))
        try:
            wish = relabel.wish_of(opened, data, chosen(opened, session, data))
            relabel.save(opened, wish, source(opened, session))
        except FittingRoomError as error:
            return session, *show(session, opened, f"refused {key}"), said(f"Not saved: {error}")
        fresh = served.open(session)
        session = move_on(opened, fresh, session, wish.item_ids)
        return session, *show(session, fresh, key), _saved(opened, wish)

    return handle


def stay(opened: Opened, fresh: Opened, session: Session, done: Sequence[str]) -> Session:
    """What is open stays open after a save."""
    return session


def _saved(opened: Opened, wish: Wish) -> dict[str, Any]:
    saved = saved_sentence(wish, Words(opened.workspace.tasks))
    other = meanwhile_sentence(relabel.meanwhile(opened, wish), len(wish.item_ids))
    return said(f"{saved}{other}", undo=wish.key)
