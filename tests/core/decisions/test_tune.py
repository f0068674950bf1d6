import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.decisions.outcomes import outcomes_at
from core.decisions.reasons import (
    BestF,
    LeastCost,
    PrecisionAtLeast,
    RecallAtLeast,
    ReviewBudget,
    SameRate,
    reason_of,
)
from core.decisions.thresholds import GRID, cut_counts
from core.decisions.tune import choose
from core.errors import ThresholdError


def counted(scores, labels):
    return cut_counts(np.array(scores, np.float32)[:, None], np.array(labels, np.int8)[:, None])


def chosen(counts, reason=BestF()):
    found = choose(counts, reason)
    assert found.status == ("chosen",) and found.sentences == ("",)
    return GRID[found.cuts[0]]


#  cut above   .1   .2   .3   .4   .5   .6   .7   .8   .9
LADDER = counted([.15, .25, .35, .45, .55, .65, .75, .85, .95],
                 [0, 0, 0, 1, 0, 1, 0, 1, 1])


def test_best_f__takes_the_middle_between_the_scores_on_both_sides():
    assert chosen(counted([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0])) == pytest.approx(0.5, abs=0.0015)


def test_best_f__by_hand():
    # F1 with cuts from the top: 1: 2/5, 2: 4/6, 3: 4/7, 4: 6/8, 5: 6/9, 6: 8/10, 7: 8/11
    assert chosen(LADDER) == pytest.approx(0.4, abs=0.0015)
    # F-half, 1.25 TP / (1.25 TP + .25 FN + FP): 2: 2.5/3, 4: 3.75/5, 6: 5/7
    assert chosen(LADDER, BestF(0.5)) == pytest.approx(0.8, abs=0.0015)


def test_choose__goes_by_tag():
    counts = cut_counts(
        np.array([[0.9, 0.3], [0.1, 0.1]], np.float32), np.array([[1, 1], [0, 0]], np.int8)
    )

    found = choose(counts).thresholds(("red", "old"))

    assert found == {"red": pytest.approx(0.5, abs=0.0015), "old": pytest.approx(0.2, abs=0.001)}


def test_precision_at_least__keeps_as_much_recall_as_it_can():
    assert chosen(LADDER, PrecisionAtLeast(1.0)) == pytest.approx(0.8, abs=0.0015)  # 2 of 2
    assert chosen(LADDER, PrecisionAtLeast(0.75)) == pytest.approx(0.6, abs=0.0015)  # 3 of 4
    assert chosen(LADDER, PrecisionAtLeast(0.6)) == pytest.approx(0.4, abs=0.0015)  # 4 of 6


def test_recall_at_least__keeps_as_much_precision_as_it_can():
    assert chosen(LADDER, RecallAtLeast(0.5)) == pytest.approx(0.8, abs=0.0015)
    assert chosen(LADDER, RecallAtLeast(0.51)) == pytest.approx(0.6, abs=0.0015)
    assert chosen(LADDER, RecallAtLeast(1.0)) == pytest.approx(0.4, abs=0.0015)


def test_least_cost__weighs_wrong_against_missed_tags():
    # cuts from the top accept (TP, FP): 2: (2, 0), 4: (3, 1), 6: (4, 2), 9: (4, 5)
    assert chosen(LADDER, LeastCost(3, 2)) == pytest.approx(0.8, abs=0.0015)  # 2 missed cost 4
    assert chosen(LADDER, LeastCost(2, 5)) == pytest.approx(0.4, abs=0.0015)  # 2 wrong cost 4
    assert outcomes_at(LADDER, choose(LADDER, LeastCost(1, 0)).cuts).fp == 0
    assert outcomes_at(LADDER, choose(LADDER, LeastCost(0, 1)).cuts).fn == 0


def test_review_budget__finds_as_many_as_the_reviews_allow():
    # 4 of 9 items are 4,444 of 10,000
    assert chosen(LADDER, ReviewBudget(4444)) == pytest.approx(0.8, abs=0.0015)  # 2 hits of 2
    assert chosen(LADDER, ReviewBudget(4445)) == pytest.approx(0.6, abs=0.0015)  # 3 of 4
    assert chosen(LADDER, ReviewBudget(0)) > 0.95


