"""Corrections as the page's parts get them: which moment, how many, the figures, the matrices."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from core.annotations.effect import CORRECTED, IMPORTED, UNTOUCHED, Effect, Selection
from core.catalog.table import PART_WORDS, PARTS
from webapp.actions.corrected_list import corrected_rows
from webapp.actions.corrections import (
    PAGE,
    Moment,
    effect_of,
    figures_of,
    matrices,
    saves_offered,
)
from webapp.actions.opened import Opened
from webapp.render.words import Words, and_list, count, percent
from webapp.session import Session

KINDS = (IMPORTED, CORRECTED, UNTOUCHED)
"""Columns of the figures."""

MOST_CELLS = 40
WIDEST_MATRIX = 12
"""Classes up to which both matrices are drawn; beyond, the cells that moved say it all."""

MOST_CLASSES = 60
SEVERAL_PEOPLE = 4


def moment_value(opened: Opened, session: Session, moment: Moment) -> dict[str, Any]:
    """The menu of moments."""
    saves = [{"value": str(one.number), "text": _save_words(one)} for one in saves_offered(opened)]
    chosen = "" if moment.now or moment.time else str(moment.save)
    if chosen and chosen not in [one["value"] for one in saves]:
        saves.append({"value": chosen, "text": f"save {count(moment.save)}"})
    return {
        "saves": saves, "save": chosen,
        "time": f"{moment.time:%Y-%m-%dT%H:%M}" if moment.time else "",
        "text": "" if moment.now else _then(moment),
    }


def _save_words(save: Any) -> str:
    what = "an undo" if save.undoes else f"{count(save.answers)} answer"
    what += "s" if save.answers != 1 and not save.undoes else ""
    return f"{save.time:%-d %b %Y, %H:%M:%S}, {save.annotator}, {what}"


def _then(moment: Moment) -> str:
    when = f"as they were on {moment.time:%-d %b %Y at %H:%M} UTC" if moment.time else \
        f"as they were after save {count(moment.save)}"
    return f"Labels {when}. Nothing is changed by looking."


def summary_value(opened: Opened, session: Session, moment: Moment) -> dict[str, Any]:
    """How many labels were corrected, by whom, on which side, and which way it moved figures."""
    rows = corrected_rows(opened, moment, "all")
    part = PART_WORDS.get(session.part, "all")
    value: dict[str, Any] = {"part": part, "labels": len(rows), "tiles": [], "warning": "",
                             "looked": "", "text": _no_corrections(moment), "action": None}
    if not len(rows):
        return value | {"action": _LOOK if moment.now else None}
    sides = rows["split"].value_counts()
    people = rows["by"].value_counts()
    value["text"] = (
        f"{_labels(len(rows))} of {_items(rows['item_id'].nunique())}"
        f" {'differs' if len(rows) == 1 else 'differ'} from the import: "
        + and_list([f"{count(int(sides[p]))} {PART_WORDS[p]}" for p in PARTS if p in sides], 3)
        + "; by " + and_list([f"{name} ({count(int(n))})" for name, n in people.items()],
                             SEVERAL_PEOPLE) + ".")
    found = effect_of(opened, moment, session.part)
    if found is None:
        value["looked"] = "The model has not answered these photos, so there are no figures yet."
    elif session.part != "all" and session.part not in sides:
        value["looked"] = f"None of them is of {part} photos; choose other photos above."
    else:
        value |= _judged(found.selection(), part, session)
    return value


_LOOK = {"page": "confusion", "text": "Look at what was confused"}


def _no_corrections(moment: Moment) -> str:
    if moment.now:
        return ("No label differs from the import yet. Put one right where you see it wrong: in"
                " Explore, Confusion, Thresholds, Findings or Label; what it changes is shown"
                " here.")
    return "At this moment no label differed from the import."


def _judged(found: Selection, part: str, session: Session) -> dict[str, Any]:
    chosen = session.place(PAGE).get("way", "")
    tiles = [
        ("towards", found.towards, "agree with the model now and did not before"),
        ("away", found.away, "agreed with the model and no longer do"),
        ("neither", found.neither, "moved between answers that the model did not give"),
    ]
    warning = found.warning or ""
    looked = (f"People looked at {count(found.looked_at_wrong)} of the {count(found.wrong)} labels"
              f" that the model had wrong and at {count(found.looked_at_right)} of the"
              f" {count(found.right)} that it had right.")
    return {
        "judged": found.labels,
        "tiles": [{"way": way, "count": count(number), "words": words, "open": way == chosen,
                   "none": number == 0} for way, number, words in tiles],
        "warning": f"{warning[:1].upper()}{warning[1:]}." if warning else "",
        "looked": "" if warning or not found.labels else looked,
    }


def _labels(number: int) -> str:
    return f"{count(number)} label{'' if number == 1 else 's'}"


def _items(number: int) -> str:
    return f"{count(number)} item{'' if number == 1 else 's'}"


# Figures side by side

SHARE, PLAIN = True, False
OVERVIEW = (("top1", "Top-1", SHARE), ("top2", "Top-2", SHARE), ("macro_f1", "Macro F1", PLAIN),
            ("ece", "Calibration error", SHARE))
OF_CLASS = (("f1", "F1", PLAIN), ("precision", "precision", SHARE), ("recall", "recall", SHARE))
OF_TAG = (("ap", "average precision", PLAIN), *OF_CLASS)


def figures_value(opened: Opened, session: Session, moment: Moment,
                  words: Words) -> dict[str, Any] | None:
    """Every figure on labels as imported, as corrected, and without the corrected ones.

    None without answers of the model, and where no label of these photos was corrected.
    """
    found = effect_of(opened, moment, session.part)
    if found is None or not found.changed.any():
        return None
    figures, changed = figures_of(opened, moment, session.part), found.changed.sum(axis=0)
    tags = opened.workspace.tasks.tag_names
    classes = _class_rows(figures, found, words)
    return {
        "caption": f"{PART_WORDS.get(session.part, 'all')} photos, 95 % intervals beside; as"
                   " corrected is " + ("what other pages show" if moment.now
                                       else "with the labels of that moment"),
        "n": [count(figures[labels]["n"]) for labels in KINDS],
        "name": f"corrections-{session.part}-{opened.workspace.name}",
        "views": [
            {"key": "overview", "name": "Overview", "rows": [
                _row(figures, [], name, title, share, int(changed[0]))
                for name, title, share in OVERVIEW
                if name != "top2" or len(opened.workspace.tasks.classes) > 2]},
            {"key": "classes", "name": "By category", "rows": classes,
             "more": max(0, len(words.names) - len(classes) // len(OF_CLASS))},
            *([{"key": "tags", "name": "By tag", "rows": [
                _row(figures, ["tags", tag], name, f"{tag}: {title}", share, int(changed[at]))
                for at, tag in enumerate(tags, start=1) for name, title, share in OF_TAG]}]
              if tags else []),
        ],
    }


def _class_rows(figures: Mapping[str, Any], found: Effect, words: Words) -> list[dict[str, Any]]:
    """Of every class; where there are very many, of those whose labels moved, first."""
    classes = found.corrected.tasks.classes
    moved = np.zeros(len(classes), np.int64)
    here = found.changed[:, 0]
    for labels in (found.before[here, 0], found.after[here, 0]):
        np.add.at(moved, labels[labels >= 0], 1)
    order = np.arange(len(classes))
    if len(classes) > MOST_CLASSES:
        order = np.argsort(-moved, kind="stable")[:MOST_CLASSES]
    return [_row(figures, ["per_class", classes[at]], name, f"{words.names[classes[at]]}: {title}",
                 share, int(moved[at]))
            for at in order for name, title, share in OF_CLASS]


def _row(figures: Mapping[str, Any], path: Sequence[str], name: str, title: str, share: bool,
         changed: int) -> dict[str, Any]:
    cells = []
    for labels in KINDS:
        part = figures[labels]
        one, intervals = part, part["intervals"]
        for key in path:
            one, intervals = one[key], intervals.get(key, {})
        value = one.get(name)
        cells.append({"value": value, "text": _said(value, share),
                      "interval": _range(one.get(f"{name}_interval") or intervals.get(name),
                                         share)})
    before, after = cells[0]["value"], cells[1]["value"]
    known = before is not None and after is not None
    return {"title": title, "cells": cells, "changed": count(changed), "any": changed > 0,
            "share": share, "change": _change(after - before, share) if known else "–"}


def _said(value: float | None, share: bool) -> str:
    if value is None:
        return "–"
    return percent(value, 1) if share else f"{value:.3f}"


def _range(interval: Sequence[float] | None, share: bool) -> str:
    if not interval:
        return ""
    low, high = interval
    return f"{100 * low:.1f} to {100 * high:.1f}" if share else f"{low:.2f} to {high:.2f}"


def _change(by: float, share: bool) -> str:
    """+2.3 points, −0.021; 0 where nothing moved."""
    text = f"{abs(100 * by):.1f}" if share else f"{abs(by):.3f}"
    if float(text) == 0:
        return "0"
    return f"{'−' if by < 0 else '+'}{text}{' points' if share else ''}"


# The matrix

def matrix_value(opened: Opened, session: Session, moment: Moment,
                 words: Words) -> dict[str, Any] | None:
    """The cells that moved, and both matrices where they are small; None where none can have."""
    found = effect_of(opened, moment, session.part)
    if found is None or not found.changed.any():
        return None
    before, after = matrices(found)
    moved = after - before
    rows, columns = np.nonzero(moved)
    order = np.lexsort((columns, rows, -np.abs(moved[rows, columns])))
    classes = opened.workspace.tasks.classes
    small = len(classes) <= WIDEST_MATRIX
    return {
        "cells": [_cell(opened, session, before, after, int(rows[at]), int(columns[at]), words)
                  for at in order[:MOST_CELLS]],
        "more": max(0, len(order) - MOST_CELLS),
        "classes": [words.names[name] for name in classes] if small else [],
        "imported": before.tolist() if small else [],
        "corrected": after.tolist() if small else [],
        "table": {
            "columns": [{"name": name} for name in ("label", "answer")]
            + [{"name": name, "form": "count"} for name in ("as imported", "as corrected")],
            "rows": [[words.names[classes[r]], words.names[classes[c]], int(before[r, c]),
                      int(after[r, c])] for r, c in zip(*np.nonzero(before + after))],
        },
        "name": f"cells-{session.part}-{opened.workspace.name}",
    }


def _cell(opened: Opened, session: Session, before: np.ndarray, after: np.ndarray, row: int,
          column: int, words: Words) -> dict[str, Any]:
    classes = opened.workspace.tasks.classes
    label, answer = classes[row], classes[column]
    called = "rightly called so" if row == column else f"called {words.one(answer)}"
    moved = int(after[row, column] - before[row, column])
    place = session.go(page="confusion").clear("confusion").put(
        "confusion", label=label, answer=answer)
    return {
        "name": f"{words.names[label]}, {called}",
        "right": row == column, "before": count(int(before[row, column])),
        "after": count(int(after[row, column])),
        "change": f"{'−' if moved < 0 else '+'}{count(abs(moved))}",
        "link": f"?{place.link}",
    }
