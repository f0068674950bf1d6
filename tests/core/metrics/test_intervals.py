import numpy as np
import pytest

from core.metrics.intervals import wilson, wilson_all, wilson_of_groups


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


def test_groups_of_one__have_wilsons_interval():
    right = np.array([True, False, True, True])
    assert wilson_of_groups(right, np.arange(4)) == wilson(3, 4)
    assert wilson_of_groups(np.empty(0, bool), np.empty(0, np.int64)) is None


def test_groups_that_are_all_or_nothing__count_as_one_item_each():
    groups = np.repeat(np.arange(40), 5)  # 200 photos of 40 sellers, 30 of whom are right
    low, high = wilson_of_groups(groups < 30, groups)
    assert (low, high) == pytest.approx(wilson(30, 40), abs=0.01)
    assert high - low > 2 * np.ptp(wilson(150, 200))


def test_groups__that_are_all_right_prove_no_more_than_so_many_items():
    groups = np.repeat(np.arange(12), 10)
    assert wilson_of_groups(np.ones(120, bool), groups) == wilson(12, 12)
    assert wilson_of_groups(np.zeros(120, bool), groups) == wilson(0, 12)


def test_groups__more_alike_than_chance_make_nothing_narrower_than_their_items():
    groups, right = np.repeat(np.arange(20), 5), np.tile([True, True, True, True, False], 20)
    assert wilson_of_groups(right, groups) == pytest.approx(wilson(80, 100))


def test_groups__hold_the_true_share_as_often_as_promised():
    """Sellers whose photos are right with a chance of their own, 0.7 on average."""
    rng, groups = np.random.default_rng(0), np.repeat(np.arange(35), 5)
    held = {"groups": 0, "items": 0}
    for _ in range(1000):
        right = rng.random(175) < rng.beta(1.4, 0.6, 35)[groups]
        for name, found in (("groups", wilson_of_groups(right, groups)),
                            ("items", wilson(int(right.sum()), 175))):
            held[name] += found[0] <= 0.7 <= found[1]
    assert held["groups"] >= 930
    assert held["items"] <= 850
