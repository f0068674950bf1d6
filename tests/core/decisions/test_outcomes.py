import numpy as np
import pytest
from sklearn.metrics import fbeta_score, precision_score, recall_score

from core.decisions.decide import accept
from core.decisions.outcomes import Outcomes, cut_numbers, outcomes_at, outcomes_of
from core.decisions.thresholds import GRID, cut_counts

rng = np.random.default_rng(5)
LABELS = rng.integers(0, 2, 200)
SETS = {
    "random": (rng.random(200), LABELS),
    "ties at cuts": (rng.integers(0, 11, 200) / 10, LABELS),
    "all equal": (np.full(200, 0.7), LABELS),
    "only 0 and 1": (rng.integers(0, 2, 200), LABELS),
    "no positives": (rng.random(200), np.zeros(200)),
    "no negatives": (rng.random(200), np.ones(200)),
    "unlabelled too": (rng.random(200), rng.integers(-1, 2, 200)),
}


@pytest.mark.parametrize("name", SETS)
def test_outcomes__figures_are_scikit_learns_at_the_same_cut(name):
    scores = np.array(SETS[name][0], np.float32)[:, None]
    labels = np.array(SETS[name][1], np.int8)[:, None]
    known = labels[:, 0] >= 0
    counts, truth = cut_counts(scores, labels), labels[known, 0]

    for cut in (0, 1, 100, 499, 500, 699, 700, 701, 999, 1000):
        at = outcomes_at(counts, np.array([cut]))
        called = accept(scores, GRID[[cut]])
        by_rows = outcomes_of(called, labels)
        assert [v.tolist() for v in vars(at).values()] == [
            v.tolist() for v in vars(by_rows).values()]
        for found, score in (
            (at.precision, precision_score), (at.recall, recall_score),
            (at.f1, lambda *a, **k: fbeta_score(*a, beta=1, **k)),
            (at.f_beta(0.5), lambda *a, **k: fbeta_score(*a, beta=0.5, **k)),
            (at.f_beta(2), lambda *a, **k: fbeta_score(*a, beta=2, **k)),
        ):
            expected = score(truth, called[known, 0], zero_division=np.nan)
            assert found[0] == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_outcomes__by_hand():
    at = Outcomes(*np.array([[6], [2], [4], [28]]))

    assert (at.n, at.support, at.accepted) == ([40], [10], [8])
    assert at.precision == [0.75] and at.recall == [0.6] and at.npv == [28 / 32]
    assert at.predicted_rate == [0.2] and at.true_rate == [0.25]
    assert (at.false_per_10k, at.missed_per_10k, at.accepted_per_10k) == ([500], [1000], [2000])
    assert [v.tolist() for v in vars(at + at).values()] == [[12], [4], [8], [56]]


def test_outcomes__of_nothing_are_none_in_json():
    said = outcomes_at(cut_counts(np.empty((0, 1), np.float32), np.empty((0, 1), np.int8)),
                       np.array([500])).to_json(["red"])["red"]

    assert said["support"] == said["tp"] == 0
    assert {name for name, value in said.items() if value is None} == {
        "precision", "recall", "f1", "npv", "predicted_rate", "true_rate", "false_per_10k",
        "missed_per_10k", "accepted_per_10k"}


def test_outcomes_at__beyond_the_last_cut_accept_nothing():
    counts = cut_counts(np.ones((2, 1), np.float32), np.array([[1], [0]], np.int8))

    assert outcomes_at(counts, np.array([1000])).accepted == [2]
    assert outcomes_at(counts, np.array([1001])).accepted == [0]


def test_cut_numbers__are_in_the_order_of_the_tags():
    assert cut_numbers(("red", "old"), {"old": 0.25, "red": 0.719}).tolist() == [719, 250]
