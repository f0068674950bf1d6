import itertools
import json

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from core.annotations.agreement import agreement
from core.annotations.ballot import ballots
from core.annotations.consensus import (
    consensus,
    expected_gain,
    priors,
    review_list,
    scores_for,
)
from core.annotations.log import AnnotationLog
from core.annotations.present import OPEN
from core.annotations.records import no_records, read_records
from core.predictions.table import Predictions
from core.metrics.intervals import wilson
from tests.annotated import TASKS, say


@pytest.fixture
def log(tmp_path):
    log = AnnotationLog(f"sqlite:///{tmp_path / 'annotations.db'}")
    yield log
    log.close()


def voted(log):
    """ann and bob on four items, cem on three: two unanimous, one majority, one tie."""
    say(log, "ann", "i0 HATS", "i1 HATS", "i2 BAGS", "i3 BELTS", "i0 red true")
    say(log, "bob", "i0 HATS", "i1 HATS", "i2 HATS", "i3 none of these", "i0 red true")
    say(log, "cem", "i0 HATS", "i1 HATS", "i2 BAGS", "i0 red false")
    return ballots(read_records(log), TASKS)


def test_agreement__by_hand(log):
    found = agreement(voted(log))

    category = found["category"]
    assert (found["items"], found["votes"]) == (4, 11)
    assert (category["votes"], category["items"]) == (11, 4)
    assert (category["unanimous"], category["undecided"]) == (2, 1)
    assert category["agreement"] == 7 / 10  # pairs: 3 + 3 + 1 of 3 + 0 of 1
    assert category["values"] == ["BAGS", "BELTS", "HATS", "none of these"]
    assert [(p["a"], p["b"], p["items"], p["agreement"]) for p in category["pairs"]] == [
        ("ann", "bob", 4, 0.5), ("ann", "cem", 3, 1.0), ("bob", "cem", 3, 2 / 3)]
    assert category["pairs"][0]["confusion"] == [
        [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 2, 0], [0, 0, 0, 0]]
    assert category["per_class"]["HATS"]["votes"] == 7
    assert category["per_class"]["BELTS"]["agreement"] == 0
    assert found["tags"]["red"]["agreement"] == 1 / 3
    assert found["tags"]["worn"]["items"] == 0
    assert found["annotators"]["bob"]["category"]["accuracy"] == 2 / 3  # the tie does not count
    assert found["annotators"]["bob"]["category"]["confusion"][0] == [0, 0, 1, 0]
    assert found["annotators"]["cem"]["tags"]["red"] == {
        "votes": 1, "compared": 1, "accuracy": 0.0, "interval": wilson(0, 1),
        "values": ["false", "true"], "confusion": [[0, 0], [1, 0]]}
    assert category["by_votes"] == [
        {"votes": 2, "items": 1, "unanimous": 0, "undecided": 1},
        {"votes": 3, "items": 3, "unanimous": 2, "undecided": 0}]
    json.dumps(found, allow_nan=False)


def test_agreement__of_nobody():
    found = agreement(ballots(no_records(), TASKS))
    assert (found["items"], found["votes"], found["annotators"]) == (0, 0, {})
    assert found["category"]["agreement"] is None
    assert found["category"]["pairs"] == []


def test_pairs__are_scikit_learns_with_votes_missing(log):
    rng = np.random.default_rng(3)
    people = ("ann", "bob", "cem", "dee")
    table = rng.choice(["BAGS", "BELTS", "HATS", ""], (40, 4), p=[0.5, 0.2, 0.1, 0.2])
    for column, who in enumerate(people):
        say(log, who, *(f"i{row} {value}" for row, value in enumerate(table[:, column]) if value))

    pairs = agreement(ballots(read_records(log), TASKS))["category"]["pairs"]

    assert [(p["a"], p["b"]) for p in pairs] == list(itertools.combinations(people, 2))
    for pair in pairs:
        both = table[:, [people.index(pair["a"]), people.index(pair["b"])]]
        both = both[(both != "").all(axis=1)]
        assert pair["items"] == len(both)
        assert pair["kappa"] == pytest.approx(cohen_kappa_score(both[:, 0], both[:, 1]))


def test_consensus__weighs_reliable_people_more(log):
    # ann and bob agree always, cem says HATS whatever comes: then a tie of ann and cem.
    rng = np.random.default_rng(0)
    truth = rng.choice(["BAGS", "BELTS"], 60)
    for who in ("ann", "bob"):
        say(log, who, *(f"i{k} {value}" for k, value in enumerate(truth)))
    say(log, "cem", *(f"i{k} {'HATS' if k % 3 else value}" for k, value in enumerate(truth)))
    say(log, "ann", "x BAGS")
    say(log, "cem", "x HATS")
    ballot = ballots(read_records(log), TASKS)[0]

    found = consensus(ballot)

    x = list(ballot.item_ids).index("x")
    assert found.weighed
    assert found.majority[x] == OPEN
    assert ballot.values[found.label[x]] == "BAGS"
    assert found.annotator_quality[0] > found.annotator_quality[2]
    assert ((found.quality >= 0) & (found.quality <= 1)).all()


