"""The review list as its part gets it: whose votes differ, what the model says, what to choose."""

from typing import Any

import pandas as pd

from core.annotations.answer import CANNOT_TELL, CATEGORY, FALSE, NONE_OF_THESE, TRUE
from core.annotations.ballot import Ballot
from webapp.actions import agreement as actions
from webapp.actions.agreement import ALL, Review
from webapp.actions.opened import Opened
from webapp.actions.weighing import Weighing, cast_of
from webapp.render.agreement import task_name, tiles_value, value_name
from webapp.render.item import item_value, short
from webapp.render.items import thumb_url
from webapp.render.keys import class_keys
from webapp.render.words import Words, count, percent
from webapp.session import Session

THUMBS = 24


def review_value(
    opened: Opened, session: Session, weighing: Weighing, review: Review | None
) -> dict[str, Any] | None:
    """The review list and the row that is open; None while nobody has voted."""
    if not cast_of(opened).figures["votes"]:
        return None
    chosen = actions.task_of(opened, session)
    value: dict[str, Any] = {
        "workspace": opened.key, "tiles": tiles_value(opened), "weighing": _job(weighing),
        "task": chosen,
        "tasks": [{"value": ALL, "label": "all"}] + [
            {"value": name, "label": task_name(opened, name)}
            for name in (CATEGORY, *opened.workspace.tasks.tag_names)],
        "total": 0, "rows": [], "open": None,
    }
    value["outside"] = 0 if review is None else review.outside
    if review is None or not len(review.rows):
        return value
    words = Words(opened.workspace.tasks)
    start = max(0, review.at - review.at % THUMBS)
    shown = review.rows.iloc[start:start + THUMBS]
    return {
        **value, "total": len(review.rows), "first": start, "per_page": THUMBS, "at": review.at,
        "unsent": int((~review.rows["item_id"].isin(review.sent)).sum()),
        "rows": [_row(opened, row, review, words) for _, row in shown.iterrows()],
        "open": _open_row(opened, review, weighing, words),
    }


def _job(weighing: Weighing) -> dict[str, Any] | None:
    job = weighing.job
    if weighing.fresh or job is None:
        return None
    return {"running": job.running, "done": job.done, "total": job.total,
            "error": job.error or ("" if job.running else "Stopped.")}


def _row(opened: Opened, row: pd.Series, review: Review, words: Words) -> dict[str, Any]:
    place = int(opened.place_of.get_indexer([row["item_id"]])[0])
    content = opened.catalog.rows["content"].iloc[place] if place >= 0 and (
        "content" in opened.catalog.rows) else None
    return {
        "short": short(row["item_id"]), "thumb": thumb_url(opened, row["item_id"], content),
        "task": task_name(opened, row["task"].removeprefix("tag:")),
        "votes": _votes_in_words(row["votes"], words), "sent": row["item_id"] in review.sent,
    }


def _votes_in_words(votes: str, words: Words) -> str:
    """2 SHIRTS, 1 BLOUSES -> 2 Shirt, 1 Blouse"""
    parts = []
    for part in votes.split(", "):
        number, _, value = part.partition(" ")
        parts.append(f"{number} {value_name(value, words)}")
    return ", ".join(parts)


def _open_row(
    opened: Opened, review: Review, weighing: Weighing, words: Words
) -> dict[str, Any]:
    row = review.rows.iloc[review.at]
    item_id, task = row["item_id"], row["task"]
    one = next(one for one in weighing.found if one.ballot.task == task)
    said = one.ballot.said_of(item_id)
    item = item_value(opened, item_id, words)
    values = [*one.ballot.values, CANNOT_TELL]
    keys = class_keys(opened.workspace.tasks.classes) if task == CATEGORY else ["N", "Y"]
    model = _model_shares(opened, item_id, one.ballot)
    return {
        "item": item, "item_id": item_id, "short": short(item_id), "task": task,
        "task_name": task_name(opened, one.name), "is_tag": task != CATEGORY,
        "sent": item_id in review.sent,
        "told": _told(row, one.consensus.weighed, words),
        "answers": [
            {"value": value, "name": value_name(value, words),
             "key": keys[place] if place < len(keys) else None,
             "who": [who for who, vote in said.items() if vote == value],
             "model": model.get(value), "own": value in (NONE_OF_THESE, CANNOT_TELL)}
            for place, value in enumerate(values)
        ],
    }


def _model_shares(opened: Opened, item_id: str, ballot: Ballot) -> dict[str, str]:
    """What the model says, as its page of the item shows it; {} without an answer."""
    answer = opened.answer_of(item_id)
    if answer is None:
        return {}
    if ballot.task == CATEGORY:
        return {name: percent(float(score))
                for name, score in zip(answer.tasks.classes, answer.category[0])}
    score = float(answer.tags[0, answer.tasks.tag_names.index(ballot.task.removeprefix("tag:"))])
    return {TRUE: percent(score), FALSE: percent(1 - score)}


def _told(row: pd.Series, weighed: bool, words: Words) -> str:
    """Two sentences: what the votes come to, and how much another one would settle."""
    best = value_name(row["label"], words)
    how = "All weighed (CROWDLAB)" if weighed else "By the votes so far, too few to weigh"
    return (f"{how}: {best}, {percent(row['quality'])} sure."
            f" One more vote would add {100 * row['gain']:.1f} points on average.")


def settled_sentence(opened: Opened, item_id: str, task: str, value: str) -> str:
    """3a1b: a reviewer says shirt."""
    words, tag = Words(opened.workspace.tasks), task.partition(":")[2]
    answer = value_name(value, words).lower() if tag else words.names.get(value, value)
    return f"{short(item_id)} is settled: {f'{tag}, ' if tag else ''}{answer}."


def sent_sentence(number: int) -> str:
    """2 items wait for another vote now, in the queue of that name."""
    if not number:
        return "Nothing was sent: another vote is waited for already."
    return (f"{count(number)} item{' waits' if number == 1 else 's wait'} for another vote now,"
            " in the queue “Sent for another vote”.")
