"""The two-headed network: backbone, features of regions, one linear head for each question."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from core.errors import ModelError
from core.model import regions
from core.model.backbones import backbone
from core.model.recipe import Recipe
from core.tasks import Tasks

@dataclass(frozen=True)
class Network:
    """One set of weights, seen in several ways.

    Heads are linear on standardised features: ``standard`` holds the mean and variance of the
    training photos' features, set once before the heads are fitted, and never learns. Each
    head has W columns for each of R regions (``core.model.regions``), those of a region beside
    each other; a logit is the sum of what the R say, each of its own region.

    Attributes:
        fitting: photo float32 (N, H, W, 3) in [0, 255] -> logits of each head, with dropout.
        seen: the same -> what is taken from it, by name (``_seen``).
        backbone: the part that came with weights.
        standard: standardises D features for the heads.
        heads: each head's dense layer, by name, D -> R * W.
        shares: float32 (R,): how much each region counts in the heads' penalty.
        linear: whether the heads are linear on averages of the backbone's features alone.
    """

    fitting: keras.Model
    seen: keras.Model
    backbone: keras.Model
    standard: keras.layers.BatchNormalization
    heads: dict[str, keras.layers.Dense]
    shares: np.ndarray
    linear: bool

    def features(self, photos: Any) -> Any:
        """What the heads read of photos, float32 (N, R * D)."""
        read = self.seen(photos, training=False)["read"]
        return keras.ops.reshape(read, (-1, read.shape[1] * read.shape[2]))

    def width(self, head: str) -> int:
        """Logits of a head."""
        return self.heads[head].units // len(self.shares)

    def logits(self, head: str, features: np.ndarray) -> np.ndarray:
        """A head's logits, float32 (N, W), for features (N, R * D) as ``features`` gives them."""
        count = len(self.shares)
        rows = np.asarray(features).reshape(len(features) * count, -1)
        return regions.own_columns(self.heads[head](self.standard(rows)), count).numpy()


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
        return _connect(recipe, kind.normalise, body, widths)


def _connect(recipe: Recipe, normalise, body: keras.Model, widths: dict[str, int]) -> Network:
    photo = keras.Input((*recipe.image_size, 3), dtype="float32", name="photo")
    tapped = keras.Model(body.inputs, [body.outputs[0], *_taps(recipe, body)], name="tapped")
    seen = _seen(recipe, tapped(normalise(photo)), body.outputs[0].shape[-1])
    count = seen["read"].shape[1]
    # Heads are float32 whatever the body is: 16 bits are too few for a softmax.
    heads = {
        name: keras.layers.Dense(width * count, name=f"{name}_logits", dtype="float32")
        for name, width in widths.items()
    }
    standard = _standard()
    dropout = keras.layers.Dropout(recipe.dropout, seed=recipe.seed, name="dropout")
    dropped = dropout(standard(regions.rows(seen["read"])))
    logits = {name: regions.own_columns(head(dropped), count) for name, head in heads.items()}
    return Network(
        fitting=keras.Model(photo, logits, name="fitting"),
        seen=keras.Model(photo, seen, name="features"),
        backbone=body,
        standard=standard,
        heads=heads,
        shares=regions.region_shares(recipe.pooling, seen["places"].shape[1:3]),
        linear=recipe.pooling != "flatten" and not recipe.hidden,
    )


def _seen(
    recipe: Recipe, feature_maps: keras.KerasTensor | list, depth: int
) -> dict[str, keras.KerasTensor]:
    """What is taken from a photo's feature maps, by name.

    ``places`` (N, h, w, D); ``embedding`` (N, E), the whole photo in one row; ``read``
    (N, R, D), what the heads read; ``weights`` (N, h * w, R) of places in regions, where
    there is more than one.
    """
    places = _places(feature_maps)
    if recipe.pooling == "regions":
        weights = regions.weights_of_places(places, depth)
        embedding = keras.layers.GlobalAveragePooling2D(name="pooled", dtype="float32")(places)
        read = regions.averages(places, weights)
        return {"places": places, "embedding": embedding, "read": read, "weights": weights}
    embedding = _pooled(recipe, places)
    read = keras.layers.Reshape((1, embedding.shape[-1]))(embedding)
    return {"places": places, "embedding": embedding, "read": read}


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
