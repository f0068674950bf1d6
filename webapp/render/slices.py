"""Slices as assets/js/slices-where.js and slices-open.js draw them."""

from collections.abc import Sequence
from typing import Any

from core.metrics.slices.conditions import AMONG, LIKE, Condition, level_condition
from core.metrics.slices.facets import NUMBER
from core.metrics.slices.figures import LOWER_IS_BETTER
from core.metrics.slices.saved import Saved
from core.metrics.slices.worst import FALSE_SHARE, Search
from webapp.actions import slices
from webapp.actions.jobs import Job
from webapp.actions.judging import judged_side
from webapp.actions.opened import Opened
from webapp.actions.slice_items import Open
from webapp.actions.slice_watch import Watched
from webapp.actions.slice_worst import Asked
from webapp.render.confusion import notes
from webapp.render.slice_words import (
    SliceWords,
    chance_text,
    change_text,
    figure_text,
    interval_text,
    json_conditions,
)
from webapp.render.words import count
from webapp.session import Session

VIEW_WORDS = {"compare": "Compare", "worst": "Worst slices", "saved": "Saved"}
SORT_WORDS = {"worst": "surely worst first", "items": "most items first", "name": "by name"}
MOST_CHOICES = 400


def options(pairs: Any) -> list[dict[str, str]]:
    return [{"value": str(value), "label": label} for value, label in pairs]


def where_value(opened: Opened, session: Session, now: Open, words: SliceWords,
                waiting: int, measuring: Job | None, **view: Any) -> dict[str, Any]:
    """The left card: one of three views.

    Args:
        waiting: photos that are not measured yet.
        measuring: the last run that measures photos.
        view: what the open view alone has.
    """
    keys = judged_side(opened, session.part).keys
    return {
        "view": slices.view_of(opened, session), "views": options(VIEW_WORDS.items()),
        "figures": options((key, words.figure(key)) for key in slices.figures_of(opened)),
        "figure": slices.figure_of(opened, session),
        "facets": options((key, words.facet(key)) for key in keys),
        "open": json_conditions(now.conditions), "open_slice": now.saved.id if now.saved else None,
        "measure": _measure(waiting, measuring),
        "notes": notes(opened, session.part) if opened.predictions is not None else [],
        **view,
    }


def _measure(waiting: int, job: Job | None) -> dict[str, Any] | None:
    """How far the photo measures are; None when all are there."""
    running = job is not None and job.running
    if not waiting and not running:
        return None
    return {
        "text": f"Measuring photos, {count(job.done)} of {count(job.total)}" if running else
        f"{count(waiting)} photos are not measured yet: brightness, contrast, colour, sharpness.",
        "busy": running, "done": job.done if job else 0, "total": job.total if job else 0,
        "error": "" if running or job is None else job.error,
        "button": None if running else "Measure photos",
    }


def compare_value(opened: Opened, session: Session, words: SliceWords) -> dict[str, Any]:
    """One figure for every level of a facet."""
    found, key = slices.compared(opened, session), slices.figure_of(opened, session)
    shown = found.order[:slices.LEVELS_SHOWN]
    total = int(found.items.sum())
    rows = []
    for level in shown.tolist():
        condition = level_condition(found.facet, level)
        row = {"name": _level_name(found.facet, level, words), "items": int(found.items[level]),
               "where": json_conditions([condition])}
        if key is None:
            share = found.items[level] / total
            row |= {"text": f"{100 * share:.1f} %", "value": float(share), "interval": "",
                    "of": int(found.items[level])}
        else:
            row |= _level_figure(opened, session, found, key, level)
        rows.append(row)
    return {
        "by": found.facet.key, "sort": session.place(slices.PAGE).get("sort", "worst"),
        "sorts": options(one for one in SORT_WORDS.items() if key or one[0] != "worst"),
        "rows": rows, "more": len(found.order) - len(shown),
        "unknown": int((found.facet.codes < 0).sum()),
        "unknown_where": json_conditions([level_condition(found.facet, -1)])
        if found.facet.kind != NUMBER else None,
        "all": None if key is None else {
            "text": figure_text(key, float(found.whole.value[0])),
            "value": _number(found.whole.value[0]), "of": int(found.whole.support[0])},
        "lower_is_better": key in LOWER_IS_BETTER,
        "csv": f"download/levels.csv?{session.put(slices.PAGE, by=found.facet.key).link}",
        "title": f"{words.figure(key) if key else 'Items'} by {words.facet(found.facet.key)}",
    }


