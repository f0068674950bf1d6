"""Linear heads on frozen features: seconds instead of hours, and where fine-tuning starts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from scipy.optimize import minimize

from core.model import augment
from core.model.examples import Examples
from core.model.losses import head_losses
from core.model.network import Network
from core.model.recipe import Recipe
from core.progress import Progress, silent

CHUNK = 32
VIEWS = 1 << 20  # numbers the views of the probe apart from the epochs of fine-tuning


def wanted(network: Network, recipe: Recipe) -> bool:
    """Whether to fit a probe: the heads are linear, and the features are not random ones.

    They are random where a backbone has weights that come from nowhere.
    """
    random = recipe.weights == "none" and bool(network.backbone.weights)
    return recipe.probe and network.linear and not random


def views(recipe: Recipe) -> list[int | None]:
    """Which views of each photo the probe is fitted to: None for the plain one."""
    return [None, *range(recipe.probe_views if recipe.augment else 0)]


def features(
    network: Network,
    pixels: np.ndarray,
    rows: np.ndarray,
    recipe: Recipe,
    view: int | None = None,
    progress: Progress = silent,
) -> np.ndarray:
    """The backbone's features of photos, as the heads read them.

    Args:
        pixels: uint8 (M, H, W, 3).
        rows: int (N,): which of them.
        view: None for the photos as they are, else the number of an augmented view.

    Returns:
        float32 (N, R * D): of all regions that the heads read, beside each other.
    """
    run = _feature_function(network, recipe, view)
    found = []
    for at in range(0, len(rows), CHUNK):
        chunk = rows[at : at + CHUNK]
        changes = () if view is None else augment.draw(chunk, recipe, VIEWS + view)
        found.append(run(tf.constant(pixels[chunk]), *changes).numpy())
        progress(min(at + CHUNK, len(rows)), len(rows))
    return np.concatenate(found)


def _feature_function(network: Network, recipe: Recipe, view: int | None):
    shape = (None, *recipe.image_size, 3)
    photos = tf.TensorSpec(shape, tf.uint8)
    if view is None:
        return tf.function(
            lambda x: network.features(tf.cast(x, tf.float32)),
            input_signature=[photos],
            autograph=False,
        )

    def changed(x, *changes):
        moved = augment.apply(tf.cast(x, tf.float32), augment.Changes(*changes))
        return network.features(moved)

    colour = tf.TensorSpec((None, 1, 1, 3), tf.float32)
    signature = [photos, tf.TensorSpec((None, 8), tf.float32), colour, colour,
                 tf.TensorSpec((None, 4), tf.int32)]  # fmt: skip
    return tf.function(changed, input_signature=signature, autograph=False)


def fit_heads(
    network: Network,
    examples: Examples,
    views: Sequence[np.ndarray],
    recipe: Recipe,
    progress: Progress = silent,
    iterations: int = 200,
    only: Sequence[str] = (),
) -> float:
    """Set the heads to the minimum of the penalised loss on frozen features.

    The problem is convex, so L-BFGS finds its one minimum whatever the order of photos.
    Sets the network's standardisation from the features first, unless ``only`` some heads are
    fitted: the others rest on it.

    Args:
        examples: N photos with targets and weights.
        views: float32 (N, R * D) each: the features of every view of the photos.
        only: names of the heads to fit; all of them when empty.

    Returns:
        The penalised loss reached, for each photo.
    """
    count = len(network.shares)
    x = np.concatenate(views).reshape(len(views) * len(examples), count, -1)
    heads = {name: head for name, head in network.heads.items() if not only or name in only}
    if not only:
        _standardise(network, x)
    each = network.standard(x.reshape(-1, x.shape[-1])).numpy()
    scale = _Scale.of(each.reshape(x.shape), network.shares)
    loss = _objective(list(heads), scale.scaled, examples, len(views), recipe)
    widths = [network.width(name) for name in heads]
    shapes = [shape for width in widths for shape in ((scale.scaled.shape[1], width), (width,))]
    start = np.zeros(sum(int(np.prod(shape)) for shape in shapes))
    done = iter(range(1, iterations + 1))
    found = minimize(
        lambda flat: loss(_split(flat, shapes)),
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": iterations},
        callback=lambda _: progress(next(done, iterations), iterations),
    )
    parts = _split(found.x, shapes)
    for head, kernel, bias in zip(heads.values(), parts[::2], parts[1::2]):
        kernel, bias = scale.back(kernel, bias)
        head.kernel.assign(kernel)
        head.bias.assign(bias)
    return float(found.fun)


def _standardise(network: Network, x: np.ndarray) -> None:
    """Take mean and variance from features (N, R, D), over photos and regions."""
    each = x.reshape(-1, x.shape[-1])
    network.standard.moving_mean.assign(each.mean(axis=0))
    network.standard.moving_variance.assign(np.maximum(each.var(axis=0), 1e-6))


@dataclass(frozen=True)
class _Scale:
    """Standardised features as the penalty sees them: of variance ``share`` in each region.

    Attributes:
        scaled: float32 (N, R * D).
        mean, factor: float32 (R, D): scaled = (given - mean) * factor.
    """

    scaled: np.ndarray
    mean: np.ndarray
    factor: np.ndarray

    @classmethod
    def of(cls, given: np.ndarray, shares: np.ndarray) -> "_Scale":
        mean = given.mean(axis=0)
        factor = np.sqrt(shares)[:, None] / np.maximum(given.std(axis=0), 1e-3)
        scaled = (given - mean) * factor
        return cls(scaled.reshape(len(given), -1), mean, factor)

    def back(self, kernel: np.ndarray, bias: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Kernel (D, R * W) and bias (R * W,) that do to the given what these do to scaled."""
        regions, depth = self.mean.shape
        own = kernel.reshape(regions, depth, -1) * self.factor[..., None]
        moved = np.einsum("rd,rdw->rw", self.mean, own)
        # Only the sum over regions counts: each gets an equal part of the bias.
        return own.transpose(1, 0, 2).reshape(depth, -1), (bias / regions - moved).reshape(-1)


