"""What corrections do to figures, and which of them were chosen with the model in view."""

import numpy as np
import pytest

from core.annotations.apply import apply
from core.annotations.effect import CORRECTED, IMPORTED, UNTOUCHED, effect
from core.annotations.log import AnnotationLog, Voice
from core.annotations.records import read_records
from core.annotations.saves import newest_saves, save_times
from core.predictions.table import Predictions
from tests.annotated import TASKS, catalog, say

CUTS = {"red": 0.5, "worn": 0.5}
LABELS = ["BAGS", "BAGS", "BELTS", "BELTS", "HATS", "HATS"]
ANSWERS = ["BAGS", "BELTS", "BELTS", "BELTS", "BAGS", "BAGS"]
"""Right on i0, i2, i3; wrong on i1, i4, i5. No tag is ever called."""


@pytest.fixture
def log(tmp_path):
    log = AnnotationLog(f"sqlite:///{tmp_path}/log.db")
    yield log
    log.close()


def found(log, labels=LABELS, seen=frozenset(), answers=ANSWERS):
    items, records = catalog(labels), read_records(log)
    category = np.full((len(answers), 3), 0.1, np.float32)
    category[np.arange(len(answers)), [TASKS.classes.index(name) for name in answers]] = 0.8
    ids = np.array([f"i{k}" for k in range(len(answers))], object)
    scores = Predictions(TASKS, ids, category, np.zeros((len(answers), 2), np.float32))
    return effect(items, apply(items, records), records, scores, CUTS, seen)


def test_direction__is_what_a_correction_does_to_the_share_of_right_answers(log):
    say(log, "ann", "i1 BELTS", "i2 HATS", "i4 BELTS", source="confusion:BAGS>BELTS")
    say(log, "ann", "i0 red true", source="explore")  # the model says no
    assert found(log).direction[:, 0].tolist() == [0, 1, -1, 0, 0, 0]
    assert found(log).direction[:, 1].tolist() == [-1, 0, 0, 0, 0, 0]


def test_direction__of_labels_added_and_taken_out(log):
    say(log, "ann", "i0 BAGS", "i1 BAGS", "i2 cannot tell", "i4 none of these", source="explore")
    now = found(log, labels=[None, None, *LABELS[2:]])
    # added rightly and wrongly in the model's eyes; taken out where it was right and wrong
    assert now.direction[:, 0].tolist() == [1, -1, -1, 0, 1, 0]


def test_selection__counts_by_what_the_model_had_wrong(log):
    say(log, "ann", "i1 BELTS", "i5 BAGS", "i4 HATS", "i0 BAGS", source="confusion:HATS>BAGS")
    one = found(log).selection(task=0)
    assert (one.labels, one.items, one.towards, one.away, one.neither) == (2, 2, 2, 0, 0)
    assert (one.corrected_wrong, one.looked_at_wrong, one.wrong) == (2, 3, 3)
    assert (one.looked_at_right, one.right) == (1, 3)
    assert one.warning == (
        "2 of 2 corrected labels are ones that the model had wrong; 2 now agree with it, 0 no"
        " longer do. People looked at 3 of the 3 labels that it had wrong and at 1 of the 3 that"
        " it had right, so figures on corrected labels flatter it; believe those on labels as"
        " imported, or look at as large a share of the others")


def test_selection__is_none_when_people_looked_at_all_labels_alike(log):
    say(log, "ann", "i0 BAGS", "i1 BELTS", "i2 BELTS", "i3 BELTS", "i4 HATS", "i5 BAGS",
        source="explore")
    assert found(log).selection(task=0).towards == 2
    assert found(log).selection(task=0).warning is None


def test_selection__away_from_the_model_warns_of_nothing(log):
    say(log, "ann", "i0 HATS", "i2 HATS", "i1 HATS", source="explore")
    one = found(log).selection()
    assert (one.towards, one.away, one.neither) == (0, 2, 1)
    assert not one.chosen_by_model


def test_figures__on_each_kind_of_labels(log):
    say(log, "ann", "i1 BELTS", "i2 HATS", "i2 red true", source="explore")
    now = found(log)
    figures = {labels: now.figures(labels, CUTS) for labels in (IMPORTED, CORRECTED, UNTOUCHED)}
    assert figures[IMPORTED]["confusion"] == [[1, 1, 0], [0, 2, 0], [2, 0, 0]]
    assert figures[CORRECTED]["confusion"] == [[1, 0, 0], [0, 2, 0], [2, 1, 0]]
    assert figures[UNTOUCHED]["confusion"] == [[1, 0, 0], [0, 1, 0], [2, 0, 0]]
    supports = [figures[labels]["tags"]["red"]["support"] for labels in figures]
    assert supports == [0, 1, 0]


def test_items_without_an_answer__and_no_corrections_at_all(log):
    assert not found(log).changed.any() and found(log).selection().warning is None
    say(log, "ann", "i1 BELTS", "i5 BAGS", source="explore")
    now = found(log, answers=ANSWERS[:3])
    assert now.selection().labels == 1 and len(now.imported) == 3
    assert found(log, labels=[], answers=[]).selection().labels == 0


def test_saves__are_told_newest_first_with_their_undo(log):
    first = say(log, "ann", "i0 BAGS", "i1 BELTS", source="explore")
    second = log.undo(first, Voice("bob", "undo"))
    told = newest_saves(log, 10)
    assert [(one.number, one.annotator, one.source, one.answers, one.undoes) for one in told] == [
        (second, "bob", "undo", 0, first), (first, "ann", "explore", 2, None)]
    assert newest_saves(log, 1) == told[:1]
    assert save_times(log, [first, 99]) == {first: told[1].time}
