"""Requirements on a model's figures, such as ``top1>=0.7`` or ``tag:floral.precision>=0.8``."""

import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import ReportError

OPERATORS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
OVERALL = ("top1", "top2", "macro_f1", "ece", "n")
OF_A_CLASS = ("precision", "recall", "f1", "support")
OF_A_TAG = (*OF_A_CLASS, "ap", "auc", "threshold")
PARTS = ("heldout", "validation")

_FORM = re.compile(
    r"(?:(?P<part>heldout|validation):)?"
    r"(?:(?P<kind>class|tag):(?P<name>.+)\.)?"
    r"(?P<figure>(?!low\b|high\b)[a-z_0-9]+)(?:\.(?P<end>low|high))?"
    r"\s*(?P<sign>>=|<=|>|<)\s*(?P<bound>-?[0-9.]+(?:e-?[0-9]+)?)"
)


@dataclass(frozen=True)
class Requirement:
    """One figure and what it must reach.

    Attributes:
        text: as it was written.
        part: ``heldout`` (where none is named) or ``validation``.
        kind, name: ``class`` or ``tag`` and its name; None for a figure of the whole part.
        figure: one of OVERALL, OF_A_CLASS or OF_A_TAG.
        end: ``low`` or ``high`` for that end of the figure's 95 % interval; None for itself.
        sign: a key of OPERATORS.
        bound: what the figure is held against.
    """

    text: str
    part: str
    kind: str | None
    name: str | None
    figure: str
    end: str | None
    sign: str
    bound: float


@dataclass(frozen=True)
class Verdict:
    """Whether a requirement is met; an undefined figure meets none.

    Attributes:
        value: the figure; None where it is undefined.
        sentence: what was found, for people.
    """

    requirement: Requirement
    value: float | None
    passed: bool
    sentence: str


def requirement(text: str) -> Requirement:
    """Read one requirement.

    Raises:
        ReportError: it cannot be read, or asks for a figure that there is not.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise ReportError(
            f"the requirement {text!r} cannot be read; write a figure, a sign and a number, such"
            " as top1>=0.7, tag:floral.precision>=0.8, class:SHIRTS.recall>=0.5 or top1.low>=0.6"
        )
    kind, figure = found["kind"], found["figure"]
    known = {None: OVERALL, "class": OF_A_CLASS, "tag": OF_A_TAG}[kind]
    if figure not in known:
        raise ReportError(
            f"the requirement {text!r} asks for {figure!r};"
            f" {_of(kind)} there are {', '.join(known)}"
        )
    try:
        bound = float(found["bound"])
    except ValueError as error:
        raise ReportError(f"the requirement {text!r} ends in no number") from error
    return Requirement(text.strip(), found["part"] or PARTS[0], kind, found["name"], figure,
                       found["end"], found["sign"], bound)


def judge(wanted: Sequence[Requirement], figures: Mapping[str, Any]) -> list[Verdict]:
    """Hold requirements against the figures of ``core.commands.evaluate``.

    Raises:
        ReportError: a class or a tag that the model does not answer, or an end of an interval
            that the figure does not have.
    """
    return [_judged(one, figures[one.part]) for one in wanted]


def _judged(one: Requirement, part: Mapping[str, Any]) -> Verdict:
    value = _value(one, part)
    called = one.text[: one.text.index(one.sign)].strip()
    if value is None:
        return Verdict(one, None, False, f"{called} is undefined: no item to measure it on")
    passed = bool(OPERATORS[one.sign](value, one.bound))
    word = "as asked" if passed else "not reached"
    return Verdict(one, value, passed,
                   f"{called} is {value:.3f}, {word} ({one.sign} {one.bound:g})")


def _value(one: Requirement, part: Mapping[str, Any]) -> float | None:
    holder = part
    if one.kind is not None:
        among = part["per_class" if one.kind == "class" else "tags"]
        if one.name not in among:
            raise ReportError(
                f"the requirement {one.text!r} names the {one.kind} {one.name!r};"
                f" the model answers {', '.join(among) or 'none'}"
            )
        holder = among[one.name]
    if one.end is None:
        return holder[one.figure]
    if f"{one.figure}_interval" not in holder:
        raise ReportError(
            f"the requirement {one.text!r} asks for an end of an interval, which"
            f" {one.figure} does not have; leave out .{one.end}"
        )
    interval = holder[f"{one.figure}_interval"]
    return None if interval is None else interval[("low", "high").index(one.end)]


def _of(kind: str | None) -> str:
    return {None: "of a whole part", "class": "of a class", "tag": "of a tag"}[kind]
