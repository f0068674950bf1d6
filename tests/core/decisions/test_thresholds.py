import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, precision_recall_curve, roc_curve

from core.decisions.thresholds import CUTS, GRID, cut_counts, no_counts
from core.errors import PredictionsError


def test_grid__is_the_thousandths_from_0_to_1():
    assert len(GRID) == CUTS == 1001
    assert GRID[0] == 0 and GRID[700] == 0.7 and GRID[1000] == 1


def test_cut_counts__of_a_grid_checked_by_eye():
    scores = np.array([[0.9], [0.5], [0.5], [0.1], [0.0]], np.float32)
    labels = np.array([[1], [1], [0], [0], [-1]], np.int8)

    counts = cut_counts(scores, labels)

    assert counts.positives.tolist() == [2]
    assert counts.negatives.tolist() == [2]
    at = {k: (counts.positives_at_or_above[0, k], counts.negatives_at_or_above[0, k])
          for k in (0, 100, 101, 500, 501, 900, 1000)}
    assert at == {0: (2, 2), 100: (2, 2), 101: (2, 1), 500: (2, 1), 501: (1, 0), 900: (0, 0),
                  1000: (0, 0)}  # float32(0.9) stores 0.89999998, just below 0.9


def test_cut_counts__accepts_a_tie_at_the_cut():
    counts = cut_counts(np.array([[0.5]], np.float32), np.array([[1]], np.int8))

    assert counts.positives_at_or_above[0, 500] == 1
    assert counts.positives_at_or_above[0, 501] == 0


def same_as_comparing(scores, labels):
    counts = cut_counts(scores, labels)
    wide = scores.astype(np.float64)
    for tag in range(scores.shape[1]):
        for truth, found in (
            (1, counts.positives_at_or_above[tag]), (0, counts.negatives_at_or_above[tag])
        ):
            of_truth = wide[labels[:, tag] == truth, tag]
            assert (found == (of_truth[:, None] >= GRID).sum(axis=0)).all()


def test_cut_counts__is_exact_for_float32_scores_on_the_thousandths_and_their_neighbours():
    on_grid = GRID.astype(np.float32)
    below = np.nextafter(on_grid, np.float32(-1), dtype=np.float32).clip(0, 1)
    above = np.nextafter(on_grid, np.float32(2), dtype=np.float32).clip(0, 1)
    scores = np.concatenate([on_grid, below, above])[:, None]

    same_as_comparing(scores, np.ones(scores.shape, np.int8))


def test_cut_counts__is_exact_for_float64_scores_on_the_thousandths():
    scores = np.concatenate([GRID, np.nextafter(GRID, -1).clip(0), np.nextafter(GRID, 0)])
    same_as_comparing(scores[:, None], np.zeros((len(scores), 1), np.int8))


@given(st.data())
def test_cut_counts__is_the_same_as_comparing_each_score_with_each_cut(data):
    n, tags = data.draw(st.integers(0, 40)), data.draw(st.integers(0, 4))
    number = st.one_of(
        st.floats(0, 1, width=32), st.integers(0, 1000).map(lambda k: k / 1000), st.just(0.5)
    )
    scores = data.draw(st.lists(number, min_size=n * tags, max_size=n * tags))
    labels = data.draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=n * tags, max_size=n * tags))
    order = data.draw(st.sampled_from("CF"))

    same_as_comparing(
        np.array(scores, np.float32).reshape(n, tags).copy(order=order),
        np.array(labels, np.int8).reshape(n, tags),
    )


@pytest.mark.parametrize("scores", [
    np.random.default_rng(0).random(500, np.float32),
    np.round(np.random.default_rng(1).random(500), 2).astype(np.float32),
    np.full(500, 0.25, np.float32),
    np.zeros(500, np.float32),
    np.ones(500, np.float32),
], ids=["random", "many ties", "all equal", "all 0", "all 1"])
def test_cut_counts__gives_scikit_learns_figures_at_every_cut(scores):
    labels = (np.random.default_rng(2).random(500) < 0.3).astype(np.int8)

    counts = cut_counts(scores[:, None], labels[:, None])

    for k, cut in enumerate(GRID):
        (tn, fp), (fn, tp) = confusion_matrix(labels, scores.astype(float) >= cut, labels=[0, 1])
        assert counts.positives_at_or_above[0, k] == tp
        assert counts.negatives_at_or_above[0, k] == fp
        assert counts.positives[0] - tp == fn and counts.negatives[0] - fp == tn
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    place = np.searchsorted(thresholds.astype(float), GRID)
    some = counts.positives_at_or_above[0] + counts.negatives_at_or_above[0] > 0
    np.testing.assert_allclose(counts.precision[0][some], precision[place][some], rtol=1e-12)
    np.testing.assert_allclose(counts.recall[0], recall[place], rtol=1e-12)
    false_rate, true_rate, cuts = roc_curve(labels, scores, drop_intermediate=False)
    place = len(cuts) - np.searchsorted(cuts[::-1].astype(float), GRID) - 1
    np.testing.assert_allclose(counts.false_positive_rate[0], false_rate[place], rtol=1e-12)


def test_figures__are_nan_where_nothing_is_accepted_or_nothing_tagged():
    untagged = cut_counts(np.array([[0.4], [0.6]], np.float32), np.zeros((2, 1), np.int8))

    assert untagged.precision[0, 400] == 0
    assert np.isnan(untagged.precision[0, 700])
    assert np.isnan(untagged.recall).all()
    assert untagged.f1[0, 500] == 0 and np.isnan(untagged.f1[0, 700])
    assert untagged.false_positive_rate[0, 500] == 0.5


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_cut_counts__of_nothing_is_nothing(shape):
    counts = cut_counts(np.empty(shape, np.float32), np.empty(shape, np.int8))

    assert counts.positives_at_or_above.shape == (shape[1], 1001)
    assert counts.positives_at_or_above.sum() == counts.negatives.sum() == 0


def test_add__of_shards_is_the_count_of_the_whole():
    rng = np.random.default_rng(3)
    scores = rng.random((1000, 3), np.float32)
    labels = rng.integers(-1, 2, (1000, 3)).astype(np.int8)

    total = no_counts(3)
    for start in (0, 300, 600, 900):
        total = total.add(scores[start:start + 300], labels[start:start + 300])

    whole = cut_counts(scores, labels)
    for name in vars(whole):
        assert (getattr(total, name) == getattr(whole, name)).all(), name


@pytest.mark.parametrize("bad", [np.nan, -0.01, 1.01, np.inf])
def test_cut_counts__refuses_what_is_no_score(bad):
    scores = np.array([[0.5], [bad]], np.float32)

    with pytest.raises(PredictionsError, match=r"numbers in \[0, 1\]; predict again"):
        cut_counts(scores, np.zeros((2, 1), np.int8))


def test_cut_counts__refuses_another_shape_and_another_label():
    scores = np.zeros((2, 1), np.float32)

    with pytest.raises(PredictionsError, match=r"got \(2, 1\) and \(3, 1\); join them by item"):
        cut_counts(scores, np.zeros((3, 1), np.int8))
    with pytest.raises(PredictionsError, match=r"must be 1 \(tagged\), 0 \(not\) or -1"):
        cut_counts(scores, np.full((2, 1), 2, np.int8))
