"""Relabelling: what the browser asked for, checked; saved as one entry of the log; taken back."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.annotations.answer import (
    CATEGORY,
    FALSE,
    TRUE,
    Answer,
    require_answers,
    task_names,
)
from core.annotations.log import Voice
from core.catalog.table import tag_column
from core.errors import AnnotationError
from webapp.actions.logs import log_of
from webapp.actions.opened import Opened
from webapp.actions.person import who

MOST_AT_ONCE = 20_000
KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Wish:
    """Labels that somebody wants some items to have.

    Attributes:
        item_ids: at least one; all of them in the catalog.
        category: a class, or None to leave it as it is.
        tags: tag -> whether the items have it; tags that are not named stay as they are.
        by: the person's name.
        key: the browser's own name for this save, 32 hex digits: sent twice, saved once.
        seen: number of the newest save that the person had seen; None where that is unknown.
    """

    item_ids: tuple[str, ...]
    category: str | None
    tags: Mapping[str, bool]
    by: str
    key: str
    seen: int | None = None


@dataclass(frozen=True)
class Preview:
    """What a save would do, before it is done.

    Attributes:
        changing, keeping: items that would get another label, and those that have it already.
        heldout: of the changing ones, those that figures are judged on.
    """

    changing: int
    keeping: int
    heldout: int


@dataclass(frozen=True)
class Meanwhile:
    """What others have said of some items since a person looked.

    Attributes:
        people: their names, the latest first.
        items: how many of the items they spoke of.
    """

    people: tuple[str, ...]
    items: int


def wish_of(opened: Opened, data: Mapping[str, Any], item_ids: Iterable[Any]) -> Wish:
    """Check what the browser sent against the catalog and its tasks.

    Raises:
        AnnotationError: an item, class or tag that is not there, nothing chosen, no key.
    """
    require_key(data.get("key"))
    wanted, category, tags = labels_of(opened, data, item_ids)
    seen = data.get("seen")
    return Wish(wanted, category, tags, who(data.get("by")), data["key"],
                seen if isinstance(seen, int) else None)


def labels_of(
    opened: Opened, data: Mapping[str, Any], item_ids: Iterable[Any]
) -> tuple[tuple[str, ...], str | None, dict[str, bool]]:
    """The items, the category (or None) and the tags that the browser sent, checked.

    Raises:
        AnnotationError: an item, class or tag that is not there, or nothing chosen.
    """
    wanted = tuple(dict.fromkeys(str(item_id) for item_id in item_ids))
    if not wanted or len(wanted) > MOST_AT_ONCE:
        raise AnnotationError(
            f"choose 1 to {MOST_AT_ONCE:,} items to relabel, not {len(wanted):,}"
        )
    missing = [i for i, at in zip(wanted, opened.place_of.get_indexer(wanted)) if at < 0]
    if missing:
        raise AnnotationError(f"there is no item {missing[0]!r} in this workspace; reload the page")
    tags = data.get("tags") or {}
    if not isinstance(tags, Mapping) or not all(isinstance(on, bool) for on in tags.values()):
        raise AnnotationError("a tag is set or not set; reload the page and choose again")
    category = _text(data.get("category"))
    if category is None and not tags:
        raise AnnotationError("nothing was chosen; choose a category or a tag, then save")
    require_answers(opened.workspace.tasks, _answers(wanted[:1], category, tags))
    return wanted, category, dict(tags)


def preview(opened: Opened, data: Mapping[str, Any], item_ids: Iterable[Any]) -> Preview:
    """Count what a save would change; nothing is saved.

    Raises:
        AnnotationError: as ``wish_of``.
    """
    wanted, category, tags = labels_of(opened, data, item_ids)
    rows, tasks = opened.place_of.get_indexer(wanted), opened.workspace.tasks
    changing = np.zeros(len(rows), bool)
    if category is not None:  # an answer that is no class takes the label away
        code = tasks.classes.index(category) if category in tasks.classes else -1
        changing |= opened.catalog.category[rows] != code
    for tag, on in tags.items():
        changing |= opened.catalog.tags[rows, tasks.tag_names.index(tag)] != int(on)
    heldout = opened.catalog.rows["split"].to_numpy()[rows] == "heldout"
    return Preview(int(changing.sum()), int((~changing).sum()), int((changing & heldout).sum()))


def meanwhile(opened: Opened, wish: Wish) -> Meanwhile | None:
    """What was said of the wished-for labels since the person looked; None when nothing was.

    Args:
        opened: before the wish is saved.
    """
    records = opened.records
    if wish.seen is None or not len(records):
        return None
    fresh = records.where(records.save > wish.seen)
    tasks = {one.task for one in answers(wish, wish.item_ids[:1])}
    about = np.isin(fresh.task, [at for at, word in enumerate(records.words) if word in tasks])
    wanted = set(wish.item_ids)
    about[about] = [item in wanted for item in records.items[fresh.item[about]]]
    if not about.any():
        return None
    people = dict.fromkeys(records.words[fresh.annotator[about]][::-1])
    return Meanwhile(tuple(people), len(np.unique(fresh.item[about])))


def require_key(key: Any) -> str:
    """The browser's name for a save.

    Raises:
        AnnotationError: it is none.
    """
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise AnnotationError("this save has no name of its own; reload the page and save again")
    return key


def answers(wish: Wish, item_ids: Iterable[str]) -> list[Answer]:
    """The category first, then the tags, item by item."""
    return _answers(item_ids, wish.category, wish.tags)


def _answers(
    item_ids: Iterable[str], category: str | None, tags: Mapping[str, bool]
) -> list[Answer]:
    said = [] if category is None else [(CATEGORY, category)]
    said += [(tag_column(tag), TRUE if on else FALSE) for tag, on in tags.items()]
    return [Answer(item_id, task, value) for item_id in item_ids for task, value in said]


def save(opened: Opened, wish: Wish, source: str) -> None:
    """Append to the log; on disk when this returns."""
    voice = Voice(wish.by, source)
    log_of(opened.workspace).append(answers(wish, wish.item_ids), voice, key=wish.key)


def undo(opened: Opened, data: Mapping[str, Any]) -> list[str]:
    """Take one save back, with one more record.

    Args:
        data: ``key`` of the save, and ``by``.

    Returns:
        The items that have their earlier labels back; none where only findings were decided.

    Raises:
        AnnotationError: there is no such save, or it is taken back already.
    """
    log = log_of(opened.workspace)
    found = log.save_with(require_key(data.get("key")))
    if found is None:
        raise AnnotationError("there is nothing to undo here; reload the page")
    asked = task_names(opened.workspace.tasks)
    items = list(dict.fromkeys(
        answer.item_id for answer in log.answers_of(found) if answer.task in asked))
    log.undo(found, Voice(who(data.get("by")), "undo"))
    return items


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
