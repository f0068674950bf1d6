"""New thresholds for a reason: chosen on validation, judged beside it on held-out items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from core.commands.bundles import shelf_of
from core.commands.cut_data import CutData, cut_data
from core.commands.evaluate import answered, read_seen
from core.decisions.bundle import Bundle, save_bundle
from core.decisions.category_cuts import CategoryCuts, fit_category_cuts
from core.decisions.crossfit import CrossFit, crossfit_items
from core.decisions.outcomes import cut_numbers, defined, outcomes_at
from core.decisions.reasons import REASONS, BestF, LeastCost, Reason, reason_of
from core.decisions.shelf import require_name
from core.decisions.tune import NOTHING_KNOWN, choose
from core.decisions.zones import Zones, choose_zones, zone_cuts, zone_outcomes
from core.errors import ThresholdError
from core.metrics.cautions import cautions
from core.metrics.count_bootstrap import ap_intervals, as_pair, cut_intervals
from core.metrics.evaluation import evaluate
from core.metrics.optimism import optimism
from core.progress import Progress, silent
from core.workspace import Workspace


@dataclass(frozen=True)
class Wishes:
    """What a person wants of the thresholds.

    Attributes:
        reasons: by tag; tags without one keep their threshold.
        zones: ``precision``, ``recall`` and ``npv`` of zones of review; {} for none.
        per_category: find cuts by predicted category, too.
        folds: parts to cross-fit with; 0 for not.
    """

    reasons: Mapping[str, Reason]
    zones: Mapping[str, float]
    per_category: bool = False
    folds: int = 0


@dataclass(frozen=True)
class Proposal:
    """A bundle that is not saved yet, and what it rests on.

    Attributes:
        before: the bundle that it starts from.
        bundle: the new one.
        said: by tag, why its wish is not fulfilled.
        data: counts of both sides.
        grid: what was found by category; None when nobody asked.
        honest: by reason, cross-fitted on validation; {} when nobody asked.
    """

    before: Bundle
    bundle: Bundle
    said: Mapping[str, str]
    data: CutData
    grid: CategoryCuts | None
    honest: Mapping[Reason, CrossFit]


def parse_reasons(words: Sequence[str], tags: Sequence[str]) -> dict[str, Reason]:
    """Reasons by tag from words such as ``precision=0.9`` (all tags) and ``floral:cost=1,5``.

    Raises:
        ThresholdError: no such reason, or its numbers are missing or none.
    """
    found: dict[str, Reason] = {}
    for word in words:
        tag = next((tag for tag in tags if word.startswith(f"{tag}:")), None)
        name, _, numbers = word.removeprefix(f"{tag}:").partition("=")
        names = [field.name for field in fields(REASONS[name])] if name in REASONS else []
        try:
            given = [float(number) for number in numbers.split(",") if number]
        except ValueError:
            given = [np.nan] * (len(names) + 1)
        if name not in REASONS or len(given) > len(names):
            raise ThresholdError(
                f"{word!r} is no reason for a cut; write f_beta, f_beta=2, precision=0.9,"
                " recall=0.8, cost=WRONG,MISSED, reviews=PER_10K or rate, for one tag"
                " floral:precision=0.9"
            )
        reason = reason_of({"reason": name, **dict(zip(names, given))})
        found |= dict.fromkeys([tag] if tag else tags, reason)
    return found


def parse_zones(word: str) -> dict[str, float]:
    """``precision=0.95,recall=0.9`` as numbers.

    Raises:
        ThresholdError: another figure than precision, recall and npv, or no number.
    """
    try:
        pairs = [part.split("=") for part in word.split(",") if part]
        found = {name.strip(): float(number) for name, number in pairs}
    except ValueError:
        found = {"": 0.0}
    if not set(found) <= {"precision", "recall", "npv"}:
        raise ThresholdError(
            f"{word!r} is no wish for zones; write precision=0.95,recall=0.9 or"
            " precision=0.95,npv=0.99"
        )
    return found


def propose(
    workspace: Workspace, wishes: Wishes, *, model: str | None = None, base: str = "",
    progress: Progress = silent,
) -> Proposal:  # fmt: skip
    """Choose what was wished for, on the validation part.

    Args:
        base: the bundle to start from; "" for the one in use.

    Raises:
        ThresholdError, DecisionError, PredictionsError: with the user's sentence.
    """
    tags = workspace.tasks.tag_names
    before, data = shelf_of(workspace, model).find(base), cut_data(workspace, model)
    thresholds, said = _chosen(before, wishes.reasons, data, tags)
    zones, thresholds = _zoned(thresholds, wishes.zones, data, tags, said)
    grid, honest = None, {}
    if wishes.per_category or wishes.folds:
        found = answered(workspace, model, progress)
        items = found.catalog.part("validation")
        scores, known = found.predictions.align(items.item_ids)
        items = items.where(known)
        for reason in dict.fromkeys(wishes.reasons.values()) if wishes.folds else ():
            honest[reason] = crossfit_items(items, scores, reason, folds=wishes.folds)
        if wishes.per_category:
            reason = next((one for one in wishes.reasons.values()
                           if isinstance(one, BestF | LeastCost)), BestF())
            grid = fit_category_cuts(items, scores, thresholds, reason)
    bundle = replace(
        before, thresholds=thresholds, zones=zones, name="", note="", draft=False, promise={},
        per_category=before.per_category if grid is None else grid.per_category,
        reasons={**before.reasons, **{tag: one.to_json() for tag, one in wishes.reasons.items()}},
    )
    return Proposal(before, bundle, said, data, grid, honest)


def save_proposal(
    workspace: Workspace, proposal: Proposal, *, model: str | None = None, saved_by: str,
    name: str = "", note: str = "", draft: bool = False, progress: Progress = silent,
) -> Bundle:  # fmt: skip
    """Save as the next version, with the figures that it promises on both sides."""
    found = answered(workspace, model, progress)
    held = shelf_of(workspace, model)
    figures = evaluate(found.catalog, found.predictions, proposal.bundle.thresholds,
                       read_seen(found.model_dir))
    return save_bundle(held.folder, replace(
        proposal.bundle, name=require_name(name, held.bundles), note=note, draft=draft,
        saved_by=saved_by, promise={part: figures[part]["tags"] for part in figures},
    ), workspace.tasks)  # fmt: skip


def proposal_figures(proposal: Proposal, tags: Sequence[str]) -> dict[str, Any]:
    """JSON values: by tag ``threshold``, ``was``, ``said``, the figures of ``validation`` and
    ``heldout`` at the tag's own cut, ``intervals`` (of held-out), ``ap``, ``ap_interval``,
    ``optimism``, ``caution``, ``zone`` and what it does to held-out items, ``honest``."""
    cuts = cut_numbers(tags, proposal.bundle.thresholds)
    validation, heldout = (proposal.data.parts[part] for part in ("validation", "heldout"))
    at = {"validation": outcomes_at(validation.counts, cuts),
          "heldout": outcomes_at(heldout.counts, cuts)}
    figures = {part: found.to_json(tags) for part, found in at.items()}
    intervals = cut_intervals(heldout.counts, cuts).to_json(tags)
    areas = ap_intervals(heldout.counts, heldout.ap)
    apart = optimism(at["validation"], at["heldout"], tags)
    warned, zones = cautions(at["heldout"]), _zone_figures(proposal, tags)
    return {
        tag: {
            "threshold": proposal.bundle.thresholds[tag], "was": proposal.before.thresholds[tag],
            "said": proposal.said.get(tag), "validation": figures["validation"][tag],
            "heldout": figures["heldout"][tag], "intervals": intervals[tag],
            "ap": defined(heldout.ap[t]), "ap_interval": as_pair(areas[t]),
            "optimism": apart[tag], "caution": warned[t], "zone": zones.get(tag),
            "honest": _honest(proposal, tag, tags),
        }
        for t, tag in enumerate(tags)
    }  # fmt: skip


def _chosen(
    before: Bundle, reasons: Mapping[str, Reason], data: CutData, tags: Sequence[str]
) -> tuple[dict[str, float], dict[str, str]]:
    """(thresholds by tag, why some wishes are not fulfilled); what is undecided stays."""
    thresholds, said = dict(before.thresholds), {}
    for reason in dict.fromkeys(reasons.values()):
        found = choose(data.parts["validation"].counts, reason).to_json(tags)
        for tag, choice in found.items():
            if reasons.get(tag) != reason:
                continue
            if choice["status"] != NOTHING_KNOWN:
                thresholds[tag] = choice["threshold"]
            if choice["sentence"]:
                said[tag] = choice["sentence"]
    return thresholds, said


def _zoned(
    thresholds: dict[str, float], wishes: Mapping[str, float], data: CutData,
    tags: Sequence[str], said: dict[str, str],
) -> tuple[dict[str, dict[str, float | None]], dict[str, float]]:  # fmt: skip
    """(zones by tag, thresholds moved into them)."""
    if not wishes:
        return {}, thresholds
    found: Zones = choose_zones(data.parts["validation"].counts, **wishes)
    zones, moved = {}, dict(thresholds)
    for t, tag in enumerate(tags):
        if found.sentences[t]:
            said[tag] = "; ".join(filter(None, [said.get(tag), found.sentences[t]]))
        zone = found.zone(t)
        zones[tag] = zone.to_json()
        high = 1.0 if zone.accept is None else zone.accept
        moved[tag] = min(max(moved[tag], zone.reject), high)
    return zones, moved


def _zone_figures(proposal: Proposal, tags: Sequence[str]) -> dict[str, dict[str, Any]]:
    zoned = [tag for tag in tags if tag in proposal.bundle.zones]
    if not zoned:
        return {}
    cuts = np.array([
        zone_cuts(proposal.bundle.zone(tag)) if tag in zoned else (0, 0) for tag in tags])
    heldout = zone_outcomes(proposal.data.parts["heldout"].counts, *cuts.T).to_json(tags)
    return {tag: {**proposal.bundle.zones[tag], **heldout[tag]} for tag in zoned}


def _honest(proposal: Proposal, tag: str, tags: Sequence[str]) -> dict[str, Any] | None:
    wish = proposal.bundle.reasons.get(tag)
    for reason, found in proposal.honest.items():
        if reason.to_json() == wish:
            return found.to_json(tags)[tag]
    return None
