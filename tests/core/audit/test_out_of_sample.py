import numpy as np
import pytest

from core.audit.out_of_sample import features, out_of_sample


def blobs(n=240, classes=3, seed=0):
    """Points around a centre for each class; true classes."""
    rng = np.random.default_rng(seed)
    truth = np.arange(n) % classes
    centres = rng.normal(0, 3, (classes, 8))
    return (centres[truth] + rng.normal(0, 1, (n, 8))).astype(np.float32), truth


def test_out_of_sample__sees_through_wrong_labels():
    points, truth = blobs()
    labels = truth.copy()
    wrong = np.arange(0, 60, 5)
    labels[wrong] = (truth[wrong] + 1) % 3

    scores = out_of_sample(points, labels, 3)

    assert scores.sum(axis=1) == pytest.approx(1)
    assert (scores.argmax(axis=1) == truth).mean() > 0.97
    assert scores[wrong, labels[wrong]].max() < 0.3


def test_out_of_sample__never_learns_the_items_own_label():
    # One odd point, whose photo stands twice under the same wrong label.
    points, truth = blobs()
    points = np.vstack([points, [[40] * 8, [40] * 8]]).astype(np.float32)
    labels = np.append(truth, [2, 2])
    apart = out_of_sample(points, labels, 3)
    together = out_of_sample(points, labels, 3, alike=np.append(np.arange(240), [240, 240]))
    assert apart[-1, 2] > together[-1, 2]


def test_out_of_sample__is_the_same_for_a_seed():
    points, truth = blobs()
    first, again, other = (out_of_sample(points, truth, 3, seed=seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_unlabelled_items__are_answered_too():
    points, truth = blobs()
    labels = np.where(np.arange(240) < 30, -1, truth)
    scores = out_of_sample(points, labels, 3)
    assert scores.sum(axis=1) == pytest.approx(1)
    assert (scores[:30].argmax(axis=1) == truth[:30]).mean() > 0.9


@pytest.mark.parametrize("labels", [[], [-1, -1], [0, 0, 0]])
def test_fewer_than_two_classes__nothing_to_say(labels):
    scores = out_of_sample(np.zeros((len(labels), 2), np.float32), np.array(labels, int), 4)
    assert scores.shape == (len(labels), 4)
    assert np.isnan(scores).all()


def test_two_items__do_not_fail():
    scores = out_of_sample(np.eye(2, dtype=np.float32), np.array([0, 1]), 2)
    assert scores.shape == (2, 2)
    assert not np.isnan(scores).any()


def test_classes_without_items__get_no_probability():
    points, truth = blobs()
    assert out_of_sample(points, truth, 6)[:, 3:].max() == 0


def test_features__join_embedding_and_looks():
    rng = np.random.default_rng(0)
    embedding, look = rng.normal(0, 50, (40, 300)), rng.random((40, 100))
    look[3] = np.nan
    found = features(embedding, look)
    assert found.shape == (40, 256 + 64)
    assert not np.isnan(found).any()
    assert found[:, 0].std() == pytest.approx(3, rel=1e-3)
    assert found[:, 256].std() == pytest.approx(3, rel=1e-3)
    assert features(embedding, np.full((40, 9), np.nan)).shape == (40, 256)
    assert features(embedding[:, :5]).shape == (40, 5)
