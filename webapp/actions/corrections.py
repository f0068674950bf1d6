"""Corrections: labels at any moment beside those imported, and what that does to the figures."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from core.annotations.apply import apply
from core.annotations.effect import LABELS, Effect, effect
from core.annotations.log import log_path
from core.annotations.records import Records
from core.annotations.saves import Save, newest_saves
from core.catalog.table import Catalog
from core.decisions.thresholds import CutCounts, cut_counts
from core.errors import AnnotationError
from core.metrics.bootstrap import part_intervals
from webapp.actions.logs import log_of, newest_save, records_of
from webapp.actions.opened import Opened
from webapp.session import Session

PAGE = "corrections"
SAVES_OFFERED = 60
MOMENTS_KEPT = 3
"""Labels of other moments kept in memory; those first looked at go first."""


@dataclass(frozen=True)
class Moment:
    """Labels as they were at one time.

    Attributes:
        save: number of the last save that counts; None for now.
        time: when that was asked by time, UTC.
        catalog: with the labels of then.
        found: what was computed from them.
    """

    save: int | None
    time: datetime | None
    records: Records
    catalog: Catalog
    found: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def remember(self, what: Hashable, make: Callable[[], Any]) -> Any:
        """The result of ``make``, computed once."""
        if what not in self.found:
            self.found[what] = make()
        return self.found[what]

    @property
    def now(self) -> bool:
        return self.save is None


def moment_of(opened: Opened, session: Session) -> Moment:
    """The moment that the place names: ``save``, a number, or ``time``, ISO 8601 in UTC; else now.

    Raises:
        AnnotationError: the time is none.
    """
    place = session.place(PAGE)
    save, time = place.get("save", ""), place.get("time")
    kept = opened.remember("moments", OrderedDict)
    if not log_path(opened.workspace).exists() or not (save.isdecimal() or time):
        if None not in kept:
            _keep(kept, Moment(None, None, opened.records, opened.catalog))
        return kept[None]
    moment = read_time(time) if time else None
    number = log_of(opened.workspace).save_at(moment) if moment else min(int(save), 2**31)
    if number not in kept:
        records = records_of(opened.workspace, number)
        _keep(kept, Moment(number, None, records, apply(opened.imported, records)))
    return replace(kept[number], time=moment)


def _keep(kept: OrderedDict[int | None, Moment], moment: Moment) -> None:
    kept[moment.save] = moment
    while len(kept) > MOMENTS_KEPT:
        kept.popitem(last=False)


def read_time(text: str) -> datetime:
    """ISO 8601; without a zone UTC.

    Raises:
        AnnotationError: another form.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise AnnotationError(
            f"{text!r} is no moment; write it as 2026-11-22T16:30, UTC") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def saves_offered(opened: Opened) -> list[Save]:
    """The last saves, the newest first; none where nobody has labelled."""
    if not log_path(opened.workspace).exists():
        return []
    newest = newest_save(opened.workspace)
    return opened.remember(("saves", newest),
                           lambda: newest_saves(log_of(opened.workspace), SAVES_OFFERED))


def effect_of(opened: Opened, moment: Moment, part: str) -> Effect | None:
    """Labels of one side before and after, with the model's answers; None without answers."""
    if opened.predictions is None:
        return None

    def join() -> Effect:
        seen = opened.seen if part == "heldout" else frozenset()
        return effect(opened.imported.part(part), moment.catalog.part(part), moment.records,
                      opened.predictions, opened.bundle.thresholds, seen)

    return moment.remember(("effect", part), join)


def figures_of(opened: Opened, moment: Moment, part: str) -> dict[str, dict[str, Any]] | None:
    """By each of LABELS ``evaluate_part`` with ``intervals``; None without answers."""
    found = effect_of(opened, moment, part)
    if found is None:
        return None
    cuts = opened.bundle.thresholds

    def measure() -> dict[str, dict[str, Any]]:
        return {labels: {**found.figures(labels, cuts), "intervals": part_intervals(
            found.catalog(labels), found.predictions, cuts)} for labels in LABELS}

    return moment.remember(("figures", part), measure)


def matrices(found: Effect) -> tuple[np.ndarray, np.ndarray]:
    """int64 (K, K) each: labels as imported and as corrected, against the model's answers."""
    return tuple(_matrix(labels[:, 0], found) for labels in (found.before, found.after))


def _matrix(labels: np.ndarray, found: Effect) -> np.ndarray:
    n = len(found.corrected.tasks.classes)
    known = labels >= 0
    cell = labels[known].astype(np.int64) * n + found.answer[known, 0]
    return np.bincount(cell, minlength=n * n).reshape(n, n)


def curves_of(opened: Opened, moment: Moment, part: str, tag: str) -> tuple[CutCounts, CutCounts]:
    """One tag's right and wrong answers at every cut, on labels before and after."""
    found = effect_of(opened, moment, part)
    column = opened.workspace.tasks.tag_names.index(tag)
    scores = found.predictions.tags[:, [column]]
    return tuple(cut_counts(scores, labels[:, [column + 1]].astype(np.int8))
                 for labels in (found.before, found.after))


def curve_tag(opened: Opened, session: Session, moment: Moment) -> str | None:
    """The tag whose curves are shown: the one named, else the one with most corrected labels.

    None without tags or without answers.
    """
    tags, found = opened.workspace.tasks.tag_names, effect_of(opened, moment, session.part)
    if not tags or found is None:
        return None
    named = session.place(PAGE).get("curve", "")
    return named if named in tags else tags[int(found.changed[:, 1:].sum(axis=0).argmax())]


# What clicks do: a new place.

def go_to(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Another moment: ``save``, a number, ``time``, or neither for now.

    Raises:
        AnnotationError: the time is none.
    """
    save, time = str(data.get("save") or ""), str(data.get("time") or "")
    if time:
        read_time(time)
    return session.put(PAGE, save=save if save.isdecimal() and not time else None,
                       time=time or None, at=None, item=None)


def choose_curve(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """The tag whose curves are shown."""
    tag = str(data.get("value"))
    return session.put(PAGE, curve=tag) if tag in opened.workspace.tasks.tag_names else session
