import numpy as np
import pytest

from core.commands.choosing import expected_best_f1, thresholds


def test_expected_best_f1__lies_between_the_items_worth_accepting_and_the_rest():
    # Of 1.8 tagged items to expect, the first two hold 1.7: F1 2 * 1.7 / (2 + 1.8) = 0.895.
    assert expected_best_f1(np.array([0.1, 0.9, 0.8], np.float32)) == pytest.approx(0.45)


def test_expected_best_f1__accepts_all_that_score_alike():
    assert expected_best_f1(np.full(4, 0.2, np.float32)) == pytest.approx(0.1)


def test_thresholds__count_where_there_are_many_and_trust_scores_where_there_are_few():
    scores = np.array([[0.9], [0.8], [0.1]] * 30, np.float32)
    plenty = np.array([[1], [0], [0]] * 30, np.int8)
    assert thresholds(scores, plenty, ["dots"]) == {"dots": 0.85}
    few = np.array([[1], [0], [0]] * 3 + [[-1]] * 81, np.int8)
    assert thresholds(scores, few, ["dots"]) == {"dots": 0.45}


def test_thresholds__are_a_half_where_nothing_is_tagged():
    nothing = np.zeros((3, 1), np.int8)
    assert thresholds(np.array([[0.9], [0.8], [0.1]], np.float32), nothing, ["dots"])["dots"] == 0.5
