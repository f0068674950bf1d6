import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from core.annotations.ballot import ballots
from core.annotations.log import AnnotationLog, Voice
from core.annotations.priorities import Evidence, queue_order
from core.annotations.queue import Rules, lease, release
from core.annotations.records import read_records
from core.errors import AnnotationError
from core.predictions.table import Predictions
from tests.annotated import TASKS, catalog, say

ROOT = Path(__file__).resolve().parents[3]
MAIN = Rules("main", lease_seconds=60)
ORDER = [f"i{k}" for k in range(6)]


@pytest.fixture
def log(tmp_path):
    log = AnnotationLog(f"sqlite:///{tmp_path / 'annotations.db'}")
    yield log
    log.close()


def test_lease__gives_different_items_to_different_people(log):
    assert lease(log, MAIN, "ann", ORDER, 2, now=0) == ["i0", "i1"]
    assert lease(log, MAIN, "bob", ORDER, 2, now=0) == ["i2", "i3"]
    assert lease(log, MAIN, "cem", ORDER, 9, now=0) == ["i4", "i5"]
    assert lease(log, MAIN, "dee", ORDER, now=0) == []


def test_lease__again_keeps_what_is_held(log):
    lease(log, MAIN, "ann", ORDER, 2, now=0)
    assert lease(log, MAIN, "ann", list(reversed(ORDER)), 3, now=1) == ["i0", "i1", "i5"]


def test_lease__expires(log):
    lease(log, MAIN, "ann", ORDER, 2, now=0)
    assert lease(log, MAIN, "bob", ORDER, now=59) == ["i2"]
    assert lease(log, MAIN, "cem", ORDER, now=60) == ["i0"]


def test_release__gives_items_back(log):
    lease(log, MAIN, "ann", ORDER, 2, now=0)
    release(log, MAIN, "ann")
    release(log, MAIN, "nobody")
    assert lease(log, MAIN, "bob", ORDER, now=0) == ["i0"]


def test_answered_items__are_given_to_nobody_unless_overlap_is_wanted(log):
    say(log, "ann", "i0 HATS")
    assert lease(log, MAIN, "bob", ORDER, now=0) == ["i1"]

    twice = Rules("twice", overlap=2)
    assert lease(log, twice, "ann", ORDER, now=0) == ["i1"]
    assert lease(log, twice, "bob", ORDER, 2, now=0) == ["i0", "i1"]
    assert lease(log, twice, "cem", ORDER, now=0) == ["i2"]


def test_skipped_items__go_to_somebody_else(log):
    say(log, "ann", "i0 skip", "i1 cannot tell")
    assert lease(log, MAIN, "ann", ORDER, now=0) == ["i2"]
    assert lease(log, MAIN, "bob", ORDER, 2, now=0) == ["i0", "i1"]


def test_undone_answers_and_corrections__leave_an_item_open(log):
    log.undo(say(log, "ann", "i0 HATS"), Voice("ann", MAIN.source))
    say(log, "ann", "i1 HATS", source="explore")
    assert lease(log, MAIN, "bob", ORDER, 2, now=0) == ["i0", "i1"]


def test_queues__do_not_hold_each_others_items(log):
    lease(log, MAIN, "ann", ORDER, now=0)
    assert lease(log, Rules("other"), "bob", ORDER, now=0) == ["i0"]


def test_lease__looks_past_the_first_thousand(log):
    order = [f"i{k}" for k in range(1300)]
    say(log, "ann", *(f"{item} HATS" for item in order[:1250]))
    assert lease(log, MAIN, "bob", order, 3, now=0) == order[1250:1253]
    assert lease(log, MAIN, "bob", [], 3, now=0) == []


def test_rules__refuse_nonsense():
    with pytest.raises(AnnotationError, match="an overlap of at least 1 and a lease of some seconds"):
        Rules("main", overlap=0)


LEASER = """
import sys
from core.annotations.answer import Answer
from core.annotations.log import AnnotationLog, Voice
from core.annotations.queue import Rules, lease
url, who = sys.argv[1:]
log, rules = AnnotationLog(url), Rules("main")
order = [f"i{k}" for k in range(60)]
while True:
    given = lease(log, rules, who, order)
    if not given:
        break
    log.append([Answer(given[0], "category", "HATS")], Voice(who, rules.source))
"""


