"""A comparison as its components get it: the verdict, the questions, photos, one photo."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.catalog.table import Catalog
from core.commands.compare import verdict
from core.decisions.decide import decide
from core.metrics.compare import Pairing
from core.predictions.table import Predictions
from webapp.actions import comparison as actions
from webapp.actions.comparison import PHOTOS_A_PAGE, Changed, Compared, Pair
from webapp.actions.jobs import Job
from webapp.actions.models import PAGE, models_of
from webapp.actions.opened import Opened
from webapp.actions.paging import window
from webapp.render.cards import cards
from webapp.render.item import item_value
from webapp.render.models import run_value
from webapp.render.relabel import questions_value
from webapp.render.words import Words, count, percent
from webapp.session import Session


def compare_value(opened: Opened, pair: Pair | None, jobs: Sequence[Job | None],
                  found: Compared | None, now: Changed | None) -> dict[str, Any] | None:
    """Which models, who is right where, and whether the difference can be luck."""
    if pair is None:
        return _alone(opened)
    value = {
        "options": [model.model for model in models_of(opened) if model.usable],
        "a": pair.a.model, "b": pair.b.model,
        "run": run_value([pair.a, pair.b], jobs, opened),
    }
    if found is None:
        return value
    everything = found.comparison
    n, seen = len(everything.category.item_ids), everything.left_out_seen
    of = f"On {count(n)} held-out photos that both answered"
    return {
        **value,
        "facts": f"{of}; {count(seen)} left out, because one of them learned from the photo."
        if seen else f"{of} and neither learned from.",
        "verdict": _verdict(now.pairing, pair),
        "questions": [_question(name, pairing, now) for name, pairing in
                      {"": everything.category, **everything.tags}.items()],
        "question": now.question,
        "counts": _counts(now, pair),
    }


def _alone(opened: Opened) -> dict[str, Any] | None:
    known = models_of(opened)
    if not known:
        return None
    usable = [model for model in known if model.usable]
    text = ("Train a second one to compare: the same held-out photos then show what it mends and"
            " what it breaks." if usable else
            "No model here answers what this workspace asks. Train one:")
    return {"alone": text, "command": f"python -m core train {opened.workspace.root}"
                                      + (" --name second" if usable else "")}


def _verdict(pairing: Pairing, pair: Pair) -> str:
    """The command line's sentence, with the models' names for A and B."""
    if not len(pairing.item_ids):
        return "There are no labelled held-out photos to compare on."
    if not len(pairing.mended) + len(pairing.broken):
        return "Both are right and wrong on the same photos."
    sentence = verdict(pairing.to_json())
    first, _, rest = sentence.partition(" ")
    names = {"A": pair.a.model, "B": pair.b.model}
    return f"“{names[first]}” {rest}" if first in names else sentence


def _question(name: str, pairing: Pairing, now: Changed) -> dict[str, Any]:
    found = pairing.to_json()
    return {
        "key": name, "name": name or "Category", "open": name == now.question,
        "n": count(found["n"]), "a": percent(found["a"], 1), "b": percent(found["b"], 1),
        "difference": _points(found["difference"]),
        "interval": "" if found["difference_interval"] is None else
        " to ".join(map(_points, found["difference_interval"])),
        "mended": count(found["mended"]), "broken": count(found["broken"]),
        "p": "–" if not found["n"] else ("< 0.001" if found["p_value"] < 0.001
                                         else f"{found['p_value']:.3f}"),
    }


def _points(difference: float | None) -> str:
    """Percentage points with a real minus sign: +2.3, −0.6."""
    if difference is None:
        return "–"
    text = f"{abs(100 * difference):.1f}"
    if text == "0.0":
        return text
    return f"{'−' if difference < 0 else '+'}{text}"


def _counts(now: Changed, pair: Pair) -> list[dict[str, Any]]:
    one = now.pairing
    numbers = {"mended": len(one.mended), "broken": len(one.broken),
               "wrong": one.both_wrong, "right": one.both_right}
    words = {
        "mended": f"only “{pair.b.model}” is right", "broken": f"only “{pair.a.model}” is right",
        "wrong": "both are wrong", "right": "both are right",
    }
    titles = {"mended": "mended", "broken": "broken", "wrong": "both wrong", "right": "both right"}
    return [{"key": key, "title": titles[key], "words": words[key], "count": count(numbers[key]),
             "open": key == now.shown} for key in actions.SHOWN]


def photos_value(opened: Opened, session: Session, pair: Pair, found: Compared, now: Changed,
                 words: Words) -> dict[str, Any]:
    """A page of the photos that are looked at."""
    total, start = len(now.rows), now.page * PHOTOS_A_PAGE
    rows = now.rows[start:start + PHOTOS_A_PAGE]
    said = {one["key"]: one for one in _counts(now, pair)}[now.shown]
    link = _link(session, pair, now)
    what = now.question or "category"
    return {
        "title": f"{said['title'].capitalize()}: {count(total)}",
        "subtitle": f"{what[:1].upper()}{what[1:]}: {said['words']}; largest change first",
        "items": _cards(opened, pair, found, now, rows, words),
        "selected": now.position - start, **window(total, now.page, PHOTOS_A_PAGE),
        "empty": f"There is no photo on which {said['words']}.",
        "csv": f"download/compared.csv?{link}", "list": link, "seen": opened.newest,
    }


def _link(session: Session, pair: Pair, now: Changed) -> str:
    """The words that bring back exactly these photos, whatever is in use by then."""
    return session.go(page=PAGE).put(a=pair.a.model, b=pair.b.model, show=now.shown).link


def _cards(opened: Opened, pair: Pair, found: Compared, now: Changed, rows: Any,
           words: Words) -> list[dict[str, Any]]:
    sides = [(own.take(rows), model) for own, model in ((found.a, pair.a), (found.b, pair.b))]
    called = [(own, decide(own, model.bundle.thresholds)) for own, model in sides]
    shown = cards(opened, found.items, rows, words, [
        [_guess(own, on, now.question, row, words) for own, on in called]
        for row in range(len(rows))])
    for card, row in zip(shown, rows):
        card["tags"] = [_label(found.items, row, now.question, words)]
    return shown


def _guess(own: Predictions, called: np.ndarray, question: str, row: int,
           words: Words) -> dict[str, str]:
    if not question:
        best = own.top[row, 0]
        return {"name": words.names[own.tasks.classes[best]],
                "share": percent(float(own.category[row, best]))}
    index = own.tasks.tag_names.index(question)
    return {"name": "tagged" if called[row, index] else "not tagged",
            "share": f"{own.tags[row, index]:.2f}"}


def _label(picked: Catalog, row: int, question: str, words: Words) -> str:
    if not question:
        return words.names[picked.tasks.classes[picked.category[row]]]
    on = picked.tags[row, picked.tasks.tag_names.index(question)] == 1
    return question if on else f"not {question}"


def panel_value(opened: Opened, session: Session, pair: Pair, found: Compared, now: Changed,
                words: Words) -> dict[str, Any]:
    """The photo that is looked at, large, with both models' answers."""
    if now.position < 0:
        return {"item": None, "number": 0, "total": 0}
    row = now.rows[now.position]
    item = item_value(opened, str(found.items.item_ids[row]), words)
    return {"item": {**item, "classes": [], "tags": [], "verdicts": []}, "number": now.position + 1,
            "total": len(now.rows), "questions": questions_value(found.items.tasks, words),
            "list": _link(session, pair, now), "seen": opened.newest,
            "a": pair.a.model, "b": pair.b.model,
            "classes": _both_classes(found, row, words), "tags": _both_tags(pair, found, row)}


SHOWN_CLASSES = 5


def _both_classes(found: Compared, row: int, words: Words) -> list[dict[str, Any]]:
    a, b, label = found.a.category[row], found.b.category[row], found.items.category[row]
    order = sorted(range(len(a)), key=lambda at: (at != label, -max(a[at], b[at])))
    names = found.items.tasks.classes
    return [{"name": words.names[names[at]], "label": bool(at == label),
             "a": round(float(a[at]), 4), "b": round(float(b[at]), 4),
             "a_first": at == int(found.a.top[row, 0]), "b_first": at == int(found.b.top[row, 0])}
            for at in order[:SHOWN_CLASSES]]


def _both_tags(pair: Pair, found: Compared, row: int) -> list[dict[str, Any]]:
    one = [own.take([row]) for own in (found.a, found.b)]
    called = [decide(own, model.bundle.thresholds)[0]
              for own, model in zip(one, (pair.a, pair.b))]
    return [{"name": tag, "label": int(found.items.tags[row, at]),
             "a": round(float(one[0].tags[0, at]), 4), "b": round(float(one[1].tags[0, at]), 4),
             "a_on": bool(called[0][at]), "b_on": bool(called[1][at])}
            for at, tag in enumerate(found.items.tasks.tag_names)]
