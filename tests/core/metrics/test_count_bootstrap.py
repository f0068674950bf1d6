import numpy as np
import pytest

from core.decisions.outcomes import Outcomes
from core.decisions.thresholds import cut_counts
from core.metrics.cautions import cautions
from core.metrics.count_bootstrap import ap_intervals, bands, cut_intervals, outcome_intervals
from core.metrics.intervals import wilson
from core.metrics.optimism import optimism
from core.metrics.ranking import ranked


def sample(n, rate=0.3, seed=0):
    rng = np.random.default_rng(seed)
    labels = (rng.random(n) < rate).astype(np.int8)
    return np.clip(rng.normal(0.4 + 0.25 * labels, 0.15), 0, 1).astype(np.float32), labels


def counted(scores, labels):
    return cut_counts(scores[:, None], labels[:, None])


def by_rows(scores, labels, figure, resamples=2000):
    """The middle 95 % over resamples of the rows themselves."""
    rng = np.random.default_rng(1)
    rows = rng.integers(0, len(scores), (resamples, len(scores)))
    return np.nanquantile([figure(scores[own], labels[own]) for own in rows], [0.025, 0.975])


FIGURES = {
    "precision": lambda called, truth: (called & truth).sum() / called.sum(),
    "recall": lambda called, truth: (called & truth).sum() / truth.sum(),
    "f1": lambda called, truth: 2 * (called & truth).sum() / (called.sum() + truth.sum()),
    "predicted_rate": lambda called, truth: called.mean(),
    "true_rate": lambda called, truth: truth.mean(),
}


@pytest.mark.parametrize("name", FIGURES)
def test_cut_intervals__are_those_of_drawing_rows_again(name):
    scores, labels = sample(300)

    found = getattr(cut_intervals(counted(scores, labels), np.array([550])), name)[0]

    expected = by_rows(scores, labels,
                       lambda s, y: FIGURES[name](s.astype(float) >= 0.55, y == 1))
    np.testing.assert_allclose(found, expected, atol=0.015)


def test_ap_intervals__are_those_of_drawing_rows_again():
    for rate, atol in ((0.3, 0.02), (0.02, 0.06)):
        scores, labels = sample(600, rate)
        exact = ranked(scores, labels).ap
        found = ap_intervals(counted(scores, labels), np.array([exact]))[0]
        expected = by_rows(scores, labels,
                           lambda s, y: ranked(s, y).ap or np.nan)
        np.testing.assert_allclose(found, expected, atol=atol)
        assert found[0] < exact < found[1]


def test_bands__hold_the_intervals_of_every_cut():
    counts = counted(*sample(300))
    found = bands(counts, 0)

    for cut in (0, 200, 550, 700):
        at = cut_intervals(counts, np.array([cut]))
        for name in ("precision", "recall", "f1"):
            own = getattr(at, name)[0]
            if 0 < found[name][cut, 0] and found[name][cut, 1] < 1:  # else Wilson's there
                np.testing.assert_allclose(found[name][cut], own, atol=0.015)
    assert np.isnan(found["precision"][1000]).all() and found["recall"].shape == (1001, 2)
    assert np.isnan(bands(counted(*sample(0)), 0)["recall"]).all()


def test_cut_intervals__of_shares_without_exceptions_are_wilsons():
    found = outcome_intervals(Outcomes(*np.array([[8], [0], [0], [50]])))

    assert found.precision[0].tolist() == list(wilson(8, 8)) == found.recall[0].tolist()
    assert found.f1[0, 0] == pytest.approx(2 * wilson(8, 8)[0] / (1 + wilson(8, 8)[0]))
    assert found.f1[0, 1] == 1


def test_intervals__are_none_where_the_figure_is():
    nothing = counted(np.array([0.3, 0.4], np.float32), np.array([0, -1], np.int8))

    said = cut_intervals(nothing, np.array([900])).to_json(["red"])["red"]

    assert said["precision"] is None and said["recall"] is None and said["f1"] is None
    assert said["predicted_rate"] == said["true_rate"] == list(wilson(0, 1))
    assert np.isnan(ap_intervals(nothing)).all()
    empty = counted(np.empty(0, np.float32), np.empty(0, np.int8))
    assert cut_intervals(empty, np.array([5])).to_json(["red"])["red"]["true_rate"] is None


def test_intervals__are_the_same_for_the_same_seed():
    counts = counted(*sample(100))
    again = [cut_intervals(counts, np.array([500]), seed=seed).f1 for seed in (1, 1, 2)]

    assert (again[0] == again[1]).all() and (again[0] != again[2]).any()
    assert (ap_intervals(counts, seed=1) == ap_intervals(counts, seed=1)).all()


def test_cautions__say_how_little_few_items_tell():
    at = Outcomes(*np.array([
        [5, 3, 3, 99], [6, 0, 4, 99], [0, 2, 1, 9], [0, 0, 0, 0], [300, 90, 30, 999], [1, 0, 0, 9],
    ]).T)

    assert cautions(at) == (
        "8 positives: precision anywhere from 0.3 to 0.9",
        "10 positives: precision anywhere from 0.6 to 1.0",
        "1 positive: precision anywhere from 0.0 to 0.7",
        "no labels: nothing can be said of precision or recall",
        None,
        "1 positive: precision anywhere from 0.2 to 1.0",
    )
    none = Outcomes(*np.array([[0], [2], [0], [5]]))
    assert cautions(none) == ("no positives: nothing can be said of precision or recall",)


def test_optimism__is_validation_minus_heldout():
    validation = Outcomes(*np.array([[9, 0], [1, 0], [1, 0], [9, 5]]))
    heldout = Outcomes(*np.array([[6, 1], [4, 0], [2, 0], [9, 5]]))

    found = optimism(validation, heldout, ["red", "old"])

    assert found["red"]["precision"] == pytest.approx(0.3)
    assert found["red"]["recall"] == pytest.approx(0.15)
    assert found["old"] == {"precision": None, "recall": None, "f1": None}
