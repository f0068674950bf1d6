import numpy as np
import pytest

from core.decisions.category_cuts import fit_category_cuts
from core.decisions.category_trial import drawn_towards
from core.decisions.cuts import Cuts
from core.decisions.decide import decide
from core.decisions.outcomes import outcomes_of
from core.decisions.reasons import BestF, LeastCost, PrecisionAtLeast
from core.decisions.thresholds import cut_counts
from core.errors import ThresholdError
from tests.core.decisions.scored import TASKS, scored_items

OWN = {"red": 0.5, "old": 0.5}


def shop(n=2000, jar_cut=0.8, seed=0):
    """Red begins at .5 on cups and at ``jar_cut`` on jars; old is a coin toss everywhere."""
    rng = np.random.default_rng(seed)
    jar = np.arange(n) % 2
    tags = rng.random((n, 2))
    noise = rng.normal(0, 0.03, n)
    red = tags[:, 0] + noise >= np.where(jar, jar_cut, 0.5)
    return scored_items(tags, np.stack([red, rng.random(n) < 0.3], axis=1).astype(int), jar)


def test_category_cuts__are_kept_where_they_gain_and_nowhere_else():
    items, scores = shop()

    found = fit_category_cuts(items, scores, OWN)

    assert list(found.per_category) == ["red"] and list(found.per_category["red"]) == ["JAR"]
    assert found.per_category["red"]["JAR"] == pytest.approx(0.8, abs=0.06)
    pairs = {(one["tag"], one["category"]): one for one in found.grid}
    assert len(pairs) == 4 and pairs["red", "JAR"]["kept"]
    assert pairs["red", "JAR"]["because"].endswith("points of F gained in cross-validation")
    assert pairs["red", "JAR"]["items"] == 1000 and pairs["red", "JAR"]["own"] == 0.5
    assert pairs["red", "CUP"]["threshold"] == 0.5 and not pairs["red", "CUP"]["kept"]
    assert pairs["old", "CUP"]["because"].endswith(
        "another cut for the tag as a whole gains as much: choose that first")


def test_category_cuts__gain_on_new_items_about_what_was_promised():
    found = fit_category_cuts(*shop(), OWN)
    items, scores = shop(seed=1)

    before = outcomes_of(decide(scores, OWN), items.tags).f1[0]
    after = outcomes_of(decide(scores, Cuts(OWN, found.per_category)), items.tags).f1[0]

    promised = next(one["gain"] for one in found.grid if one["kept"])
    assert after - before == pytest.approx(promised, abs=0.02) and promised > 0.1


def test_category_cuts__of_categories_that_are_alike_are_kept_by_rare_chance_only():
    found = [fit_category_cuts(*shop(600, jar_cut=0.5, seed=seed), OWN) for seed in range(20)]

    pairs = [one for cuts in found for one in cuts.found]
    assert len(pairs) == 80 and sum(one.kept for one in pairs) <= 2


def test_category_cuts__can_save_costs():
    found = fit_category_cuts(*shop(), {"red": 0.8, "old": 1.0}, LeastCost(1, 1))

    red = next(one for one in found.grid if one["category"] == "CUP" and one["tag"] == "red")
    assert red["kept"] and red["because"].endswith("per 10,000 items saved in cross-validation")
    assert red["gain"] == pytest.approx(1500, abs=150)  # red cups between the cuts
    assert list(found.per_category) == ["red"] and list(found.per_category["red"]) == ["CUP"]


def test_category_cuts__with_few_items_stay_with_the_tag():
    items, scores = shop(24)

    found = fit_category_cuts(items, scores, OWN)

    assert found.per_category == {}
    assert any("too few for a cut of its own" in one["because"] for one in found.grid)
    assert all(one["gain"] is None for one in found.grid)


def test_category_cuts__are_drawn_towards_the_tags_by_support():
    # 10 and 20 tagged jars, told apart at .8: a third, and half, of the way from .5
    for tagged, expected in ((10, 600), (20, 650)):
        scores = np.repeat(np.float32([0.9, 0.7]), [tagged, 50])[:, None]
        counts = cut_counts(scores, np.repeat([1, 0], [tagged, 50])[:, None])
        assert drawn_towards(np.array([500]), counts, BestF()) == pytest.approx(expected, abs=2)
    nothing = cut_counts(scores, np.zeros(scores.shape, np.int8))
    assert drawn_towards(np.array([400]), nothing, BestF()) == [400]


def test_category_cuts__refuse_wishes_for_a_tag_as_a_whole():
    items, scores = shop(20)
    with pytest.raises(ThresholdError, match="best F or for the least cost.*'precision' holds for"):
        fit_category_cuts(items, scores, OWN, PrecisionAtLeast(0.9))


def test_category_cuts__go_by_the_predicted_category():
    items, scores = shop()
    mislabelled = items.rows.assign(category="CUP")

    found = fit_category_cuts(type(items)(TASKS, mislabelled), scores, OWN)

    assert list(found.per_category["red"]) == ["JAR"]
