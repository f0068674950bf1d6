"""The worst slices: planted ones are found, chance is not, repeats are told once."""

import numpy as np
import pytest
from scipy.stats import fisher_exact

from core.errors import SliceError
from core.metrics.slices.conditions import mask_of
from core.metrics.slices.facets import Facets
from core.metrics.slices.figures import share_of
from core.metrics.slices.worst import worst_slices
from tests.core.metrics.judging import drawn, judged


def shop(n: int = 1200, seed: int = 0, worse=lambda seller, kids, dark: np.zeros(len(seller), bool),
         alias: bool = False) -> Facets:
    """Items of 6 sellers; 10 % are wrong, and 60 % where ``worse``."""
    rng = np.random.default_rng(seed)
    seller, kids, dark = rng.integers(0, 6, n), rng.random(n) < 0.4, rng.random(n) * 255
    wrong = rng.random(n) < np.where(worse(seller, kids, dark), 0.6, 0.1)
    labels = rng.integers(0, 3, n)
    columns = {"group": [f"s{k}" for k in seller], "meta:kids": kids}
    if alias:
        columns["meta:city"] = [f"town {k}" for k in seller]
    return Facets(judged(labels, np.where(wrong, (labels + 1) % 3, labels), columns=columns,
                         measures={"brightness": dark}))


def told(search) -> list[list]:
    return [[one.to_json() for one in found.conditions] for found in search.found]


def test_a_planted_slice__is_found_with_exact_figures():
    facets = shop(worse=lambda seller, kids, dark: seller == 2)
    search = worst_slices(facets, "top1")
    assert told(search) == [[["group", "is", "s2"]]]
    one = search.found[0]
    own = mask_of(facets, one.conditions)
    right = facets.judged.right
    assert (one.hits, one.support) == (right[own].sum(), own.sum())
    assert (one.rest_hits, one.rest_support) == (right[~own].sum(), (~own).sum())
    table = [[one.hits, one.support - one.hits], [one.rest_hits, one.rest_support - one.rest_hits]]
    assert one.p == pytest.approx(fisher_exact(table, alternative="less").pvalue, rel=1e-6)
    assert one.p < one.q <= one.p * search.candidates * (1 + 1e-9)
    assert one.excess == pytest.approx((one.rest - one.share) * one.support)


def test_two_conditions__are_told_when_only_together_they_are_worse():
    facets = shop(n=3000, worse=lambda seller, kids, dark: (seller == 2) & kids)
    assert told(worst_slices(facets, "top1"))[0] == [
        ["group", "is", "s2"], ["meta:kids", "is", "yes"]]
    single = worst_slices(facets, "top1", pairs=False)
    assert all(len(one) == 1 for one in told(single))


def test_photo_measures__make_slices():
    search = worst_slices(shop(n=2000, worse=lambda seller, kids, dark: dark < 50), "top1")
    (facet, op, (low, high)), = told(search)[0]
    assert (facet, op, low) == ("photo:brightness", "range", None)
    assert high == pytest.approx(50, abs=5)


@pytest.mark.parametrize("seed", range(5))
def test_chance__is_no_slice(seed):
    assert worst_slices(shop(seed=seed), "top1").found == ()


def test_the_same_items__under_two_names_are_told_once():
    search = worst_slices(shop(worse=lambda seller, kids, dark: seller == 2, alias=True), "top1")
    assert len(search.found) == 1


def test_floor__holds_for_the_slice_and_for_its_rest():
    facets = shop(worse=lambda seller, kids, dark: seller == 2)
    assert worst_slices(facets, "top1", floor=400).candidates < worst_slices(
        facets, "top1", floor=20).candidates
    assert worst_slices(facets, "top1", floor=5000).candidates == 0
    with pytest.raises(SliceError, match="at least 1 item, got 0"):
        worst_slices(facets, "top1", floor=0)


def test_facets__that_give_the_answer_away_are_not_searched():
    facets = Facets(drawn(600, seed=4))
    for key in ("top1", "all_right", "precision:t0", "recall:t1"):
        for one in worst_slices(facets, key, floor=5).found:
            kinds = {condition.facet.split(":")[0] for condition in one.conditions}
            assert not kinds & {"right", "outcome", "result"}
            assert kinds != {"label", "answer"} and kinds != {"tag", "tagged"} or len(
                {condition.facet.split(":")[-1] for condition in one.conditions}) == 2
            tag = key.partition(":")[2]
            assert not tag or tag not in {c.facet.split(":")[-1] for c in one.conditions}


def test_candidates__are_counted_as_plain_masks_count_them():
    facets = Facets(drawn(500, seed=8))
    for key in ("top2", "recall:t0"):
        hit, counted = share_of(facets.judged, key)
        for one in worst_slices(facets, key, floor=5).found:
            own = mask_of(facets, one.conditions) & counted
            assert (one.hits, one.support) == ((own & hit).sum(), own.sum())


def test_nothing__to_search_is_no_error():
    assert worst_slices(Facets(judged([], [])), "top1").found == ()
    assert worst_slices(Facets(judged([-1, -1], [0, 0])), "top1").candidates == 0
    with pytest.raises(SliceError, match="'f1:t0' is no share of items"):
        worst_slices(Facets(drawn(10)), "f1:t0")
