"""Open a model folder for answering. Imports an engine only when it is asked for."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ModelError
from core.model.card import LITERT, read_card

if TYPE_CHECKING:
    from core.model.keras_predictor import KerasPredictor
    from core.model.litert_predictor import LiteRTPredictor

ENGINES = ("litert", "keras")


def open_predictor(
    folder: Path, *, engine: str = "litert", threads: int = 2
) -> "LiteRTPredictor | KerasPredictor":
    """Open a model; both engines keep the promise ``core.predictions.predictor.Predictor``.

    Args:
        folder: a model folder (card.json and its files).
        engine: ``litert`` (the CPU, without TensorFlow) or ``keras`` (TensorFlow; uses a GPU
            where one is visible).
        threads: CPU threads for one photo (LiteRT).

    Raises:
        ModelError: no model there, a file is missing or damaged or is not the one that its
            card describes, or there is no such engine.
    """
    if engine not in ENGINES:
        raise ModelError(f"engine must be one of {', '.join(ENGINES)}, got {engine!r}")
    card = read_card(folder)
    if engine == "keras":
        from core.model.keras_predictor import KerasPredictor

        return KerasPredictor(folder, card)
    from core.model.litert_predictor import LiteRTPredictor

    path = folder / LITERT
    if path.exists() and file_id(path) != card.model_id:
        raise ModelError(
            f"{path} is not the file that its card describes (another copy, or cut short);"
            " copy the whole model folder again"
        )
    return LiteRTPredictor(folder, card, threads=threads)


def file_id(path: Path) -> str:
    """The first 16 hex digits of a file's SHA-256: a model's identity."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
