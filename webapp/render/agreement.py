"""Agreement as its parts get it: figures with their tables, votes in and out."""

from typing import Any
from urllib.parse import urlencode

import numpy as np

from core.annotations.answer import CATEGORY, FALSE, TRUE
from webapp.actions import agreement as actions
from webapp.actions.agreement import ALL, PAGE
from webapp.actions.opened import Opened
from webapp.actions.weighing import Cast, Weighing, cast_of
from webapp.render.words import Words, count, percent
from webapp.session import Session

MOST_PEOPLE = 12
"""People in the table of pairs; those with most votes."""

MOST_ROWS = 100
"""People in the table of people."""

YES, NO = "Yes", "No"


def figures_value(opened: Opened, session: Session, weighing: Weighing) -> dict[str, Any] | None:
    """The tables; None while nobody has voted."""
    cast, words = cast_of(opened), Words(opened.workspace.tasks)
    if not cast.figures["votes"]:
        return None
    name = actions.task_of(opened, session)
    shown = CATEGORY if name == ALL else name
    link = urlencode({"workspace": opened.key, "model": opened.model, "task": shown})
    return {
        "tasks": [_task(cast, weighing, name, opened)
                  for name in (CATEGORY, *cast.figures["tags"])],
        "task": {"value": shown, "name": task_name(opened, shown), "chosen": name != ALL},
        "classes": _classes(cast, words) if shown == CATEGORY else [],
        "by_votes": cast.task(shown)["by_votes"],
        "pairs": _pairs(cast, shown),
        "people": _people(weighing.figures, shown),
        "people_in_all": len(cast.ballots[0].annotators),
        "open": open_matrix(cast, session, shown, words),
        "link": link,
    }


def tiles_value(opened: Opened) -> list[dict[str, str]]:
    """The category's figures at a glance."""
    cast = cast_of(opened)
    figures = cast.figures
    task, column = figures[CATEGORY], opened.workspace.tasks.category.column
    people = len(cast.ballots[0].annotators)
    return [
        {"figure": count(figures["items"]),
         "words": f"items voted on, {count(figures['votes'])} votes by {count(people)} people"},
        {"figure": percent(task["agreement"], 1),
         "words": f"of two votes on {column} are the same"},
        {"figure": coefficient(mean_kappa(task)), "words": "Cohen’s kappa, mean of the pairs"},
        {"figure": coefficient(task["fleiss_kappa"]), "words": "Fleiss’ kappa"},
        {"figure": coefficient(task["krippendorff_alpha"]), "words": "Krippendorff’s alpha"},
        {"figure": count(task["undecided"]),
         "words": f"ties among {_items(task['items'])} with several votes"},
    ]


def _items(number: int) -> str:
    return f"{count(number)} item{'' if number == 1 else 's'}"


def coefficient(value: float | None) -> str:
    """Three decimals, as on the command line; an en dash where undefined."""
    return "–" if value is None else f"{value:.3f}".replace("-", "−")


def mean_kappa(task: dict[str, Any]) -> float | None:
    """Mean Cohen's kappa over the pairs, weighed by their items."""
    known = [pair for pair in task["pairs"] if pair["kappa"] is not None]
    if not known:
        return None
    return float(np.average([pair["kappa"] for pair in known],
                            weights=[pair["items"] for pair in known]))


def _task(cast: Cast, weighing: Weighing, name: str, opened: Opened) -> dict[str, Any]:
    found = (weighing.figures[CATEGORY] if name == CATEGORY else weighing.figures["tags"][name])
    one_vote = sum(row["items"] for row in found["by_votes"] if row["votes"] == 1)
    differs = found.get("consensus", {}).get("crowdlab_differs")
    return {
        "value": name, "name": task_name(opened, name), "items": count(found["items"]),
        "agreement": percent(found["agreement"], 1), "kappa": coefficient(mean_kappa(found)),
        "fleiss": coefficient(found["fleiss_kappa"]),
        "alpha": coefficient(found["krippendorff_alpha"]),
        "ties": count(found["undecided"]), "one_vote": count(one_vote),
        "differs": None if differs is None else count(differs),
    }


