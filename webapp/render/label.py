"""Label as assets/js/label.js gets it: the questions, the orders, the items to answer."""

from typing import Any

import numpy as np

from core.annotations.answer import CANNOT_TELL, NONE_OF_THESE, SKIP
from core.catalog.table import PART_WORDS
from webapp.actions import label
from webapp.actions.opened import Opened
from webapp.render.item import short
from webapp.render.items import photo_url, thumb_url
from webapp.render.relabel import questions_value
from webapp.render.words import Words, percent, plain

ORDER_WORDS = {
    "suspected": "Suspected label errors",
    "unlabelled": "Not labelled yet",
    "margin": "The model is unsure",
    "disagreement": "People disagree",
    "random": "In any order",
}


def page_value(opened: Opened, order: str | None) -> dict[str, Any]:
    """Everything but the items themselves."""
    words, open_now = Words(opened.workspace.tasks), label.orders(opened)
    questions = questions_value(opened.workspace.tasks, words)
    shown = label.examples(opened)
    for one in questions["classes"]:
        one["thumb"] = _thumb(opened, shown.get(one["value"]))
    return {
        "workspace": opened.key, "model": opened.model, "questions": questions,
        "orders": [{"value": name, "label": ORDER_WORDS[name], "left": number}
                   for name, number in open_now.items()],
        "order": order if order in open_now else next(iter(open_now), None),
        "others": {"cannot": CANNOT_TELL, "none": NONE_OF_THESE, "skip": SKIP},
    }


def items_value(opened: Opened, item_ids: list[str]) -> list[dict[str, Any]]:
    """The items to answer; nothing that could lead anybody."""
    places = opened.place_of.get_indexer(item_ids)
    found = []
    for place in places[places >= 0]:
        row = opened.catalog.rows.iloc[place]
        item_id = str(row["item_id"])
        found.append({
            "id": item_id, "short": short(item_id), "origin": _origin(opened, row),
            "photo": photo_url(opened, item_id, row.get("content")),
            "thumb": thumb_url(opened, item_id, row.get("content")),
        })
    return found


def answered_value(opened: Opened, item_id: str) -> str:
    """What the model had said, for after the answer."""
    answer = opened.answer_of(item_id)
    if answer is None:
        return ""
    names = Words(opened.workspace.tasks)
    best = int(np.argmax(answer.category[0]))
    tags = [tag for tag, score in zip(answer.tasks.tag_names, answer.tags[0])
            if score >= opened.bundle.thresholds[tag]]
    share = percent(float(answer.category[0, best]))
    return ", ".join([f"{names.one(answer.tasks.classes[best])} ({share})", *tags])


def badge(opened: Opened) -> int:
    """Items that wait for an answer, in the fullest of the orders that end."""
    return max(len(label.left(opened, name)) for name in label.TO_DO)


def _thumb(opened: Opened, item_id: str | None) -> str | None:
    if item_id is None:
        return None
    row = opened.catalog.rows.iloc[int(opened.place_of.get_indexer([item_id])[0])]
    return thumb_url(opened, item_id, row.get("content"))


def _origin(opened: Opened, row: Any) -> str:
    column, group = opened.workspace.tasks.item.group, row.get("group")
    parts = [PART_WORDS[row["split"]]]
    if column and isinstance(group, str):
        parts.insert(0, f"{plain(column.removesuffix('_id'))} {short(group)}")
    return ", ".join(parts)
