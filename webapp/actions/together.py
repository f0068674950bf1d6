"""Together: both heads on the same items, and the rules that the labels of a catalog follow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.catalog.table import tag_column
from core.metrics.joint import (
    FALSE_SHARE,
    CellTag,
    TagByCategory,
    TagPair,
    Together,
    cell_tags,
    tag_by_category,
    tag_pairs,
    together,
)
from core.metrics.judged import OUTCOMES, RESULTS
from core.metrics.rules import IMPLIES, LabelPairs, Rule, broken, label_pairs, learn_rules
from core.metrics.slices.conditions import IS, NOT, Condition
from core.metrics.slices.facets import NO, YES
from webapp.actions import slice_items
from webapp.actions.judging import judged_side
from webapp.actions.opened import Opened
from webapp.actions.slice_items import Open
from webapp.session import Session

PAGE = "together"
VIEWS = ("cells", "tag", "pairs", "rules")
"""Tag errors in cells of the matrix, one tag by category, pairs of tags, rules of the labels."""


def view_of(opened: Opened, session: Session) -> str:
    """What is listed: what the place names; without answers the rules, which need none."""
    if opened.predictions is None:
        return "rules"
    view = session.place(PAGE).get("view", "cells")
    return view if view in VIEWS else "cells"


def tag_of(opened: Opened, session: Session) -> str | None:
    """The tag whose categories are listed; None without tags."""
    tags, tag = opened.workspace.tasks.tag_names, session.place(PAGE).get("tag")
    return tag if tag in tags else next(iter(tags), None)


def together_of(opened: Opened, part: str) -> Together:
    return opened.remember(("together", part), lambda: together(judged_side(opened, part).judged))


def cells_of(opened: Opened, part: str) -> list[CellTag]:
    return opened.remember(("cell tags", part), lambda: cell_tags(judged_side(opened, part).judged))


def pairs_of(opened: Opened, part: str) -> list[TagPair]:
    return opened.remember(("tag pairs", part), lambda: tag_pairs(judged_side(opened, part).judged))


def tag_in_categories(opened: Opened, part: str, tag: str) -> TagByCategory:
    number = opened.workspace.tasks.tag_names.index(tag)
    return opened.remember(("tag by category", part, tag),
                           lambda: tag_by_category(judged_side(opened, part).judged, number))


@dataclass(frozen=True)
class Kept:
    """A rule of the labels, and how often it is broken on one side.

    Attributes:
        rule: learned from the labels of the whole catalog.
        by_labels: items of the side whose labels break it.
        by_answers: items of the side whose answers do; None without answers.
    """

    rule: Rule
    by_labels: int
    by_answers: int | None


def rules_of(opened: Opened, part: str) -> list[Kept]:
    """The rules that the whole catalog's labels follow, and what breaks them on one side."""
    rules = opened.remember("rules", lambda: learn_rules(label_pairs(opened.catalog)))

    def count() -> list[Kept]:
        judged = judged_side(opened, part).judged
        labels = broken(label_pairs(judged.catalog), rules)
        answers: Sequence[int | None] = [None] * len(rules)
        if judged.predictions is not None:
            called = judged.called.astype(np.int8)
            pairs = LabelPairs(judged.best, called, len(judged.catalog.tasks.classes))
            answers = broken(pairs, rules).tolist()
        return [Kept(*one) for one in zip(rules, labels.tolist(), answers)]

    return opened.remember(("rules", part), count)


# Figures as conditions: so that each opens its items.

def label_condition(opened: Opened, label: int, has: bool, *, answers: bool) -> Condition:
    """That an item has a label (or not); in the model's answers instead of the labels."""
    tasks = opened.workspace.tasks
    k = len(tasks.classes)
    if label < k:
        return Condition("answer" if answers else "label", IS if has else NOT, tasks.classes[label])
    tag = tasks.tag_names[label - k]
    return Condition(f"tagged:{tag}" if answers else tag_column(tag), IS, YES if has else NO)


def breaking(opened: Opened, rule: Rule, *, answers: bool) -> list[Condition]:
    """What an item is that breaks a rule.

    Only items whose labels are known break one, so an unlabelled category breaks none.
    """
    a = label_condition(opened, rule.a, True, answers=answers)
    b = label_condition(opened, rule.b, rule.kind != IMPLIES, answers=answers)
    known = [Condition("label", NOT, None)] if b.facet == "label" and b.op == NOT else []
    return [a, b, *known]


def of_cell(opened: Opened, one: CellTag) -> list[Condition]:
    classes, tags = opened.workspace.tasks.classes, opened.workspace.tasks.tag_names
    return [Condition("label", IS, classes[one.label]),
            Condition("answer", IS, classes[one.predicted]),
            Condition(f"result:{tags[one.tag]}", IS, RESULTS[one.result])]


def of_pair(opened: Opened, one: TagPair) -> list[Condition]:
    tags = opened.workspace.tasks.tag_names
    return [Condition(f"result:{tags[one.missed]}", IS, "missed"),
            Condition(f"result:{tags[one.wrong]}", IS, "wrong")]


def of_outcome(outcome: int) -> list[Condition]:
    return [Condition("outcome", IS, OUTCOMES[outcome])]


def of_result(opened: Opened, facet: str, category: int, tag: str, result: int) -> list[Condition]:
    """A tag's result within a labelled (``label``) or answered (``answer``) category."""
    return [Condition(facet, IS, opened.workspace.tasks.classes[category]),
            Condition(f"result:{tag}", IS, RESULTS[result])]


def found(opened: Opened, session: Session) -> Open:
    """What is open: what the place names, else what goes wrong most surely."""
    return slice_items.seen_slice(opened, session, PAGE, _worst(opened, session))


def _worst(opened: Opened, session: Session) -> list[Condition]:
    part = session.part
    if opened.predictions is None:
        broken_ones = [one for one in rules_of(opened, part) if one.by_labels]
        return breaking(opened, broken_ones[0].rule, answers=False) if broken_ones else []
    sure = [one for one in cells_of(opened, part)[:1] if one.q <= FALSE_SHARE]
    if sure:
        return of_cell(opened, sure[0])
    counted = together_of(opened, part)
    if counted.neither:
        return of_outcome(OUTCOMES.index("neither"))
    return [Condition("right", IS, NO)]


# What clicks do: a new place.

def choose_view(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Another list; what is open stays open."""
    view, tag = data.get("view"), data.get("tag")
    if view in VIEWS:
        session = session.put(PAGE, view=view)
    return session.put(PAGE, tag=tag) if tag in opened.workspace.tasks.tag_names else session


def open_figure(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """The items behind a figure."""
    return slice_items.choose(opened, session, PAGE, data)


def items(opened: Opened, session: Session) -> list[str]:
    """Ids of what is open, in their order."""
    slice_ = slice_items.open_slice(opened, session, PAGE, _worst(opened, session))
    return slice_.item_ids.tolist()
