"""Label as assets/js/label.js gets it: questions, queues, guidelines, the items to answer."""

import time
from typing import Any

import numpy as np

from core.annotations.answer import CANNOT_TELL, CATEGORY, NONE_OF_THESE, SKIP, TRUE
from core.annotations.board import Entry
from core.annotations.priorities import STRATEGIES
from core.annotations.queues import LONGEST_LEASE, LONGEST_NAME, MOST_OVERLAP, UNLABELLED, Queue
from core.catalog.table import PART_WORDS, PARTS, tag_column
from core.errors import FittingRoomError
from webapp.actions import label
from webapp.actions.guidelines import LONGEST_TEXT, guidelines, subjects
from webapp.actions.logs import newest_on_board
from webapp.actions.opened import Opened
from webapp.actions.queues import slices, team_queues
from webapp.render.item import short
from webapp.render.items import photo_url, thumb_url
from webapp.render.relabel import questions_value
from webapp.render.words import Words, percent, plain, when

READY_WORDS = {
    "suspected": "Suspected label errors",
    "unlabelled": "Not labelled yet",
    "sent": "Sent for another vote",
    "disagreement": "People disagree",
    "margin": "Model unsure between two",
    "entropy": "Model unsure among all",
    "random": "In any order",
}
STRATEGY_WORDS = {**READY_WORDS, "random": "Any item", "answer": "Likely of one class or tag"}
ACTIVE_SECONDS = 900.0
"""Whoever answered within this time still works at it."""


def page_value(opened: Opened, name: str | None) -> dict[str, Any]:
    """Everything but the items themselves."""
    words = Words(opened.workspace.tasks)
    questions = questions_value(opened.workspace.tasks, words)
    shown = label.examples(opened)
    for one in questions["classes"]:
        one["thumb"] = _thumb(opened, shown.get(one["value"]))
    listed = queues_value(opened)
    open_now = [one["name"] for one in listed if one["own"] or one["left"]]
    return {
        "workspace": opened.key, "model": opened.model, "questions": questions,
        "has_model": opened.predictions is not None,
        "queues": listed, "queue": name if name in open_now else next(iter(open_now), None),
        "others": {"cannot": CANNOT_TELL, "none": NONE_OF_THESE, "skip": SKIP},
        "guide": guide_value(opened), "form": form_value(opened, words),
    }


def queues_value(opened: Opened) -> list[dict[str, Any]]:
    """The team's queues, then those of every workspace that have something to give."""
    own = team_queues(opened)
    found = []
    for name, one in label.queues(opened).items():
        number, answers, problem = _left(opened, one)
        saved = own.get(name)
        if saved is None and not number:
            continue
        found.append({
            "name": name, "label": name if saved else READY_WORDS[name], "own": saved is not None,
            "left": number, "answers": answers, "problem": problem, "settings": one.to_dict(),
            "saved": f"{saved.by}, {when(saved.time)}" if saved else "",
        })
    return found


def _left(opened: Opened, one: Queue) -> tuple[int, int, str]:
    """Items and answers that are missing; and why the queue gives nothing, else ""."""
    try:
        found = label.left(opened, one)
    except FittingRoomError as error:
        return 0, 0, str(error)
    return len(found), found.answers, ""


def form_value(opened: Opened, words: Words) -> dict[str, Any]:
    """What the settings of a queue can be."""
    tasks = opened.workspace.tasks
    classes = [{"value": name, "label": words.names[name]} for name in tasks.classes]
    return {
        "strategies": [{"value": name, "label": STRATEGY_WORDS[name]} for name in STRATEGIES],
        "choices": [*classes, *({"value": tag, "label": tag} for tag in tasks.tag_names)],
        "parts": [{"value": part, "label": PART_WORDS[part]} for part in PARTS],
        "labels": [*classes,
                   *({"value": tag_column(tag), "label": tag} for tag in tasks.tag_names),
                   {"value": UNLABELLED, "label": "without a category"}],
        "slices": _slices(opened),
        "most": {"overlap": MOST_OVERLAP, "name": LONGEST_NAME,
                 "minutes": int(LONGEST_LEASE / 60)},
    }


