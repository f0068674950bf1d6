"""Every figure of every level equals scikit-learn's on the level's items alone."""

import numpy as np
import pytest
from sklearn import metrics

from core.decisions.decide import decide
from core.errors import SliceError
from core.metrics.evaluation import evaluate_part
from core.metrics.judged import UNKNOWN
from core.metrics.slices.facets import Facets
from core.metrics.slices.figures import by_level, figure_keys, interval_of, share_keys
from tests.core.metrics.judging import drawn, judged


def by_sklearn(items, key: str) -> float:
    """NaN where undefined."""
    known = items.catalog.category >= 0
    labels, best = items.catalog.category[known], items.best[known]
    scores = items.predictions.category[known]
    name, _, tag = key.partition(":")
    if tag:
        column = items.catalog.tasks.tag_names.index(tag)
        truth = items.catalog.tags[:, column]
        truth, called = truth[truth >= 0], items.called[truth >= 0, column]
        if name == "ap":
            of = items.predictions.tags[items.catalog.tags[:, column] >= 0, column]
            return metrics.average_precision_score(truth, of) if truth.any() else np.nan
        score = {"precision": metrics.precision_score, "recall": metrics.recall_score,
                 "f1": metrics.f1_score}[name]
        return score(truth, called, zero_division=np.nan) if len(truth) else np.nan
    if key == "all_right":
        judgeable = known & (items.results != UNKNOWN).any(axis=1)
        wrong = (items.catalog.tags != items.called) & (items.catalog.tags >= 0)
        fine = items.right & ~wrong.any(axis=1)
        return fine[judgeable].mean() if judgeable.any() else np.nan
    if not len(labels):
        return np.nan
    return {
        "top1": lambda: metrics.accuracy_score(labels, best),
        "top2": lambda: np.mean([label in np.argsort(-row, kind="stable")[:2]
                                 for label, row in zip(labels, scores)]),
        "macro_f1": lambda: metrics.f1_score(labels, best, average="macro"),
        "ece": lambda: evaluate_part(items.catalog, items.predictions, dict.fromkeys(
            items.catalog.tasks.tag_names, 0.5))["ece"],
    }[key]()


@pytest.mark.parametrize("seed", range(2))
def test_figures__of_every_level_equal_scikit_learns(seed):
    items = drawn(160, seed=seed, groups=6)
    facet = Facets(items).facet("group")
    codes = facet.codes.copy()
    codes[:5] = -1  # left out
    for key in figure_keys(items.catalog.tasks.tag_names):
        found = by_level(items, codes, 6, key)
        expected = [by_sklearn(items.where(codes == level), key) for level in range(6)]
        np.testing.assert_allclose(found.value, expected, atol=1e-6, err_msg=key)


def test_figures__of_levels_without_items_are_undefined():
    items = judged([0, 1], [0, 0], truth=np.array([[0], [-1]]), scores=np.array([[0.1], [0.9]]))
    for key in figure_keys(("t0",)):
        value = by_level(items, np.array([1, -1]), 3, key).value
        assert np.isnan(value[[0, 2]]).all(), key
    assert np.isnan(by_level(items, np.array([0, 0]), 1, "recall:t0").value[0])


def test_shares__carry_wilson_intervals():
    items = judged([0] * 10, [0] * 8 + [1] * 2)
    found = by_level(items, np.zeros(10, int), 1, "top1")
    assert (found.hits[0], found.support[0]) == (8, 10)
    assert [bound[0] for bound in found.bounds] == pytest.approx([0.490, 0.943], abs=1e-3)
    assert interval_of(items, "top1") == pytest.approx([0.490, 0.943], abs=1e-3)


def test_other_figures__carry_bootstrap_intervals_around_their_value():
    items = drawn(300, seed=1)
    for key in ("macro_f1", "ece", "f1:t0", "ap:t1"):
        value = by_level(items, np.zeros(300, int), 1, key).value[0]
        low, high = interval_of(items, key)
        assert 0 <= low < value < high <= 1, key


def test_items__that_are_all_alike_are_no_proof():
    items = judged([0, 0, 1], [0, 0, 1], truth=np.ones((3, 1), int))
    assert interval_of(items, "top1") == pytest.approx([0.438, 1.0], abs=1e-3)
    assert interval_of(items, "macro_f1") == interval_of(items, "top1")
    assert interval_of(items, "f1:t0") == pytest.approx([0.610, 1.0], abs=1e-3)
    assert interval_of(items, "ap:t0") is None


def test_figures__take_many_classes():
    items = drawn(500, seed=2, classes=57, tags=2)
    found = by_level(items, Facets(items).facet("group").codes, 7, "macro_f1")
    own = items.where(Facets(items).facet("group").codes == 3)
    assert found.value[3] == pytest.approx(by_sklearn(own, "macro_f1"))


def test_an_unknown_figure__is_refused():
    items = drawn(10)
    for key in ("accuracy", "precision", "precision:none", "ap:none"):
        with pytest.raises(SliceError):
            by_level(items, np.zeros(10, int), 1, key)


def test_figures__of_a_workspace_without_tags_are_of_the_category():
    assert figure_keys(()) == ["top1", "top2", "macro_f1", "ece"]
    assert share_keys(()) == ["top1", "top2"]
    items = judged([0, 1, 1], [0, 1, 0])
    assert by_level(items, np.zeros(3, int), 1, "top1").value[0] == pytest.approx(2 / 3)


def test_called_tags__are_those_of_the_thresholds():
    items = drawn(50)
    cuts = dict.fromkeys(items.catalog.tasks.tag_names, 0.5)
    assert (decide(items.predictions, cuts) == items.called).all()
