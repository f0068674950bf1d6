import numpy as np
import pytest
from scipy.special import expit, log_softmax, softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator

from core.decisions.calibrate import fit_platt, fit_temperature


class GivenLogits(ClassifierMixin, BaseEstimator):
    """A classifier whose features are its logits already."""

    def fit(self, logits, labels):
        self.classes_ = np.unique(labels)
        return self

    def decision_function(self, logits):
        return logits[:, 0] if logits.shape[1] == 1 else logits

    def predict(self, logits):
        return self.classes_[logits.argmax(axis=1)]


def too_sure(n=4000, classes=5, factor=3.0):
    """Labels drawn from softmax(logits), and logits ``factor`` times as large."""
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(n, classes)) * 2
    labels = np.array([rng.choice(classes, p=row) for row in softmax(logits, axis=1)])
    return logits * factor, labels


def test_temperature__finds_the_factor_by_which_logits_are_too_large():
    assert fit_temperature(*too_sure(factor=3.0)) == pytest.approx(3, rel=0.05)
    assert fit_temperature(*too_sure(factor=0.5)) == pytest.approx(0.5, rel=0.05)


def test_temperature__is_no_worse_than_scikit_learns():
    logits, labels = too_sure()
    frozen = FrozenEstimator(GivenLogits().fit(logits, labels))
    theirs = CalibratedClassifierCV(frozen, method="temperature").fit(logits, labels)

    mine = log_softmax(logits / fit_temperature(logits, labels), axis=1)

    rows = np.arange(len(labels))
    their_loss = -np.log(theirs.predict_proba(logits)[rows, labels]).mean()
    assert -mine[rows, labels].mean() <= their_loss + 1e-6


def test_temperature__leaves_out_unlabelled_items():
    logits, labels = too_sure(n=500)
    noise = np.full((100, 5), [50.0, 0, 0, 0, 0])

    with_noise = fit_temperature(np.vstack([logits, noise]), np.append(labels, np.full(100, -1)))

    assert with_noise == fit_temperature(logits, labels)


def test_temperature__stays_finite_without_labels_and_when_always_right():
    assert fit_temperature(np.ones((2, 3)), np.array([-1, -1])) == 1
    assert fit_temperature(np.empty((0, 3)), np.array([], int)) == 1
    assert 0.05 <= fit_temperature(np.eye(3) * 5, np.arange(3)) < 0.3


def test_platt__finds_slope_and_offset():
    rng = np.random.default_rng(1)
    logits = rng.normal(size=(20_000, 2)) * 3
    labels = (rng.random((20_000, 2)) < expit(logits * [0.5, 2] + [1, -1])).astype(np.int8)

    pairs = fit_platt(logits, labels)

    np.testing.assert_allclose(pairs, [[0.5, 1], [2, -1]], atol=0.1)


def test_platt__is_scikit_learns_sigmoid():
    rng = np.random.default_rng(2)
    logits = rng.normal(size=(300, 1)) * 2
    labels = (rng.random((300, 1)) < expit(logits - 1)).astype(np.int8)
    frozen = FrozenEstimator(GivenLogits().fit(logits, labels[:, 0]))
    theirs = CalibratedClassifierCV(frozen, method="sigmoid").fit(logits, labels[:, 0])

    (slope, offset), = fit_platt(logits, labels)

    np.testing.assert_allclose(
        expit(slope * logits[:, 0] + offset), theirs.predict_proba(logits)[:, 1], atol=2e-3
    )


@pytest.mark.parametrize("labels", [[0, 0, -1], [1, 1, -1], [-1, -1, -1]])
def test_platt__changes_nothing_without_positives_or_negatives(labels):
    pairs = fit_platt(np.array([[3.0], [1], [2]]), np.array(labels, np.int8)[:, None])

    assert pairs.tolist() == [[1, 0]]


def test_platt__never_turns_the_ranking_around():
    logits = np.array([[3.0], [2], [-2], [-3]])  # the labels say the contrary

    (slope, _), = fit_platt(logits, np.array([[0], [0], [1], [1]], np.int8))

    assert slope == pytest.approx(0.05)


def test_platt__of_separable_scores_is_not_certain():
    (slope, offset), = fit_platt(np.array([[5.0], [-5]]), np.array([[1], [0]], np.int8))

    assert expit(slope * 5 + offset) == pytest.approx(2 / 3, abs=0.01)


def test_platt__of_no_tags_is_empty():
    assert fit_platt(np.empty((4, 0)), np.empty((4, 0), np.int8)).shape == (0, 2)
