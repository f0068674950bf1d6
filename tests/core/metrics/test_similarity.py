"""Classes that are taken for each other stand together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.metrics.similarity import similar


def test_confused_classes__stand_together_and_make_blocks():
    matrix = np.diag([20, 20, 20, 20, 20])
    matrix[0, 3], matrix[3, 0], matrix[1, 4] = 8, 5, 6
    found = similar(matrix)
    place = {int(one): at for at, one in enumerate(found.order)}
    assert abs(place[0] - place[3]) == 1 and abs(place[1] - place[4]) == 1
    assert [(sorted(block.classes.tolist()), block.confused) for block in found.blocks] == [
        ([0, 3], 13), ([1, 4], 6)]


@pytest.mark.parametrize("k", [0, 1, 2])
def test_few_classes__keep_their_order(k):
    found = similar(np.ones((k, k), np.int64))
    assert found.order.tolist() == list(range(k)) and found.blocks == ()


def test_nothing_confused__makes_no_block():
    assert similar(np.diag([5, 5, 5, 0])).blocks == ()


def test_everything_confused__is_no_block_of_its_own():
    assert similar(np.full((4, 4), 5)).blocks == ()


@given(hnp.arrays(np.int64, st.integers(3, 12).map(lambda k: (k, k)), elements=st.integers(0, 9)))
def test_order__holds_each_class_once_and_blocks_do_not_overlap(matrix):
    found = similar(matrix)
    assert sorted(found.order.tolist()) == list(range(len(matrix)))
    inside = [int(one) for block in found.blocks for one in block.classes]
    assert len(inside) == len(set(inside))
