import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_recall_fscore_support

from core.metrics.confusion import confusion
from core.metrics.scores import (
    binary_figures,
    macro_f1,
    per_class_figures,
    ranking_figures,
    top_k_accuracy,
)

RANKED = np.array([[0, 1, 2], [0, 1, 2], [2, 1, 0], [1, 0, 2]])


def test_top_k_accuracy__counts_labels_among_the_best_guesses():
    labels = np.array([0, 1, 0, -1])

    assert top_k_accuracy(labels, RANKED, 1) == 1 / 3
    assert top_k_accuracy(labels, RANKED, 2) == 2 / 3
    assert top_k_accuracy(labels, RANKED, 3) == 1


def test_top_k_accuracy__without_labels_is_none():
    assert top_k_accuracy(np.array([-1]), RANKED[:1], 1) is None


def test_binary_figures__by_hand():
    figures = binary_figures(tp=6, fp=2, fn=3, tn=9)

    assert figures["precision"] == 0.75
    assert figures["recall"] == 6 / 9
    assert figures["f1"] == 12 / 17
    assert figures["support"] == 9
    low, high = figures["precision_interval"]
    assert 0.4 < low < 0.41 and 0.92 < high < 0.93


def test_binary_figures__are_none_where_undefined_and_0_where_all_was_missed():
    nothing = binary_figures(tp=0, fp=0, fn=0, tn=5)
    missed = binary_figures(tp=0, fp=0, fn=2, tn=5)

    assert nothing["precision"] is nothing["recall"] is nothing["f1"] is None
    assert nothing["precision_interval"] is nothing["recall_interval"] is None
    assert missed["precision"] is None
    assert missed["recall"] == missed["f1"] == 0


def test_per_class_and_macro__are_scikit_learns():
    rng = np.random.default_rng(0)
    labels, predicted = rng.integers(0, 5, 200), rng.integers(0, 4, 200)
    matrix = confusion(labels, predicted, 6)  # class 4 is never answered, 5 does not occur

    figures = list(per_class_figures(matrix, "abcdef").values())

    expected = precision_recall_fscore_support(
        labels, predicted, labels=range(6), zero_division=np.nan
    )
    for name, values in zip(("precision", "recall", "f1", "support"), expected):
        mine = [np.nan if figure[name] is None else figure[name] for figure in figures]
        np.testing.assert_allclose(mine[:4], values[:4])
    assert figures[4]["precision"] is None and figures[4]["f1"] == 0
    assert figures[5]["f1"] is None
    assert macro_f1(matrix) == pytest.approx(f1_score(labels, predicted, average="macro"))


def test_macro_f1__of_nothing_is_none():
    assert macro_f1(np.zeros((3, 3), int)) is None


def test_ranking_figures__by_hand():
    figures = ranking_figures(np.array([1, 0, 1, 0, -1]), np.array([0.9, 0.8, 0.7, 0.1, 0.99]))

    assert figures["ap"] == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert figures["auc"] == pytest.approx(3 / 4)


@pytest.mark.parametrize("labels, ap, auc", [
    ([0, 0], None, None), ([1, 1], 1.0, None), ([-1, -1], None, None), ([], None, None),
    ([1, 0], 0.5, 0.5),
])
def test_ranking_figures__of_equal_scores_and_missing_sides(labels, ap, auc):
    figures = ranking_figures(np.array(labels, np.int8), np.full(len(labels), 0.3, np.float32))

    assert (figures["ap"], figures["auc"]) == (ap, auc)
