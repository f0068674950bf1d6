"""Take a backbone's weights back out of an exported LiteRT file.

The shipped model comes as LiteRT alone. Its convolutions carry the batch normalisation
folded in, in the order of the graph, so they fit the Keras layers one by one: the kernel
goes into the convolution, the bias into a batch normalisation that does nothing else.
"""

from pathlib import Path

import keras
import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from core.errors import ModelError

Folded = tuple[np.ndarray, np.ndarray]
"""Kernel as LiteRT keeps it, (out, h, w, in) or depthwise (1, h, w, channels); bias (out,)."""


def folded_convolutions(path: Path) -> list[Folded]:
    """Kernels and biases of a file's convolutions, in the order of its graph.

    Raises:
        ModelError: the file is missing, damaged, or its weights are not float32.
    """
    try:
        interpreter = Interpreter(
            str(path),
            experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        )
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        raise ModelError(f"{path} is missing or not a LiteRT model that can be opened") from error
    found = []
    for operation in interpreter._get_ops_details():
        if operation["op_name"] in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            kernel, bias = (interpreter.get_tensor(i) for i in operation["inputs"][1:3])
            if kernel.dtype != np.float32:
                raise ModelError(f"{path} holds {kernel.dtype} weights; name a float32 model")
            found.append((kernel.copy(), bias.copy()))
    return found


def set_folded(backbone: keras.Model, convolutions: list[Folded], *, source: str) -> None:
    """Give each convolution of ``backbone`` its kernel, and the layer after it the bias.

    Raises:
        ModelError: the file holds another backbone; names the first layer that differs.
    """
    layers = [x for x in backbone.layers if isinstance(x, _CONVOLUTIONS)]
    pairs = list(zip(layers, convolutions))
    for layer, (kernel, _) in pairs:
        if _keras_order(kernel).shape != tuple(layer.kernel.shape):
            raise ModelError(
                f"{source} does not hold weights of this backbone (layer {layer.name} needs"
                f" {tuple(layer.kernel.shape)}); choose the --backbone that it was made for"
            )
    if len(layers) > len(convolutions):
        raise ModelError(f"{source} holds {len(convolutions)} convolutions, needs {len(layers)}")
    for layer, (kernel, bias) in pairs:
        layer.kernel.assign(_keras_order(kernel))
        _set_bias(layer, bias)


_CONVOLUTIONS = (keras.layers.Conv2D, keras.layers.DepthwiseConv2D)


def _keras_order(kernel: np.ndarray) -> np.ndarray:
    """(out, h, w, in) -> (h, w, in, out); depthwise (1, h, w, channels) -> (h, w, channels, 1)."""
    return kernel.transpose(1, 2, 3, 0)


def _set_bias(layer: keras.layers.Layer, bias: np.ndarray) -> None:
    following = [node.operation for node in layer._outbound_nodes]
    norm = next((x for x in following if isinstance(x, keras.layers.BatchNormalization)), None)
    if norm is None:
        layer.bias.assign(bias)
        return
    if layer.use_bias:
        layer.bias.assign(np.zeros_like(bias))
    norm.gamma.assign(np.ones_like(bias))
    norm.beta.assign(bias)
    norm.moving_mean.assign(np.zeros_like(bias))
    norm.moving_variance.assign(np.full_like(bias, 1 - norm.epsilon))
