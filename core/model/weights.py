"""Where a backbone's first weights come from: ImageNet, a file, or the shipped model."""

from pathlib import Path

import keras
import numpy as np

from core.errors import ModelError
from core.model.card import KERAS, LITERT, read_card
from core.model.litert_weights import folded_convolutions, set_folded
from core.model.network import Network, build
from core.model.recipe import Recipe
from core.workspace import ASSETS, DEFAULT_MODEL


def build_with_weights(recipe: Recipe, widths: dict[str, int]) -> Network:
    """Build the network that ``recipe`` asks for and give its backbone the weights.

    Raises:
        ModelError: the weights cannot be had, or are of another shape.
    """
    if recipe.weights == "imagenet":
        return _build_imagenet(recipe, widths)
    network = build(recipe, widths)
    if recipe.weights == "default":
        _from_model(network.backbone, recipe, ASSETS / "models" / DEFAULT_MODEL)
    elif recipe.weights != "none":
        load_weights(network.backbone, recipe, Path(recipe.weights))
    return network


def load_weights(backbone: keras.Model, recipe: Recipe, path: Path) -> None:
    """Give ``backbone`` the weights of a file or of a model folder.

    Args:
        path: ``.keras`` (a backbone, or any model that holds one with the same layer names),
            ``.h5`` or ``.weights.h5`` (as Keras saves and its applications publish them),
            ``.tflite`` (as exported here), or a folder with a card.json.

    Raises:
        ModelError: missing, unreadable, or of another backbone; names what differs.
    """
    if path.is_dir():
        _from_model(backbone, recipe, path)
    elif not path.exists():
        raise ModelError(f"there is no weights file {path}; check --weights")
    elif path.suffix == ".tflite":
        set_folded(backbone, folded_convolutions(path), source=str(path))
    elif path.suffix == ".keras":
        _from_keras(backbone, recipe, path)
    elif path.suffix == ".h5":
        try:
            backbone.load_weights(path)
        except (ValueError, OSError, KeyError) as error:
            raise _another(recipe, path, _first_line(error)) from error
    else:
        raise ModelError(
            f"--weights {path} must be imagenet, none, default, a .keras, .h5 or .tflite file,"
            " or a model folder"
        )


def _build_imagenet(recipe: Recipe, widths: dict[str, int]) -> Network:
    from core.model.backbones import backbone

    if not backbone(recipe.backbone).pretrained:
        raise ModelError(
            f"{recipe.backbone} has no ImageNet weights; train it with --weights none"
        )
    try:
        return build(recipe, widths, "imagenet")
    except Exception as error:  # Keras, KerasHub and kagglehub each raise their own
        raise ModelError(
            f"ImageNet weights of {recipe.backbone} could not be downloaded"
            f" ({_first_line(error)}); get the file on another machine and name it by"
            " --weights FILE, or use --weights default or --weights none"
        ) from error


def _from_model(backbone: keras.Model, recipe: Recipe, folder: Path) -> None:
    card = read_card(folder)
    if card.backbone != recipe.backbone:
        raise ModelError(
            f"model {card.name!r} is a {card.backbone}, not a {recipe.backbone}; choose"
            f" --backbone {card.backbone}, or other --weights"
        )
    if (folder / KERAS).exists():
        _from_keras(backbone, recipe, folder / KERAS)
    else:
        path = folder / LITERT
        set_folded(backbone, folded_convolutions(path), source=str(path))


def _from_keras(backbone: keras.Model, recipe: Recipe, path: Path) -> None:
    import keras_hub  # noqa: F401  registers its backbones, which such a file may name

    from core.model.keras_predictor import load_network

    found = {layer.name: layer.get_weights() for layer in _layers(load_network(path))}
    pairs = []
    for layer in _layers(backbone):
        wanted = [tuple(w.shape) for w in layer.weights]
        given = found.get(layer.name)
        if given is None or [w.shape for w in given] != wanted:
            words = "is missing" if given is None else f"has {[w.shape for w in given]}"
            raise _another(recipe, path, f"layer {layer.name} {words}, needs {wanted}")
        pairs.append((layer, given))
    for layer, given in pairs:
        layer.set_weights([np.asarray(w) for w in given])


def _layers(model: keras.Model) -> list[keras.layers.Layer]:
    """Innermost layers that hold weights."""
    flat = model._flatten_layers(include_self=False, recursive=True)
    return [x for x in flat if x.weights and not isinstance(x, keras.Model)]


def _another(recipe: Recipe, path: Path, detail: str) -> ModelError:
    return ModelError(
        f"{path} does not hold weights of {recipe.backbone} ({detail}); choose the --backbone"
        " that the file was made for, or another file"
    )


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0][:200] if text else type(error).__name__
