"""Which weights learn, and how fast: warm-up, cosine, layer-wise rates."""

import math
import re
from collections.abc import Sequence

import keras

from core.errors import ModelError
from core.model.network import Network
from core.model.recipe import Recipe


def freeze(network: Network, recipe: Recipe) -> None:
    """Say which of the backbone's layers learn.

    Raises:
        ModelError: more layers than the backbone has are to learn.
    """
    layers = network.backbone.layers
    if recipe.unfreeze > len(layers):
        raise ModelError(
            f"--unfreeze {recipe.unfreeze}: {recipe.backbone} has only {len(layers)} layers;"
            " use --unfreeze -1 for all"
        )
    first = 0 if recipe.unfreeze < 0 else len(layers) - recipe.unfreeze
    for index, layer in enumerate(layers):
        norm = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = index >= first and not (norm and not fits_batch_norm(recipe))


def fits_batch_norm(recipe: Recipe) -> bool:
    """Whether batch normalisation learns; by default only in a backbone without weights."""
    if recipe.batch_norm == "auto":
        return recipe.weights == "none"
    return recipe.batch_norm == "fit"


def layer_factors(network: Network, recipe: Recipe) -> dict[str, float]:
    """Factor on the learning rate by path of each trainable weight.

    ``head_rate`` for what comes after the backbone; in the backbone ``layer_decay`` to the
    power of the number of blocks between a layer and the heads.
    """
    factors = {v.path: recipe.head_rate for v in network.fitting.trainable_variables}
    layers = [layer for layer in network.backbone.layers if layer.weights]
    blocks = list(dict.fromkeys(map(block_of, layers)))
    for layer in layers:
        after = len(blocks) - 1 - blocks.index(block_of(layer))
        factors |= {v.path: recipe.layer_decay**after for v in layer.trainable_variables}
    return factors


def block_of(layer: keras.layers.Layer) -> str:
    """The block that a layer belongs to, by its name: ``block3`` for ``block3b_project``."""
    return re.match(r"(?:block|conv|expanded_conv_)\d+|[A-Za-z]+", layer.name)[0]


def rate_at(step: int, steps_per_epoch: int, recipe: Recipe) -> float:
    """Learning rate of a step: a linear rise over ``warm_up`` epochs, then half a cosine.

    The cosine ends after ``epochs`` at ``final_rate`` times the full rate.
    """
    rise = recipe.warm_up * steps_per_epoch
    if step < rise:
        return recipe.learning_rate * (step + 1) / (rise + 1)
    whole = max(recipe.epochs * steps_per_epoch - rise, 1)
    fall = 0.5 * (1 + math.cos(math.pi * min((step - rise) / whole, 1.0)))
    return recipe.learning_rate * (recipe.final_rate + (1 - recipe.final_rate) * fall)


class LayerwiseAdamW(keras.optimizers.AdamW):
    """AdamW with a factor on the learning rate of each weight, in the order of ``build``."""

    def __init__(self, factors: Sequence[float], **options):
        super().__init__(**options)
        self._factors = list(factors)

    def update_step(self, gradient, variable, learning_rate):
        factor = self._factors[self._get_variable_index(variable)]
        super().update_step(gradient, variable, learning_rate * factor)


def optimizer(network: Network, recipe: Recipe) -> keras.optimizers.Optimizer:
    """The optimizer of fine-tuning; ``freeze`` must have been called.

    Biases and batch normalisation do not decay.
    """
    variables, factors = network.fitting.trainable_variables, layer_factors(network, recipe)
    made = LayerwiseAdamW(
        [factors[variable.path] for variable in variables],
        learning_rate=recipe.learning_rate,
        weight_decay=recipe.weight_decay,
        global_clipnorm=recipe.clip_norm or None,
    )
    made.exclude_from_weight_decay(var_list=[v for v in variables if len(v.shape) < 2])
    if _uses_float16(network):
        return keras.optimizers.LossScaleOptimizer(made)
    return made


def _uses_float16(network: Network) -> bool:
    return any(layer.compute_dtype == "float16" for layer in network.backbone.layers)
