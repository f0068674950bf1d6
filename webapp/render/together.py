"""Both heads together as assets/js/together-figures.js draws them."""

from collections.abc import Sequence
from typing import Any

from core.metrics.intervals import wilson
from core.metrics.joint import FALSE_SHARE, FLOOR, CellTag
from core.metrics.judged import CLEAR, HIT, MISSED, OUTCOMES, WRONG
from core.metrics.rules import IMPLIES
from core.metrics.rules import FLOOR as RULE_FLOOR
from core.metrics.slices.conditions import Condition
from webapp.actions import together
from webapp.actions.opened import Opened
from webapp.actions.slice_items import Open
from webapp.actions.together import Kept
from webapp.render.confusion import notes
from webapp.render.slice_words import SliceWords, chance_text, json_conditions
from webapp.render.words import count, percent
from webapp.session import Session

VIEW_WORDS = {"cells": "In confusions", "tag": "By category", "pairs": "Tag pairs",
              "rules": "Rules"}


def figures_value(opened: Opened, session: Session, found: Open,
                  words: SliceWords) -> dict[str, Any]:
    """The four outcomes, and the list of the view that is open."""
    view = together.view_of(opened, session)
    tags = opened.workspace.tasks.tag_names
    answered = opened.predictions is not None
    views = [name for name in VIEW_WORDS if name == "rules" or (answered and tags)]
    rows, empty, note = _LISTS[view](opened, session, words)
    open_now = json_conditions(found.conditions)
    return {
        "outcomes": _outcomes(opened, session.part) if answered and tags else None,
        "why_none": _why_none(answered, bool(tags)),
        "view": view,
        "views": [{"value": name, "label": VIEW_WORDS[name]} for name in views],
        "tags": list(tags) if view == "tag" else [],
        "tag": together.tag_of(opened, session),
        "rows": rows, "empty": empty, "note": note,
        "open": open_now,
        "notes": notes(opened, session.part) if answered else [],
    }


def _why_none(answered: bool, tags: bool) -> str:
    if not tags:
        return "This workspace asks for no tags, so there is nothing to look at together."
    return "" if answered else ("No model has answered these items yet: here are the rules of"
                                " the labels alone.")


def _outcomes(opened: Opened, part: str) -> dict[str, Any]:
    counted = together.together_of(opened, part)
    numbers = (counted.both, counted.category_only, counted.tags_only, counted.neither)
    return {
        "cells": [{"count": number, "share": percent(number / counted.total) if counted.total
                   else "–", "where": json_conditions(together.of_outcome(place)),
                   "name": OUTCOMES[place]} for place, number in enumerate(numbers)],
        "total": counted.total,
        "sentence": _outcome_sentence(counted),
    }


def _outcome_sentence(counted: Any) -> str:
    """Where the category is wrong, tags are wrong on 26 % (12 of 46), else on 14 %."""
    wrong, right = counted.tags_wrong(False), counted.tags_wrong(True)
    if not wrong[1] or not right[1]:
        return ""
    sure = "" if counted.p is None or counted.p > FALSE_SHARE else (
        f" This is more than chance (p {chance_text(counted.p)}).")
    told = sure or " Chance alone may do that."
    return (f"Where the category is wrong, a tag is wrong on {percent(wrong[0] / wrong[1])}"
            f" ({count(wrong[0])} of {count(wrong[1])}); where it is right, on"
            f" {percent(right[0] / right[1])} ({count(right[0])} of {count(right[1])}).{told}")


def _row(conditions: Sequence[Condition], words: str, hits: int, of: int, beside: str,
         sure: bool | None = None, **more: Any) -> dict[str, Any]:
    low, high = wilson(hits, of) or (None, None)
    return {
        "words": words, "where": json_conditions(conditions), "hits": hits, "of": of,
        "share": hits / of if of else None, "low": low, "high": high, "beside": beside,
        "sure": sure, **more,
    }


def _cells(opened: Opened, session: Session, words: SliceWords) -> tuple[list, str, str]:
    rows = [
        _row(together.of_cell(opened, one), _cell_words(opened, one, words), one.count, one.support,
             f"{count(one.right_count)} of {count(one.right_support)} rightly called",
             one.q <= FALSE_SHARE, chance=chance_text(one.q))
        for one in together.cells_of(opened, session.part)
    ]
    return rows, (f"No two categories are confused on {FLOOR} or more items with a wrong tag"
                  " among them."), (
        "Share of the confused items whose tag is wrong, with its 95 % interval; beside it the same"
        " of rightly called items. “More than chance”: Fisher’s exact test against these, corrected"
        " for all cells and tags.")


