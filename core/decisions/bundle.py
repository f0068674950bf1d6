"""The decision bundle: everything that turns one model's scores into answers, saved by version.

Calibration is folded into the model's last layers when it is trained, so scores are
probabilities already; the bundle repeats the calibration for the record and holds the
thresholds, which people choose. A version is never edited: saving makes the next one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.decisions.cuts import Cuts, require_threshold
from core.decisions.promotions import in_use, numbered, read_promotions
from core.decisions.zones import Zone
from core.errors import DecisionError, ThresholdError
from core.files import write_json, write_once
from core.model.card import BUNDLE, Card
from core.tasks import Tasks


@dataclass(frozen=True)
class Bundle:
    """A model's thresholds.

    Attributes:
        model_id: the weights for which the thresholds were chosen.
        thresholds: for every tag, a number in [0, 1]; ``tagged = score >= threshold``.
        calibration: as on the model's card.
        version: 0 for what training chose, then 1, 2, ...
        saved_by: a person's name, or ``train``.
        saved_at: UTC, ISO 8601.
        promise: figures at these thresholds: {``validation``|``heldout``: {tag: {...}}}.
        out_of_catalog: a photo whose ``out_of_catalog`` score reaches this shows none of the
            classes; None when the model has no such score.
        set_cut: the least probability with which a class enters a prediction set
            (core.decisions.conformal); None when none was fitted.
        coverage: what the sets were fitted to promise.
        name, note: what people call it, and why it was saved.
        draft: saved without putting it into use.
        per_category: by tag and class, thresholds for items whose most likely class that is;
            ``thresholds`` holds them too (``Cuts``), so that every decision goes by them.
        zones: by tag ``accept`` (or None) and ``reject``, for tags with a zone of review; the
            tag's threshold lies within.
        reasons: by tag, what was wanted of its threshold (``core.decisions.reasons``).
    """

    model_id: str
    thresholds: Mapping[str, float]
    calibration: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0
    saved_by: str = "train"
    saved_at: str = ""
    promise: Mapping[str, Any] = field(default_factory=dict)
    out_of_catalog: float | None = None
    set_cut: float | None = None
    coverage: float = 0.9
    name: str = ""
    note: str = ""
    draft: bool = False
    per_category: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    zones: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    reasons: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self):
        for tag, threshold in self.thresholds.items():
            require_threshold(tag, threshold)
        for tag, cuts in self.per_category.items():
            for category, threshold in cuts.items():
                require_threshold(f"{tag} in {category}", threshold)
        for tag in self.zones:
            _require_within(tag, self.zone(tag), self.thresholds.get(tag))
        object.__setattr__(self, "thresholds", Cuts(self.thresholds, self.per_category))

    @property
    def label(self) -> str:
        return f"v{self.version}"

    @property
    def title(self) -> str:
        """The label, and the name where it has one: ``v3 (autumn)``."""
        return f"{self.label} ({self.name})" if self.name else self.label

    def zone(self, tag: str) -> Zone | None:
        """The zone of review of a tag; None where it has none."""
        return Zone(**self.zones[tag]) if tag in self.zones else None


def _require_within(tag: str, zone: Zone, threshold: float | None) -> None:
    high = 1.0 if zone.accept is None else zone.accept
    if threshold is None or not zone.reject <= threshold <= high:
        raise ThresholdError(
            f"the threshold of tag {tag!r}, {threshold}, must lie within its zone of review,"
            f" {zone.reject} to {high}; move the threshold, or choose the zone again"
        )


def now() -> str:
    """UTC to the second, ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def read_bundle(path: Path) -> Bundle:
    """Read one bundle file.

    Raises:
        DecisionError: missing or damaged.
    """
    try:
        return Bundle(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise DecisionError(f"there is no decision bundle {path}; save thresholds first") from error
    except (ValueError, TypeError) as error:
        raise DecisionError(f"{path} is not a decision bundle ({error}); remove it") from error


def write_bundle(path: Path, bundle: Bundle) -> None:
    """Write one bundle file, atomically."""
    write_json(path, asdict(bundle))


def versions(folder: Path) -> list[int]:
    """Numbers of the saved bundles in a workspace's folder for a model, ascending."""
    return numbered(folder, "v")


def saved_bundles(folder: Path, model_dir: Path, card: Card) -> list[Bundle]:
    """All bundles for exactly these weights, the oldest first: what training chose.

    Args:
        folder: the workspace's decisions folder for the model (may not exist).
        model_dir: the model's folder.
    """
    saved = (read_bundle(folder / f"v{version}.json") for version in versions(folder))
    own = [bundle for bundle in saved if bundle.model_id == card.model_id]
    return [read_bundle(model_dir / BUNDLE), *own]


def versions_in_use(folder: Path, bundles: Sequence[Bundle], card: Card) -> list[int]:
    """As ``core.decisions.promotions.in_use``, of ``saved_bundles``."""
    records = [one for one in read_promotions(folder) if one.model_id == card.model_id]
    drafts = {one.version for one in bundles if one.draft}
    return in_use([one.version for one in bundles[1:]], drafts, records)


def current_bundle(folder: Path, model_dir: Path, card: Card) -> Bundle:
    """The bundle in use: saved or promoted last for exactly these weights, else training's.

    Args:
        folder, model_dir: as for ``saved_bundles``.
    """
    bundles = saved_bundles(folder, model_dir, card)
    current = versions_in_use(folder, bundles, card)[-1]
    return next(one for one in bundles if one.version == current)


def save_bundle(folder: Path, bundle: Bundle, tasks: Tasks) -> Bundle:
    """Save as the next version; never over another one, even with two savers at once.

    Raises:
        DecisionError: a tag has no threshold, or a threshold no tag or class.
    """
    if set(bundle.thresholds) != set(tasks.tag_names):
        raise DecisionError(
            f"a bundle needs a threshold for each of {list(tasks.tag_names)},"
            f" got {list(bundle.thresholds)}"
        )
    _require_known(bundle, tasks)
    version = max(versions(folder), default=0) + 1
    while True:
        saved = replace(bundle, version=version, saved_at=now())
        if write_once(folder / f"v{version}.json", asdict(saved)):
            return saved
        version += 1


def _require_known(bundle: Bundle, tasks: Tasks) -> None:
    for tag, cuts in bundle.per_category.items():
        unknown = [name for name in cuts if name not in tasks.classes]
        if tag not in tasks.tag_names or unknown:
            raise DecisionError(
                f"a threshold is set for {(unknown or [tag])[0]!r}, which this workspace does not"
                f" ask for; it has the tags {', '.join(tasks.tag_names)} and the classes"
                f" {', '.join(tasks.classes)}"
            )
