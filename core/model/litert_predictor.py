"""Answers photos with LiteRT on the CPU: opens in a quarter of a second, without TensorFlow."""

from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from core.errors import ModelError
from core.model.answers import answers, require_photos
from core.model.card import LITERT, Card


class LiteRTPredictor:
    """Keeps the promise of ``core.predictions.predictor``. Not thread-safe: one per worker.

    Photos go through one by one: on a CPU that is as fast as a batch, gives the same bits,
    and never allocates anew.
    """

    def __init__(self, folder: Path, card: Card, *, threads: int = 2, file: str = LITERT):
        """Open ``file`` in a model folder.

        Args:
            threads: CPU threads for one photo.

        Raises:
            ModelError: the file is missing or damaged.
        """
        path = folder / file
        if not path.exists():
            raise ModelError(f"model {card.name!r} has no file {path}; train or export it again")
        try:
            self._interpreter = Interpreter(str(path), num_threads=threads)
            self._run = self._interpreter.get_signature_runner()
        except (ValueError, RuntimeError) as error:
            raise ModelError(
                f"{path} is not a LiteRT model that can be opened ({_short(error)}); it may have"
                " been cut short while copying: copy or train it again"
            ) from error
        self.card = card
        self.tasks = card.asked
        self.image_size = (card.image_size[0], card.image_size[1])
        self.model_id = card.model_id
        self._input = next(iter(self._run.get_input_details()))

    def predict(self, photos: np.ndarray) -> dict[str, np.ndarray]:
        """Score a batch; see ``core.predictions.predictor.Predictor.predict``."""
        require_photos(photos, self.image_size)
        each = [self._run(**{self._input: photos[i : i + 1]}) for i in range(len(photos))]
        outputs = {name: np.concatenate([one[name] for one in each]) for name in each[0]}
        return answers(outputs, self.tasks)


def _short(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:120] if str(error).strip() else type(error).__name__
