"""Intervals by the bootstrap: against plain loops over resampled rows, and at the edges."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score, f1_score

from core.catalog.table import Catalog, tag_column
from core.metrics.bootstrap import (
    ap_interval,
    ece_interval,
    f1_interval,
    macro_f1_interval,
    part_intervals,
)
from core.metrics.calibration import expected_calibration_error
from core.metrics.confusion import confusion
from core.predictions.table import Predictions
from core.tasks import Category, ItemColumns, Tags, Tasks


def rows_resampled(figure, *columns, times=1500):
    """The plain bootstrap: draw rows, compute, take the middle."""
    rng = np.random.default_rng(5)
    n = len(columns[0])
    values = []
    for _ in range(times):
        rows = rng.integers(0, n, n)
        values.append(figure(*(column[rows] for column in columns)))
    return np.array(values)


def test_macro_f1__has_the_interval_of_resampled_rows():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 150)
    called = np.where(rng.random(150) < 0.7, labels, rng.integers(0, 3, 150))
    low, high = macro_f1_interval(confusion(labels, called, 3))
    plain = rows_resampled(lambda a, b: f1_score(a, b, average="macro"), labels, called, times=600)
    assert [low, high] == pytest.approx(np.quantile(plain, [0.025, 0.975]), abs=0.02)


def test_macro_f1__of_a_thousand_classes_fits_into_memory():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 1000, 3000)
    called = np.where(rng.random(3000) < 0.7, labels, rng.integers(0, 1000, 3000))
    low, high = macro_f1_interval(confusion(labels, called, 1000))
    assert 0.5 < low < high < 0.8 and high - low < 0.05


def test_f1__has_the_interval_of_resampled_rows():
    truth = np.repeat([1, 0, 1, 0], [30, 10, 12, 100])
    called = np.repeat([1, 1, 0, 0], [30, 10, 12, 100])
    low, high = f1_interval(30, 10, 12, 100)
    plain = rows_resampled(f1_score, truth, called, times=600)
    assert [low, high] == pytest.approx(np.quantile(plain, [0.025, 0.975]), abs=0.02)


def test_average_precision__has_the_interval_of_resampled_rows_with_ties():
    rng = np.random.default_rng(1)
    labels = (rng.random(120) < 0.3).astype(np.int8)
    scores = np.round(np.clip(labels * 0.3 + rng.random(120) * 0.7, 0, 1), 1)
    low, high = ap_interval(labels, scores)
    plain = rows_resampled(average_precision_score, labels, scores, times=600)
    assert [low, high] == pytest.approx(np.quantile(plain, [0.025, 0.975]), abs=0.03)


def test_average_precision__of_many_items_has_the_interval_of_resampled_rows():
    rng = np.random.default_rng(4)
    labels = (rng.random(4000) < 0.05).astype(np.int8)
    scores = np.clip(labels * 0.3 + rng.random(4000) * 0.7, 0, 1)
    low, high = ap_interval(labels, scores)
    plain = rows_resampled(average_precision_score, labels, scores, times=300)
    assert [low, high] == pytest.approx(np.quantile(plain, [0.025, 0.975]), abs=0.02)


def test_average_precision__leaves_out_what_is_not_labelled():
    labels = np.array([1, 0, 1, 0, -1, -1], np.int8)
    scores = np.array([0.9, 0.8, 0.7, 0.1, 1.0, 0.0])
    assert ap_interval(labels, scores) == ap_interval(labels[:4], scores[:4])


def test_calibration_error__is_given_its_bootstrap_standard_error_around_it():
    rng = np.random.default_rng(2)
    confidence = rng.random(200)
    right = rng.random(200) < confidence * 0.8
    estimate = expected_calibration_error(confidence, right)
    plain = rows_resampled(expected_calibration_error, confidence, right, times=800)
    low, high = ece_interval(confidence, right)
    assert high - estimate == pytest.approx(1.96 * plain.std(), rel=0.15)
    assert low == pytest.approx(max(0, estimate - (high - estimate)))


def test_perfect_answers__have_no_width():
    assert macro_f1_interval(np.diag([5, 7])) == [1.0, 1.0]
    assert f1_interval(9, 0, 0, 4) == [1.0, 1.0]
    assert ap_interval(np.array([1, 0]), np.array([0.9, 0.1])) == [1.0, 1.0]
    assert ece_interval(np.ones(4), np.ones(4, bool)) == [0.0, 0.0]


def test_nothing_to_measure__gives_no_interval():
    assert macro_f1_interval(np.zeros((3, 3), int)) is None
    assert f1_interval(0, 0, 0, 8) is None and f1_interval(0, 0, 0, 0) is None
    assert ap_interval(np.array([0, 0, -1]), np.array([0.1, 0.2, 0.3])) is None
    assert ece_interval(np.array([]), np.array([], bool)) is None


def test_part__names_every_tag_and_is_the_same_each_time():
    tasks = Tasks(Category("kind", ("A", "B")), Tags(("dots", "never")), ItemColumns("id"))
    rows = pd.DataFrame({"item_id": list("abcd"), "category": ["A", "B", "A", None],
                         "split": "heldout"})
    rows[tag_column("dots")] = pd.array([True, False, True, False], "boolean")
    rows[tag_column("never")] = pd.array([False] * 4, "boolean")
    items = Catalog(tasks, rows)
    scores = Predictions(
        tasks, items.item_ids, np.array([[.9, .1], [.2, .8], [.4, .6], [.5, .5]], np.float32),
        np.array([[.9, .1], [.6, .2], [.7, .1], [.1, .1]], np.float32))
    found = part_intervals(items, scores, {"dots": 0.5, "never": 0.5})
    assert list(found["tags"]) == ["dots", "never"]
    assert found["tags"]["never"] == {"f1": None, "ap": None}
    low, high = found["tags"]["dots"]["f1"]
    assert low < 0.8 < high == 1.0
    assert found == part_intervals(items, scores, {"dots": 0.5, "never": 0.5})
