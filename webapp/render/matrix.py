"""The confusion matrix as its component gets it: a grid of some classes, or a list of cells."""

from typing import Any

import numpy as np

from core.metrics.confusion import Cells
from webapp.actions import matrix
from webapp.actions.confusion import CellItems
from webapp.actions.opened import Opened
from webapp.actions.paging import window
from webapp.render.words import Words, and_list, count
from webapp.session import Session

BLOCKS = 12
"""Blocks offered to zoom to."""
NAMED = 2
"""Classes by which a block is called."""


def matrix_value(opened: Opened, session: Session, found: CellItems | None, words: Words,
                 notes: list[str]) -> dict[str, Any]:
    """The matrix: figures of each class, and the cells of the grid or of the list.

    ``cells``: [label, answer, items, whose label was the second guess], only those with items;
    ``shown``: class numbers of the grid in their order, None for the list;
    ``elsewhere``: for each of them its items that were called a class that is not shown.
    """
    figures, look = opened.figures(session.part), matrix.look_of(opened, session)
    shown, held = matrix.shown_classes(opened, session), matrix.cells_of(opened, session.part)
    value = {
        "classes": _classes(figures, held, words),
        "n": figures["n"],
        "open": [found.cell.label, found.cell.predicted] if found else None,
        "view": look.view, "similar": look.similar, "zoom": look.word, "find": look.find,
        "zooms": _zooms(opened, session, words), "macro": figures["macro_f1"], "notes": notes,
        "csv": f"download/matrix.csv?{session.link}",
        "file": f"confusion-{session.part}",
        "shown": None if shown is None else shown.tolist(),
    }
    if shown is None:
        return {**value, **_listed(opened, session, held, words)}
    inside = np.isin(held.label, shown) & np.isin(held.predicted, shown)
    away = np.isin(held.label, shown) & ~inside
    elsewhere = np.bincount(held.label[away], held.count[away], len(figures["classes"]))
    return {
        **value, "cells": _rows(held, np.flatnonzero(inside)),
        "elsewhere": elsewhere[shown].astype(int).tolist() if look.zoom else None,
    }


def _classes(figures: dict[str, Any], held: Cells, words: Words) -> list[dict[str, Any]]:
    k = len(figures["classes"])
    called = np.bincount(held.predicted, held.count, k).astype(int)
    return [
        {
            "name": words.names[name], "one": words.one(name), "many": words.many(name),
            "support": one["support"], "called": int(called[at]), "recall": one["recall"],
            "precision": one["precision"], "f1": one["f1"],
        }
        for at, (name, one) in enumerate(figures["per_class"].items())
    ]


def _zooms(opened: Opened, session: Session, words: Words) -> list[dict[str, str]]:
    """What can be zoomed to, besides all classes; nothing where the matrix is small."""
    classes = opened.workspace.tasks.classes
    if len(classes) < 7:
        return []
    found = matrix.similar_of(opened, session.part).blocks
    blocks = [block for block in found if len(block.classes) <= matrix.WIDEST][:BLOCKS]
    return [
        {"word": matrix.LARGEST_ONES, "text": "Classes of the largest confusions"},
        *(
            {
                "word": ".".join(str(number) for number in sorted(block.classes.tolist())),
                "text": f"{_called(block.classes, classes, words)}: {count(block.confused)}"
                        " confused",
            }
            for block in blocks
        ),
    ]


def _called(numbers: np.ndarray, classes: tuple[str, ...], words: Words) -> str:
    return and_list([words.names[classes[number]] for number in numbers], NAMED)


def _listed(opened: Opened, session: Session, held: Cells, words: Words) -> dict[str, Any]:
    """A page of the list of cells, in words."""
    which = matrix.listed(opened, session)
    page = matrix.listed_page(opened, session, len(which))
    pages = window(len(which), page, matrix.CELLS_A_PAGE)
    rows = which[pages["first"] - 1:pages["last"]]
    return {
        "cells": _rows(held, rows), "right": matrix.look_of(opened, session).right, **pages,
    }


def _rows(held: Cells, which: np.ndarray) -> list[list[int]]:
    return np.stack([values[which] for values in held], axis=1).tolist()
