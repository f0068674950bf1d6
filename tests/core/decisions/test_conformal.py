import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapie.classification import SplitConformalClassifier
from sklearn.base import BaseEstimator, ClassifierMixin

from core.decisions.conformal import covered, fit_set_cut, prediction_sets
from core.errors import DecisionError

LABELS = np.array([0, 0, 1, 1, 2, 0, 1, 2, 2])
OWN = np.array([0.9, 0.8, 0.7, 0.6, 0.55, 0.5, 0.4, 0.3, 0.1])


def with_own(own, labels, n_classes=3):
    """Probabilities that give each label its own, and share the rest."""
    table = np.repeat(((1 - own) / (n_classes - 1))[:, None], n_classes, axis=1)
    table[np.arange(len(own)), labels] = own
    return table


def test_cut__is_the_label_probability_that_nine_in_ten_reach():
    # nine items, coverage 0.7: rank ceil(10 * 0.7) = 7, the seventh largest own probability
    assert fit_set_cut(with_own(OWN, LABELS), LABELS, 0.7) == 0.4


def test_cut__lets_every_class_in_when_items_are_too_few_for_the_promise():
    assert fit_set_cut(with_own(OWN[:3], LABELS[:3]), LABELS[:3], 0.9) == 0.0


def test_cut__leaves_out_unlabelled_items():
    labels = np.append(LABELS, -1)
    probabilities = np.vstack([with_own(OWN, LABELS), [0.0, 0.0, 1.0]])
    assert fit_set_cut(probabilities, labels, 0.7) == 0.4


@pytest.mark.parametrize("coverage", [0, 1, -0.1, 90])
def test_cut__refuses_a_coverage_that_is_no_share(coverage):
    with pytest.raises(DecisionError, match=f"got {coverage}; write 90 % as 0.9"):
        fit_set_cut(with_own(OWN, LABELS), LABELS, coverage)


def test_sets__always_hold_the_most_likely_class():
    sets = prediction_sets(np.array([[0.3, 0.4, 0.3], [0.1, 0.1, 0.8]]), cut=0.5)
    assert sets.tolist() == [[False, True, False], [False, False, True]]


def test_covered__counts_labelled_items_only():
    sets = np.array([[True, False], [True, False], [True, True]])
    assert covered(sets, np.array([0, 1, -1])).tolist() == [True, False]


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.5, 0.8, 0.9, 0.95]))
def test_cut__covers_its_own_items_at_least_as_promised(seed, coverage):
    rng = np.random.default_rng(seed)
    probabilities = rng.dirichlet([1, 1, 1, 1], size=60)
    labels = rng.integers(-1, 4, size=60)
    cut = fit_set_cut(probabilities, labels, coverage)
    inside = covered(probabilities >= cut, labels)
    assert len(inside) == (labels >= 0).sum() and inside.sum() >= coverage * len(inside)


class Given(ClassifierMixin, BaseEstimator):
    """An estimator whose input already is its answer."""

    def fit(self, x, y):
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, x):
        return x

    def predict(self, x):
        return x.argmax(axis=1)


def test_sets__equal_those_of_mapie():
    rng = np.random.default_rng(5)
    probabilities = rng.dirichlet([2, 1, 1, 1, 1], size=400)
    labels = np.array([rng.choice(5, p=row) for row in probabilities])
    fresh = rng.dirichlet([2, 1, 1, 1, 1], size=300)
    peer = SplitConformalClassifier(
        Given().fit(probabilities, labels), confidence_level=0.9, conformity_score="lac"
    )
    peer.conformalize(probabilities, labels)
    theirs = peer.predict_set(fresh)[1][:, :, 0]
    ours = fresh >= fit_set_cut(probabilities, labels, 0.9)
    assert np.array_equal(ours, theirs)
