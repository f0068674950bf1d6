"""Where wrong categories and wrong tags meet, against grids counted by hand and SciPy."""

import numpy as np
import pytest
from scipy.stats import fisher_exact

from core.errors import PredictionsError
from core.metrics.joint import cell_tags, tag_by_category, tag_pairs, together
from core.metrics.judged import CLEAR, HIT, MISSED, UNKNOWN, WRONG, Judged
from tests.core.metrics.judging import drawn, judged


def test_results__say_what_became_of_each_tag():
    found = judged([0] * 5, [0] * 5, truth=np.array([[1], [1], [0], [0], [-1]]),
                   scores=np.array([[0.5], [0.4], [0.5], [0.4], [0.9]]))
    assert found.results[:, 0].tolist() == [HIT, MISSED, WRONG, CLEAR, UNKNOWN]


def test_items__right_in_both_one_and_none_are_counted():
    found = judged([0, 0, 0, 1, 1, -1, 0], [0, 0, 1, 0, 1, 0, 0],
                   truth=np.array([[1], [1], [1], [0], [0], [1], [-1]]),
                   scores=np.array([[1], [0], [1], [1], [0], [1], [1]]))
    counted = together(found)
    assert (counted.both, counted.category_only, counted.tags_only, counted.neither) == (2, 1, 1, 1)
    assert counted.total == 5  # the unlabelled category and the unlabelled tag are left out
    assert counted.tags_wrong(category_right=True) == (1, 3)
    assert counted.tags_wrong(category_right=False) == (1, 2)
    assert counted.p == pytest.approx(fisher_exact([[2, 1], [1, 1]]).pvalue)


def test_an_item__with_one_wrong_tag_of_two_is_wrong_in_its_tags():
    found = judged([0], [0], truth=np.array([[1, 0]]), scores=np.array([[1, 1]]))
    assert together(found).category_only == 1


def test_without_tags__nothing_is_judged_together():
    found = judged([0, 1], [0, 0])
    assert together(found).total == 0
    assert together(found).p is None
    assert cell_tags(found) == [] and tag_pairs(found) == []


def test_without_answers__the_sentence_says_so():
    bare = Judged(judged([0], [0]).catalog)
    with pytest.raises(PredictionsError, match="no model has answered these items yet"):
        together(bare)


def test_a_cell__tells_which_tag_goes_wrong_on_it_more_than_on_the_rightly_called():
    # of 6 A called B, 5 are wrongly tagged; of 8 A called A, 1 is
    labels, answers = [0] * 14, [1] * 6 + [0] * 8
    scores = np.array([[1]] * 5 + [[0]] + [[1]] + [[0]] * 7)
    found = cell_tags(judged(labels, answers, truth=np.zeros((14, 1), int), scores=scores))
    assert len(found) == 1
    one = found[0]
    assert (one.label, one.predicted, one.tag, one.result) == (0, 1, 0, WRONG)
    assert (one.count, one.support, one.right_count, one.right_support) == (5, 6, 1, 8)
    assert one.p == pytest.approx(fisher_exact([[5, 1], [1, 7]], alternative="greater").pvalue)
    assert one.q == pytest.approx(2 * one.p)  # two questions: wrongly given, missed
    assert one.interval == pytest.approx((0.436, 0.970), abs=1e-3)


def test_cells__with_too_few_items_are_passed_over():
    labels, answers = [0] * 8, [1] * 4 + [0] * 4
    scores = np.array([[1]] * 4 + [[0]] * 4)
    items = judged(labels, answers, truth=np.zeros((8, 1), int), scores=scores)
    assert cell_tags(items) == []
    assert [one.count for one in cell_tags(items, floor=4)] == [4]


def test_a_tag__is_counted_within_true_and_predicted_categories():
    found = tag_by_category(judged([0, 0, 1, 1, -1], [0, 1, 1, 1, 0], classes=2,
                                   truth=np.array([[1], [1], [0], [1], [0]]),
                                   scores=np.array([[1], [0], [1], [1], [0]])), 0)
    assert found.by_label.tolist() == [[1, 0, 1, 0], [1, 1, 0, 0]]  # hit, wrong, missed, clear
    assert found.by_answer.tolist() == [[1, 0, 0, 1], [1, 1, 1, 0]]


def test_tags__are_confused_when_one_is_missed_and_the_other_given():
    truth = np.array([[1, 0]] * 4 + [[0, 0]] * 6)
    scores = np.array([[0, 1]] * 3 + [[1, 0]] + [[0, 1]] + [[0, 0]] * 5)
    found = tag_pairs(judged([0] * 10, [0] * 10, truth=truth, scores=scores))
    assert [(one.missed, one.wrong, one.count, one.support, one.rest_count, one.rest_support)
            for one in found] == [(0, 1, 3, 3, 1, 7)]
    assert found[0].p == pytest.approx(fisher_exact([[3, 0], [1, 6]], alternative="greater").pvalue)


def test_counts__agree_with_plain_loops_on_drawn_items():
    items = drawn(400, seed=3, gaps=True)
    results, labels = items.results, items.catalog.category
    for one in cell_tags(items, floor=5):
        cell = (labels == one.label) & (items.best == one.predicted)
        own = results[cell, one.tag]
        assert (one.count, one.support) == ((own == one.result).sum(), (own != UNKNOWN).sum())
    for one in tag_pairs(items):
        known = (results[:, one.missed] != UNKNOWN) & (results[:, one.wrong] != UNKNOWN)
        missed = known & (results[:, one.missed] == MISSED)
        wrong = results[:, one.wrong] == WRONG
        assert (one.count, one.support) == ((missed & wrong).sum(), missed.sum())
        assert (one.rest_count, one.rest_support) == (
            (known & ~missed & wrong).sum(), (known & ~missed).sum())
