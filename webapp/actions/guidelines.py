"""Guidelines: what a team means by a class or a tag, in words and in pinned photos."""

from collections.abc import Mapping
from typing import Any

from core.annotations.board import GUIDELINE, PIN, Entry, Post, history, put_up, standing
from core.catalog.table import tag_column
from core.errors import AnnotationError
from core.tasks import Tasks
from webapp.actions.logs import board_of, log_of
from webapp.actions.opened import Opened
from webapp.actions.person import who

LONGEST_TEXT = 4_000
MOST_PINS = 12
MOST_VERSIONS = 20


def subjects(tasks: Tasks) -> list[str]:
    """What guidelines are about: classes by name, tags as ``tag:<TAG>``."""
    return [*tasks.classes, *map(tag_column, tasks.tag_names)]


def guidelines(opened: Opened) -> tuple[dict[str, Entry], dict[str, list[Entry]]]:
    """Texts by subject, and pins by subject, the oldest first; pins on items that are not in
    the catalog any more are passed over."""
    texts: dict[str, Entry] = {}
    pins: dict[str, list[Entry]] = {}
    for entry in board_of(opened.workspace, GUIDELINE, PIN):
        if entry.kind == GUIDELINE:
            texts[entry.subject] = entry
        elif entry.item_id in opened.place_of:
            pins.setdefault(entry.subject, []).append(entry)
    return texts, pins


def write(opened: Opened, data: Mapping[str, Any]) -> None:
    """Append a text; refused when somebody else has written since it was read.

    Raises:
        AnnotationError: no such class or tag, a text that is too long, or one not read yet.
    """
    subject, text = _subject(opened, data), data.get("text")
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise AnnotationError(
            f"a guideline has at most {LONGEST_TEXT:,} characters; say it in fewer"
        )
    read = data.get("after")
    if not isinstance(read, int) or isinstance(read, bool):
        raise AnnotationError("reload the page, then write the guideline again")
    clean = "".join(c for c in text.replace("\r\n", "\n") if c.isprintable() or c == "\n").strip()
    put_up(log_of(opened.workspace), [Post(GUIDELINE, subject, clean)], who(data.get("by")),
           after=read)


def pin(opened: Opened, data: Mapping[str, Any]) -> None:
    """Pin the photo of an item to a class or tag, or take it down.

    Raises:
        AnnotationError: no such class, tag or item, or too many pins.
    """
    subject, item_id = _subject(opened, data), str(data.get("item"))
    if item_id not in opened.place_of:
        raise AnnotationError(f"there is no item {item_id!r} in this workspace; reload the page")
    log, wanted = log_of(opened.workspace), data.get("pinned") is True
    there = {entry.item_id for entry in standing(log, PIN) if entry.subject == subject}
    if wanted == (item_id in there):
        return
    if wanted and len(there) >= MOST_PINS:
        raise AnnotationError(f"{MOST_PINS} photos are pinned there; take one down first")
    put_up(log, [Post(PIN, subject, item_id if wanted else "", item_id)], who(data.get("by")))


def versions(opened: Opened, data: Mapping[str, Any]) -> list[Entry]:
    """The latest versions of a guideline, the newest first."""
    return history(log_of(opened.workspace), GUIDELINE, _subject(opened, data))[:MOST_VERSIONS]


def _subject(opened: Opened, data: Mapping[str, Any]) -> str:
    subject = str(data.get("subject"))
    if subject not in subjects(opened.workspace.tasks):
        raise AnnotationError(f"there is no class or tag {subject!r} here; reload the page")
    return subject
