"""Slices in words: facets, conditions, figures."""

from collections.abc import Sequence
from typing import Any

from core.catalog.table import PART_WORDS
from core.metrics.slices.conditions import AMONG, LIKE, NOT, RANGE, Condition
from core.metrics.slices.facets import YES
from core.metrics.slices.figures import ALL_RIGHT, ECE, MACRO_F1, TOP1, TOP2
from core.tasks import Tasks
from webapp.render.item import short
from webapp.render.words import Words, count, plain

FIGURES = {TOP1: "Top-1", TOP2: "Top-2", MACRO_F1: "Macro F1", ECE: "Calibration error",
           ALL_RIGHT: "Category and tags right"}
OF_TAG = {"precision": "precision", "recall": "recall", "f1": "F1", "ap": "average precision"}
RESULT = {"hit": "rightly tagged {}", "wrong": "wrongly tagged {}", "missed": "{} missed",
          "clear": "rightly not tagged {}"}
OUTCOME = {"both": "category and tags right", "category": "only the category right",
           "tags": "only the tags right", "neither": "category and tags wrong"}


class SliceWords:
    """How the facets, conditions and figures of one workspace are called."""

    def __init__(self, tasks: Tasks):
        self.tasks, self.words = tasks, Words(tasks)
        self.group = plain((tasks.item.group or "group").removesuffix("_id"))

    def facet(self, key: str) -> str:
        """As a choice in a menu."""
        kind, _, name = key.partition(":")
        plainly = {"label": "Labelled category", "answer": "Model’s category", "side": "Side",
                   "right": "Category right or wrong",
                   "outcome": "Category and tags, right or wrong",
                   "group": self.group.capitalize()}
        if key in plainly:
            return plainly[key]
        titles = {"tag": f"Labelled {name}", "tagged": f"Tagged {name} by the model",
                  "result": f"{name}, right or wrong", "photo": f"Photo: {name}"}
        return titles.get(kind) or plain(name).capitalize()

    def level(self, key: str, value: str | None) -> str:
        """One value of a facet, in a column under the facet's name."""
        kind = key.partition(":")[0]
        if value is None:
            return "unknown"
        if key in ("label", "answer"):
            return self.words.names.get(value, value)
        if key == "side":
            return PART_WORDS.get(value, value)
        if key == "right":
            return "right" if value == YES else "wrong"
        if key == "outcome":
            return OUTCOME.get(value, value)
        if kind == "result":
            return RESULT.get(value, value).format(key.partition(":")[2])
        return short(value) if key == "group" else value

    def condition(self, one: Condition) -> str:
        """One condition, to stand in a list of them."""
        kind, _, name = one.facet.partition(":")
        if one.op == AMONG:
            return f"{count(len(one.value))} chosen item{'s' if len(one.value) != 1 else ''}"
        if one.op == LIKE:
            return f"the {count(one.value[1])} most like item {short(one.value[0])}"
        what = plain(name) if name else kind
        if one.op == RANGE:
            return f"{what} {_range(*one.value)}"
        denied, value = one.op == NOT, one.value
        if value is None:
            what = self.group if kind == "group" else what
            return f"{what} known" if denied else f"{what} unknown"
        if kind in ("tag", "tagged"):
            has = (value == YES) != denied
            said = f"{'' if has else 'not '}{'labelled' if kind == 'tag' else 'tagged'} {name}"
            return said if kind == "tag" else f"{said} by the model"
        return ("not " if denied else "") + self._said(one.facet, kind, name, value)

    def _said(self, facet: str, kind: str, name: str, value: str) -> str:
        if kind in ("label", "answer"):
            known = value in self.words.names
            called = self.words.one(value) if known else value
            return f"{'labelled' if kind == 'label' else 'called'} {called}"
        if kind == "group":
            return f"{self.group} {short(value)}"
        if facet == "right":
            return f"category {self.level(facet, value)}"
        if kind in ("side", "outcome", "result"):
            return self.level(facet, value)
        if value in ("yes", "no"):
            return plain(name) if value == "yes" else f"not {plain(name)}"
        return f"{plain(name)}: {value}"

    def conditions(self, all_: Sequence[Condition], nothing: str = "all items") -> str:
        """All conditions in a row."""
        return ", ".join(self.condition(one) for one in all_) or nothing

    def title(self, all_: Sequence[Condition]) -> str:
        """All conditions, as a heading."""
        said = self.conditions(all_)
        return said[:1].upper() + said[1:]

    def figure(self, key: str) -> str:
        """A figure's name."""
        name, _, tag = key.partition(":")
        return FIGURES.get(key) or f"{tag}, {OF_TAG.get(name, name)}"


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"below {high:g}"
    return f"from {low:g}" if high is None else f"{low:g} to {high:g}"


def is_share(key: str) -> bool:
    """Figures that are shares of items are written as percentages."""
    return key.partition(":")[0] in (TOP1, TOP2, ALL_RIGHT, "precision", "recall")


def figure_text(key: str, value: float | None) -> str:
    """66.3 %, or 0.628 where the figure is no share of items; a dash where undefined."""
    if value is None or value != value:
        return "–"
    return f"{100 * value:.1f} %" if is_share(key) else f"{value:.3f}"


def interval_text(key: str, interval: Sequence[float] | None) -> str:
    """58.9 to 72.9 of a share, else 0.59 to 0.73."""
    if interval is None or any(end != end for end in interval):
        return ""
    low, high = interval
    return f"{100 * low:.1f} to {100 * high:.1f}" if is_share(key) else f"{low:.2f} to {high:.2f}"


def change_text(key: str, value: float | None) -> str:
    """+3.1 points, or −0.041."""
    if value is None or value != value:
        return "–"
    text = f"{100 * abs(value):.1f}" if is_share(key) else f"{abs(value):.3f}"
    if not float(text):
        return "±0"
    return f"{'+' if value > 0 else '−'}{text}"


def chance_text(q: float) -> str:
    """How likely by chance: below 0.001, or three digits."""
    return "below 0.001" if q < 0.001 else f"{q:.3f}"


def json_conditions(all_: Sequence[Condition]) -> list[list[Any]]:
    """What the browser sends back when it opens these conditions."""
    return [one.to_json() for one in all_]
