"""Votes and what they come to, as tables for other tools."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import sqlalchemy as sa

from core.annotations.answer import SKIP, moment_of, task_names
from core.annotations.log import AnnotationLog
from core.annotations.pace import Clock
from core.annotations.present import present
from core.annotations.records import Records
from core.annotations.schema import annotations
from core.annotations.weighing import Weighed
from core.tasks import Tasks

VOTE_COLUMNS = ("item_id", "annotator", "task", "value", "time", "source")


def votes_in_force(log: AnnotationLog, records: Records, tasks: Tasks) -> pd.DataFrame:
    """Each person's latest vote on each item and task, as ``import-votes`` reads it back.

    Args:
        records: of the log.

    Returns:
        VOTE_COLUMNS, texts, in the order in which they were saved; ``time`` in UTC, ISO 8601.
    """
    names = set(task_names(tasks))
    asked = np.array([word in names for word in records.words], bool)
    skipped = np.array([word == SKIP for word in records.words], bool)
    cast = records.where(records.is_vote & asked[records.task] & ~skipped[records.value])
    key = pd.DataFrame({"item": cast.item, "task": cast.task, "annotator": cast.annotator})
    cast = cast.where(~key.duplicated(keep="last").to_numpy())
    time = _said_at(log, cast)
    moments = {code: moment_of(code).isoformat() for code in np.unique(time).tolist()}
    return pd.DataFrame({
        "item_id": records.items[cast.item], "annotator": records.words[cast.annotator],
        "task": records.words[cast.task], "value": records.words[cast.value],
        "time": [moments[code] for code in time.tolist()],
        "source": records.words[cast.source],
    }, columns=list(VOTE_COLUMNS))


def _said_at(log: AnnotationLog, cast: Records) -> np.ndarray:
    """int64 (N,): microseconds since 1970; where an import told a time, that one."""
    query = sa.select(
        annotations.c.save, annotations.c.item, annotations.c.task, annotations.c.said_at
    ).where(annotations.c.said_at.is_not(None)).order_by(annotations.c.number)
    with log.store.reading() as connection:
        told = pd.DataFrame(connection.execute(query).all(),
                            columns=["save", "item", "task", "said_at"], dtype="int64")
    found = Clock(log).times()[cast.save]
    if len(told):
        own = pd.DataFrame({"save": cast.save, "item": cast.item, "task": cast.task})
        known = told.drop_duplicates(["save", "item", "task"], keep="last")
        said = own.merge(known, how="left")["said_at"].to_numpy()
        found = np.where(np.isnan(said), found, np.nan_to_num(said)).astype(np.int64)
    return found


def consensus_table(
    weighed: Sequence[Weighed], records: Records, tasks: Tasks
) -> pd.DataFrame:
    """What the votes come to, one row for each item and task that anybody voted on.

    Returns:
        ``item_id``, ``task``, ``votes``, ``agreeing`` (for the majority's answer, or each of
        those that tie), ``majority`` (missing on a tie), ``crowdlab`` and its ``quality``,
        ``in_force`` (the answer that stands; missing on a tie and where nobody could tell) and
        ``set_by`` (who set it by hand; missing where votes decide).
    """
    state = present(records, tasks)
    frames = []
    for one in weighed:
        place, values = task_names(tasks).index(one.ballot.task), one.ballot.values
        names = np.array([*values, None, None], object)  # OPEN is -2, UNANSWERED -1
        own = np.flatnonzero(state.task == place)
        row = pd.Index(records.items[state.item[own]]).get_indexer(one.ballot.item_ids)
        own = own[row]
        by = np.full(len(own), None, object)
        corrected = state.corrected[own]
        by[corrected] = records.words[records.annotator[state.record[own[corrected]]]]
        frames.append(pd.DataFrame({
            "item_id": one.ballot.item_ids, "task": one.name,
            "votes": one.ballot.counts.sum(axis=1),
            "agreeing": one.ballot.counts.max(axis=1, initial=0),
            "majority": names[one.consensus.majority],
            "crowdlab": names[one.consensus.label], "quality": one.consensus.quality,
            "in_force": names[state.value[own]], "set_by": by,
        }))
    return pd.concat(frames, ignore_index=True)
