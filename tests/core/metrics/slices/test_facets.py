"""Telling items apart, and conditions on them: by hand."""

import numpy as np
import pandas as pd
import pytest

from core.errors import SliceError
from core.metrics.judged import Judged
from core.metrics.slices.conditions import Condition, level_condition, mask_of, read_conditions
from core.metrics.slices.facets import Facets
from tests.core.metrics.judging import judged

NAN = float("nan")


@pytest.fixture
def facets() -> Facets:
    return Facets(judged(
        [0, 1, 1, -1, 2], [0, 0, 1, 1, 2], truth=np.array([[1], [0], [-1], [1], [0]]),
        scores=np.array([[0.9], [0.9], [0.9], [0.1], [0.1]]),
        columns={"group": ["ann", "bob", None, "ann", "ann"],
                 "meta:kids": pd.array([True, False, None, True, False], "boolean"),
                 "meta:note": ["a", "b", "c", "d", "e"],
                 "meta:year": [2020.0, 2021, NAN, 2020, 2020]},
        measures={"brightness": np.array([10.0, 20, NAN, 40, 50]),
                  "colour": np.array(["red", None, "red", "blue", "red"], object)},
    ))


def chosen(facets: Facets, *conditions: list) -> str:
    """The items that fulfil these conditions, as digits."""
    return "".join(map(str, np.flatnonzero(mask_of(facets, read_conditions(list(conditions))))))


def test_facets__are_those_that_the_items_have(facets):
    assert facets.keys == ["label", "answer", "group", "meta:kids", "meta:note", "meta:year",
                           "photo:brightness", "photo:colour", "tag:t0", "tagged:t0", "result:t0",
                           "right", "outcome"]
    assert facets.facet("meta:year").levels == ("2020", "2021")


def test_labels_alone__can_be_told_apart_too():
    bare = judged([0, 1], [0, 0], truth=np.array([[1], [0]]))
    facets = Facets(Judged(bare.catalog))
    assert facets.keys == ["label", "tag:t0"]
    with pytest.raises(SliceError, match="told apart by 'answer'; predict them first"):
        facets.facet("answer")
    with pytest.raises(SliceError, match="'photo:brightness'; measure the photos first"):
        facets.facet("photo:brightness")


@pytest.mark.parametrize(("conditions", "items"), [
    ([], "01234"),
    ([["label", "is", "B"]], "12"),
    ([["label", "is", None]], "3"),
    ([["label", "not", "B"]], "034"),
    ([["group", "is", "ann"], ["right", "is", "yes"]], "04"),
    ([["group", "is", "nobody"]], ""),
    ([["group", "not", "nobody"]], "01234"),
    ([["meta:kids", "is", "yes"]], "03"),
    ([["tag:t0", "is", "yes"], ["tagged:t0", "is", "no"]], "3"),
    ([["result:t0", "is", "wrong"]], "1"),
    ([["outcome", "is", "both"]], "04"),
    ([["photo:brightness", "range", [20, 50]]], "13"),
    ([["photo:brightness", "range", [None, 20]]], "0"),
    ([["photo:brightness", "range", [40, None]]], "34"),
    ([["photo:colour", "is", "red"]], "024"),
    ([["items", "among", ["i4", "i0", "unknown"]]], "04"),
])
def test_conditions__choose_items(facets, conditions, items):
    assert chosen(facets, *conditions) == items


@pytest.mark.parametrize("wrong", [
    "label", [["label", "is"]], [["label", "like", "B"]], [["label", "is", 3]], [[1, "is", "B"]],
    [["photo:brightness", "range", [None, None]]], [["photo:brightness", "range", ["a", 1]]],
    [["photo:brightness", "range", [NAN, 1]]], [["photo:brightness", "range", [1]]],
    [["items", "among", []]], [["label", "is", "B"]] * 9, [["items", "is", "i1"]],
    [["label", "among", ["B"]]], [["items", "like", ["i1", 0]]], [["items", "like", ["i1"]]],
])
def test_what_is_no_condition__is_refused(wrong):
    with pytest.raises(SliceError, match="condition"):
        read_conditions(wrong)


def test_items__like_one_are_a_slice_where_they_can_be_compared(facets):
    like = ["items", "like", ["i1", 3]]
    with pytest.raises(SliceError, match="items cannot be compared here"):
        chosen(facets, like)
    found = Facets(facets.judged, lambda item, number: ["i4", "i2", "i0"][:number])
    assert chosen(found, like) == "124"


def test_a_number__wants_a_range_and_a_choice_a_value(facets):
    with pytest.raises(SliceError, match="is a number; say from where to where"):
        chosen(facets, ["photo:brightness", "is", "20"])
    with pytest.raises(SliceError, match="'group' has no numbers to lie between"):
        chosen(facets, ["group", "range", [1, 2]])


def test_bins__hold_about_equally_many_and_their_conditions_exactly_their_items():
    values = np.append(np.arange(100.0), NAN)
    facets = Facets(judged([0] * 101, [0] * 101, measures={"size": values}))
    facet = facets.facet("photo:size")
    assert facet.levels == ("..19.8", "19.8..39.6", "39.6..59.4", "59.4..79.2", "79.2..")
    assert np.bincount(facet.codes + 1).tolist() == [1, 20, 20, 20, 20, 20]
    for level in range(5):
        mask = mask_of(facets, [level_condition(facet, level)])
        assert mask.tolist() == (facet.codes == level).tolist()


def test_bins__part_the_least_value_from_the_rest_when_most_items_have_it():
    values = np.array([0.0] * 95 + [3, 4, 5, 6, 7])
    facet = Facets(judged([0] * 100, [0] * 100, measures={"dots": values})).facet("photo:dots")
    assert facet.levels == ("..3", "3..")
    assert np.bincount(facet.codes).tolist() == [95, 5]


def test_a_condition__survives_its_json_form():
    for value in (["label", "is", None], ["photo:x", "range", [None, 2.5]],
                  ["items", "among", ["a"]]):
        assert [one.to_json() for one in read_conditions([value, value])] == [value]
    assert Condition("label", "is", "B").to_json() == ["label", "is", "B"]
