"""A slice from model to model: the same items, groups drawn together."""

import numpy as np
import pytest

from core.errors import PredictionsError
from core.metrics.evaluation import evaluate_part
from core.metrics.slices import watch
from core.metrics.slices.figures import figure_keys
from core.metrics.slices.watch import change, figure
from tests.core.metrics.judging import drawn, judged


def two(n: int, mended: int, group: list[str] | None = None):
    """A has half of the items right; B ``mended`` more."""
    columns = {"group": group} if group else None
    labels = np.zeros(n, int)
    a = np.where(np.arange(n) < n // 2, 0, 1)
    b = np.where(np.arange(n) < n // 2 + mended, 0, 1)
    return judged(labels, a, columns=columns), judged(labels, b, columns=columns)


def test_a_change__is_b_minus_a_with_a_paired_interval():
    found = change(*two(100, 20), "top1")
    assert found.value == pytest.approx(0.2)
    assert found.interval == pytest.approx([0.13, 0.28], abs=0.02)
    assert (found.n, found.sure) == (100, True)
    assert not change(*two(100, 1), "top1").sure


def test_groups__are_drawn_together_which_widens_the_interval():
    # all that B mends are of one seller of ten
    groups = [f"s{k // 10}" for k in range(100)]
    alone, together = (change(*two(100, 10, own), "top1") for own in (None, groups))
    assert alone.value == together.value == pytest.approx(0.1)
    assert together.interval[0] == 0 and not together.sure
    assert alone.sure


def test_few_groups__say_too_little_so_their_items_are_drawn():
    one = change(*two(100, 20, ["the only seller"] * 100), "top1")
    assert one.interval == change(*two(100, 20), "top1").interval


@pytest.mark.parametrize("seed", range(3))
def test_every_figure__changes_by_the_difference_of_the_two(seed):
    a = drawn(150, seed=seed)
    rng = np.random.default_rng(seed)
    scores = np.clip(a.predictions.tags + rng.normal(0, 0.2, a.predictions.tags.shape), 0, 1)
    b = judged(a.catalog.category, rng.permutation(a.predictions.category), classes=4,
               truth=a.catalog.tags, scores=scores, columns={"group": a.catalog.rows["group"]})
    for key in figure_keys(a.catalog.tasks.tag_names):
        found = change(a, b, key)
        assert found.value == pytest.approx(figure(b, key)[0] - figure(a, key)[0], abs=1e-6), key
        assert found.interval[0] <= found.value + 0.05 and found.interval[1] >= found.value - 0.05


def test_a_model__against_itself_does_not_change():
    items = drawn(80)
    for key in figure_keys(items.catalog.tasks.tag_names):
        assert (change(items, items, key).value, change(items, items, key).sure) == (0, False)


def test_many_items__keep_their_change_when_they_lose_their_interval(monkeypatch):
    monkeypatch.setattr(watch, "MOST_DRAWN", 50)
    a, b = two(100, 20)
    assert change(a, b, "macro_f1").interval is None
    assert change(a, b, "macro_f1").value == pytest.approx(
        figure(b, "macro_f1")[0] - figure(a, "macro_f1")[0])
    assert change(a, b, "top1").sure


def test_undefined_figures__have_no_change():
    none = judged([-1, -1], [0, 0])
    assert change(none, none, "top1") == watch.Change(None, None, 2)
    assert change(none.where(np.zeros(2, bool)), none.where(np.zeros(2, bool)), "ece").value is None


def test_other_items__are_refused():
    with pytest.raises(PredictionsError, match="compared on the same items"):
        change(judged([0], [0]), judged([0], [0], ids=["other"]), "top1")


def test_a_share__has_the_same_interval_as_among_a_models_figures():
    groups = [f"s{k // 10}" for k in range(100)]
    alone, together = (two(100, 30, own)[0] for own in (None, groups))
    told = evaluate_part(together.catalog, together.predictions, {})
    assert figure(together, "top1")[1] == told["top1_interval"]
    assert figure(together, "top1")[1][0] < figure(alone, "top1")[1][0]
