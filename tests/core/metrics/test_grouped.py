"""Figures as functions of how often each item is drawn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from core.metrics import calibration, grouped, scores
from core.metrics.confusion import confusion
from tests.core.metrics.judging import judged

ONCE = np.ones((1, 4))


def one(figure: grouped.Figure, times=ONCE) -> float:
    return float(figure(np.atleast_2d(np.asarray(times, float)))[0])


def test_share__counts_each_item_as_often_as_it_is_drawn():
    right = grouped.share(np.array([1, 0, 1, 1], bool), np.array([1, 1, 0, 1], bool))
    assert one(right) == pytest.approx(2 / 3)
    assert one(right, [3, 1, 5, 0]) == pytest.approx(3 / 4)
    assert np.isnan(one(right, [0, 0, 5, 0]))


@given(st.integers(0, 10_000), st.integers(1, 40))
def test_figures__equal_those_of_scikit_learn_on_items_repeated(seed, n):
    rng = np.random.default_rng(seed)
    truth = rng.integers(-1, 2, n)
    score = np.round(rng.random(n), 1).astype(np.float32)  # with ties
    called, times = score >= 0.5, rng.integers(0, 4, n)
    again = np.repeat(np.arange(n), times)
    known = again[truth[again] >= 0]
    y, s, c = truth[known], score[known], called[known]
    for figure, theirs, defined in (
        (grouped.average_precision(truth, score), average_precision_score, y.any()),
        (grouped.auc(truth, score), roc_auc_score, 0 < y.sum() < len(y)),
    ):
        if defined:
            assert one(figure, times) == pytest.approx(theirs(y, s), abs=1e-6)
        else:
            assert np.isnan(one(figure, times))
    f1 = one(grouped.f1(truth, called), times)
    if (y == 1).any() or c.any():
        assert f1 == pytest.approx(f1_score(y, c, zero_division=0))
    else:
        assert np.isnan(f1)


@given(st.integers(0, 10_000), st.integers(1, 40))
def test_category_figures__equal_the_plain_ones_on_items_repeated(seed, n):
    rng = np.random.default_rng(seed)
    labels, answers = rng.integers(-1, 3, n), rng.integers(0, 3, n)
    confidence, times = rng.random(n), rng.integers(0, 3, n)
    again = np.repeat(np.arange(n), times)
    again = again[labels[again] >= 0]
    right = labels == answers
    f1 = one(grouped.macro_f1(labels, answers, 3), times)
    ece = one(grouped.ece(confidence, right, labels >= 0), times)
    if not len(again):
        assert np.isnan(f1) and np.isnan(ece)
        return
    assert f1 == pytest.approx(scores.macro_f1(confusion(labels[again], answers[again], 3)))
    plain = calibration.expected_calibration_error(confidence[again], right[again])
    assert ece == pytest.approx(plain)


def test_intervals__are_wider_where_items_come_in_groups():
    right = np.repeat([1, 0, 1, 1, 0, 1, 0, 1], 10).astype(bool)
    figures = {"top1": grouped.share(right, np.ones(80, bool))}
    alone = grouped.with_intervals(figures, np.arange(80))["top1"]
    senders = grouped.with_intervals(figures, np.repeat(np.arange(8), 10))["top1"]
    assert alone["value"] == senders["value"] == pytest.approx(0.625)
    width = [high - low for low, high in (alone["interval"], senders["interval"])]
    assert width[1] > 2 * width[0]


def test_intervals__of_one_group_are_a_point_and_of_no_items_none():
    figures = {"top1": grouped.share(np.array([True, False]), np.array([True, True]))}
    found = grouped.with_intervals(figures, np.array(["a", "a"]))
    assert found == {"top1": {"value": 0.5, "interval": [0.5, 0.5]}}
    nothing = {"top1": grouped.share(np.array([], bool), np.array([], bool))}
    assert grouped.with_intervals(nothing, np.array([])) == {
        "top1": {"value": None, "interval": None}
    }


def test_intervals__repeat_themselves_for_the_same_seed():
    figures = {"top1": grouped.share(np.arange(9) % 2 == 0, np.ones(9, bool))}
    a, b, c = (grouped.with_intervals(figures, np.arange(9), seed=s) for s in (0, 0, 1))
    assert a == b and a["top1"]["value"] == c["top1"]["value"]


def test_difference__draws_both_sides_alike():
    right = np.arange(40) % 3 == 0
    known = np.ones(40, bool)
    same = grouped.difference(grouped.share(right, known), grouped.share(right, known))
    found = grouped.with_intervals({"top1": same}, np.arange(40))["top1"]
    assert found == {"value": 0.0, "interval": [0.0, 0.0]}


def test_groups__number_items_without_one_as_groups_of_their_own():
    items = judged([0] * 4, [0] * 4, columns={"group": ["x", None, "x", None]}).catalog
    assert grouped.groups_of(items, fewest=3).tolist() == [0, 1, 0, 2]
    assert grouped.groups_of(items).tolist() == [0, 1, 2, 3]  # too few to speak of others
