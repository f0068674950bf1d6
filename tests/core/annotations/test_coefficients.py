import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, confusion_matrix

from core.annotations.coefficients import (
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    observed_agreement,
    one_against_rest,
    specific_agreement,
)

# Fleiss (1971), as worked on Wikipedia: 10 items, 14 votes each, 5 values; kappa 0.210.
FLEISS = np.array([
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
])

# Krippendorff (2011), example C: 4 observers, 12 units, missing votes; nominal alpha 0.743.
KRIPPENDORFF = [
    "11.1", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", ".555", "..11", ".3..",
]


def counts_of(units):
    return np.array([[unit.count(str(value)) for value in range(1, 6)] for unit in units])


def test_fleiss_kappa__of_the_published_example():
    assert fleiss_kappa(FLEISS) == pytest.approx(0.210, abs=5e-4)
    assert observed_agreement(FLEISS) == pytest.approx(0.378, abs=5e-4)


def test_krippendorff_alpha__of_the_published_example():
    assert krippendorff_alpha(counts_of(KRIPPENDORFF)) == pytest.approx(0.743, abs=5e-4)


def test_agreement__of_three_items_by_hand():
    counts = np.array([[2, 0], [1, 1], [1, 0]])  # agree, differ, alone
    assert observed_agreement(counts) == 0.5
    # shares .75 and .25 of the four paired votes: expected .625
    assert fleiss_kappa(counts) == pytest.approx((0.5 - 0.625) / 0.375)
    # expected of four votes: (3 * 2 + 1 * 0) / (4 * 3) = .5
    assert krippendorff_alpha(counts) == pytest.approx(0)
    assert specific_agreement(counts, 0) == pytest.approx(2 / 3)
    assert specific_agreement(counts, 1) == 0


@pytest.mark.parametrize("counts", [np.zeros((0, 3), int), np.array([[1, 0]]), np.array([[0, 0]])])
def test_no_pairs__no_figures(counts):
    assert observed_agreement(counts) is None
    assert specific_agreement(counts, 0) is None
    assert fleiss_kappa(counts) is None
    assert krippendorff_alpha(counts) is None


def test_one_value_only__agrees_without_meaning():
    counts = np.array([[3, 0], [2, 0]])
    assert observed_agreement(counts) == 1
    assert fleiss_kappa(counts) is None
    assert krippendorff_alpha(counts) is None
    assert cohen_kappa(np.diag([5, 0])) is None


def test_one_against_rest__joins_the_others():
    assert one_against_rest(np.array([[1, 2, 3]]), 1).tolist() == [[4, 2]]


def test_cohen_kappa__of_nothing_is_none():
    assert cohen_kappa(np.zeros((2, 2), int)) is None


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=60))
def test_cohen_kappa__is_scikit_learns(pairs):
    a, b = zip(*pairs)
    matrix = confusion_matrix(a, b, labels=range(4))
    expected = None if len({*a, *b}) == 1 else cohen_kappa_score(a, b)
    assert cohen_kappa(matrix) == pytest.approx(expected)


@given(st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=2, max_size=40))
def test_fleiss_and_krippendorff__are_near_each_other_on_full_tables(votes):
    counts = np.array([np.bincount(row, minlength=3) for row in votes])
    assume(len(np.unique(votes)) > 1)
    n = counts.sum()  # alpha corrects kappa for the number of votes: a = k + (1 - k) / n
    kappa = fleiss_kappa(counts)
    assert krippendorff_alpha(counts) == pytest.approx(kappa + (1 - kappa) / n)
