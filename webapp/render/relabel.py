"""What assets/js/relabel.js draws: the questions, and how an item is labelled now."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.catalog.table import Catalog
from core.predictions.table import Predictions
from core.tasks import Tasks
from webapp.actions.relabel import Meanwhile, Preview, Wish
from webapp.render.keys import class_keys, tag_keys
from webapp.render.words import Words, and_list, count, percent


def questions_value(tasks: Tasks, words: Words) -> dict[str, Any]:
    """Every class and tag with its name and its key."""
    return {
        "classes": [
            {"value": name, "name": words.names[name], "one": words.one(name), "key": key}
            for name, key in zip(tasks.classes, class_keys(tasks.classes))
        ],
        "tags": [{"value": tag, "key": key}
                 for tag, key in zip(tasks.tag_names, tag_keys(tasks.tag_names))],
    }


def now_value(one: Catalog, answer: Predictions | None) -> dict[str, Any]:
    """The labels of one item (N = 1), and the model's best guess at its category."""
    classes, tags = one.tasks.classes, one.tasks.tag_names
    label = int(one.category[0])
    value: dict[str, Any] = {
        "category": classes[label] if label >= 0 else None,
        "tags": [tag for tag, on in zip(tags, one.tags[0]) if on == 1],
        "guess": None,
    }
    if answer is not None:
        best = int(np.argmax(answer.category[0]))
        value["guess"] = {"category": classes[best],
                          "share": percent(float(answer.category[0, best]))}
    return value


def saved_sentence(wish: Wish, words: Words) -> str:
    """1 item is a shirt now. 3 items are floral and not checker now."""
    number = len(wish.item_ids)
    what = f"{count(number)} item{'s' if number != 1 else ''}"
    tags = [tag if on else f"not {tag}" for tag, on in wish.tags.items()]
    if wish.category is None:
        return f"{what} {'is' if number == 1 else 'are'} {and_list(tags, 4)} now."
    also = f", {and_list(tags, 4)}" if tags else ""
    return f"{what} {words.are(number, wish.category)}{also} now."


def preview_sentence(found: Preview) -> str:
    """2 change, 1 of them held-out; 1 is labelled so already."""
    if not found.changing:
        one = found.keeping == 1
        return f"{'It is' if one else f'All {count(found.keeping)} are'} labelled so already."
    parts = [f"{count(found.changing)} change{'s' if found.changing == 1 else ''}"]
    if found.heldout:
        every = "all" if found.heldout == found.changing else count(found.heldout)
        which = "held-out" if found.changing == 1 else f"{every} of them held-out"
        parts.append(f", {which}")
    if found.keeping:
        are = "is" if found.keeping == 1 else "are"
        parts.append(f"; {count(found.keeping)} {are} labelled so already")
    return f"{''.join(parts)}."


def meanwhile_sentence(found: Meanwhile | None, number: int) -> str:
    """Meanwhile Ben had changed 2 of them; yours stand now, all is kept in their history."""
    if found is None:
        return ""
    who = and_list(list(found.people), 3)
    if number == 1:
        return f" Meanwhile {who} had changed it; yours stands now, both are in its history."
    return (f" Meanwhile {who} had changed {count(found.items)} of them; yours stand now, all is"
            " in their history.")


def others_sentence(changed: Mapping[str, int]) -> str:
    """Ana changed 1 item meanwhile. Ana and Ben changed 12 items meanwhile."""
    if not changed:
        return ""
    number = sum(changed.values())
    what = f"{count(number)} item{'s' if number != 1 else ''}"
    return f"{and_list(list(changed), 3)} changed {what} meanwhile."


def undone_sentence(number: int) -> str:
    """Undone: 1 item has its earlier labels back. Without items: what was decided is open again."""
    if not number:
        return "Undone: it is as it was before."
    has = "item has its" if number == 1 else "items have their"
    return f"Undone: {count(number)} {has} earlier labels back."
