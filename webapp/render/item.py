"""One item as the large view gets it, and in a few words for lists and screen readers."""

from typing import Any

from core.annotations.answer import FALSE, TRUE, Annotation, task_names
from core.catalog.table import PART_WORDS, Catalog
from core.decisions.decide import OUT_OF_CATALOG, decide_all
from webapp.actions.opened import Opened
from webapp.actions.logs import log_of
from webapp.actions.predict import is_close
from webapp.render.items import photo_url
from webapp.render.relabel import now_value, questions_value
from webapp.render.words import Words, and_list, percent, plain

META = "meta:"
MOST_META = 12
MOST_HISTORY = 20
MOST_IN_SET = 5
YES_NO = {TRUE: "yes", FALSE: "no"}


def item_words(catalog: Catalog, row: int, words: Words) -> str:
    """Item 28936a35, Shirt, checker"""
    label = catalog.category[row]
    name = words.names[catalog.tasks.classes[label]] if label >= 0 else "no category"
    tags = [tag for tag, on in zip(catalog.tasks.tag_names, catalog.tags[row]) if on == 1]
    return ", ".join([f"Item {short(catalog.item_ids[row])}", name, *tags])


def short(item_id: str) -> str:
    """The first part of a UUID; other ids as they are, cut when very long."""
    first, dash, _ = item_id.partition("-")
    if dash and len(item_id) == 36 and len(first) == 8:
        return first
    return item_id if len(item_id) <= 24 else f"{item_id[:21]}…"


def item_value(opened: Opened, item_id: str, words: Words) -> dict[str, Any] | None:
    """What assets/js/item-view.js draws; None for an item that is not in the catalog."""
    place = int(opened.place_of.get_indexer([item_id])[0])
    if place < 0:
        return None
    one = opened.catalog.with_rows(opened.catalog.rows.iloc[[place]].reset_index(drop=True))
    row = one.rows.iloc[0]
    label = one.category[0]
    return {
        "id": item_id, "workspace": opened.key, "model": opened.model, "seen": opened.newest,
        "why": _why(opened, item_id, words),
        "photo": photo_url(opened, item_id, row.get("content")),
        "words": item_words(one, 0, words),
        "origin": _origin(opened, item_id, row),
        "label": words.names[one.tasks.classes[label]] if label >= 0 else "none yet",
        "classes": _classes(opened, item_id, label, words),
        "verdicts": _verdicts(opened, item_id, words),
        "tags": _tags(opened, item_id, one),
        "labelled": _labelled(one),
        "more": _more(row),
        "now": now_value(one, opened.answer_of(item_id)),
        "questions": questions_value(opened.workspace.tasks, words),
        "history": _history(opened, item_id, words),
    }


def _origin(opened: Opened, item_id: str, row: Any) -> str:
    parts = [short(item_id)]
    column = opened.workspace.tasks.item.group
    group = row.get("group")
    if column and isinstance(group, str):
        parts.append(f"{plain(column.removesuffix('_id'))} {short(group)}")
    return ", ".join([*parts, PART_WORDS[row["split"]], _labelled_by(opened, item_id)])


def _labelled_by(opened: Opened, item_id: str) -> str:
    """Import, or those who have changed labels of this item since."""
    found = opened.corrections
    people = dict.fromkeys(found.loc[found["item_id"] == item_id, "by"])
    return f"corrected by {and_list(list(people), 3)}" if people else "labelled by import"


def _history(opened: Opened, item_id: str, words: Words) -> list[str]:
    """Ana said checker: no, 22 Nov 2026, 01:40 UTC; the newest first."""
    if not len(opened.records):
        return []
    said = log_of(opened.workspace).history(item_id)
    known = [one for one in said if one.task in task_names(opened.workspace.tasks)]
    return [_said(one, words) for one in reversed(known[-MOST_HISTORY:])]


def _said(one: Annotation, words: Words) -> str:
    tag = one.task.partition(":")[2]
    value = words.names.get(one.value, one.value)
    if tag:
        value = f"{tag}: {YES_NO.get(one.value, one.value)}"
    undone = ", undone" if one.undone else ""
    return f"{one.annotator} said {value}, {one.time:%-d %b %Y, %H:%M} UTC{undone}"


def _classes(opened: Opened, item_id: str, label: int, words: Words) -> list[dict[str, Any]]:
    answer = opened.answer_of(item_id)
    if answer is None:
        return []
    return [
        {
            "key": answer.tasks.classes[index],
            "name": words.names[answer.tasks.classes[index]],
            "score": round(float(answer.category[0, index]), 4),
            "label": bool(index == label),
        }
        for index in answer.top[0]
    ]


def _why(opened: Opened, item_id: str, words: Words) -> dict[str, str] | None:
    """The category whose evidence can be shown: the likeliest; None without an answer."""
    answer = opened.answer_of(item_id)
    if answer is None:
        return None
    best = answer.tasks.classes[answer.top[0, 0]]
    return {"key": best, "name": words.names[best]}


def _verdicts(opened: Opened, item_id: str, words: Words) -> list[str]:
    """Probably none of these: 83 %. One of blouse, shirt (90 %)."""
    answer = opened.answer_of(item_id)
    if answer is None:
        return []
    made, said = decide_all(answer, opened.bundle), []
    if made.none_of_these is not None and made.none_of_these[0]:
        score = float(answer.extra[OUT_OF_CATALOG][0])
        said.append(f"{'Perhaps' if score < 0.5 else 'Probably'} none of these: {percent(score)}")
    if made.sets is not None:
        inside = [words.one(answer.tasks.classes[at]) for at in answer.top[0] if made.sets[0, at]]
        names = ", ".join(inside[:MOST_IN_SET])
        more = f" and {len(inside) - MOST_IN_SET} more" if len(inside) > MOST_IN_SET else ""
        one_of = "Only" if len(inside) == 1 else "One of"
        said.append(f"{one_of} {names}{more} ({percent(opened.bundle.coverage)})")
    return said


def _tags(opened: Opened, item_id: str, one: Catalog) -> list[dict[str, Any]]:
    answer = opened.answer_of(item_id)
    category = answer.tasks.classes[answer.top[0, 0]] if answer is not None else None
    values = []
    for index, tag in enumerate(one.tasks.tag_names):
        labelled = bool(one.tags[0, index] == 1)
        if answer is None:
            values.append({"name": tag, "labelled": labelled, "score": None})
            continue
        score, cut = float(answer.tags[0, index]), opened.bundle.thresholds.at(tag, category)
        values.append({"name": tag, "labelled": labelled, "score": round(score, 4),
                       "threshold": cut, "tagged": score >= cut, "close": is_close(score, cut)})
    return values


def _labelled(one: Catalog) -> str:
    tags = one.tasks.tag_names
    on = [tag for tag, value in zip(tags, one.tags[0]) if value == 1]
    unknown = [tag for tag, value in zip(tags, one.tags[0]) if value < 0]
    words = f"Labelled {and_list(on, 8)}." if on else "Labelled with no tag."
    return f"{words} Not labelled: {and_list(unknown, 8)}." if unknown else words


def _more(row: Any) -> list[dict[str, str]]:
    found = [
        {"name": plain(name.removeprefix(META)), "value": str(row[name])}
        for name in row.index
        if str(name).startswith(META) and row[name] is not None and row[name] == row[name]
    ]
    return found[:MOST_META]