def _cell_words(opened: Opened, one: CellTag, words: SliceWords) -> str:
    """Blouses called shirt: wrongly tagged checker."""
    tasks = opened.workspace.tasks
    label, answer = tasks.classes[one.label], tasks.classes[one.predicted]
    tag = tasks.tag_names[one.tag]
    wrong = f"wrongly tagged {tag}" if one.result == WRONG else f"{tag} missed"
    many = words.words.many(label)
    return f"{many[:1].upper()}{many[1:]} called {words.words.one(answer)}: {wrong}"


def _pairs(opened: Opened, session: Session, words: SliceWords) -> tuple[list, str, str]:
    tags = opened.workspace.tasks.tag_names
    rows = [
        _row(together.of_pair(opened, one),
             f"{tags[one.missed]} missed, {tags[one.wrong]} given instead", one.count, one.support,
             f"{count(one.rest_count)} of {count(one.rest_support)} others",
             one.q <= FALSE_SHARE, chance=chance_text(one.q))
        for one in together.pairs_of(opened, session.part)
    ]
    return rows, "No item here misses one tag while it is wrongly given another.", (
        "Of the items that miss the first tag, the share wrongly given the second, with its 95 %"
        " interval; beside it the same of all other items.")


def _tag(opened: Opened, session: Session, words: SliceWords) -> tuple[list, str, str]:
    tag = together.tag_of(opened, session)
    if tag is None:
        return [], "This workspace asks for no tags.", ""
    found = together.tag_in_categories(opened, session.part, tag)
    classes = opened.workspace.tasks.classes
    rows = []
    for place, name in enumerate(classes):
        row = {"name": words.words.names[name]}
        for facet, counts in (("label", found.by_label), ("answer", found.by_answer)):
            row[facet] = _in_category(opened, facet, place, tag, counts[place])
        rows.append(row)
    return rows, "", (f"Precision and recall of {tag} among the items of each category, as"
                      " labelled and as the model called them, with 95 % intervals.")


def _in_category(opened: Opened, facet: str, category: int, tag: str,
                 counts: Sequence[int]) -> dict[str, Any]:
    hit, wrong, missed, _ = (int(counts[place]) for place in (HIT, WRONG, MISSED, CLEAR))

    def where(result: int) -> list:
        return json_conditions(together.of_result(opened, facet, category, tag, result))

    def share(of: int) -> dict[str, Any]:
        bounds = wilson(hit, of)
        return {"value": hit / of if of else None, "low": bounds and bounds[0],
                "high": bounds and bounds[1], "of": of}

    return {"precision": share(hit + wrong), "recall": share(hit + missed),
            "hit": hit, "wrong": wrong, "missed": missed,
            "where": {"hit": where(HIT), "wrong": where(WRONG), "missed": where(MISSED)}}


def _rules(opened: Opened, session: Session, words: SliceWords) -> tuple[list, str, str]:
    rows = [_rule(opened, one, words) for one in together.rules_of(opened, session.part)]
    return rows, (f"No two labels go together, or shut each other out, on {RULE_FLOOR} or more"
                  " items and more than chance would have it."), (
        "Learned from all labels of the catalog: how many of the items follow, with the 95 %"
        " interval of their share. Beneath, which of these photos break the rule.")


def _rule(opened: Opened, kept: Kept, words: SliceWords) -> dict[str, Any]:
    rule = kept.rule
    return {
        "words": _rule_words(opened, kept, words), "kind": rule.kind,
        "hits": rule.kept, "of": rule.support, "share": rule.confidence,
        "low": rule.interval[0], "high": rule.interval[1],
        "beside": f"{percent(rule.base)} of all items", "lift": round(rule.lift, 2),
        "labels": {"count": kept.by_labels,
                   "where": json_conditions(together.breaking(opened, rule, answers=False))},
        "answers": None if kept.by_answers is None else {
            "count": kept.by_answers,
            "where": json_conditions(together.breaking(opened, rule, answers=True))},
    }


def _rule_words(opened: Opened, kept: Kept, words: SliceWords) -> str:
    """Checker: labelled shirt. Floral: never checker."""
    rule, tasks = kept.rule, opened.workspace.tasks

    def name(label: int) -> str:
        k = len(tasks.classes)
        return words.words.one(tasks.classes[label]) if label < k else tasks.tag_names[label - k]

    first = name(rule.a)
    first = f"{first[:1].upper()}{first[1:]}"
    if rule.kind == IMPLIES:
        return f"{first}, so {name(rule.b)}"
    return f"{first}, so not {name(rule.b)}"


_LISTS = {"cells": _cells, "tag": _tag, "pairs": _pairs, "rules": _rules}