def _level_name(facet: Any, level: int, words: SliceWords) -> str:
    if facet.kind != NUMBER:
        return words.level(facet.key, facet.levels[level])
    text = words.condition(level_condition(facet, level))
    return text.removeprefix(facet.key.partition(":")[2]).strip() or text


def _level_figure(opened: Opened, session: Session, found: slices.Compared, key: str,
                  level: int) -> dict[str, Any]:
    value = _number(found.by.value[level])
    interval = None if value is None else slices.level_interval(opened, session, found, level)
    low, high = interval or (None, None)
    return {"text": figure_text(key, value), "value": value, "low": low, "high": high,
            "interval": interval_text(key, interval), "of": int(found.by.support[level])}


def _number(value: float) -> float | None:
    return None if value != value else round(float(value), 6)


def worst_value(found: Search | Job | None, asked: Asked | None,
                words: SliceWords, keys: Sequence[str]) -> dict[str, Any]:
    """The slices in which a share is lower than elsewhere."""
    value: dict[str, Any] = {
        "shares": options((key, words.figure(key)) for key in keys),
        "floors": options((floor, f"{floor} items or more") for floor in slices.FLOORS),
        "share": asked.key if asked else None, "floor": str(asked.floor) if asked else "",
        "pairs": asked.pairs if asked else True, "rows": [], "search": None, "note": "",
    }
    if isinstance(found, Job):
        text = found.error or (
            f"Searching, {count(found.done)} of {count(found.total)} levels" if found.running
            else "The search was stopped.")
        return {**value, "search": {
            "text": text, "busy": found.running, "done": found.done, "total": found.total,
            "error": found.error, "button": None if found.running else "Search again"}}
    if found is None:
        return {**value, "note": "The worst slices are those where a model errs most: let a model"
                                 " answer these items first."}
    tested = f"{count(found.candidates)} slices were tested against all other items"
    note = (f"{tested} (Fisher’s exact test); those told are worse for sure, with at most"
            f" {round(100 * FALSE_SHARE)} % false alarms among them (Benjamini-Hochberg).")
    if not found.found:
        note = (f"{tested}; none is worse than chance would have it. Fewer items as the floor, or"
                " all photos instead of one side, let smaller differences show."
                if found.candidates else "No slice holds that many items. Lower the floor.")
    return {**value, "note": note, "rows": [
        {
            "words": words.title(one.conditions), "where": json_conditions(one.conditions),
            "value": one.share, "low": one.interval[0], "high": one.interval[1],
            "text": figure_text(found.key, one.share), "rest": one.rest,
            "rest_text": figure_text(found.key, one.rest), "of": one.support,
            "interval": interval_text(found.key, one.interval),
            "excess": round(one.excess, 1), "chance": chance_text(one.q),
        }
        for one in found.found
    ]}


def saved_value(models: Sequence[Any], told: Sequence[Watched], key: str | None,
                words: SliceWords) -> dict[str, Any]:
    """Saved slices, a column for each model that has answered."""
    return {
        "models": [model.model for model in models] if key else [],
        "rows": [_watched(one, key, words) for one in told],
        "note": "The first model is the one in view; the others are compared with it on the same"
                " items, those that all have answered and none has learned from."
                if key and len(models) > 1 else "",
        "empty": "No slice is saved yet. Open one, give it a name, and it will be watched here"
                 " from model to model.",
    }


def _watched(one: Watched, key: str | None, words: SliceWords) -> dict[str, Any]:
    return {
        "id": one.saved.id, "name": one.saved.name, "by": f"{one.saved.by}, {one.saved.at[:10]}",
        "words": words.conditions(one.saved.conditions), "problem": one.problem,
        "items": one.items, "common": one.common,
        "cells": [] if key is None else [
            {"text": figure_text(key, value), "interval": interval_text(key, interval), "of": of,
             **_change(key, change)}
            for (value, interval, of), change in zip(one.figures, one.changes)
        ],
    }