def _objective(heads: list[str], x: np.ndarray, examples: Examples, views: int, recipe: Recipe):
    inputs = tf.constant(x, tf.float32)
    targets = {h: tf.tile(tf.constant(examples.targets[h]), (views, 1)) for h in heads}
    weights = {h: tf.tile(tf.constant(examples.weights[h]), (views, 1)) for h in heads}
    penalty = recipe.probe_decay

    @tf.function(autograph=False)
    def value_and_gradient(parts: list[tf.Tensor]):
        with tf.GradientTape() as tape:
            tape.watch(parts)
            pairs = zip(heads, parts[::2], parts[1::2])
            logits = {head: inputs @ kernel + bias for head, kernel, bias in pairs}
            losses = head_losses(logits, targets, weights, recipe)
            # Heads share no weights here, so their own weights in the sum do not matter.
            value = tf.add_n([tf.reduce_mean(each) for each in losses.values()])
            value += penalty * tf.add_n([tf.nn.l2_loss(kernel) for kernel in parts[::2]])
        return value, tape.gradient(value, parts)

    def numpy_value(parts: list[np.ndarray]) -> tuple[float, np.ndarray]:
        value, gradients = value_and_gradient([tf.constant(p, tf.float32) for p in parts])
        flat = np.concatenate([g.numpy().reshape(-1) for g in gradients])
        return float(value), flat.astype(np.float64)

    return numpy_value


def _split(flat: np.ndarray, shapes: list[tuple[int, ...]]) -> list[np.ndarray]:
    ends = np.cumsum([int(np.prod(shape)) for shape in shapes])
    return [part.reshape(shape) for part, shape in zip(np.split(flat, ends[:-1]), shapes)]