def test_same_rate__tags_as_many_items_as_have_the_tag():
    assert chosen(LADDER, SameRate()) == pytest.approx(0.6, abs=0.0015)  # 4 items of 9


def test_choose__offers_the_nearest_precision_when_out_of_reach():
    found = choose(counted([0.9, 0.7, 0.5], [0, 1, 1]), PrecisionAtLeast(0.9))

    assert found.status == ("nearest",)
    assert found.thresholds(["red"]) == {"red": pytest.approx(0.25, abs=0.001)}
    assert found.sentences == (
        "no threshold reaches a precision of 0.900 here; the nearest is 0.667, at threshold"
        " 0.250, with a recall of 1.000",
    )


def test_choose__offers_the_nearest_budget_and_rate_when_all_scores_are_equal():
    equal = counted([1.0] * 4, [1, 0, 0, 0])

    budget, rate = choose(equal, ReviewBudget(100)), choose(equal, SameRate())

    assert budget.sentences == (
        "no threshold keeps to 100 reviews per 10,000 items; the nearest is 10,000, at threshold"
        " 0.500, because so many items have the highest score",
    )
    assert rate.sentences == (
        "no threshold tags as many items as have the tag (25.0%); the nearest tags 100.0%, at"
        " threshold 0.500",
    )
    assert budget.status == rate.status == ("nearest",)


def test_choose__a_tag_without_positives_is_undecided_where_the_reason_needs_them():
    counts = cut_counts(np.array([[0.9, 0.9], [0.1, 0.1]], np.float32),
                        np.array([[0, 1], [0, 0]], np.int8))

    for reason in (BestF(), PrecisionAtLeast(0.5), RecallAtLeast(0.5)):
        found = choose(counts, reason)
        assert found.status == ("undecided", "chosen") and found.cuts[0] == 500
        assert found.sentences[0] == (
            "no item here is tagged, so there is nothing to choose by; label some items, or set"
            " the threshold by hand"
        )
    for reason in (LeastCost(1, 1), ReviewBudget(10), SameRate(0)):
        assert chosen(counts.only(0), reason) > 0.9


def test_choose__without_labels_nothing_is_chosen():
    for reason in (BestF(), LeastCost(1, 1), ReviewBudget(10), SameRate()):
        found = choose(counted([0.3, 0.4], [-1, -1]), reason)
        assert found.status == ("undecided",) and found.cuts[0] == 500
    nothing = choose(cut_counts(np.empty((0, 0), np.float32), np.empty((0, 0), np.int8)))
    assert nothing.thresholds(()) == {}


@pytest.mark.parametrize("make", [PrecisionAtLeast, RecallAtLeast])
def test_wishes__that_are_no_share_are_refused(make):
    for wanted in (0, -1, 85, float("nan"), "0.9", True, None):
        with pytest.raises(ThresholdError, match="above 0 and up to 1.*write 85 % as 0.85"):
            make(wanted)


def test_prices_and_budgets__that_are_no_numbers_are_refused():
    with pytest.raises(ThresholdError, match="cost of a wrong tag must be a number at least 0"):
        LeastCost(-1, 1)
    with pytest.raises(ThresholdError, match="one of the two costs must be above 0"):
        LeastCost(0, 0)
    with pytest.raises(ThresholdError, match="at least 0 and at most 10,000, got 20000"):
        ReviewBudget(20000)
    with pytest.raises(ThresholdError, match="beta must be a number above 0"):
        BestF(0)
    with pytest.raises(ThresholdError, match="cost of a missed tag.*got inf"):
        LeastCost(1, math.inf)


def test_reasons__are_read_from_json_as_they_are_written():
    for reason in (BestF(2.0), PrecisionAtLeast(0.9), RecallAtLeast(0.8), LeastCost(1, 5),
                   ReviewBudget(200), SameRate(0.05)):
        assert reason_of(reason.to_json()) == reason
    assert PrecisionAtLeast(0.9).to_json() == {"reason": "precision", "wanted": 0.9}


