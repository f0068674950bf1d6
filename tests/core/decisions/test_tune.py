import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.decisions.thresholds import cut_counts
from core.decisions.tune import best_f1, best_f1_of_all, precision_at_least, recall_at_least
from core.errors import ThresholdError


def counted(scores, labels):
    return cut_counts(np.array(scores, np.float32)[:, None], np.array(labels, np.int8)[:, None])


#  cut above   .1   .2   .3   .4   .5   .6   .7   .8   .9
LADDER = counted([.15, .25, .35, .45, .55, .65, .75, .85, .95],
                 [0, 0, 0, 1, 0, 1, 0, 1, 1])


def test_best_f1__takes_the_middle_between_the_scores_on_both_sides():
    counts = counted([0.9, 0.8, 0.2, 0.1], [1, 1, 0, 0])

    assert best_f1(counts, 0) == pytest.approx(0.5, abs=0.0015)


def test_best_f1__by_hand():
    # F1 with cuts from the top: 1: 2/5, 2: 4/6, 3: 4/7, 4: 6/8, 5: 6/9, 6: 8/10, 7: 8/11
    assert best_f1(LADDER, 0) == pytest.approx(0.4, abs=0.0015)


def test_best_f1__of_a_tag_without_positives_is_a_half():
    assert best_f1(counted([0.9, 0.1], [0, 0]), 0) == 0.5
    assert best_f1(counted([], []), 0) == 0.5


def test_best_f1_of_all__goes_by_name():
    counts = cut_counts(
        np.array([[0.9, 0.3], [0.1, 0.1]], np.float32), np.array([[1, 1], [0, 0]], np.int8)
    )

    found = best_f1_of_all(counts, ("red", "old"))

    assert found == {"red": pytest.approx(0.5, abs=0.0015), "old": pytest.approx(0.2, abs=0.001)}


def test_precision_at_least__keeps_as_much_recall_as_it_can():
    assert precision_at_least(LADDER, 0, 1.0) == pytest.approx(0.8, abs=0.0015)  # 2 of 2
    assert precision_at_least(LADDER, 0, 0.75) == pytest.approx(0.6, abs=0.0015)  # 3 of 4
    assert precision_at_least(LADDER, 0, 0.6) == pytest.approx(0.4, abs=0.0015)  # 4 of 6


def test_recall_at_least__keeps_as_much_precision_as_it_can():
    assert recall_at_least(LADDER, 0, 0.5) == pytest.approx(0.8, abs=0.0015)
    assert recall_at_least(LADDER, 0, 0.51) == pytest.approx(0.6, abs=0.0015)
    assert recall_at_least(LADDER, 0, 1.0) == pytest.approx(0.4, abs=0.0015)


def test_precision_at_least__names_the_nearest_when_out_of_reach():
    counts = counted([0.9, 0.7, 0.5], [0, 1, 1])

    with pytest.raises(ThresholdError) as refused:
        precision_at_least(counts, 0, 0.9)

    assert str(refused.value) == (
        "no threshold reaches a precision of 0.900 here; the nearest is 0.667, at threshold"
        " 0.250, with a recall of 1.000"
    )


@pytest.mark.parametrize("choose", [precision_at_least, recall_at_least])
def test_wishes__that_are_no_share_are_refused(choose):
    for wanted in (0, -1, 85, float("nan")):
        with pytest.raises(ThresholdError, match="above 0 and up to 1.*write 85 % as 0.85"):
            choose(LADDER, 0, wanted)


@pytest.mark.parametrize("choose", [precision_at_least, recall_at_least])
def test_wishes__for_a_tag_without_positives_are_refused(choose):
    with pytest.raises(ThresholdError, match="no item here is tagged"):
        choose(counted([0.5], [0]), 0, 0.5)


answers = st.lists(
    st.tuples(st.floats(0, 1, width=32), st.sampled_from([0, 1])), min_size=1, max_size=60
)


@given(answers, st.floats(0.01, 1))
def test_choices__keep_their_promise_on_the_data_they_were_chosen_on(pairs, wanted):
    scores, labels = np.array(pairs).T
    if not labels.any():
        return
    counts = counted(scores, labels)

    def figures(threshold):
        accepted = scores.astype(np.float32).astype(float) >= threshold
        hits = (labels[accepted] == 1).sum()
        return hits / max(1, accepted.sum()), hits / labels.sum()

    assert figures(recall_at_least(counts, 0, wanted))[1] >= wanted
    try:
        assert figures(precision_at_least(counts, 0, wanted))[0] >= wanted
    except ThresholdError:
        assert np.nanmax(counts.precision) < wanted


@given(answers)
def test_best_f1__is_the_best_of_all_cuts(pairs):
    scores, labels = np.array(pairs).T
    if not labels.any():
        return
    counts = counted(scores, labels)

    assert counts.f1[0, round(best_f1(counts, 0) * 1000)] == np.nanmax(counts.f1)
