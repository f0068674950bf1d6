"""Calibration folded into the heads, so that every score anywhere is the calibrated one."""

import numpy as np

from core.model.network import Network


def fold_temperature(network: Network, temperature: float, head: str = "category") -> None:
    """Divide a head's logits by ``temperature`` (> 0) from now on."""
    layer = network.heads[head]
    layer.kernel.assign(layer.kernel.numpy() / temperature)
    layer.bias.assign(layer.bias.numpy() / temperature)


def fold_platt(network: Network, pairs: np.ndarray, head: str = "tags") -> None:
    """Make each logit ``slope * logit + offset`` from now on.

    Args:
        pairs: float (W, 2): slope (> 0) and offset for each output of the head.
    """
    layer = network.heads[head]
    count = len(network.shares)
    slope, offset = np.tile(pairs[:, 0], count), np.tile(pairs[:, 1] / count, count)
    layer.kernel.assign(layer.kernel.numpy() * slope)
    layer.bias.assign(layer.bias.numpy() * slope + offset)
