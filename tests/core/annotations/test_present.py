import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.annotations.answer import task_values
from core.annotations.apply import apply, corrections
from core.annotations.log import AnnotationLog, Voice
from core.annotations.present import OPEN, UNANSWERED, _last_of_each, present
from core.annotations.records import Records, no_records, read_records
from core.tasks import Category, Tasks
from tests.annotated import QUEUE, TASKS, catalog, say


@pytest.fixture
def log(tmp_path):
    log = AnnotationLog(f"sqlite:///{tmp_path / 'annotations.db'}")
    yield log
    log.close()


def labels(log, labelled):
    return apply(labelled, read_records(log)).rows


def test_apply__without_annotations_changes_nothing():
    labelled = catalog(["BAGS", None])
    after = apply(labelled, no_records())

    pd.testing.assert_frame_equal(after.rows.drop(columns="corrected"), labelled.rows)
    assert list(after.rows["corrected"]) == [False, False]


def test_apply__of_an_empty_catalog():
    assert len(apply(catalog([]), no_records())) == 0
    assert len(corrections(catalog([]), no_records())) == 0


def test_correction__stands_until_the_next_correction(log):
    say(log, "ann", "i0 HATS", source="confusion:BAGS>HATS")
    say(log, "bob", "i0 BELTS")
    say(log, "cem", "i0 BELTS")
    assert labels(log, catalog(["BAGS"]))["category"][0] == "HATS"

    say(log, "dee", "i0 BAGS", source="review")
    assert labels(log, catalog(["HATS"]))["category"][0] == "BAGS"


def test_votes__the_majority_wins_and_ties_change_nothing(log):
    say(log, "ann", "i0 HATS", "i1 HATS", "i2 BELTS")
    say(log, "bob", "i0 HATS", "i1 BELTS")
    say(log, "cem", "i0 BELTS")

    rows = labels(log, catalog(["BAGS", "BAGS", "BAGS"]))

    assert list(rows["category"]) == ["HATS", "BAGS", "BELTS"]
    assert list(rows["corrected"]) == [True, False, True]


def test_votes__the_latest_of_each_person_counts(log):
    say(log, "ann", "i0 HATS")
    say(log, "bob", "i0 BELTS")
    say(log, "ann", "i0 BELTS")
    assert labels(log, catalog(["BAGS"]))["category"][0] == "BELTS"


def test_abstentions__do_not_count_as_votes(log):
    say(log, "ann", "i0 HATS", "i1 skip", "i2 HATS")
    say(log, "bob", "i0 cannot tell", "i2 BELTS")
    say(log, "bob", "i2 cannot tell")

    assert list(labels(log, catalog(["BAGS"] * 3))["category"]) == ["HATS", "BAGS", "HATS"]


def test_none_of_these__takes_the_label_off(log):
    say(log, "ann", "i0 none of these", "i1 cannot tell", source="explore")
    rows = labels(log, catalog(["BAGS", "BAGS", "BAGS"]))

    assert list(rows["category"].isna()) == [True, True, False]
    assert list(rows["corrected"]) == [True, True, False]


def test_none_of_these__may_be_a_class():
    tasks = Tasks(Category("kind", ("BAGS", "none of these")))
    assert task_values(tasks, "category") == ("BAGS", "none of these")


def test_tags__are_set_taken_off_and_left_unanswered(log):
    say(log, "ann", "i0 red true", "i1 red false", "i2 red cannot tell", source="explore")
    rows = labels(log, catalog(["BAGS"] * 4, red=[False, True, True, None]))

    assert rows["tag:red"].tolist() == [True, False, pd.NA, pd.NA]
    assert list(rows["corrected"]) == [True, True, True, False]
    assert rows["tag:red"].dtype == "boolean"


def test_apply__passes_over_unknown_items_tasks_and_values(log):
    say(log, "ann", "i9 HATS", "i0 SHOES", source="explore")
    assert list(labels(log, catalog(["BAGS"]))["category"]) == ["BAGS"]


def test_undo__restores_the_label_before(log):
    say(log, "ann", "i0 HATS", source="explore")
    log.undo(say(log, "bob", "i0 BELTS", source="explore"), Voice("bob", "explore"))
    assert labels(log, catalog(["BAGS"]))["category"][0] == "HATS"


def test_corrections__mark_what_is_held_out(log):
    say(log, "ann", "i0 HATS", "i1 BAGS", "i2 red true", source="confusion:BAGS>HATS")
    say(log, "bob", "i3 BELTS")
    say(log, "cem", "i3 BELTS")
    labelled = catalog(["BAGS"] * 4, split=["heldout", "heldout", "train", "validation"])

    found = corrections(labelled, read_records(log))

    assert found[["item_id", "task", "before", "after", "heldout", "by", "votes"]].values.tolist() == [
        ["i0", "category", "BAGS", "HATS", True, "ann", 0],
        ["i2", "tag:red", "false", "true", False, "ann", 0],
        ["i3", "category", "BAGS", "BELTS", False, "votes", 2],
    ]
    assert found["source"].tolist()[0] == "confusion:BAGS>HATS"


def by_hand(said, tasks):
    """The rule of core.annotations.present, one answer after the other."""
    corrected, voted = {}, {}
    for item, value, person, is_vote in said:
        if value == "skip":
            continue
        if not is_vote:
            corrected[item] = value
        elif value == "cannot tell":
            voted.setdefault(item, {}).pop(person, None)
        else:
            voted.setdefault(item, {})[person] = value
    values = task_values(tasks, "category")
    result = {}
    for item in corrected.keys() | {item for item, votes in voted.items() if votes}:
        counts = [list(voted.get(item, {}).values()).count(value) for value in values]
        best = max(counts)
        winner = OPEN if counts.count(best) > 1 else counts.index(best)
        if item in corrected:
            answer = corrected[item]
            winner = UNANSWERED if answer == "cannot tell" else values.index(answer)
        result[item] = (winner, item in corrected, sum(counts), best)
    return result


SAID = st.tuples(
    st.integers(1, 4), st.sampled_from(["BAGS", "BELTS", "HATS", "none of these", "skip", "cannot tell"]),
    st.sampled_from(["ann", "bob", "cem"]), st.sampled_from([True, True, True, False]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(SAID, max_size=40))
def test_present__is_the_rule_applied_answer_by_answer(said):
    words = np.array(["", "category", QUEUE, "explore", "ann", "bob", "cem", "BAGS", "BELTS", "HATS",
                      "none of these", "skip", "cannot tell"], object)
    code = {word: number for number, word in enumerate(words)}
    columns = [
        [item for item, *_ in said], [1] * len(said), [code[value] for _, value, _, _ in said],
        [code[person] for _, _, person, _ in said],
        [code[QUEUE if is_vote else "explore"] for *_, is_vote in said], range(1, len(said) + 1),
    ]
    items = np.array(["", "a", "b", "c", "d"], object)
    records = Records(items, words, *(np.array(column, np.int64) for column in columns))

    found = present(records, TASKS)

    got = {
        int(item): (int(value), bool(corrected), int(votes), int(agreeing))
        for item, value, corrected, votes, agreeing in zip(
            found.item, found.value, found.corrected, found.votes, found.agreeing, strict=True)
    }
    assert got == by_hand(said, TASKS)


def test_the_last_of_each_key__is_the_same_by_places_and_by_sorting():
    key = np.array([4, 0, 4, 2, 0, 4])
    assert _last_of_each(key, 5).tolist() == [4, 3, 5]
    assert _last_of_each(key, 10**12).tolist() == [4, 3, 5]
    assert _last_of_each(key[:0], 5).tolist() == []
