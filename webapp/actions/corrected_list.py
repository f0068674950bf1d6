"""The corrected items in pages: what was changed, by whom, and which way it moved the figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from core.annotations.answer import task_names
from core.annotations.apply import corrections
from core.annotations.effect import AWAY, TOWARDS, Effect
from core.annotations.saves import save_times
from webapp.actions import paging
from webapp.actions.corrections import PAGE, Moment, effect_of, moment_of
from webapp.actions.logs import log_of
from webapp.actions.opened import Opened
from webapp.session import Session

ITEMS_A_PAGE = 12

WAYS = ("towards", "away", "neither", "unjudged")
"""What a correction does to the share of right answers; unjudged where no answer of the model
counts."""

FILTERS = {"of": "task", "way": "way", "by": "by"}
"""Words of a link: the columns that they narrow."""


@dataclass(frozen=True)
class Listed:
    """The corrected items that are looked at.

    Attributes:
        rows: their corrected labels, after the filters.
        everything: before them.
        filters: word: value; "" for any.
        item_ids: object (N,), each item once.
        page, position: the open page, and the item looked at (-1 for none).
    """

    rows: pd.DataFrame
    everything: pd.DataFrame
    filters: Mapping[str, str]
    item_ids: np.ndarray
    page: int
    position: int


def corrected_rows(opened: Opened, moment: Moment, part: str) -> pd.DataFrame:
    """The corrected labels of one side, the newest save first.

    Returns:
        The columns of ``corrections``, and ``way`` (one of WAYS) and ``answer`` (the model's;
        None where unjudged).
    """
    def find() -> pd.DataFrame:
        rows = corrections(opened.imported, moment.records)
        if part != "all":
            rows = rows[rows["split"] == part]
        rows = _judged(opened, rows.reset_index(drop=True), effect_of(opened, moment, part))
        return rows.sort_values("save", ascending=False, kind="stable", ignore_index=True)

    return moment.remember(("corrected", part), find)


def _judged(opened: Opened, rows: pd.DataFrame, found: Effect | None) -> pd.DataFrame:
    way = np.full(len(rows), "unjudged", object)
    answer = np.full(len(rows), None, object)
    if found is not None and len(rows):
        tasks = opened.workspace.tasks
        column = pd.Index(task_names(tasks)).get_indexer(rows["task"])
        place = pd.Index(found.corrected.item_ids).get_indexer(rows["item_id"])
        known = np.flatnonzero(place >= 0)
        went = found.direction[place[known], column[known]]
        way[known] = np.where(went == TOWARDS, "towards", np.where(went == AWAY, "away", "neither"))
        said = found.answer[place[known], column[known]]
        answer[known] = [tasks.classes[value] if task == 0 else ("true" if value else "false")
                         for task, value in zip(column[known], said)]
    return rows.assign(way=way, answer=answer)


def listed(opened: Opened, session: Session) -> Listed:
    """The corrections that the place asks for; filters that leave nothing are passed over."""
    place, moment = session.place(PAGE), moment_of(opened, session)
    rows = everything = corrected_rows(opened, moment, session.part)
    filters = {}
    for word, column in FILTERS.items():
        value = place.get(word, "")
        chosen = (rows[column] == value).to_numpy()
        filters[word] = value if value and chosen.any() else ""
        rows = rows[chosen] if filters[word] else rows
    ids = np.array(list(dict.fromkeys(rows["item_id"])), object)
    page, position = paging.looked_at(place, ids, ITEMS_A_PAGE)
    return Listed(rows.reset_index(drop=True), everything, filters, ids, page, position)


def times_of_saves(opened: Opened, rows: pd.DataFrame) -> dict[int, datetime]:
    """When the saves of these rows came in."""
    numbers = [number for number in rows["save"].unique() if number > 0]
    return save_times(log_of(opened.workspace), numbers) if numbers else {}


def items(opened: Opened, session: Session) -> list[str]:
    """The items that are looked at, in their order."""
    return listed(opened, session).item_ids.tolist()


# What clicks do: a new place.

def narrow(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """The filters ``of`` (a task), ``way`` and ``by``; empty for any."""
    words = {word: str(data[word]) or None for word in FILTERS if word in data}
    return session.put(PAGE, **words, at=None, item=None)


def turn(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Another page of the list, counted from 0."""
    return paging.turned(session, PAGE, data)


def choose_item(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """The item to look at."""
    return session.put(PAGE, item=str(data.get("item")))


def step(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """The next corrected item (``by`` 1) or the one before (-1)."""
    found = listed(opened, session)
    return paging.stepped(session, PAGE, found.item_ids, found.position, ITEMS_A_PAGE, data)


def source_of(opened: Opened, session: Session) -> str:
    """Where a relabelling comes from, for the log."""
    return PAGE


def move_on(opened: Opened, fresh: Opened, session: Session, done: list[str]) -> Session:
    """Keep to the item; where its labels are those of the import again, look at the next."""
    before, after = items(opened, session), items(fresh, session)
    if all(item in after for item in done):
        return session
    return paging.followed(session, PAGE, before, after, done, ITEMS_A_PAGE)


COLUMNS = ("item_id", "task", "before", "after", "split", "by", "time", "source", "votes",
           "agreeing", "answer", "way")


def corrected_csv(session: Session, opened: Opened) -> tuple[str, str]:
    """The corrected labels that are looked at as CSV, and a name for the file."""
    rows = listed(opened, session).rows
    times = times_of_saves(opened, rows)
    rows = rows.assign(time=[f"{times[n]:%Y-%m-%dT%H:%M:%SZ}" if n in times else ""
                             for n in rows["save"]])
    table = rows[list(COLUMNS)].astype(object)
    return paging.csv_file(COLUMNS, table.where(table.notna(), "").itertuples(index=False),
                           "corrections", session.part, opened.workspace.name)