def _slices(opened: Opened) -> list[dict[str, str]]:
    try:
        return [{"value": one.id, "label": one.name} for one in slices(opened)]
    except FittingRoomError:
        return []  # the page Slices says what is wrong with them


def guide_value(opened: Opened) -> dict[str, Any]:
    """What the team means by each class and tag."""
    words, tasks = Words(opened.workspace.tasks), opened.workspace.tasks
    texts, pins = guidelines(opened)
    names = [words.names[name] for name in tasks.classes] + list(tasks.tag_names)
    return {
        "board": newest_on_board(opened.workspace),
        "longest": LONGEST_TEXT,
        "subjects": [
            {"subject": subject, "name": name, **_text(texts.get(subject)),
             "pins": [{"id": pin.item_id, "thumb": _thumb(opened, pin.item_id),
                       "words": f"Item {short(pin.item_id)}, pinned by {pin.annotator}"}
                      for pin in pins.get(subject, [])]}
            for subject, name in zip(subjects(tasks), names, strict=True)
        ],
    }


def _text(entry: Entry | None) -> dict[str, Any]:
    if entry is None:
        return {"text": "", "number": 0, "said": ""}
    return {"text": entry.text, "number": entry.number,
            "said": f"{entry.annotator}, {when(entry.time)}"}


def versions_value(entries: list[Entry]) -> list[dict[str, str]]:
    """What a guideline was, the newest first."""
    return [{"text": entry.text, "said": f"{entry.annotator}, {when(entry.time)}"}
            for entry in entries]


def progress_value(opened: Opened, one: Queue, by: str) -> dict[str, Any]:
    """How far a queue is: for this person, and for all."""
    found, people = label.left(opened, one), label.people(opened, one)
    now = time.time()
    speeds = [pace.per_hour for pace in people
              if pace.per_hour and now - pace.last < ACTIVE_SECONDS]
    return {
        "left": label.left_for(opened, found, by), "answers": found.answers,
        "mine": next((pace.items for pace in people if pace.annotator == by), 0),
        "given": sum(pace.items for pace in people),
        "speed": round(sum(speeds)), "working": len(speeds),
        "people": [{"name": pace.annotator, "items": pace.items,
                    "speed": pace.per_hour and round(pace.per_hour)} for pace in people],
    }


def items_value(
    opened: Opened, item_ids: list[str], one: Queue, by: str
) -> list[dict[str, Any]]:
    """The items to answer; nothing that could lead anybody, unless the queue shows it."""
    places = opened.place_of.get_indexer(item_ids)
    found = []
    for place in places[places >= 0]:
        row = opened.catalog.rows.iloc[place]
        item_id = str(row["item_id"])
        found.append({
            "id": item_id, "short": short(item_id), "origin": _origin(opened, row),
            "photo": photo_url(opened, item_id, row.get("content")),
            "thumb": thumb_url(opened, item_id, row.get("content")),
            "said": [] if one.rules.blind else _others(opened, item_id, by),
            "guess": "" if one.rules.hides_model else answered_value(opened, item_id),
        })
    return found


def _others(opened: Opened, item_id: str, by: str) -> list[str]:
    """Ana: shirt, floral"""
    words = Words(opened.workspace.tasks)
    return [
        f"{who}: " + ", ".join([words.one(value) if value in words.names else value
                                for task, value in said.items() if task == CATEGORY]
                               + [task.removeprefix("tag:") for task, value in said.items()
                                  if value == TRUE])
        for who, said in label.others_said(opened, item_id, by).items()
    ]


def answered_value(opened: Opened, item_id: str) -> str:
    """What the model had said, for after the answer."""
    answer = opened.answer_of(item_id)
    if answer is None:
        return ""
    names = Words(opened.workspace.tasks)
    best = int(np.argmax(answer.category[0]))
    tags = [tag for tag, score in zip(answer.tasks.tag_names, answer.tags[0])
            if score >= opened.bundle.thresholds.at(tag, answer.tasks.classes[best])]
    share = percent(float(answer.category[0, best]))
    return ", ".join([f"{names.one(answer.tasks.classes[best])} ({share})", *tags])


def badge(opened: Opened) -> int:
    """Items that wait for an answer, in the fullest of the queues that end."""
    return max(label.number_left(opened, name) for name in label.TO_DO)


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
