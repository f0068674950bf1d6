"""A model's card: what it is, on what data it was made, and how good it is. No TensorFlow here."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from core.errors import ModelError, TasksMismatchError
from core.files import write_json
from core.tasks import Tasks

LITERT = "model.tflite"
KERAS = "model.keras"
SAVED_MODEL = "saved_model"
SEEN = "seen.parquet"
BUNDLE = "decisions.json"


@dataclass(frozen=True)
class Card:
    """What card.json holds; plain JSON values throughout.

    Attributes:
        name: folder name.
        model_id: first 16 hex digits of the SHA-256 of the LiteRT file.
        tasks: ``Tasks.to_dict()``.
        backbone: registered name (core.model.backbones).
        image_size: [height, width] in pixels.
        made: UTC, ISO 8601.
        parameters: number of weights.
        data: where the labels came from: items for each part, hashes, seed.
        training: the options as run, epochs, seconds.
        calibration: temperature and Platt pairs, already folded into the heads' weights.
        gates: for each exported variant: agreement with Keras, kept or not.
        sizes: bytes for each file.
        timings: measured milliseconds, with how.
        figures: ``validation`` and ``heldout`` as ``evaluate`` writes them.
        figures_on: the same for each further workspace that joined training, by name.
        versions: of this code and of the libraries.
    """

    name: str
    model_id: str
    tasks: dict[str, Any]
    backbone: str
    image_size: list[int]
    made: str
    parameters: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    calibration: dict[str, Any] = field(default_factory=dict)
    gates: dict[str, Any] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    timings: dict[str, Any] = field(default_factory=dict)
    figures: dict[str, Any] = field(default_factory=dict)
    figures_on: dict[str, Any] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> Tasks:
        """The tasks that the heads answer."""
        return Tasks.from_dict(self.tasks, source=f"card of model {self.name!r}")

    def require(self, tasks: Tasks) -> None:
        """Refuse a workspace that asks other questions than the model answers.

        Raises:
            TasksMismatchError: names what differs and the two ways out.
        """
        own = self.asked
        if own.fingerprint == tasks.fingerprint:
            return
        raise TasksMismatchError(
            f"model {self.name!r} and this workspace ask different questions:"
            f" {_difference(own, tasks)}; choose a model that was trained for this workspace,"
            " or train one with python -m core train"
        )


def read_card(folder: Path) -> Card:
    """Read card.json of a model folder.

    Raises:
        ModelError: missing, damaged, or of another form.
    """
    path = folder / "card.json"
    try:
        return Card(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ModelError(f"{folder} holds no model (no card.json); train one first") from error
    except (ValueError, TypeError) as error:
        raise ModelError(f"{path} is not a model card ({error}); train the model again") from error


def write_card(folder: Path, card: Card) -> None:
    """Write card.json, atomically."""
    write_json(folder / "card.json", asdict(card))


def _difference(model: Tasks, workspace: Tasks) -> str:
    parts = []
    for what, own, asked in (
        ("categories", model.classes, workspace.classes),
        ("tags", model.tag_names, workspace.tag_names),
    ):
        if own == asked:
            continue
        new = [name for name in asked if name not in own]
        gone = [name for name in own if name not in asked]
        words = [f"the model knows {len(own)} {what}, the workspace has {len(asked)}"]
        if new:
            are = "is" if len(new) == 1 else "are"
            words.append(f"{', '.join(new[:5])} {are} new to the model")
        if gone:
            words.append(f"{', '.join(gone[:5])} only the model knows")
        if not new and not gone:
            words.append("they stand in another order")
        parts.append(", ".join(words))
    return "; ".join(parts)
