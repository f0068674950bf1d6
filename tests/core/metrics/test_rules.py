"""Rules learned from labels: counted by hand, and against pandas."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

from core.metrics.rules import EXCLUDES, IMPLIES, LabelPairs, broken, learn_rules

# 40 items: tag 0 on 30 of which 28 are class 0, and never with tag 1; class 1 has tag 1 on 10.
CATEGORY = np.array([0] * 28 + [1] * 12)
TAGS = np.array([[1, 0]] * 28 + [[1, 0]] * 2 + [[0, 1]] * 10)


def described(rules):
    return [(one.kind, one.a, one.b, one.kept, one.support) for one in rules]


def test_rules__are_learned_with_support_and_confidence():
    found = learn_rules(LabelPairs(CATEGORY, TAGS, 2), floor=10)
    assert described(found) == [
        (IMPLIES, 3, 1, 10, 10), (IMPLIES, 0, 2, 28, 28), (IMPLIES, 1, 3, 10, 12),
        (IMPLIES, 2, 0, 28, 30), (EXCLUDES, 3, 2, 10, 10), (EXCLUDES, 3, 0, 10, 10),
    ]
    rule = found[3]  # tag 0 implies class 0
    assert rule.confidence == pytest.approx(28 / 30)
    assert rule.lift == pytest.approx((28 / 30) / (28 / 40))
    assert rule.interval == pytest.approx((0.787, 0.982), abs=1e-3)
    assert rule.p == pytest.approx(
        fisher_exact([[28, 2], [0, 10]], alternative="greater").pvalue)


def test_a_rule__needs_its_support_and_its_confidence():
    pairs = LabelPairs(CATEGORY, TAGS, 2)
    assert all(one.support >= 20 for one in learn_rules(pairs))
    sure = {IMPLIES: 1.0, EXCLUDES: 1.0}
    assert all(one.broken == 0 for one in learn_rules(pairs, floor=10, confidence=sure))


def test_labels__that_go_together_by_chance_make_no_rule():
    rng = np.random.default_rng(0)
    tags = (rng.random((3000, 6)) < [0.95, 0.9, 0.5, 0.5, 0.02, 0.02]).astype(int)
    assert learn_rules(LabelPairs(rng.integers(0, 4, 3000), tags, 4)) == []


def test_items__that_break_a_rule_are_counted_in_labels_and_in_answers():
    rules = learn_rules(LabelPairs(CATEGORY, TAGS, 2), floor=10)
    assert broken(LabelPairs(CATEGORY, TAGS, 2), rules).tolist() == [one.broken for one in rules]
    answers = TAGS.copy()
    answers[:3, 1] = 1  # three more answers give class 0 the tag 1
    assert broken(LabelPairs(CATEGORY, answers, 2), rules).tolist() == [3, 0, 2, 2, 3, 3]


def test_unlabelled_answers__neither_keep_nor_break_a_rule():
    tags = TAGS.copy()
    tags[0, 0] = -1
    category = CATEGORY.copy()
    category[1] = -1
    found = learn_rules(LabelPairs(category, tags, 2), floor=10)
    assert (IMPLIES, 2, 0, 26, 28) in described(found)  # items 0 and 1 say nothing of it
    assert (IMPLIES, 0, 2, 26, 26) in described(found)


def test_pairs__agree_with_pandas_on_drawn_labels_with_gaps():
    rng = np.random.default_rng(5)
    category, tags = rng.integers(-1, 3, 300), rng.integers(-1, 2, (300, 4))
    pairs = LabelPairs(category, tags, 3)
    columns = [pd.Series(np.where(category < 0, np.nan, category == k)) for k in range(3)]
    columns += [pd.Series(np.where(t < 0, np.nan, t)) for t in tags.T]
    a, b = pairs.pairs
    for i, j, both, known, first in zip(a, b, pairs.both(a, b), pairs.known(a, b),
                                        pairs.first(a, b)):
        x, y = columns[i].astype(float), columns[j].astype(float)
        assert both == ((x == 1) & (y == 1)).sum()
        assert known == (x.notna() & y.notna()).sum()
        assert first == ((x == 1) & y.notna()).sum()


def test_no_items__and_no_tags_make_no_rules():
    for category, tags in (([], np.empty((0, 2), int)), ([0, 1], np.empty((2, 0), int))):
        pairs = LabelPairs(np.array(category, int), tags, 2)
        assert learn_rules(pairs) == []
        assert broken(pairs, []).tolist() == []
