import numpy as np
import pytest
import tensorflow as tf

from core.model.losses import head_losses, sigmoid_loss, softmax_loss, total
from core.model.recipe import Recipe

LOGITS = tf.constant([[0.0, 0.0], [np.log(3.0), 0.0]], tf.float32)  # p = 1/2, 1/2; 3/4, 1/4


def test_softmax_loss__is_the_cross_entropy_of_soft_targets():
    targets = tf.constant([[1.0, 0.0], [0.5, 0.5]])
    expected = [np.log(2), -0.5 * np.log(3 / 4) - 0.5 * np.log(1 / 4)]
    np.testing.assert_allclose(softmax_loss(LOGITS, targets), expected, rtol=1e-6)


def test_softmax_loss__spreads_the_smoothed_share_over_all_classes():
    smoothed = softmax_loss(LOGITS[1:], tf.constant([[1.0, 0.0]]), smoothing=0.2)
    np.testing.assert_allclose(smoothed, [-0.9 * np.log(0.75) - 0.1 * np.log(0.25)], rtol=1e-6)


def test_softmax_loss__focuses_on_what_is_unsure():
    plain = softmax_loss(LOGITS[1:], tf.constant([[1.0, 0.0]]))
    focused = softmax_loss(LOGITS[1:], tf.constant([[1.0, 0.0]]), focus=2.0)
    np.testing.assert_allclose(focused / plain, [0.25**2], rtol=1e-6)


def test_sigmoid_loss__is_the_binary_cross_entropy():
    scores = tf.constant([[0.0, np.log(3.0)]], tf.float32)  # p = 1/2, 3/4
    loss = sigmoid_loss(scores, tf.constant([[1.0, 0.0]]))
    np.testing.assert_allclose(loss, [[np.log(2), np.log(4)]], rtol=1e-6)


def test_sigmoid_loss__focuses_on_negatives_alone():
    scores = tf.constant([[np.log(3.0), np.log(3.0)]], tf.float32)
    targets = tf.constant([[1.0, 0.0]])
    ratio = sigmoid_loss(scores, targets, focus=2.0) / sigmoid_loss(scores, targets)
    np.testing.assert_allclose(ratio, [[1, 0.75**2]], rtol=1e-5)


def test_sigmoid_loss__stays_finite_at_extremes():
    loss = sigmoid_loss(tf.constant([[1e4, -1e4]]), tf.constant([[0.0, 1.0]]))
    np.testing.assert_allclose(loss, [[1e4, 1e4]])


def test_head_losses__count_nothing_where_there_is_no_answer():
    logits = {"category": LOGITS, "tags": tf.constant([[5.0, 0.0], [0.0, 0.0]])}
    targets = {"category": tf.constant([[0.0, 1.0]] * 2), "tags": tf.zeros((2, 2))}
    weights = {
        "category": tf.constant([[1.0], [0.0]]),
        "tags": tf.constant([[0.0, 1.0], [0.0, 0.0]]),
    }
    losses = head_losses(logits, targets, weights, Recipe())
    np.testing.assert_allclose(losses["category"], [np.log(2), 0], rtol=1e-6)
    np.testing.assert_allclose(losses["tags"], [np.log(2) / 2, 0], rtol=1e-6)


def test_total__weighs_each_head():
    losses = {"category": tf.constant([1.0, 3.0]), "tags": tf.constant([1.0, 1.0])}
    value = total(losses, Recipe(category_weight=2.0, tags_weight=0.5))
    assert float(value) == pytest.approx(2 * 2 + 0.5)
