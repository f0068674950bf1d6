"""Nearest neighbours by cosine: exact, without the item itself, ties in order."""

import numpy as np
import pytest

from core.search.nearest import nearest

VECTORS = np.array([[1, 0], [0, 2], [3, 0], [1, 1], [-1, 0], [5, 0], [0, 0]], np.float16)


def test_nearest__are_those_with_the_largest_cosine_ties_by_row():
    found = nearest(VECTORS, 0, 4)
    assert found.rows.tolist() == [2, 5, 3, 1]
    assert found.cosine == pytest.approx([1, 1, np.sqrt(0.5), 0], abs=1e-6)


def test_nearest__cut_among_equals_keeps_the_first():
    assert nearest(VECTORS, 5, 1).rows.tolist() == [0]


def test_nearest__leave_the_item_itself_out_and_keep_to_those_allowed():
    among = np.array([True, True, False, True, False, False, False])
    assert nearest(VECTORS, 0, 9, among).rows.tolist() == [3, 1]
    assert among.all(where=[1, 1, 0, 1, 0, 0, 0])  # the caller's mask is left alone


@pytest.mark.parametrize("n", [1, 3])
def test_nearest__of_few_are_few(n):
    assert len(nearest(VECTORS[:n], 0, 12).rows) == n - 1


def test_nearest__of_a_row_that_is_not_there():
    with pytest.raises(IndexError, match="row 0 of 0 vectors"):
        nearest(VECTORS[:0], 0, 3)


def test_nearest__are_exact_on_mapped_vectors(tmp_path):
    rng = np.random.default_rng(1)
    np.save(tmp_path / "v.npy", rng.normal(0, 1, (4000, 96)).astype(np.float16))
    mapped = np.load(tmp_path / "v.npy", mmap_mode="r")
    wide = mapped.astype(np.float64)
    cosine = wide @ wide[17] / np.linalg.norm(wide, axis=1) / np.linalg.norm(wide[17])
    cosine[17] = -2
    found = nearest(mapped, 17, 25)
    assert found.rows.tolist() == np.argsort(-cosine, kind="stable")[:25].tolist()
    assert found.cosine == pytest.approx(cosine[found.rows], abs=1e-6)
