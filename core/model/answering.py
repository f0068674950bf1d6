"""The network to hand out: a fitted one, its standardisation and heads made one layer."""

import keras
import numpy as np

from core.model import regions
from core.model.network import Network

ACTIVATIONS = {"category": "softmax", "tags": "sigmoid", "out_of_catalog": "sigmoid"}
"""Heads that are handed out; ``donor`` only helps while fitting."""


def answering(network: Network) -> keras.Model:
    """The network with the weights that it has now.

    Photo uint8 (N, H, W, 3) -> the outputs that ``core.predictions.predictor.Predictor``
    promises, by name; ``maps`` only where the heads are linear, whose maps are exact.
    """
    pixels = keras.Input(network.seen.input_shape[1:], dtype="uint8", name="photo")
    floats = keras.layers.Rescaling(1.0, name="to_float", dtype="float32")(pixels)
    return keras.Model(pixels, _answers(network, network.seen(floats)), name="fitting_room")


def _answers(network: Network, seen: dict[str, keras.KerasTensor]) -> dict:
    """Outputs by name: all heads as one layer, with the standardisation within its weights."""
    count = len(network.shares)
    names = [name for name in ACTIVATIONS if name in network.heads]
    kernel, bias = _merged(network, names)
    merged = keras.layers.Dense(len(bias), name="heads", dtype="float32")
    said = regions.own_columns(merged(regions.rows(seen["read"])), count)
    outputs = {"embedding": _named("embedding", "linear", seen["embedding"])}
    at = 0
    for name in names:
        own = said[:, at : at + network.width(name)]
        outputs[name] = _named(name, ACTIVATIONS[name], own)
        at += network.width(name)
    if network.linear:
        shown = sum(network.width(name) for name in names if name != "out_of_catalog")
        outputs["maps"] = _maps(seen, merged, bias, count, shown)
    merged.set_weights([kernel, bias])
    return outputs


def _maps(
    seen: dict, merged: keras.layers.Dense, bias: np.ndarray, count: int, shown: int
) -> keras.KerasTensor:
    """What each place adds to each logit, (N, h, w, K + T): the heads without their bias."""
    _, height, width, _ = seen["places"].shape
    said = merged(regions.rows(seen["places"])) - bias
    each = keras.ops.reshape(said, (-1, height * width, len(bias)))
    added = regions.added_by_places(each, seen.get("weights"), count)[:, :, :shown]
    return _named("maps", "linear", keras.ops.reshape(added, (-1, height, width, shown)))


def _merged(network: Network, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Kernel (D, R * W) and bias (R * W,) of all named heads, on features as they come."""
    standard, count = network.standard, len(network.shares)
    deviation = np.sqrt(standard.moving_variance.numpy() + standard.epsilon)
    moved = standard.moving_mean.numpy() / deviation
    kernels, biases = [], []
    for head in (network.heads[name] for name in names):
        kernel = head.kernel.numpy()
        kernels.append((kernel / deviation[:, None]).reshape(len(kernel), count, -1))
        biases.append((head.bias.numpy() - moved @ kernel).reshape(count, -1))
    kernel, bias = np.concatenate(kernels, axis=2), np.concatenate(biases, axis=1)
    return kernel.reshape(len(kernel), -1), bias.reshape(-1)


def _named(name: str, activation: str, x: keras.KerasTensor) -> keras.KerasTensor:
    return keras.layers.Activation(activation, name=name, dtype="float32")(x)
