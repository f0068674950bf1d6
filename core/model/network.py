"""The two-headed network: backbone, pooled features, one linear head for each question."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import keras

from core.errors import ModelError
from core.model.backbones import backbone
from core.model.recipe import Recipe
from core.tasks import Tasks

ACTIVATIONS = {"category": "softmax", "tags": "sigmoid", "out_of_catalog": "sigmoid"}
"""Heads that the exported network answers with; ``donor`` only helps while fitting."""


@dataclass(frozen=True)
class Network:
    """One set of weights, seen in three ways.

    Heads are linear on standardised features: ``standard`` holds the mean and variance of the
    training photos' features, set once before the heads are fitted, and never learns.

    Attributes:
        answering: photo uint8 (N, H, W, 3) -> the outputs that
            ``core.predictions.predictor.Predictor`` promises, by name; ``maps`` only with
            heads that are linear on averaged features, whose maps are exact.
        fitting: the same photo as float32 in [0, 255] -> logits of each head, with dropout.
        features: the same -> ``embedding`` float32 (N, D).
        backbone: the part that came with weights.
        standard: standardises the embedding for the heads.
        heads: each head's dense layer, by name.
    """

    answering: keras.Model
    fitting: keras.Model
    features: keras.Model
    backbone: keras.Model
    standard: keras.layers.BatchNormalization
    heads: dict[str, keras.layers.Dense]

    @property
    def linear(self) -> bool:
        """Whether the heads are linear on the features of the backbone alone."""
        return "maps" in self.answering.output_names


def head_widths(tasks: Tasks, *, outside: bool = False, donors: int = 0) -> dict[str, int]:
    """Number of outputs of each head that is wanted."""
    widths = {"category": len(tasks.classes), "tags": len(tasks.tag_names)}
    widths |= {"out_of_catalog": 1 if outside else 0, "donor": donors}
    return {head: width for head, width in widths.items() if width}


def build(recipe: Recipe, widths: dict[str, int], weights: str | None = None) -> Network:
    """Build a network with fresh heads.

    Args:
        recipe: backbone, size, pooling, hidden, dropout, precision and seed are used.
        widths: outputs of each head (``head_widths``).
        weights: None, or ``imagenet`` for weights that Keras may download.

    Raises:
        ModelError: there is no such backbone.
    """
    kind = backbone(recipe.backbone)
    with _precision(recipe.mixed_precision):
        # Keras' applications take no seed of their own; only this process' weights depend on it.
        keras.utils.set_random_seed(recipe.seed)
        body = kind.build(*recipe.image_size, weights)
        # Heads are float32 whatever the body is: 16 bits are too few for a softmax.
        heads = {
            name: keras.layers.Dense(width, name=f"{name}_logits", dtype="float32")
            for name, width in widths.items()
        }
        return _connect(recipe, kind.normalise, body, heads)


def _connect(recipe: Recipe, normalise, body: keras.Model, heads: dict) -> Network:
    shape = (*recipe.image_size, 3)
    photo = keras.Input(shape, dtype="float32", name="photo")
    tapped = keras.Model(body.inputs, [body.outputs[0], *_taps(recipe, body)], name="tapped")
    places = _places(tapped(normalise(photo)))
    embedding = _pooled(recipe, places)
    standard = _standard()
    dropout = keras.layers.Dropout(recipe.dropout, seed=recipe.seed, name="dropout")
    dropped = dropout(standard(embedding))
    logits = {name: head(dropped) for name, head in heads.items()}
    features = keras.Model(photo, [embedding, places], name="features")

    pixels = keras.Input(shape, dtype="uint8", name="photo")
    answer, shown = features(keras.layers.Rescaling(1.0, name="to_float", dtype="float32")(pixels))
    outputs = {"embedding": _named("embedding", "linear", answer)}
    for name, activation in ACTIVATIONS.items():
        if name in heads:
            outputs[name] = _named(name, activation, heads[name](standard(answer)))
    if recipe.pooling == "average" and not recipe.hidden:
        outputs["maps"] = _maps(heads, standard, shown)
    return Network(
        answering=keras.Model(pixels, outputs, name="fitting_room"),
        fitting=keras.Model(photo, logits, name="fitting"),
        features=keras.Model(photo, embedding, name="pooled"),
        backbone=body,
        standard=standard,
        heads=heads,
    )


def _taps(recipe: Recipe, body: keras.Model) -> list[keras.KerasTensor]:
    names = [name.strip() for name in recipe.taps.split(",") if name.strip()]
    known = [layer.name for layer in body.layers]
    for name in names:
        if name not in known:
            raise ModelError(
                f"taps: {recipe.backbone} has no layer {name!r}; its layers are"
                f" {', '.join(known[:4])} ... {known[-1]}"
            )
    return [body.get_layer(name).output for name in names]


def _standard() -> keras.layers.BatchNormalization:
    """(x - mean) / deviation with fixed numbers; the identity until they are set."""
    layer = keras.layers.BatchNormalization(
        center=False, scale=False, epsilon=1e-6, name="standard", dtype="float32"
    )
    layer.trainable = False  # always in inference mode
    return layer


def _places(feature_maps: keras.KerasTensor | list[keras.KerasTensor]) -> keras.KerasTensor:
    """The last feature map, with those tapped from within the backbone beside it.

    Larger maps are brought to the size of the last one by averaging. Where that does not
    divide, the mean over all places is set right, for it is what the heads read.
    """
    if not isinstance(feature_maps, list):
        return keras.layers.Activation("linear", dtype="float32")(feature_maps)
    last, each = feature_maps[0], []
    for found in feature_maps:
        found = keras.layers.Activation("linear", dtype="float32")(found)
        factors = [math.ceil(found.shape[i] / last.shape[i]) for i in (1, 2)]
        if factors != [1, 1]:
            small = keras.layers.AveragePooling2D(factors, padding="same")(found)
            if any(found.shape[i] % factors[i - 1] for i in (1, 2)):
                small += _mean(found) - _mean(small)
            found = small
        each.append(found)
    return keras.layers.Concatenate(dtype="float32")(each)


def _mean(places: keras.KerasTensor) -> keras.KerasTensor:
    return keras.ops.mean(places, axis=(1, 2), keepdims=True)


def _pooled(recipe: Recipe, places: keras.KerasTensor) -> keras.KerasTensor:
    if recipe.pooling == "flatten":
        pooled = keras.layers.Flatten(name="pooled", dtype="float32")(places)
    else:
        pooled = keras.layers.GlobalAveragePooling2D(name="pooled", dtype="float32")(places)
    if not recipe.hidden:
        return pooled
    return keras.layers.Dense(
        recipe.hidden, activation="relu", name="hidden", dtype="float32"
    )(pooled)


def _maps(heads: dict, standard: keras.layers.Layer, places: keras.KerasTensor):
    """What each place adds to each logit, (N, h, w, K + T): the heads without their bias."""
    _, height, width, depth = places.shape
    each = keras.ops.reshape(places, (-1, depth))
    nothing = keras.ops.zeros_like(each)
    shown = [heads[name] for name in ("category", "tags") if name in heads]
    added = [head(standard(each)) - head(standard(nothing)) for head in shown]
    joined = keras.ops.concatenate(added, axis=1)
    return _named("maps", "linear", keras.ops.reshape(joined, (-1, height, width, joined.shape[1])))


def _named(name: str, activation: str, x: keras.KerasTensor) -> keras.KerasTensor:
    return keras.layers.Activation(activation, name=name, dtype="float32")(x)


@contextmanager
def _precision(mixed: bool) -> Iterator[None]:
    """Keras takes the precision of an application's layers from a global setting."""
    before = keras.config.dtype_policy()
    if mixed:
        import tensorflow as tf

        gpu = bool(tf.config.list_physical_devices("GPU"))
        keras.config.set_dtype_policy("mixed_float16" if gpu else "mixed_bfloat16")
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def in_float32(recipe: Recipe, network: Network, widths: dict[str, int]) -> Network:
    """The same weights in a network that computes in float32 throughout, for export."""
    if not recipe.mixed_precision:
        return network
    plain = build(recipe.changed(mixed_precision=False), widths)
    plain.fitting.set_weights(network.fitting.get_weights())
    return plain
