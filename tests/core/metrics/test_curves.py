import numpy as np
import pytest

from core.decisions.thresholds import GRID, cut_counts
from core.metrics.curves import at_cut, histogram, precision_recall, roc

COUNTS = cut_counts(
    np.array([[0.0, 1.0], [0.25, 1.0], [0.5, 0.0], [1.0, 0.5]], np.float32),
    np.array([[0, 1], [1, -1], [0, 0], [1, 1]], np.int8),
)


def test_precision_recall__by_hand():
    precision, recall = precision_recall(COUNTS, 0)

    assert [precision[k] for k in (0, 250, 500, 501)] == [0.5, 2 / 3, 0.5, 1]
    assert [recall[k] for k in (0, 250, 500, 501)] == [1, 1, 0.5, 0.5]


def test_roc__by_hand():
    false_rate, true_rate = roc(COUNTS, 0)

    assert [false_rate[k] for k in (0, 1, 501)] == [1, 0.5, 0]
    assert [true_rate[k] for k in (0, 1, 501)] == [1, 1, 0.5]


def test_at_cut__by_hand():
    assert at_cut(COUNTS, 0, 300) == (1, 1, 1, 1)
    assert at_cut(COUNTS, 1, 500) == (2, 0, 0, 1)


def test_histogram__puts_a_score_of_1_into_the_last_bin():
    edges, positives, negatives = histogram(COUNTS, 0, bins=4)

    assert edges.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert positives.tolist() == [0, 1, 0, 1]
    assert negatives.tolist() == [1, 0, 1, 0]


def test_histogram__counts_as_numpy_does():
    scores = np.random.default_rng(0).random((5000, 1), np.float32)
    labels = np.ones((5000, 1), np.int8)

    found = histogram(cut_counts(scores, labels), 0, bins=50)

    expected, edges = np.histogram(scores.astype(float), bins=GRID[::20])
    assert (found.positives == expected).all() and found.edges.tolist() == edges.tolist()
    assert found.negatives.sum() == 0


def test_histogram__refuses_edges_between_the_cuts():
    with pytest.raises(ValueError, match="must divide 1000, got 30"):
        histogram(COUNTS, 0, bins=30)
