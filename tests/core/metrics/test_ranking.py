import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, confusion_matrix, roc_auc_score

from core.decisions.thresholds import GRID, cut_counts
from core.errors import PredictionsError
from core.metrics.ranking import ranked

rng = np.random.default_rng(3)
LABELS = rng.integers(0, 2, 500)
SETS = {
    "random": (rng.random(500), LABELS),
    "good": (np.clip(LABELS * 0.3 + rng.random(500) * 0.7, 0, 1), LABELS),
    "ties at cuts": (rng.integers(0, 11, 500) / 10, LABELS),
    "next to cuts": (np.nextafter(np.float32(GRID[::2][:500]), np.float32(1)), LABELS),
    "all equal": (np.full(500, 0.7), LABELS),
    "only 0 and 1": (rng.integers(0, 2, 500), LABELS),
    "minus nought": (np.where(LABELS, -0.0, 0.0), LABELS),
    "against": (1 - LABELS * 0.5, LABELS),
    "no positives": (rng.random(50), np.zeros(50)),
    "no negatives": (rng.random(50), np.ones(50)),
    "unlabelled too": (rng.random(500), rng.integers(-1, 2, 500)),
    "rare": (rng.random(5000), rng.random(5000) < 0.002),
    "one item": (np.array([0.7]), np.array([1])),
    "nothing": (np.empty(0), np.empty(0)),
}


@pytest.mark.parametrize("name", SETS)
def test_ranked__is_what_scikit_learn_says(name):
    scores, labels = np.array(SETS[name][0], np.float32), np.array(SETS[name][1], np.int8)
    found = ranked(scores, labels)
    known = labels >= 0
    truth, given_scores = labels[known], scores[known]

    if truth.any():
        expected = average_precision_score(truth, given_scores)
        assert found.ap == pytest.approx(expected, rel=1e-12)
    else:
        assert found.ap is None
    if 0 < truth.sum() < len(truth):
        assert found.auc == pytest.approx(roc_auc_score(truth, given_scores), rel=1e-12)
    else:
        assert found.auc is None
    for cut in (0, 1, 137, 300, 500, 700, 999, 1000) if len(truth) else ():
        called = given_scores.astype(np.float64) >= GRID[cut]
        (tn, fp), (fn, tp) = confusion_matrix(truth, called, labels=[0, 1])
        assert (found.positives_at_or_above[cut], found.negatives_at_or_above[cut]) == (tp, fp)
        assert (found.positives, found.negatives) == (tp + fn, fp + tn)


@given(st.lists(st.tuples(st.floats(0, 1, width=32), st.sampled_from([-1, 0, 1])), max_size=50))
def test_ranked__counts_what_cut_counts_counts(pairs):
    scores = np.array([score for score, _ in pairs], np.float32)
    labels = np.array([label for _, label in pairs], np.int8)
    counts, found = cut_counts(scores[:, None], labels[:, None]), ranked(scores, labels)

    assert (found.positives_at_or_above == counts.positives_at_or_above[0]).all()
    assert (found.negatives_at_or_above == counts.negatives_at_or_above[0]).all()
    assert (found.positives, found.negatives) == (counts.positives[0], counts.negatives[0])


@pytest.mark.parametrize("score", [float("nan"), -0.1, 1.1])
def test_ranked__refuses_what_is_no_score(score):
    with pytest.raises(PredictionsError, match=r"scores must be numbers in \[0, 1\]"):
        ranked(np.array([0.5, score], np.float32), np.array([1, 0], np.int8))


def test_ranked__refuses_what_is_no_label():
    with pytest.raises(PredictionsError, match="1 .tagged., 0 .not. or -1 .unlabelled."):
        ranked(np.array([0.5], np.float32), np.array([2], np.int8))
