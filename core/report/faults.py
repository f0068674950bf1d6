"""What somebody who relies on the model should know, in sentences."""

from collections.abc import Mapping
from typing import Any

FEW = 10
"""Items of a class or a tag below which its figures are too uncertain to rely on."""
LISTED = 6
"""Small supports that get a sentence each; more share one."""
GAP = 0.10
"""Calibration error above which probabilities are not to be taken at their word."""


def known_faults(figures: Mapping[str, Any], sets: Mapping[str, Any] | None,
                 findings: Mapping[str, int]) -> list[str]:
    """Faults that show in the figures themselves.

    Args:
        figures: of ``core.commands.evaluate.evaluate_model``.
        sets: ``promised``, ``covered``, ``covered_interval`` of the prediction sets on held-out
            items; None when not measured.
        findings: open findings of the last audit by check; empty when there was none.
    """
    held = figures["heldout"]
    return [*_ground(held), *_category(held), *_sets(sets), *_tags(held), *_audit(findings)]


def _ground(held: Mapping[str, Any]) -> list[str]:
    said = []
    if not held["n"]:
        said.append("No held-out item was measured: nothing here says how good the model is.")
    if held["left_out_seen"]:
        said.append(f"{_items(held['left_out_seen'], 'held-out item')} left out, because the"
                    " model was fitted on the same photo.")
    if held["without_prediction"]:
        said.append(f"{_items(held['without_prediction'], 'held-out item')} not answered: the"
                    " photo is missing or unreadable.")
    corrected = held.get("corrected_labels", 0)
    if corrected:
        said.append(f"{_items(corrected, 'held-out label')} corrected since the import; cleaning"
                    " what a model got wrong raises its figures.")
    return said


def _category(held: Mapping[str, Any]) -> list[str]:
    said = []
    if held["ece"] is not None and held["ece"] > GAP:
        said.append(f"The category's probabilities are off by {100 * held['ece']:.1f} points on"
                    " average: do not take them at their word.")
    measured = [(name, one) for name, one in held["per_class"].items() if one["support"]]
    said += _few_of(measured, "classes")
    weak = [(one["recall"], name, one) for name, one in measured if one["support"] >= FEW]
    if weak:
        recall, name, one = min(weak, key=lambda found: found[:2])
        said.append(f"{name} is found least: {one['tp']} of {one['support']}"
                    f" ({_range(one['recall_interval'])}).")
    absent = [name for name, one in held["per_class"].items() if not one["support"]]
    if absent and held["n"]:
        said.append(f"Not measured, for want of held-out items: {_some(absent)}.")
    return said


def _sets(sets: Mapping[str, Any] | None) -> list[str]:
    if not sets or sets.get("covered") is None or sets["covered_interval"][1] >= sets["promised"]:
        return []
    return [f"Prediction sets that promise {100 * sets['promised']:.0f} % held the label of only"
            f" {100 * sets['covered']:.1f} % ({_range(sets['covered_interval'])})."]


def _tags(held: Mapping[str, Any]) -> list[str]:
    few = _few_of([(tag, one) for tag, one in held["tags"].items() if one["support"]], "tags")
    none = [tag for tag, one in held["tags"].items() if not one["support"]]
    if none and held["n"]:
        few.append(f"No held-out item is tagged {_some(none)}: nothing is known of its recall.")
    return few


def _audit(findings: Mapping[str, int]) -> list[str]:
    open_now = {check: count for check, count in findings.items() if count}
    if not open_now:
        return []
    listed = ", ".join(f"{count:,} {check}" for check, count in open_now.items())
    return [f"The last audit of the labels left open: {listed}."]


def _few_of(measured: list[tuple[str, Mapping[str, Any]]], what: str) -> list[str]:
    few = [(name, one) for name, one in measured if one["support"] < FEW]
    if len(few) <= LISTED:
        return [_few(name, one) for name, one in few]
    return [f"{len(few)} {what} rest on fewer than {FEW} held-out items each, too few for their"
            f" figures to be relied on: {_some([name for name, _ in few])}."]


def _few(name: str, one: Mapping[str, Any]) -> str:
    return (f"{name} rests on {_items(one['support'], 'held-out item', verb=False)}: its recall"
            f" may be anywhere in {_range(one['recall_interval'])}.")


def _range(interval: list[float]) -> str:
    return f"{100 * interval[0]:.0f} to {100 * interval[1]:.0f} %"


def _items(count: int, what: str, verb: bool = True) -> str:
    text = f"{count:,} {what}{'' if count == 1 else 's'}"
    return f"{text} {'was' if count == 1 else 'were'}" if verb else text


def _some(names: list[str], limit: int = 8) -> str:
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(names[:limit]) + more
