import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from core.catalog.table import Catalog
from core.metrics.compare import Answers, Pairing, bootstrap_difference, compare
from core.predictions.table import Predictions
from core.tasks import Category, Tags, Tasks

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


def test_bootstrap__draws_groups_as_wholes():
    rng, groups = np.random.default_rng(2), np.repeat(np.arange(30), 10)
    a, b = np.repeat(rng.random(30) < 0.4, 10), np.repeat(rng.random(30) < 0.6, 10)
    each = bootstrap_difference(a[::10], b[::10], resamples=4000)
    assert bootstrap_difference(a, b, groups, resamples=4000) == pytest.approx(each, abs=0.02)
    alone = bootstrap_difference(a, b)
    assert each[2] - each[1] > 2.5 * (alone[2] - alone[1])


def test_bootstrap__of_no_items_is_not_a_number():
    assert np.isnan(bootstrap_difference(A[:0], B[:0])).all()


TASKS = Tasks(Category("kind", ("x", "y")), Tags(("dots",)))


def answers(ids, y_scores, dots, threshold=0.5, seen=()):
    y = np.array(y_scores, np.float32)
    return Answers(
        Predictions(
            TASKS, np.array(list(ids), object), np.stack([1 - y, y], axis=1),
            np.array(dots, np.float32)[:, None],
        ),
        {"dots": threshold},
        frozenset(seen),
    )


def items(*rows):
    """(id, category, dots, content) rows."""
    frame = pd.DataFrame(rows, columns=["item_id", "category", "tag:dots", "content"])
    frame["tag:dots"] = frame["tag:dots"].astype("boolean")
    return Catalog(TASKS, frame.assign(split="heldout"))


def test_compare__joins_by_id_and_leaves_out_what_either_model_saw_or_did_not_answer():
    catalog = items(
        ("p", "x", True, "c1"), ("q", "y", False, "c2"), ("r", "y", True, "c3"),
        ("s", "x", True, "c4"), ("t", None, None, "c5"),
    )
    a = answers("pqrst", [0.9, 0.2, 0.8, 0.1, 0.5], [0.9, 0.1, 0.2, 0.2, 0.5], seen=["c4"])
    b = answers("tqpr", [0.5, 0.7, 0.1, 0.6], [0.5, 0.6, 0.7, 0.625], threshold=0.625)
    compared = compare(catalog, a, b)
    assert compared.left_out_seen == 1
    assert list(compared.category.mended) == ["p", "q"]
    assert list(compared.category.broken) == []
    assert compared.category.both_right == 1  # r
    dots = compared.tags["dots"]  # b accepts r at a tie: 0.625 >= 0.625
    assert list(dots.mended) == ["r"]
    assert dots.to_json()["n"] == 3


def test_compare__of_no_items_says_nothing():
    compared = compare(items(), answers("a", [0.5], [0.5]), answers("a", [0.5], [0.5])).to_json()
    assert compared["category"]["n"] == 0
    assert compared["category"]["difference"] is None
    assert compared["category"]["p_value"] == 1.0
