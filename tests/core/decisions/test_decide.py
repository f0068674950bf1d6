import numpy as np
import pytest

from core.decisions.bundle import Bundle
from core.decisions.cuts import Cuts
from core.decisions.decide import accept, decide, decide_all, none_of_these
from core.decisions.thresholds import GRID, cut_counts
from core.errors import DecisionError
from core.predictions.table import Predictions
from core.tasks import Category, Tags, Tasks

TASKS = Tasks(Category("kind", ("CUP", "JAR")), Tags(("red", "old")))


def scored(tags):
    n = len(tags)
    return Predictions(
        TASKS, np.array([str(i) for i in range(n)], object), np.full((n, 2), 0.5, np.float32),
        np.array(tags, np.float32).reshape(n, 2),
    )


def test_decide__accepts_a_tie_and_goes_by_the_tags_name():
    decisions = decide(scored([[0.5, 0.25], [0.49, 0.26]]), {"old": 0.25, "red": 0.5})

    assert decisions.tolist() == [[True, True], [False, True]]


def test_decide__says_the_same_as_the_counts_at_every_cut():
    scores = np.repeat(GRID.astype(np.float32)[:, None], 2, axis=1)
    counts = cut_counts(scores, np.ones(scores.shape, np.int8))

    for k in range(0, 1001, 7):
        accepted = decide(scored(scores), {"red": k / 1000, "old": 1.0})
        assert accepted[:, 0].sum() == counts.positives_at_or_above[0, k]


def test_decide__of_no_items_is_empty():
    assert decide(scored([]), {"red": 0.5, "old": 0.5}).shape == (0, 2)


def outside(*scores):
    n = len(scores)
    return Predictions(
        TASKS, np.array([str(i) for i in range(n)], object),
        np.array([[0.9, 0.1], [0.5, 0.5], [0.25, 0.75]][:n], np.float32),
        np.zeros((n, 2), np.float32), extra={"out_of_catalog": np.array(scores, np.float32)},
    )


def test_none_of_these__accepts_a_tie():
    assert none_of_these(outside(0.5, 0.49, 0.93), 0.5).tolist() == [True, False, True]


def test_none_of_these__is_undecided_without_a_score_or_a_threshold():
    assert none_of_these(outside(0.5), None) is None
    assert none_of_these(scored([[0.5, 0.5]]), 0.5) is None


def test_decide_all__is_tags_and_none_of_these_and_sets():
    bundle = Bundle("m", {"red": 0.0, "old": 0.5}, out_of_catalog=0.4, set_cut=0.5)
    decisions = decide_all(outside(0.1, 0.4, 0.9), bundle)

    assert decisions.tags.tolist() == [[True, False]] * 3
    assert decisions.none_of_these.tolist() == [False, True, True]
    assert decisions.sets.tolist() == [[True, False], [True, True], [False, True]]


def test_decide_all__of_a_bundle_for_tags_only():
    decisions = decide_all(outside(0.1), Bundle("m", {"red": 0.5, "old": 0.5}))

    assert decisions.none_of_these is None and decisions.sets is None


def test_decide__refuses_a_tag_without_threshold():
    with pytest.raises(DecisionError, match="tag 'old' has no threshold.*has one for red; save"):
        decide(scored([[0.5, 0.5]]), {"red": 0.5})


def by_category(*probabilities):
    n = len(probabilities)
    return Predictions(
        TASKS, np.array([str(i) for i in range(n)], object),
        np.array([[p, 1 - p] for p in probabilities], np.float32),
        np.tile(np.float32([0.6, 0.6]), (n, 1)),
    )


def test_decide__goes_by_the_cut_of_the_predicted_category_where_one_is_set():
    cuts = Cuts({"red": 0.5, "old": 0.5}, {"red": {"CUP": 0.7}, "old": {"JAR": 0.6}})

    decided = decide(by_category(0.9, 0.1, 0.5), cuts)  # CUP, JAR, and of equals the first

    assert decided.tolist() == [[False, True], [True, True], [False, True]]
    with pytest.raises(DecisionError, match="set for the category 'MUG', which is not predicted"):
        decide(by_category(0.9), Cuts({"red": 0.5, "old": 0.5}, {"red": {"MUG": 0.7}}))


def test_decide_all__leaves_to_a_person_what_lies_between_the_cuts_or_contradicts_them():
    bundle = Bundle("m", {"red": 0.5, "old": 0.5}, per_category={"red": {"JAR": 0.95}},
                    zones={"red": {"accept": 0.8, "reject": 0.3}})
    scores = scored([[0.8, 0.5], [0.79, 0.5], [0.3, 0.5], [0.29, 0.5]])
    jar = Predictions(TASKS, np.array(["a"], object), np.array([[0, 1]], np.float32),
                      np.array([[0.9, 0.1]], np.float32))

    assert decide_all(scores, bundle).review[:, 0].tolist() == [False, True, True, False]
    assert not decide_all(scores, bundle).review[:, 1].any()
    assert decide_all(jar, bundle).review.tolist() == [[True, False]]  # accepted, yet below .95
    assert decide_all(scores, Bundle("m", {"red": 0.5, "old": 0.5})).review is None


def test_accept__says_the_same_of_float32_as_of_the_numbers_that_they_store():
    rng = np.random.default_rng(0)
    cuts = np.concatenate([GRID, rng.random(200)])
    near = cuts.astype(np.float32)
    for scores in (near, np.nextafter(near, np.float32(2)), np.nextafter(near, np.float32(-1))):
        assert (accept(scores, cuts) == (scores.astype(np.float64) >= cuts)).all()
