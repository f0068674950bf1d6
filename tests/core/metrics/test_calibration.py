import numpy as np
import pytest

from core.metrics.calibration import expected_calibration_error, reliability


def test_ece__by_hand():
    confidence = np.array([0.95, 0.95, 0.55, 0.55])  # bins (14/15, 1] and (8/15, 9/15]
    right = np.array([True, False, True, True])

    error = expected_calibration_error(confidence, right)

    assert error == pytest.approx(0.5 * abs(0.5 - 0.95) + 0.5 * abs(1 - 0.55))


def test_ece__of_a_model_that_is_as_sure_as_it_is_right_is_0():
    assert expected_calibration_error(np.full(4, 0.75), np.array([1, 1, 1, 0])) == 0


def test_ece__without_items_is_none():
    assert expected_calibration_error(np.array([]), np.array([], bool)) is None


def test_reliability__takes_0_and_1_and_leaves_empty_bins_nan():
    counts, confidence, accuracy = reliability(np.array([0, 0.5, 1]), np.array([0, 1, 1]), bins=2)

    assert counts.tolist() == [2, 1]
    assert confidence.tolist() == [0.25, 1] and accuracy.tolist() == [0.5, 1]
    assert np.isnan(reliability(np.array([0.9]), np.array([1]), bins=3).accuracy[:2]).all()


def test_reliability__as_json_has_the_filled_bins_only():
    found = reliability(np.array([0.05, 0.9, 1.0, 0.95]), np.array([0, 1, 1, 0], bool), bins=10)
    assert found.to_json() == {"bin": [0, 8, 9], "items": [1, 1, 2], "score": [0.05, 0.9, 0.975],
                               "right": [0.0, 1.0, 0.5]}
