"""The decision bundle: everything that turns one model's scores into answers, saved by version.

Calibration is folded into the model's last layers when it is trained, so scores are
probabilities already; the bundle repeats the calibration for the record and holds the
thresholds, which people choose. A version is never edited: saving makes the next one.
"""

import json
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import DecisionError, ThresholdError
from core.files import write_json
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

    def __post_init__(self):
        for tag, threshold in self.thresholds.items():
            require_threshold(tag, threshold)

    @property
    def label(self) -> str:
        return f"v{self.version}"


def require_threshold(tag: str, value: Any) -> float:
    """Refuse what is not a number in [0, 1].

    Raises:
        ThresholdError: names the tag, the rule and the value.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= 1:  # NaN fails the comparison
        raise ThresholdError(
            f"threshold of tag {tag!r} must lie in [0, 1], got {value!r}; write 85 % as 0.85"
        )
    return float(value)


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
    found = (re.fullmatch(r"v(\d+)\.json", path.name) for path in folder.glob("v*.json"))
    return sorted(int(match[1]) for match in found if match)


def current_bundle(folder: Path, model_dir: Path, card: Card) -> Bundle:
    """The newest bundle saved for exactly these weights, else what training chose.

    Args:
        folder: the workspace's decisions folder for the model (may not exist).
        model_dir: the model's folder.
    """
    for version in reversed(versions(folder)):
        bundle = read_bundle(folder / f"v{version}.json")
        if bundle.model_id == card.model_id:
            return bundle
    return read_bundle(model_dir / BUNDLE)


def save_bundle(folder: Path, bundle: Bundle, tasks: Tasks) -> Bundle:
    """Save as the next version; never over another one, even with two savers at once.

    Raises:
        DecisionError: a tag has no threshold, or a threshold no tag.
    """
    if set(bundle.thresholds) != set(tasks.tag_names):
        raise DecisionError(
            f"a bundle needs a threshold for each of {list(tasks.tag_names)},"
            f" got {list(bundle.thresholds)}"
        )
    version = max(versions(folder), default=0) + 1
    while True:
        saved = Bundle(**{**asdict(bundle), "version": version, "saved_at": now()})
        draft = folder / f".draft-{os.getpid()}-{threading.get_ident()}.json"
        write_bundle(draft, saved)
        try:
            os.link(draft, folder / f"v{version}.json")  # refuses to replace, unlike a rename
            return saved
        except FileExistsError:
            version += 1
        finally:
            draft.unlink(missing_ok=True)