def _change(key: str, change: Any) -> dict[str, Any]:
    if change is None:
        return {"change": None}
    better = change.value is not None and (change.value > 0) != (key in LOWER_IS_BETTER)
    interval = None
    if change.interval is not None:
        interval = " to ".join(change_text(key, end) for end in change.interval)
    return {"change": change_text(key, change.value), "change_interval": interval,
            "sure": ("better" if better else "worse") if change.sure else ""}


def open_value(opened: Opened, session: Session, now: Open, words: SliceWords) -> dict[str, Any]:
    """The middle card: the open slice's conditions, its figures, a form to save it."""
    adding = session.place(slices.PAGE).get("add")
    facets = now.facets
    return {
        "title": "Not to be shown" if now.problem else (
            now.saved.name if now.saved else words.title(now.conditions)),
        "items": int(now.mask.sum()), "total": len(facets), "problem": now.problem,
        "chips": [
            {"words": words.condition(one), "where": json_conditions(
                [other for other in now.conditions if other is not one])}
            for one in now.conditions
        ],
        "facets": options((key, words.facet(key)) for key in facets.keys),
        "add": _adding(now, adding if adding in facets.keys else None, words),
        "saved": _saved(now.saved, words), "can_save": bool(now.conditions) and not now.saved,
        "suggested": words.title(now.conditions)[:80] if _short(now.conditions) else "",
        "figures": [_figure(one, words) for one in slices.figures(opened, session, now)
                    if ":" not in one.key],
        "tags": _tags(opened, session, now),
    }


def _short(conditions: Sequence[Condition]) -> bool:
    return all(one.op not in (AMONG, LIKE) for one in conditions)


def _saved(saved: Saved | None, words: SliceWords) -> dict[str, Any] | None:
    if saved is None:
        return None
    gone = f" {saved.removed_by} took it off the list on {saved.removed_at[:10]}." if (
        saved.removed_at) else ""
    return {"id": saved.id, "words": words.conditions(saved.conditions),
            "by": f"Saved by {saved.by} on {saved.at[:10]}.{gone}", "gone": bool(gone)}


def _adding(now: Open, key: str | None, words: SliceWords) -> dict[str, Any] | None:
    if key is None:
        return None
    facet = now.facets.facet(key)
    if facet.kind == NUMBER:
        known = facet.values[facet.values == facet.values]
        return {"facet": key, "kind": "number", "low": f"{known.min():.4g}",
                "high": f"{known.max():.4g}"}
    return {"facet": key, "kind": "choice", "more": len(facet.levels) > MOST_CHOICES,
            "levels": options((level, words.level(key, level))
                              for level in facet.levels[:MOST_CHOICES]),
            "unknown": bool((facet.codes < 0).any())}


def _figure(one: slices.Figure, words: SliceWords) -> dict[str, Any]:
    low, high = one.interval or (None, None)
    gap = None if one.value is None or one.rest is None else one.value - one.rest
    return {"name": words.figure(one.key), "text": figure_text(one.key, one.value),
            "interval": interval_text(one.key, one.interval), "value": one.value, "low": low,
            "high": high, "rest": one.rest, "rest_text": figure_text(one.key, one.rest),
            "gap": change_text(one.key, gap), "of": one.support,
            "raw": [one.value, low, high, one.rest]}


def _tags(opened: Opened, session: Session, now: Open) -> list[dict[str, Any]]:
    known = {one.key: one for one in slices.figures(opened, session, now)}
    if not known:
        return []
    return [
        {"name": tag, "of": known[f"recall:{tag}"].support,
         **{name: {"text": figure_text(f"{name}:{tag}", known[f"{name}:{tag}"].value),
                   "interval": interval_text(f"{name}:{tag}", known[f"{name}:{tag}"].interval),
                   "rest": figure_text(f"{name}:{tag}", known[f"{name}:{tag}"].rest),
                   "raw": known[f"{name}:{tag}"].value}
            for name in ("precision", "recall", "f1", "ap")}}
        for tag in opened.workspace.tasks.tag_names
    ]
