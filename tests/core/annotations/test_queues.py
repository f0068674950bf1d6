from dataclasses import replace

import numpy as np
import pytest
import sqlalchemy as sa

from core.annotations.ballot import open_ballots
from core.annotations.board import GUIDELINE, PIN, Post, history, newest_entry, put_up, standing
from core.annotations.log import AnnotationLog, Voice
from core.annotations.pace import Clock, paces
from core.annotations.priorities import Evidence
from core.annotations.queue import Rules, lease
from core.annotations.queues import (
    READY,
    Queue,
    queue_of,
    remove_queue,
    save_queue,
    saved_queues,
    waiting,
)
from core.annotations.records import read_records
from core.errors import AnnotationError
from tests.annotated import TASKS, catalog, say

HATS = Queue(Rules("hats twice", overlap=2, lease_seconds=90, blind=False, hides_model=True),
             {"random": 1, "answer": 2.5}, choice="HATS", part="train", label="tag:red")
KNOWN = Evidence(
    catalog(["BAGS", None, "HATS", "HATS"], red=[True, False, None, True],
            split=["train", "train", "heldout", "heldout"]),
    voters=np.array([0, 1, 2, 3]),
)


@pytest.fixture
def log(tmp_path):
    log = AnnotationLog(f"sqlite:///{tmp_path / 'annotations.db'}")
    yield log
    log.close()


def ids(found):
    return sorted(found.item_ids)


def test_a_queue__is_shared_changed_and_removed_and_nothing_is_forgotten(log):
    save_queue(log, HATS, TASKS, "ann")
    saved = saved_queues(AnnotationLog(log.store.url))["hats twice"]
    assert (saved.queue, saved.by) == (HATS, "ann")
    changed = replace(HATS, weights={"random": 1.0}, choice=None)
    save_queue(log, changed, TASKS, "bob")
    assert saved_queues(log)["hats twice"].queue == changed
    remove_queue(log, "hats twice", "ann")
    assert saved_queues(log) == {}
    assert [entry.annotator for entry in history(log, "queue", "hats twice")] == ["ann", "bob", "ann"]
    with pytest.raises(AnnotationError, match="there is no queue 'hats twice' any more"):
        remove_queue(log, "hats twice", "ann")


@pytest.mark.parametrize("value, sentence", [
    ({**HATS.to_dict(), "weights": {}}, "give at least one of unlabelled, margin"),
    ({**HATS.to_dict(), "weights": {"random": float("inf")}}, "a weight above 0"),
    ({**HATS.to_dict(), "weights": {"oldest": 1}}, "got {'oldest': 1.0}"),
    ({**HATS.to_dict(), "part": "test"}, "a side of the split is one of train"),
    ({**HATS.to_dict(), "overlap": 51}, "asks at most 50 people of each item"),
    ({**HATS.to_dict(), "overlap": 0}, "an overlap of at least 1"),
    ({**HATS.to_dict(), "lease_seconds": "soon"}, "settings of the queue 'q' are not complete"),
    ({}, "are not complete"),
    ({**HATS.to_dict(), "choice": "SHOES"}, "there is no class or tag 'SHOES' to queue by"),
    ({**HATS.to_dict(), "label": "tag:new"}, "there is no class or tag 'tag:new' to filter by"),
])
def test_nonsense__is_refused_with_a_sentence(log, value, sentence):
    with pytest.raises(AnnotationError, match=sentence):
        save_queue(log, queue_of("q", value), TASKS, "ann")


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\nb", "random"])
def test_a_queue__needs_a_name_of_its_own(log, name):
    with pytest.raises(AnnotationError, match="needs a name|choose another one"):
        save_queue(log, replace(HATS, rules=Rules(name)), TASKS, "ann")


def test_waiting__are_items_inside_the_filter_that_lack_answers():
    assert ids(waiting(READY["random"], KNOWN)) == ["i0"]
    twice = Queue(Rules("twice", overlap=3))
    found = waiting(twice, KNOWN)
    assert ids(found) == ["i0", "i1", "i2"] and found.answers == 3 + 2 + 1
    assert ids(waiting(replace(twice, part="heldout"), KNOWN)) == ["i2"]
    assert ids(waiting(replace(twice, label="HATS"), KNOWN)) == ["i2"]
    assert ids(waiting(replace(twice, label="tag:red"), KNOWN)) == ["i0"]
    assert ids(waiting(replace(twice, label="unlabelled"), KNOWN)) == ["i1"]
    assert ids(waiting(twice, KNOWN, np.array([False, True, True, True]))) == ["i1", "i2"]


