"""The tables of the page Agreement for download: all rows, exact figures."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from core.annotations.answer import CATEGORY
from webapp.actions.opened import Opened
from webapp.actions.weighing import Cast, cast_of
from webapp.render.agreement import mean_kappa, open_matrix, task_name
from webapp.render.words import Words
from webapp.session import Session


def table_rows(
    opened: Opened, name: str, task: str, weighing_figures: dict[str, Any],
    reviewed: Sequence[dict[str, Any]], session: Session,
) -> pd.DataFrame:
    """A table of the page with all its rows and exact figures.

    Raises:
        KeyError: there is no such table.
    """
    cast, figures = cast_of(opened), weighing_figures
    own = figures[CATEGORY] if task == CATEGORY else figures["tags"][task]
    tables = {
        "tasks": lambda: [_exact_task(task_name(opened, one), found) for one, found in (
            (CATEGORY, figures[CATEGORY]), *figures["tags"].items())],
        "classes": lambda: [{"class": one, **found}
                            for one, found in figures[CATEGORY]["per_class"].items()],
        "votes-per-item": lambda: own["by_votes"],
        "pairs": lambda: [{key: pair[key] for key in ("a", "b", "items", "agreement", "kappa")}
                          for pair in own["pairs"]],
        "people": lambda: _exact_people(figures, task),
        "confusion": lambda: _exact_confusion(
            cast, session, task, Words(opened.workspace.tasks)),
        "review": lambda: list(reviewed),
    }
    return pd.DataFrame(tables[name]())


def _exact_task(name: str, found: dict[str, Any]) -> dict[str, Any]:
    plain = ("votes", "items", "undecided", "unanimous", "agreement", "fleiss_kappa",
             "krippendorff_alpha")
    return {"task": name, **{key: found[key] for key in plain}, "mean_kappa": mean_kappa(found),
            **found.get("consensus", {})}


def _exact_people(figures: dict[str, Any], task: str) -> list[dict[str, Any]]:
    rows = []
    for person, own in figures["annotators"].items():
        own = own[CATEGORY] if task == CATEGORY else own["tags"][task]
        low, high = own["interval"] or (None, None)
        rows.append({"annotator": person, "votes": own["votes"], "compared": own["compared"],
                     "accuracy": own["accuracy"], "low": low, "high": high,
                     "crowdlab_quality": own.get("quality")})
    return rows


def _exact_confusion(
    cast: Cast, session: Session, task: str, words: Words
) -> list[dict[str, Any]]:
    found = open_matrix(cast, session, task, words)
    return [] if found is None else [
        {f"{found['rows']} \\ {found['columns']}": name, **dict(zip(found["names"], row))}
        for name, row in zip(found["names"], found["matrix"])]