def test_reasons__from_json_are_doubted():
    with pytest.raises(ThresholdError, match="one of f_beta, precision, recall, cost, reviews"):
        reason_of({"reason": "luck"})
    with pytest.raises(ThresholdError, match="'cost' takes false_tag, missed_tag; got price"):
        reason_of({"reason": "cost", "price": 3})
    with pytest.raises(ThresholdError, match="one of f_beta"):
        reason_of(["cost"])


scores = st.one_of(st.floats(0, 1, width=32), st.sampled_from([0.0, 0.25, 0.5, 0.7, 1.0]))
answers = st.lists(st.tuples(scores, st.sampled_from([0, 1, -1])), max_size=40)
wishes = st.one_of(
    st.builds(BestF, st.sampled_from([0.5, 1.0, 2.0])),
    st.builds(PrecisionAtLeast, st.floats(0.01, 1)),
    st.builds(RecallAtLeast, st.floats(0.01, 1)),
    st.builds(LeastCost, st.floats(0.1, 9), st.floats(0, 9)),
    st.builds(ReviewBudget, st.floats(0, 10_000)),
    st.builds(SameRate, st.floats(0, 1)),
)


@given(st.lists(answers, min_size=1, max_size=3), wishes)
def test_choices__keep_to_their_wish_on_the_data_they_were_chosen_on(sets, reason):
    """Counted again from the scores, and against every other cut."""
    size = max(map(len, sets))
    filled = [pairs + [(0.5, -1)] * (size - len(pairs)) for pairs in sets]
    table = np.array([[[s, y] for s, y in pairs] for pairs in filled]).reshape(len(sets), size, 2)
    given_scores = table[:, :, 0].T.astype(np.float32)
    labels = table[:, :, 1].T.astype(np.int8)
    counts = cut_counts(given_scores, labels)

    found = choose(counts, reason)

    for t in range(len(sets)):
        own = np.floor(given_scores[:, t].astype(float) * 1000).astype(int)
        steps = {0, 1000, *own, *np.minimum(own + 1, 1000)}  # between them the counts are equal
        keeps, worth = _worth(given_scores[:, t], labels[:, t], GRID[found.cuts[t]], reason)
        wish = [_worth(given_scores[:, t], labels[:, t], GRID[step], reason) for step in steps]
        known = labels[:, t] >= 0
        if found.status[t] == "undecided":
            assert not (labels[:, t] == 1).any() if reason.needs_positives else not known.any()
        elif found.status[t] == "nearest":
            assert not any(kept for kept, _ in wish) and found.sentences[t]
        else:
            assert keeps
            assert worth == max(value for kept, value in wish if kept)


def _worth(scores, labels, threshold, reason):
    """(whether a cut keeps to the wish, what it is worth), from the scores themselves."""
    accepted = scores.astype(float) >= threshold
    tp, fp = int((accepted & (labels == 1)).sum()), int((accepted & (labels == 0)).sum())
    positives, n = int((labels == 1).sum()), int((labels >= 0).sum())
    precision = tp / (tp + fp) if tp + fp else -1
    recall = tp / positives if positives else -1
    match reason:
        case BestF(beta):
            below = (1 + beta**2) * tp + (beta**2 * (positives - tp) + fp)
            return True, (1 + beta**2) * tp / below if below else -1
        case PrecisionAtLeast(wanted):
            return precision >= wanted, recall
        case RecallAtLeast(wanted):
            return recall >= wanted, precision
        case LeastCost(false_tag, missed_tag):
            return True, -(false_tag * fp + missed_tag * (positives - tp))
        case ReviewBudget(per_10k):
            return n > 0 and 10_000 * (tp + fp) / n <= per_10k, tp
        case SameRate(within):
            apart = abs(tp + fp - positives)
            return apart <= max(1, within * positives), -apart


def test_outcomes_at__of_a_choice_are_those_of_the_scores():
    found = outcomes_at(LADDER, choose(LADDER, PrecisionAtLeast(0.75)).cuts)

    assert [int(v[0]) for v in vars(found).values()] == [3, 1, 1, 4]
    assert found.to_json(["red"])["red"]["false_per_10k"] == pytest.approx(10_000 / 9)
