import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.decisions.thresholds import cut_counts
from core.decisions.zones import Zone, choose_zones, review_curve, zone_cuts, zone_outcomes
from core.errors import ThresholdError


def counted(scores, labels):
    return cut_counts(np.array(scores, np.float32)[:, None], np.array(labels, np.int8)[:, None])


#  cut above   .1   .2   .3   .4   .5   .6   .7   .8   .9
LADDER = counted([.15, .25, .35, .45, .55, .65, .75, .85, .95],
                 [0, 0, 0, 1, 0, 1, 0, 1, 1])


def made(counts, **wishes):
    zones = choose_zones(counts, **wishes)
    return zones, zone_outcomes(counts, zones.accept, zones.reject)


def cuts(zones):
    return zones.zone(0).accept, zones.zone(0).reject


def test_zones__leave_to_a_person_what_lies_between_sure_and_sure():
    zones, found = made(LADDER, precision=1.0, recall=1.0)

    assert cuts(zones) == pytest.approx((0.8, 0.4), abs=0.0015)
    assert zones.status == ("chosen",) and zones.sentences == ("",)
    said = found.to_json(["red"])["red"]
    assert (said["precision"], said["recall"], said["npv"]) == (1, 1, 1)
    assert said["review_share"] == pytest.approx(4 / 9)
    assert said["review_per_10k"] == pytest.approx(40_000 / 9)
    assert said["accepted_per_10k"] == pytest.approx(20_000 / 9)


def test_zones__by_what_is_rejected_rightly():
    zones, found = made(LADDER, precision=1.0, npv=0.8)  # of the lowest 5, 4 are untagged

    assert cuts(zones) == pytest.approx((0.8, 0.6), abs=0.0015)
    assert found.npv == [0.8] and found.review == [2] and found.recall == [0.75]


def test_zones__that_need_no_review_are_one_cut():
    zones, found = made(LADDER, precision=0.75, recall=0.75)

    assert zones.zone(0).accept == zones.zone(0).reject == 0.6
    assert found.review == [0]
    assert made(LADDER, precision=0.75)[1].review == [0]
    assert made(LADDER, recall=0.75)[1].accepted == [9]  # of any precision: accept them all


def test_zones__out_of_reach_accept_nothing_and_say_so():
    counts = counted([0.9, 0.7, 0.5], [0, 1, 1])

    zones, found = made(counts, precision=0.9, recall=1.0)

    assert zones.zone(0).accept is None and cuts(zones)[1] == pytest.approx(0.25, abs=0.001)
    assert zones.status == ("nearest",) and found.accepted == [0] and found.review == [3]
    assert zones.sentences == (
        "no cut reaches a precision of 0.900 here (at most 0.667), so nothing is accepted unseen;"
        " wish for less, or have people look",
    )


def test_zones__of_a_tag_without_positives_leave_everything_to_a_person():
    for counts in (counted([0.9, 0.1], [0, 0]), counted([0.4], [-1]), counted([], [])):
        zones, found = made(counts, precision=0.9, recall=0.9)
        assert zones.status == ("undecided",) and zones.zone(0) == Zone(None, 0.0)
        assert found.review == counts.positives + counts.negatives
        assert zones.to_json(["red"])["red"]["sentence"].startswith("no item here is tagged")


def test_zones__need_a_wish_that_is_a_share():
    with pytest.raises(ThresholdError, match="zones need a wish"):
        choose_zones(LADDER)
    with pytest.raises(ThresholdError, match="the npv asked for must lie above 0 and up to 1"):
        choose_zones(LADDER, npv=95)
    with pytest.raises(ThresholdError, match="say how much recall or npv is wanted"):
        review_curve(LADDER, 0)
    with pytest.raises(ThresholdError, match="from which items are accepted must lie in"):
        Zone(1.5, 0.2)
    with pytest.raises(ThresholdError, match="rejected below 0.6 and accepted from 0.2"):
        Zone(0.2, 0.6)


def test_zone_cuts__are_the_numbers_of_the_grid():
    assert zone_cuts(Zone(0.8, 0.399)) == (800, 399) and zone_cuts(Zone(None, 0.0)) == (1001, 0)


def test_review_curve__says_how_many_items_each_precision_costs():
    curve = review_curve(LADDER, 0, recall=1.0, precisions=np.array([0.6, 0.7, 0.75, 0.9, 1.0]))

    # accepted: 6 with 4 right, 4 with 3, 2 with 2; all above .4 must be seen or accepted
    np.testing.assert_allclose(curve.review_share, np.array([0, 2, 2, 4, 4]) / 9)
    np.testing.assert_allclose(curve.accepted_share, np.array([6, 4, 4, 2, 2]) / 9)
    assert curve.per_10k[-1] == pytest.approx(40_000 / 9)
    assert len(review_curve(LADDER, 0, npv=0.9).precision) == 51
    nothing = review_curve(counted([0.9, 0.7], [0, 1]), 0, recall=1.0, precisions=[0.9])
    assert nothing.review_share == [1] and nothing.accepted_share == [0]
    assert np.isnan(review_curve(counted([], []), 0, recall=1.0).review_share).all()


scores = st.one_of(st.floats(0, 1, width=32), st.sampled_from([0.0, 0.25, 0.5, 1.0]))
answers = st.lists(st.tuples(scores, st.sampled_from([0, 1, -1])), min_size=1, max_size=12)
shares = st.sampled_from([0.3, 0.5, 0.75, 0.9, 1.0])


@settings(max_examples=60)
@given(answers, shares, st.one_of(st.none(), shares), st.one_of(st.none(), shares))
def test_zones__keep_to_their_wishes_with_the_least_review(pairs, precision, recall, npv):
    """Against every pair of cuts between which the counts differ."""
    values = np.array([score for score, _ in pairs], np.float32).astype(float)
    labels = np.array([label for _, label in pairs])
    counts = counted(values, labels)
    zones, found = made(counts, precision=precision, recall=recall, npv=npv)
    if zones.status[0] == "undecided":
        assert not (labels == 1).any()
        return

    def judged(accept, reject):
        """(keeps to the wishes, items to look at) from the scores."""
        above, below = (values >= accept) & (labels >= 0), (values < reject) & (labels >= 0)
        good = not above.any() or (labels[above] == 1).mean() >= precision
        if recall is not None:
            good &= 1 - (labels[below] == 1).sum() / (labels == 1).sum() >= recall - 1e-12
        if npv is not None and below.any():
            good &= (labels[below] == 0).mean() >= npv
        return good, int(((labels >= 0) & ~above & ~below).sum())

    zone = zones.zone(0)
    good, review = judged(2.0 if zone.accept is None else zone.accept, zone.reject)
    assert good and review == found.review[0]
    own = np.floor(values * 1000)
    steps = np.unique([0, 1000, *own, *np.minimum(own + 1, 1000)]) / 1000
    everything = [judged(high, low) for high in (*steps, 2.0) for low in steps if low <= high]
    assert review == min(count for kept, count in everything if kept)