def test_consensus__listens_to_the_model_where_there_is_one(log):
    ballot = voted(log)[0]
    tie = list(ballot.item_ids).index("i3")
    for value in (1, 3):
        scores = np.full((4, 4), 0.02)
        scores[np.arange(4), [2, 2, 0, value]] = 0.94
        assert consensus(ballot, scores).label[tie] == value


def test_consensus__of_one_person_or_single_votes_needs_no_weighing(log):
    say(log, "ann", "i0 HATS", "i1 BAGS")
    say(log, "bob", "i2 BELTS")
    found = consensus(ballots(read_records(log), TASKS)[0])
    assert not found.weighed
    assert found.label.tolist() == found.majority.tolist() == [2, 0, 1]
    assert np.isnan(found.annotator_quality).all()


def test_consensus__where_all_is_tied_is_open_and_reviewed_first(log):
    say(log, "ann", "i0 HATS")
    say(log, "bob", "i0 BELTS")
    ballot = ballots(read_records(log), TASKS)[0]
    found = consensus(ballot)
    assert not found.weighed and found.majority.tolist() == [OPEN]
    assert review_list(ballot, found)["votes"].tolist() == ["1 BELTS, 1 HATS"]


def test_consensus__breaks_the_last_ties_the_same_way_every_time(log):
    say(log, "ann", "i0 HATS", *(f"i{k} HATS" for k in range(1, 9)), "i9 BAGS", "i10 BAGS")
    say(log, "bob", "i0 HATS", *(f"i{k} BELTS" for k in range(1, 9)), "i9 BAGS", "i10 HATS")
    ballot = ballots(read_records(log), TASKS)[0]
    assert len({tuple(consensus(ballot).label) for _ in range(5)}) == 1


def test_consensus__of_nothing():
    ballot = ballots(no_records(), TASKS)[0]
    found = consensus(ballot)
    assert len(found.label) == len(found.gain) == 0
    assert len(review_list(ballot, found)) == 0


def test_expected_gain__is_0_where_no_vote_changes_who_leads_and_highest_on_a_tie():
    even = np.full((4, 2), 0.5)
    gain = expected_gain(np.array([[3, 0], [2, 1], [1, 1], [2, 2]]), even)
    assert gain[:2] == pytest.approx([0, 0])
    # one vote more on 1:1 with half a vote of prior: 2.25 / 3.5 against 1.25 / 2.5
    assert gain[2] == pytest.approx(2.25 / 3.5 - 0.5)
    assert 0 < gain[3] < gain[2]


def test_review_list__puts_ties_first_and_says_the_votes(log):
    ballot = voted(log)[0]
    listed = review_list(ballot, consensus(ballot))
    assert listed["item_id"].tolist()[0] == "i3"
    assert listed["votes"].tolist()[0] == "1 BELTS, 1 none of these"
    assert listed["majority"].isna().tolist()[0]
    assert listed.set_index("item_id").loc["i2", "votes"] == "2 BAGS, 1 HATS"


def test_priors__are_shares_of_votes_where_the_model_is_silent(log):
    ballot = voted(log)[0]
    scores = np.full((4, 4), np.nan)
    scores[1] = [0.7, 0.1, 0.1, 0.1]
    found = priors(ballot, scores)
    assert found[1] == pytest.approx(scores[1])
    assert found[0] == pytest.approx(np.array([2.25, 1.25, 7.25, 1.25]) / 12)


def test_scores_for__gives_none_of_these_its_share_of_votes(log):
    category, red, _ = voted(log)
    predictions = Predictions(
        TASKS, np.array(["i3", "zz", "i0"], object),
        np.array([[0.2, 0.3, 0.5]] * 3, np.float32), np.array([[0.9, 0.1]] * 3, np.float32))

    scores = scores_for(category, predictions)

    rows = [list(category.item_ids).index(item) for item in ("i0", "i1", "i3")]
    none = 1.25 / 12
    assert scores[rows[0]] == pytest.approx([0.2 * (1 - none), 0.3 * (1 - none), 0.5 * (1 - none), none])
    assert np.isnan(scores[rows[1]]).all()
    assert scores[rows[2]].sum() == pytest.approx(1)
    assert scores_for(red, predictions)[0] == pytest.approx([0.1, 0.9])
