import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from core.errors import PredictionsError
from core.metrics.confusion import Confused, cells, confusion, largest_confusions, row_shares


def test_confusion__counts_labels_in_rows_and_answers_in_columns():
    labels = np.array([0, 0, 0, 1, 2, 2])
    predicted = np.array([0, 1, 1, 1, 2, 0])

    assert confusion(labels, predicted, 3).tolist() == [
        [1, 2, 0],
        [0, 1, 0],
        [1, 0, 1],
    ]


def test_confusion__leaves_out_unlabelled_items():
    assert confusion(np.array([-1, 1]), np.array([0, 0]), 2).tolist() == [[0, 0], [1, 0]]


@pytest.mark.parametrize("labels", [[], [-1, -1]])
def test_confusion__of_no_labelled_items_is_all_zero(labels):
    predicted = np.zeros(len(labels), int)

    assert confusion(np.array(labels), predicted, 2).tolist() == [[0, 0], [0, 0]]


def test_confusion__keeps_a_class_that_is_never_predicted():
    assert confusion(np.array([1, 1]), np.array([0, 0]), 3).shape == (3, 3)


@given(st.integers(2, 57), st.data())
def test_confusion__is_scikit_learns(classes, data):
    pairs = data.draw(st.lists(
        st.tuples(st.integers(0, classes - 1), st.integers(0, classes - 1)), min_size=1
    ))
    labels, predicted = np.array(pairs).T

    expected = confusion_matrix(labels, predicted, labels=range(classes))
    assert (confusion(labels, predicted, classes) == expected).all()


def test_confusion__refuses_what_does_not_fit():
    with pytest.raises(PredictionsError, match="must be as many, got 2 and 1; join them by item"):
        confusion(np.array([0, 1]), np.array([0]), 2)
    with pytest.raises(PredictionsError, match=r"class numbers must lie in \[0, 2\)"):
        confusion(np.array([0]), np.array([2]), 2)


def test_row_shares__divides_by_the_items_with_that_label():
    shares = row_shares(np.array([[3, 1], [0, 0]]))

    assert shares[0].tolist() == [0.75, 0.25]
    assert np.isnan(shares[1]).all()


def test_largest_confusions__are_off_the_diagonal_most_items_first():
    matrix = np.array([
        [90, 3, 0],
        [3, 7, 0],
        [5, 0, 1],
    ])

    assert largest_confusions(matrix) == [
        Confused(2, 0, 5, 6), Confused(1, 0, 3, 10), Confused(0, 1, 3, 93)
    ]
    assert largest_confusions(matrix, limit=1) == [Confused(2, 0, 5, 6)]
    assert largest_confusions(np.diag([4, 5])) == []


def test_cells__count_what_lies_in_them_and_who_was_second():
    labels = np.array([0, 0, 0, 1, 2, -1])
    ranked = np.array([[1, 0, 2], [1, 2, 0], [0, 1, 2], [1, 0, 2], [0, 2, 1], [2, 1, 0]])
    found = cells(labels, ranked)
    assert list(zip(*(values.tolist() for values in found))) == [
        (0, 1, 2, 1), (0, 0, 1, 0), (1, 1, 1, 0), (2, 0, 1, 1)]


def test_cells__of_one_class_or_of_nothing():
    assert [values.tolist() for values in cells(np.array([0]), np.array([[0]]))] == [[0], [0], [1], [0]]
    assert all(len(values) == 0 for values in cells(np.array([-1]), np.array([[0, 1]])))
