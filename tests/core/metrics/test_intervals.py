import numpy as np
import pytest

from core.metrics.intervals import wilson, wilson_all


def test_wilson__of_the_published_example():
    low, high = wilson(8, 10)  # R. G. Newcombe, Statistics in Medicine 17 (1998): 81/263 too

    assert (round(low, 4), round(high, 4)) == (0.4902, 0.9433)
    assert [round(edge, 4) for edge in wilson(81, 263)] == [0.2553, 0.3662]


def test_wilson__never_leaves_0_to_1_and_touches_the_ends_only_where_seen():
    assert wilson(0, 5)[0] == 0 and 0.4 < wilson(0, 5)[1] < 0.5
    assert wilson(5, 5)[1] == 1 and 0.5 < wilson(5, 5)[0] < 0.6


def test_wilson__without_trials_is_none():
    assert wilson(0, 0) is None


@pytest.mark.parametrize("n", [1, 7, 100_000])
def test_wilson__holds_the_share_itself(n):
    for hits in {0, n // 3, n}:
        low, high = wilson(hits, n)
        assert 0 <= low <= hits / n <= high <= 1


def test_many_shares__have_the_intervals_that_each_has_alone():
    pairs = [(8, 10), (0, 5), (5, 5), (0, 0), (81, 263), (1, 100_000)]
    found = wilson_all(*np.array(pairs).T)
    np.testing.assert_allclose(found, [wilson(*pair) or (np.nan, np.nan) for pair in pairs])
    assert wilson_all([], []).shape == (0, 2)
