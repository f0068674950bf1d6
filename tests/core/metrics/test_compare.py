import numpy as np
import pytest
from scipy.stats import binom

from core.metrics.compare import Pairing, bootstrap_difference

IDS = np.array(list("abcdefgh"), dtype=object)
A = np.array([1, 1, 1, 1, 0, 0, 0, 0], dtype=bool)
B = np.array([1, 1, 1, 0, 1, 1, 1, 0], dtype=bool)


def test_pairing__names_what_was_mended_and_broken():
    pairing = Pairing(IDS, A, B)
    assert list(pairing.mended) == ["e", "f", "g"]
    assert list(pairing.broken) == ["d"]
    assert (pairing.both_right, pairing.both_wrong) == (3, 1)


def test_mcnemar__is_the_exact_binomial_tail():
    # three mended, one broken: P(at least as uneven) = 2 * P(X >= 3), X ~ B(4, 1/2)
    assert Pairing(IDS, A, B).mcnemar() == pytest.approx(2 * binom.sf(2, 4, 0.5))


def test_mcnemar__finds_nothing_between_a_model_and_itself():
    assert Pairing(IDS, A, A).mcnemar() == 1.0


def test_bootstrap__of_equal_models_is_exactly_nothing():
    assert bootstrap_difference(A, A) == (0.0, 0.0, 0.0)


def test_bootstrap__holds_the_measured_difference():
    difference, low, high = bootstrap_difference(A, B)
    assert difference == 0.25
    assert low < 0.25 < high


def test_bootstrap__agrees_with_resampling_rows():
    rng = np.random.default_rng(1)
    a, b = rng.random(300) < 0.6, rng.random(300) < 0.7
    rows = rng.integers(0, 300, size=(4000, 300))
    means = (b[rows].astype(float) - a[rows]).mean(axis=1)
    _, low, high = bootstrap_difference(a, b, resamples=4000)
    assert [low, high] == pytest.approx(np.quantile(means, [0.025, 0.975]), abs=0.012)


def test_bootstrap__of_no_items_is_not_a_number():
    assert np.isnan(bootstrap_difference(A[:0], B[:0])).all()
