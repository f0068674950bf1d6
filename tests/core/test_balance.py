import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.balance import at_least, at_most, class_weights, downsample_largest, tag_weights

RNG = np.random.default_rng


def test_downsample_largest__brings_it_to_the_second_largest():
    labels = np.array([0, 0, 0, 0, 0, 1, 1, 1, 2, -1])
    kept = downsample_largest(labels, RNG(0))
    assert np.bincount(labels[kept] + 1).tolist() == [1, 3, 3, 1]
    assert kept.tolist() == sorted(kept)


def test_downsample_largest__leaves_equals_and_single_classes():
    assert downsample_largest(np.array([0, 1, 0, 1]), RNG(0)).tolist() == [0, 1, 2, 3]
    assert downsample_largest(np.array([3, 3, 3]), RNG(0)).tolist() == [0, 1, 2]
    assert downsample_largest(np.empty(0, int), RNG(0)).tolist() == []


def test_downsample_largest__is_the_same_for_the_same_seed():
    labels = np.repeat([0, 1], [50, 5])
    assert (downsample_largest(labels, RNG(3)) == downsample_largest(labels, RNG(3))).all()
    assert (downsample_largest(labels, RNG(3)) != downsample_largest(labels, RNG(4))).any()


@given(st.lists(st.integers(-1, 4), max_size=40), st.integers(1, 12), st.integers(0, 9))
def test_at_most_and_at_least__bound_every_class(labels, count, seed):
    labels = np.array(labels, int)
    few, many = at_most(labels, count, RNG(seed)), at_least(labels, count, RNG(seed))
    for label in set(labels[labels >= 0]):
        n = int((labels == label).sum())
        assert (labels[few] == label).sum() == min(n, count)
        assert (labels[many] == label).sum() == max(n, count)
    assert (labels[few] < 0).sum() == (labels[many] < 0).sum() == (labels < 0).sum()


def test_at_least__repeats_all_items_evenly():
    rows = at_least(np.array([0, 0, 0, 1, 1]), 7, RNG(0))
    times = np.bincount(rows)
    assert times[:3].sum() == times[3:].sum() == 7
    assert times[:3].max() - times[:3].min() <= 1


def test_class_weights__average_one_over_items():
    labels = np.array([0, 0, 0, 1, -1])
    assert class_weights(labels, 3, "none").tolist() == [1, 1, 1]
    np.testing.assert_allclose(class_weights(labels, 3, "balanced"), [2 / 3, 2, 1])
    weights = class_weights(labels, 3, "sqrt")
    np.testing.assert_allclose(weights[[0, 0, 0, 1]].mean(), 1)
    assert 1 < weights[1] / weights[0] < 3


def test_class_weights__are_one_without_labels():
    assert class_weights(np.array([-1, -1]), 2, "balanced").tolist() == [1, 1]


def test_tag_weights__weigh_positives_by_how_rare_they_are():
    labels = np.array([[1, 0, 1], [0, 0, -1], [0, 0, -1], [0, 0, 1]], np.int8)
    np.testing.assert_allclose(tag_weights(labels, "balanced"), [3, 1, 1])
    np.testing.assert_allclose(tag_weights(labels, "none"), [1, 1, 1])
    assert tag_weights(np.empty((4, 0), np.int8), "balanced").shape == (0,)
