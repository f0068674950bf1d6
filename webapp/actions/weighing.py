"""The votes of a workspace: how far they agree, and, once weighed, what they come to."""

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np

from core.annotations.agreement import agreement
from core.annotations.answer import CATEGORY
from core.annotations.ballot import Ballot, ballots
from core.annotations.weighing import Weighed, add_weighed, weigh
from core.commands.agreement import unseen_scores
from core.errors import AnnotationError
from webapp.actions.jobs import Job, Jobs
from webapp.actions.opened import Opened

KEPT = 8
"""Workspaces and models whose votes are kept in memory; the longest unused goes first."""


@dataclass(frozen=True)
class Cast:
    """The votes of one workspace, and how far they agree.

    Attributes:
        key: changes whenever a vote does; corrections leave it as it is.
        ballots: the category first, then the tags.
        figures: as ``core.annotations.agreement.agreement``.
    """

    key: Hashable
    ballots: list[Ballot]
    figures: dict[str, Any]

    def task(self, name: str) -> dict[str, Any]:
        """Figures of CATEGORY or of a tag."""
        return self.figures[CATEGORY] if name == CATEGORY else self.figures["tags"][name]

    def ballot(self, name: str) -> Ballot:
        """Votes on CATEGORY or on a tag."""
        return next(one for one in self.ballots if one.task.removeprefix("tag:") == name)


class _Recent(OrderedDict):
    """The values that were used last, a few of them; safe to share between threads."""

    def __init__(self):
        super().__init__()
        self._lock = Lock()

    def find(self, key: Hashable) -> Any:
        with self._lock:
            if key in self:
                self.move_to_end(key)
            return self.get(key)

    def keep(self, key: Hashable, value: Any) -> Any:
        with self._lock:
            self[key] = value
            self.move_to_end(key)
            while len(self) > KEPT:
                self.popitem(last=False)
        return value


_cast, _weighed, _newest = _Recent(), _Recent(), _Recent()


def cast_of(opened: Opened) -> Cast:
    """The votes and their figures; computed once for as long as no vote changes."""
    key = opened.remember("votes", lambda: _votes_key(opened))
    return _cast.find(key) or _cast.keep(key, _count(opened, key))


def _count(opened: Opened, key: Hashable) -> Cast:
    found = ballots(opened.records, opened.workspace.tasks)
    return Cast(key, found, agreement(found))


def _votes_key(opened: Opened) -> Hashable:
    digest = hashlib.sha256(repr(opened.workspace.tasks.to_dict()).encode())
    records = opened.records.where(opened.records.is_vote) if len(opened.records) else None
    for column in records.columns if records is not None else ():
        digest.update(np.ascontiguousarray(column).tobytes())
    return opened.workspace.root, digest.hexdigest()


@dataclass(frozen=True)
class Weighing:
    """What all votes come to, as far as it is known.

    Attributes:
        found: for each task; None before the first is there.
        figures: those of the votes, and with ``found`` what weighing adds to them.
        fresh: whether it is of the votes as they are now.
        job: the work on it; None where there is nothing to do.
    """

    found: Sequence[Weighed] | None
    figures: dict[str, Any]
    fresh: bool
    job: Job | None


def weighing_of(opened: Opened, jobs: Jobs, again: bool = False) -> Weighing:
    """The weighed votes; work on them begins in the background when they are not there yet.

    Args:
        again: begin also when an earlier try was stopped or failed.
    """
    cast = cast_of(opened)
    place = opened.workspace.root, opened.model
    key = _weighing_key(opened, cast)
    found = _weighed.find(key)
    if found is not None:
        return Weighing(*found, True, None)
    if not cast.figures["votes"]:
        return Weighing([], cast.figures, True, None)
    job = jobs.known(("weigh", key))
    if job is None or (again and not job.running):
        job = jobs.run(("weigh", key), lambda job: _weigh(opened, cast, key, job))
    return Weighing(_newest.find(place), cast.figures, False, job)


def weighed_now(opened: Opened) -> tuple[Sequence[Weighed], dict[str, Any]]:
    """The weighed votes and their figures, waited for: a file must not hold half of it.

    Raises:
        AnnotationError: nobody has voted.
    """
    cast = cast_of(opened)
    if not cast.figures["votes"]:
        raise AnnotationError("nobody has voted yet; there is no consensus to download")
    key = _weighing_key(opened, cast)
    found = _weighed.find(key)
    if found is None:
        _weigh(opened, cast, key, Job())
        found = _weighed.find(key)
    return found


def _weighing_key(opened: Opened, cast: Cast) -> Hashable:
    return cast.key, opened.model, opened.card.model_id if opened.card else None


def stop_weighing(opened: Opened, jobs: Jobs) -> None:
    """Give it up; the figures that need no weighing stay."""
    job = weighing_of(opened, jobs).job
    if job is not None:
        job.stop.set()


def _weigh(opened: Opened, cast: Cast, key: Hashable, job: Job) -> None:
    job.progress(0, 0)
    scores = unseen_scores(opened.workspace, opened.model)
    found = weigh(cast.ballots, scores, job.progress)
    figures = _copied(cast.figures)
    add_weighed(figures, found)
    _weighed.keep(key, (found, figures))
    _newest.keep((opened.workspace.root, opened.model), found)


def _copied(figures: dict[str, Any]) -> dict[str, Any]:
    """Figures to which ``add_weighed`` may add; their matrices are shared."""
    return {
        **figures, CATEGORY: dict(figures[CATEGORY]),
        "tags": {name: dict(task) for name, task in figures["tags"].items()},
        "annotators": {
            person: {CATEGORY: dict(own[CATEGORY]),
                     "tags": {name: dict(task) for name, task in own["tags"].items()}}
            for person, own in figures["annotators"].items()
        },
    }
