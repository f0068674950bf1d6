"""The shipped model's weights as a Keras and as a LiteRT model, for a fair comparison.

The default model ships as LiteRT alone, so its backbone is built again in Keras, given
the same weights, and exported: both files then hold the same network.
"""

import os
from pathlib import Path

from core.model.card import KERAS, read_card, write_card
from core.model.opening import file_id
from core.workspace import ASSETS, DEFAULT_MODEL


def write_twin(folder: Path) -> Path:
    """Write a model folder with card, Keras and LiteRT file; a few seconds of TensorFlow."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from dataclasses import replace

    from core.model.answering import answering
    from core.model.export import export
    from core.model.network import head_widths
    from core.model.recipe import Recipe
    from core.model.weights import build_with_weights

    card = read_card(ASSETS / "models" / DEFAULT_MODEL)
    recipe = Recipe(**{**card.training["recipe"], "weights": "default"})
    folder.mkdir(parents=True, exist_ok=True)
    export(answering(build_with_weights(recipe, head_widths(card.asked))), folder)
    write_card(folder, replace(card, model_id=file_id(folder / "model.tflite")))
    return folder


def keras_network(folder: Path):
    """The Keras model itself, as a plain script would load it."""
    import keras

    return keras.models.load_model(folder / KERAS)
