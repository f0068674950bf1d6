"""Answers photos with Keras on TensorFlow: batches, and a GPU where there is one."""

from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from core.errors import ModelError
from core.model.answers import answers, require_photos
from core.model.card import KERAS, SAVED_MODEL, Card
from core.model.devices import use_gpus

BATCH = 32


class KerasPredictor:
    """Keeps the promise of ``core.predictions.predictor``. Not thread-safe: one per worker."""

    def __init__(self, folder: Path, card: Card):
        """Load ``model.keras`` of a model folder.

        Raises:
            ModelError: the file is missing (a model may ship as LiteRT alone) or damaged.
        """
        path = folder / KERAS
        if not path.exists():
            raise ModelError(
                f"model {card.name!r} has no Keras file ({path.name}), it ships as LiteRT alone;"
                " use the LiteRT engine, or train a model of your own"
            )
        self._compiled = bool(use_gpus())
        self._network = load_network(path)
        self._run = tf.function(
            lambda photos: self._network(photos, training=False),
            input_signature=[tf.TensorSpec((None, *card.image_size, 3), tf.uint8)],
            # XLA fuses the many small layers on a GPU; on a CPU it gains nothing.
            jit_compile=self._compiled,
            autograph=False,
        )
        self.card = card
        self.tasks = card.asked
        self.image_size = (card.image_size[0], card.image_size[1])
        self.model_id = card.model_id

    def predict(self, photos: np.ndarray) -> dict[str, np.ndarray]:
        """Score a batch; see ``core.predictions.predictor.Predictor.predict``."""
        require_photos(photos, self.image_size)
        parts = [self._batch(photos[at : at + BATCH]) for at in range(0, len(photos), BATCH)]
        outputs = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        return answers(outputs, self.tasks)

    def _batch(self, photos: np.ndarray) -> dict[str, np.ndarray]:
        n = len(photos)
        if self._compiled and n < BATCH:  # one shape, compiled once
            photos = np.concatenate([photos, np.repeat(photos[-1:], BATCH - n, axis=0)])
        return {name: values.numpy()[:n] for name, values in self._run(photos).items()}


class SavedModelPredictor:
    """Answers with an exported SavedModel; used to compare it with the Keras model."""

    def __init__(self, folder: Path, card: Card):
        self._loaded = tf.saved_model.load(str(folder / SAVED_MODEL))  # holds the weights
        self.tasks, self.model_id = card.asked, card.model_id
        self.image_size = (card.image_size[0], card.image_size[1])

    def predict(self, photos: np.ndarray) -> dict[str, np.ndarray]:
        """Score a batch; see ``core.predictions.predictor.Predictor.predict``."""
        require_photos(photos, self.image_size)
        outputs = self._loaded.serve(tf.constant(photos))
        return answers({name: values.numpy() for name, values in outputs.items()}, self.tasks)


def load_network(path: Path) -> keras.Model:
    """Load a ``.keras`` file for answering, not for training.

    Raises:
        ModelError: the file is missing, damaged, or needs code that is not here.
    """
    try:
        return keras.models.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, KeyError) as error:
        reason = str(error).strip().splitlines()[0][:160] if str(error).strip() else "damaged"
        raise ModelError(f"{path} cannot be loaded as a Keras model ({reason})") from error
