import numpy as np
import pytest

from core.decisions.bundle import Bundle
from core.metrics.bundles import compare_bundles, kept_promises
from tests.core.decisions.scored import scored_items

#           red: .9 .8 .7 .6 .5 .4 .3 .2 .1, tagged, tagged, not, tagged, not, ...
SCORES = np.stack([np.arange(9, 0, -1) / 10, np.full(9, 0.9)], axis=1)
LABELS = np.stack([[1, 1, 0, 1, 0, 1, 0, 0, 0], np.ones(9)], axis=1).astype(int)


def bundle(version, red, **more):
    return Bundle("m", {"red": red, "old": 0.5}, version=version, **more)


def test_compare_bundles__says_what_changes_in_points_and_reviews():
    items, scores = scored_items(SCORES, LABELS)
    zone = {"red": {"accept": 0.75, "reject": 0.35}}

    found = compare_bundles(bundle(2, 0.75), bundle(3, 0.55, zones=zone), items, scores)

    said = found.to_json()
    assert said["sentence"] == (
        "v3 against v2: red -25.0 points precision, +25.0 recall, 4,444 more reviews per 10,000"
    )
    red = said["tags"]["red"]
    assert red["precision"] == [1.0, 0.75] and red["recall"] == [0.5, 0.75]
    assert red["reviews_per_10k"] == [0.0, pytest.approx(40000 / 9)]
    assert red["gained"] == 2 and red["lost"] == 0 and red["threshold"] == [0.75, 0.55]
    assert said["items_per_10k"] == [0.0, pytest.approx(40000 / 9)]
    assert said["tags"]["old"]["sentence"] == "+0.0 points precision, +0.0 recall"


def test_compare_bundles__without_a_change_says_so():
    items, scores = scored_items(SCORES, LABELS)

    same = compare_bundles(bundle(1, 0.55), bundle(2, 0.56), items, scores)
    none = compare_bundles(bundle(1, 0.5), bundle(2, 0.1), *scored_items([], []))

    assert same.sentence == "v2 against v1: no answer changes on these 9 items"
    assert none.to_json()["tags"]["red"]["precision"] == [None, None]


def test_compare_bundles__names_the_tags_with_most_changes_first():
    items, scores = scored_items(SCORES, LABELS)
    old = Bundle("m", {"red": 0.35, "old": 0.5}, version=1)
    new = Bundle("m", {"red": 0.45, "old": 1.0}, version=2)

    assert compare_bundles(old, new, items, scores).sentence == (
        "v2 against v1: old -100.0 points recall; red -6.7 points precision, -25.0 recall"
    )


def test_compare_bundles__goes_by_cuts_per_category():
    items, scores = scored_items(SCORES, LABELS, category=[0, 1] * 4 + [0])

    found = compare_bundles(bundle(1, 0.5), bundle(2, 0.5, per_category={"red": {"JAR": 1.0}}),
                            items, scores)

    assert found.to_json()["tags"]["red"]["lost"] == 2  # .8 and .6


def promised(precision, recall):
    return {"heldout": {"red": {"precision": precision, "recall": recall, "f1": None}}}


def test_kept_promises__compares_what_was_promised_with_an_interval_of_now():
    rng = np.random.default_rng(0)
    labels = (rng.random(2000) < 0.5).astype(int)
    right = rng.random(2000) < 0.8
    tags = np.where(right == (labels == 1), 0.9, 0.1)
    items, scores = scored_items(np.stack([tags, tags], 1), np.stack([labels, labels], 1))

    found = kept_promises(bundle(3, 0.5, promise=promised(0.81, 0.95)), items, scores)["red"]
    better = kept_promises(bundle(3, 0.5, promise=promised(0.5, 0.8)), items, scores)["red"]

    assert found["precision"]["state"] == "kept" and found["recall"]["state"] == "broken"
    assert found["f1"]["state"] == "unknown" and better["precision"]["state"] == "better"
    low, high = found["recall"]["interval"]
    assert low < found["recall"]["now"] < high and high - low == pytest.approx(0.05, abs=0.01)
    assert found["sentence"] == (
        "on 1,007 positives: precision 80.4% (78% to 83%), promised 81.0%: kept; recall 81.6%"
        " (79% to 84%), promised 95.0%: broken"
    )


def test_kept_promises__without_a_promise_or_labels_are_unknown():
    items, scores = scored_items([[0.9, 0.9]], [[-1, 1]])

    found = kept_promises(bundle(3, 0.5, promise=promised(0.8, 0.8)), items, scores)

    assert found["red"]["precision"] == {
        "promised": 0.8, "now": None, "interval": None, "state": "unknown"}
    assert found["red"]["sentence"] == "v3 promised nothing that 0 positives could tell"
    assert found["old"]["sentence"] == "v3 promised nothing that 1 positive could tell"