def test_three_people_at_once__answer_each_item_once(log, tmp_path):
    url = f"sqlite:///{tmp_path / 'annotations.db'}"
    people = [
        subprocess.Popen([sys.executable, "-c", LEASER, url, who], cwd=ROOT, stderr=subprocess.PIPE)
        for who in ("ann", "bob", "cem")
    ]
    for process in people:
        assert process.communicate(timeout=120)[1] == b""
    records = read_records(log)
    answered = Counter(records.items[records.item])
    # The last to come may find the rest held by others and leave: nothing is answered twice.
    assert set(answered) == {f"i{k}" for k in range(60)}
    assert set(answered.values()) == {1}


LABELLED = catalog(["BAGS", None, "HATS", "BELTS"], red=[True, False, None, False])
SCORES = np.array([[0.9, 0.05, 0.05], [0.4, 0.35, 0.25], [0.5, 0.5, 0.0]], np.float32)
PREDICTIONS = Predictions(
    TASKS, np.array(["i0", "i1", "i3"], object), SCORES,
    np.array([[0.1, 0], [0.7, 0], [0.9, 0]], np.float32))
KNOWN = Evidence(LABELLED, PREDICTIONS, suspicion=np.array([0.1, np.nan, 0.9, 0.5]))


@pytest.mark.parametrize("strategy, expected", [
    ("margin", ["i3", "i1", "i0"]), ("entropy", ["i1", "i3", "i0"]), ("suspected", ["i2", "i3", "i0"]),
])
def test_queue_order__by_one_strategy(strategy, expected):
    assert queue_order(KNOWN, {strategy: 1}).tolist() == expected


def test_queue_order__of_unlabelled_items_of_a_filter_and_of_an_answer():
    assert set(queue_order(KNOWN, {"unlabelled": 1})) == {"i1", "i2"}
    among = np.array([True, True, False, False])
    assert queue_order(KNOWN, {"unlabelled": 1}, among=among).tolist() == ["i1"]
    assert queue_order(KNOWN, {"answer": 1}, choice="red").tolist() == ["i3", "i1", "i0"]
    assert queue_order(KNOWN, {"answer": 1}, choice="HATS").tolist()[0] == "i2"
    assert queue_order(Evidence(LABELLED), {"answer": 1}, choice="BAGS").tolist() == ["i0"]


def test_queue_order__by_disagreement(log):
    say(log, "ann", "i0 HATS", "i1 HATS", "i3 HATS")
    say(log, "bob", "i0 HATS", "i1 BELTS", "i3 HATS")
    ballot = ballots(read_records(log), TASKS)[0]
    assert queue_order(Evidence(LABELLED, ballots=[ballot]), {"disagreement": 1}).tolist() == ["i1"]
    assert len(queue_order(Evidence(LABELLED), {"disagreement": 1})) == 0


def test_queue_order__at_random_is_the_same_for_a_seed():
    many = Evidence(catalog(["BAGS"] * 50))
    first, again, other = (queue_order(many, {"random": 1}, seed=seed) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()
    assert set(first) == set(many.catalog.item_ids)


def test_queue_order__mixes_by_weights():
    n = 400
    some = catalog([None] * 200 + ["BAGS"] * 200)
    mixed = queue_order(Evidence(some), {"unlabelled": 3, "random": 1})
    assert len(mixed) == n == len(set(mixed))
    first = sum(int(item[1:]) < 200 for item in mixed[:80])
    assert 60 <= first <= 80  # three quarters, and half of the rest by chance


@pytest.mark.parametrize("weights, sentence", [
    ({}, "a queue needs positive weights for some of unlabelled, margin"),
    ({"margin": 0}, "a queue needs positive weights"), ({"oldest": 1}, "got {'oldest': 1}"),
    ({"random": -1}, "a queue needs positive weights"),
    ({"margin": 1}, "uncertain items need a model's scores; run python -m core predict"),
    ({"suspected": 1}, "there are no suspected label errors yet; run python -m core audit"),
    ({"answer": 1}, "there is no class or tag None to queue by"),
])
def test_queue_order__says_what_is_missing(weights, sentence):
    with pytest.raises(AnnotationError, match=sentence):
        queue_order(Evidence(LABELLED), weights)


def test_queue_order__of_an_empty_catalog():
    assert len(queue_order(Evidence(catalog([])), {"random": 1, "unlabelled": 1})) == 0
