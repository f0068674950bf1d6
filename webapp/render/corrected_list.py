"""The list of corrected items, its filters, one item large, and a tag's curves before and after."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd

from core.annotations.answer import CATEGORY
from core.catalog.table import PART_WORDS
from core.decisions.thresholds import GRID, CutCounts
from webapp.actions.corrected_list import ITEMS_A_PAGE, Listed, times_of_saves
from webapp.actions.corrections import Moment, curve_tag, curves_of, effect_of
from webapp.actions.opened import Opened
from webapp.actions.paging import window
from webapp.render.item import YES_NO, item_value, short
from webapp.render.items import thumb_url
from webapp.render.relabel import questions_value
from webapp.render.words import Words, count
from webapp.session import Session

WAY_WORDS = {
    "towards": "towards the model", "away": "away from the model", "neither": "neither way",
    "unjudged": "not judged",
}


def list_value(opened: Opened, session: Session, found: Listed,
               words: Words) -> dict[str, Any] | None:
    """A page of the corrected items, and the filters with their counts; None without any."""
    if not len(found.everything):
        return None
    start = found.page * ITEMS_A_PAGE
    ids = found.item_ids[start:start + ITEMS_A_PAGE]
    here = found.rows[found.rows["item_id"].isin(ids)]
    times = times_of_saves(opened, here)
    changes = {item: rows for item, rows in here.groupby("item_id", sort=False)}
    contents = opened.catalog.rows["content"] if "content" in opened.catalog.rows else None
    places = opened.place_of.get_indexer(ids)
    return {
        "title": f"{count(len(found.item_ids))} corrected"
                 f" {PART_WORDS.get(session.part, '')} item".replace("  ", " ")
                 + ("" if len(found.item_ids) == 1 else "s"),
        "items": [
            {
                "id": item, "name": short(item),
                "thumb": thumb_url(opened, item,
                                   None if contents is None else contents.iloc[place]),
                "changes": [_change(row, times, words)
                            for row in changes[item].itertuples(index=False)],
            }
            for item, place in zip(ids, places)
        ],
        "selected": found.position - start,
        **window(len(found.item_ids), found.page, ITEMS_A_PAGE),
        "filters": _filters(found, words),
        "csv": f"download/corrections.csv?{session.link}",
    }


def _change(row: Any, times: Mapping[int, datetime], words: Words) -> dict[str, Any]:
    tag = "" if row.task == CATEGORY else row.task.removeprefix("tag:")
    when = f", {times[row.save]:%-d %b %Y, %H:%M} UTC" if row.save in times else ""
    by = f"{row.agreeing} of {row.votes} votes" if row.by == "votes" else row.by
    return {
        "task": tag or "Category", "before": _label(row.before, tag, words),
        "after": _label(row.after, tag, words),
        "by": f"{by}{when}", "part": PART_WORDS[row.split],
        "answer": "" if row.answer is None else f"the model says {_label(row.answer, tag, words)}",
        "way": row.way, "way_words": WAY_WORDS[row.way],
    }


def _label(value: Any, tag: str, words: Words) -> str:
    if value is None or value != value:
        return "no label"
    return YES_NO.get(value, value) if tag else words.names.get(value, value)


def _filters(found: Listed, words: Words) -> list[dict[str, Any]]:
    names = {"of": lambda task: "category" if task == CATEGORY else task.removeprefix("tag:"),
             "way": lambda way: WAY_WORDS[way], "by": str}
    titles = {"of": "Question", "way": "Direction", "by": "Corrected by"}
    columns = {"of": "task", "way": "way", "by": "by"}
    every = {"of": "all questions", "way": "any direction", "by": "anybody"}
    return [
        {"key": word, "label": titles[word], "value": found.filters[word], "options": [
            ["", every[word]],
            *([value, f"{names[word](value)}, {count(int(n))}"]
              for value, n in found.everything[columns[word]].value_counts().items())]}
        for word in columns
    ]


def panel_value(opened: Opened, session: Session, found: Listed, words: Words) -> dict[str, Any]:
    """The item that is looked at, large."""
    if found.position < 0:
        return {"item": None, "number": 0, "total": 0}
    item = item_value(opened, str(found.item_ids[found.position]), words)
    return {"item": item, "number": found.position + 1, "total": len(found.item_ids),
            "questions": questions_value(opened.workspace.tasks, words), "list": session.link,
            "seen": opened.newest}


def curve_value(opened: Opened, session: Session, moment: Moment) -> dict[str, Any] | None:
    """Precision against recall of one tag, on labels as imported and as corrected.

    None without tags or answers, and where no label of these photos was corrected.
    """
    tag, found = curve_tag(opened, session, moment), effect_of(opened, moment, session.part)
    if tag is None or not found.changed.any():
        return None
    before, after = curves_of(opened, moment, session.part, tag)
    cut = round(float(opened.bundle.thresholds[tag]) * 1000)
    changed = found.changed[:, 1:]
    tags = opened.workspace.tasks.tag_names
    number = int(changed[:, tags.index(tag)].sum())
    sides = ((before, "as imported", "dashes", "bar2"), (after, "as corrected", "line", "bar"))
    marks = [mark for counts, name, kind, colour in sides
             for mark in _curve(counts, name, kind, colour, cut)]
    return {
        "name": f"curves-{tag}-{session.part}", "of": f"{opened.model}, {tag}",
        "title": "Curves before and after",
        "note": f"{tag}: {count(number)} {PART_WORDS.get(session.part, '')}"
                f" label{'' if number == 1 else 's'} corrected; the dots mark its threshold",
        "words": _curve_words(tag, before, after, cut),
        "choices": [{"key": "curve", "label": "Tag of the curves", "value": tag, "options": [
            [one, f"{one}, {count(int(n))} corrected"] for one, n in
            zip(tags, changed.sum(axis=0))]}],
        "x": {"title": "recall", "range": [0, 1], "percent": True},
        "panels": [{"title": "precision", "range": [0, 1.02], "percent": True}],
        "marks": marks,
        "table": _curve_table(before, after),
    }


def _curve(counts: CutCounts, name: str, kind: str, colour: str,
           cut: int) -> list[dict[str, Any]]:
    frame = pd.DataFrame({"x": counts.recall[0], "y": counts.precision[0]}).dropna()
    frame = frame[(frame != frame.shift()).any(axis=1)]
    x, y = float(counts.recall[0, cut]), float(counts.precision[0, cut])
    marks = [{"kind": kind, "name": name, "x": frame["x"].tolist(), "y": frame["y"].tolist(),
              "colour": colour, "lines": True}]
    if x == x and y == y:
        marks.append({"kind": "line", "name": f"threshold, {name}", "x": [x], "y": [y],
                      "colour": colour, "quiet": True})
    return marks


def _curve_words(tag: str, before: CutCounts, after: CutCounts, cut: int) -> str:
    said = [f"{name} precision {_two(counts.precision[0, cut])}, recall"
            f" {_two(counts.recall[0, cut])}"
            for counts, name in ((before, "as imported"), (after, "as corrected"))]
    return f"Precision against recall of {tag}; at its threshold " + "; ".join(said)


def _two(value: float) -> str:
    return "undefined" if value != value else f"{value:.2f}"


def _curve_table(before: CutCounts, after: CutCounts) -> dict[str, Any]:
    columns = [{"name": "cut", "form": "number"}]
    columns += [{"name": f"{what}, {name}", "form": "share"} for name in
                ("as imported", "as corrected") for what in ("precision", "recall")]
    each = [values[0] for counts in (before, after) for values in (counts.precision, counts.recall)]
    return {"columns": columns, "rows": [
        [float(GRID[cut]), *(None if values[cut] != values[cut] else float(values[cut])
                             for values in each)]
        for cut in range(0, len(GRID), 20)]}