def test_waiting__of_items_that_people_disagree_on_asks_one_more_on_any_task(log):
    say(log, "ann", "i0 HATS", "i1 HATS", "i2 red true", "i3 HATS")
    say(log, "bob", "i0 BELTS", "i1 HATS", "i2 red false", "i3 BAGS")
    say(log, "eva", "i3 HATS", source="review")
    records = read_records(log)
    known = replace(KNOWN, ballots=open_ballots(records, TASKS), voters=np.array([2, 2, 2, 2]))
    found = waiting(READY["disagreement"], known)
    assert ids(found) == ["i0", "i2"] and found.wanted.tolist() == [3, 3]  # i3 is settled
    wanted = dict(zip(found.item_ids, found.wanted))
    take = [lease(log, READY["disagreement"].rules, who, list(wanted), wanted=wanted, now=0)
            for who in ("cem", "dee", "ann")]
    assert sorted(take[0] + take[1]) == ["i0", "i2"] and take[2] == []  # she has voted


def test_waiting__of_items_that_were_sent():
    sent = replace(KNOWN, wanted=np.array([0, 2, 2, 0]))
    found = waiting(READY["sent"], sent)
    assert found.item_ids.tolist() == ["i1"] and found.wanted.tolist() == [2]
    assert len(waiting(READY["sent"], KNOWN)) == 0


def test_guidelines__are_appended_and_two_writers_do_not_overwrite_each_other(log):
    first = put_up(log, [Post(GUIDELINE, "HATS", "A hat has a brim.")], "ann", after=0)
    with pytest.raises(AnnotationError, match="ann has changed this meanwhile"):
        put_up(log, [Post(GUIDELINE, "HATS", "Caps too.")], "bob", after=0)
    put_up(log, [Post(GUIDELINE, "HATS", "A hat or a cap.")], "bob", after=first)
    put_up(log, [Post(PIN, "HATS", "i0", item_id="i0"), Post(PIN, "HATS", "i2", item_id="i2")], "ann")
    put_up(log, [Post(PIN, "HATS", "", item_id="i0")], "bob")
    assert [(e.kind, e.item_id, e.text, e.annotator) for e in standing(log, GUIDELINE, PIN)] == [
        ("guideline", "", "A hat or a cap.", "bob"), ("pin", "i2", "i2", "ann")]
    assert [e.text for e in history(log, GUIDELINE, "HATS")] == ["A hat or a cap.", "A hat has a brim."]
    assert newest_entry(log) == 5


def test_a_log_of_an_earlier_version__gains_a_board_and_keeps_its_answers(log):
    say(log, "ann", "i0 HATS")
    with log.store.writing() as connection:
        connection.execute(sa.text("DROP TABLE board"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    again = AnnotationLog(log.store.url)
    assert newest_entry(again) == 0 and len(read_records(again)) == 1
    again.close()


def test_paces__count_items_and_hours_of_work_without_breaks(log):
    for number in range(4):
        say(log, "ann", f"i{number} HATS", f"i{number} red true")
    say(log, "bob", "i0 HATS", "i1 skip")
    log.undo(say(log, "bob", "i2 HATS"), Voice("bob", "queue:main"))
    say(log, "bob", "i3 HATS", source="queue:other")
    clock, records = Clock(log), read_records(log)
    times = clock.times().copy()
    times[1:5] = np.array([10, 20, 30, 4000]) * 1_000_000
    found = paces(records, times, "queue:main")
    assert [(one.annotator, one.items, one.per_hour) for one in found] == [
        ("ann", 4, 360.0), ("bob", 1, None)]
    assert found[0].last == 4000 and paces(records, times, "queue:new") == []
    say(log, "ann", "i9 HATS")
    assert len(clock.times()) == len(times) + 1
