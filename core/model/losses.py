"""What fitting minimises: one loss for each head, weighted for each photo and answer."""

import tensorflow as tf

from core.model.recipe import Recipe


def head_losses(
    logits: dict[str, tf.Tensor],
    targets: dict[str, tf.Tensor],
    weights: dict[str, tf.Tensor],
    recipe: Recipe,
) -> dict[str, tf.Tensor]:
    """Each head's loss for each photo, not yet averaged.

    Args:
        logits: by head, float32 (N, W).
        targets: by head, float32 (N, W): shares that sum to 1 (category, donor), or each in
            [0, 1] (tags, out_of_catalog); votes make them soft.
        weights: by head, float32 (N, 1) or, for tags, (N, T); 0 where there is no answer.

    Returns:
        By head, float32 (N,).
    """
    losses = {}
    for head, scores in logits.items():
        if head in ("category", "donor"):
            focus = recipe.category_focus if head == "category" else 0.0
            each = softmax_loss(scores, targets[head], recipe.label_smoothing, focus)[:, None]
        else:
            focus = recipe.tag_focus if head == "tags" else 0.0
            each = sigmoid_loss(scores, targets[head], focus)
        losses[head] = tf.reduce_mean(each * weights[head], axis=1)
    return losses


def softmax_loss(
    logits: tf.Tensor, targets: tf.Tensor, smoothing: float = 0.0, focus: float = 0.0
) -> tf.Tensor:
    """Cross-entropy float32 (N,) of soft targets (N, K).

    Args:
        smoothing: share of each target spread evenly over all classes.
        focus: gamma of the focal loss, which weighs a class with probability p by
            (1 - p)**gamma. T. Lin et al., "Focal loss for dense object detection", ICCV 2017.
    """
    classes = tf.cast(tf.shape(logits)[1], logits.dtype)
    targets = targets * (1 - smoothing) + smoothing / classes
    log_p = tf.nn.log_softmax(logits)
    if focus:
        log_p *= (1 - tf.exp(log_p)) ** focus
    return -tf.reduce_sum(targets * log_p, axis=1)


def sigmoid_loss(logits: tf.Tensor, targets: tf.Tensor, focus: float = 0.0) -> tf.Tensor:
    """Binary cross-entropy float32 (N, T) of targets in [0, 1].

    Args:
        focus: gamma on the negatives alone, which weighs a negative with probability p by
            p**gamma. T. Ridnik et al., "Asymmetric loss for multi-label classification",
            ICCV 2021, without its shift.
    """
    positive = targets * tf.nn.softplus(-logits)
    negative = (1 - targets) * tf.nn.softplus(logits)
    if focus:
        negative *= tf.sigmoid(logits) ** focus
    return positive + negative


def total(losses: dict[str, tf.Tensor], recipe: Recipe) -> tf.Tensor:
    """The scalar that is minimised: each head's mean over photos, times the head's weight."""
    return tf.add_n(
        [getattr(recipe, f"{head}_weight") * tf.reduce_mean(each) for head, each in losses.items()]
    )
