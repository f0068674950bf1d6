from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog.sample.faults import plant, planted
from core.catalog.sample.plan import CLASSES, plan


@pytest.fixture(scope="module")
def items():
    return plan(0, 900)


def rate(items, tag):
    return np.mean([tag in item.tags for item in items])


def test_plan__tags_are_as_frequent_as_on_a_marketplace(items):
    assert 0.06 <= rate(items, "polka dot") <= 0.11
    assert 0.14 <= rate(items, "floral") <= 0.22
    assert 0.13 <= rate(items, "checker") <= 0.20


def test_plan__shirts_are_checked_more_often_than_others(items):
    shirt = [item.category == "SHIRTS" for item in items]
    checked = ["checker" in item.tags for item in items]
    assert 0.28 <= np.corrcoef(shirt, checked)[0, 1] <= 0.45


def test_plan__has_every_class_and_none_equally_often(items):
    counts = Counter(item.category for item in items)
    assert set(counts) == set(CLASSES)
    assert min(counts.values()) >= 90
    assert max(counts.values()) >= 1.8 * min(counts.values())


def test_plan__sellers_are_many_and_none_owns_the_catalog(items):
    counts = Counter(item.seller.number for item in items)
    assert len(counts) >= 45
    assert max(counts.values()) <= 0.12 * len(items)


def test_plan__another_seed_makes_other_items(items):
    assert not {item.item_id for item in plan(1, 900)} & {item.item_id for item in items}


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31), st.integers(0, 200))
def test_plan__is_the_same_for_the_same_seed(seed, count):
    assert plan(seed, count) == plan(seed, count)
    assert plant(seed, plan(seed, count)) == plant(seed, plan(seed, count))


def every_id(faults):
    entries = [faults.duplicate_photos, faults.near_duplicates]
    ids = [entry[key] for part in entries for entry in part for key in ("item", "of")]
    ids += [entry["item"] for entry in faults.wrong_categories + faults.wrong_tags]
    return ids + faults.duplicate_rows + faults.unreadable + faults.missing


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31), st.integers(60, 900))
def test_plant__no_item_has_two_faults(seed, count):
    ids = every_id(plant(seed, plan(seed, count))[1])
    assert len(ids) == len(set(ids))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31), st.integers(60, 900))
def test_plant__plants_each_fault_as_often_as_it_says(seed, count):
    faults = plant(seed, plan(seed, count))[1]
    assert {name: len(getattr(faults, name)) for name in planted(count)} == planted(count)


def test_planted__a_full_catalog_has_the_usual_faults():
    assert planted(900) == {
        "duplicate_photos": 10,
        "duplicate_rows": 15,
        "near_duplicates": 20,
        "wrong_categories": 25,
        "wrong_tags": 25,
        "unreadable": 2,
        "missing": 1,
    }


def test_plant__a_copy_keeps_the_truth_of_what_it_shows():
    items, faults = plant(0, plan(0, 900))
    by_id = {item.item_id: item for item in items}
    for entry in faults.duplicate_photos + faults.near_duplicates:
        copy, source = by_id[entry["item"]], by_id[entry["of"]]
        assert (copy.category, copy.tags) == (source.category, source.tags)
        if not entry["across"]:
            assert copy.seller == source.seller