def task_name(opened: Opened, name: str) -> str:
    """How a task is called: the category's column, or the tag."""
    return opened.workspace.tasks.category.column if name == CATEGORY else name


def _classes(cast: Cast, words: Words) -> list[dict[str, str]]:
    return [
        {"name": value_name(name, words), "votes": count(found["votes"]),
         "agreement": percent(found["agreement"], 1), "fleiss": coefficient(found["fleiss_kappa"]),
         "alpha": coefficient(found["krippendorff_alpha"])}
        for name, found in cast.figures[CATEGORY]["per_class"].items() if found["votes"]
    ]


def _pairs(cast: Cast, name: str) -> dict[str, Any]:
    """Cohen's kappa of each two people, those with most votes first."""
    ballot = cast.ballot(name)
    votes = np.bincount(ballot.annotator, minlength=len(ballot.annotators))
    shown = [str(ballot.annotators[place]) for place in np.argsort(-votes, kind="stable")
             if votes[place]][:MOST_PEOPLE]
    cells = {}
    for pair in cast.task(name)["pairs"]:
        cell = {"kappa": coefficient(pair["kappa"]), "value": pair["kappa"],
                "items": count(pair["items"]), "agreement": percent(pair["agreement"], 1)}
        cells[pair["a"], pair["b"]] = cells[pair["b"], pair["a"]] = cell
    return {"people": shown, "in_all": int((votes > 0).sum()),
            "rows": [[cells.get((a, b)) for b in shown] for a in shown]}


def _people(figures: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = []
    for person, own in figures["annotators"].items():
        own = own[CATEGORY] if name == CATEGORY else own["tags"][name]
        if own["votes"]:
            found.append((person, own))
    found.sort(key=lambda one: (-one[1]["votes"], one[0]))
    return [
        {"name": person, "votes": count(own["votes"]), "compared": count(own["compared"]),
         "accuracy": percent(own["accuracy"], 1), "share": own["accuracy"],
         "interval": own["interval"] and [percent(end, 1) for end in own["interval"]],
         "quality": percent(own.get("quality"), 1)}
        for person, own in found[:MOST_ROWS]
    ]


def open_matrix(cast: Cast, session: Session, name: str, words: Words) -> dict[str, Any] | None:
    """The confusion matrix that is open: of a person and the consensus, or of two people."""
    a, b = (session.place(PAGE).get(word) for word in ("a", "b"))
    if a is None or a not in cast.figures["annotators"]:
        return None
    if b is None:
        own = cast.figures["annotators"][a]
        own = own[CATEGORY] if name == CATEGORY else own["tags"][name]
        matrix, rows, columns = own["confusion"], "The consensus", a
    else:
        pair = next((pair for pair in cast.task(name)["pairs"]
                     if {pair["a"], pair["b"]} == {a, b}), None)
        if pair is None:
            return None
        matrix, rows, columns = pair["confusion"], pair["a"], pair["b"]
    values, table = cast.ballot(name).values, np.array(matrix)
    used = np.flatnonzero(table.sum(axis=0) + table.sum(axis=1))
    return {
        "a": a, "b": b, "rows": rows, "columns": columns,
        "names": [value_name(values[place], words) for place in used],
        "matrix": table[np.ix_(used, used)].tolist(),
    }


def value_name(value: str, words: Words) -> str:
    """An answer in words: Shirt, None of these, Yes."""
    if value in (TRUE, FALSE):
        return YES if value == TRUE else NO
    return words.names.get(value) or value[:1].upper() + value[1:]


def votes_value(opened: Opened) -> dict[str, Any]:
    """Import and export; with no vote yet, how to get some."""
    figures = cast_of(opened).figures
    return {
        "workspace": opened.key, "votes": figures["votes"],
        "root": str(opened.workspace.root),
        "id": opened.workspace.tasks.item.id, "category": opened.workspace.tasks.category.column,
        "link": urlencode({"workspace": opened.key, "model": opened.model}),
    }
