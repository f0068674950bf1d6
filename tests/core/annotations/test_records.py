"""The log read as columns: in blocks, whatever the texts and numbers in it."""

import numpy as np
import pytest
import sqlalchemy as sa

from core.annotations import records as module
from core.annotations.answer import Answer
from core.annotations.log import AnnotationLog, Voice
from core.annotations.records import Reader, _packing, read_records
from core.annotations.schema import items

ANN = Voice("ann", "explore")


@pytest.fixture
def log(tmp_path):
    log = AnnotationLog(f"sqlite:///{tmp_path / 'annotations.db'}")
    yield log
    log.close()


def said(records):
    words, columns = records.words, (records.task, records.value, records.annotator, records.source)
    texts = [words[column].tolist() for column in columns]
    return list(zip(records.items[records.item], *texts, records.save.tolist(), strict=True))


@pytest.mark.parametrize("block", [1, 2, 3, 100])
def test_blocks__of_any_size_give_the_same_in_the_order_of_saving(log, monkeypatch, block):
    log.append([Answer("i1", "category", "HATS"), Answer("i2", "category", "BAGS")], ANN)
    log.append([Answer("i2", "tag:red", "true")], Voice("bob", "queue:main"))
    log.append([Answer("i1", "category", "BAGS")], ANN)
    monkeypatch.setattr(module, "BLOCK", block)

    assert said(read_records(log)) == [
        ("i1", "category", "HATS", "ann", "explore", 1),
        ("i2", "category", "BAGS", "ann", "explore", 1),
        ("i2", "tag:red", "true", "bob", "queue:main", 2),
        ("i1", "category", "BAGS", "ann", "explore", 3),
    ]


def test_item_ids__may_hold_anything_even_the_separator(log):
    ids = ["a\x1fb", "", " ", "ünï, \"x\"\n", "x" * 5000, "7"]
    log.append([Answer(item_id, "category", "HATS") for item_id in ids], ANN)
    log.append([Answer("more", "category", "HATS")], ANN)

    records = read_records(log)

    assert records.items[records.item].tolist() == [*ids, "more"]


def test_numbers_without_a_text__stay_empty(log):
    log.append([Answer("i1", "category", "HATS")], ANN)
    with log.store.writing() as connection:  # as after a failed transaction on a server
        connection.execute(sa.insert(items).values(number=9, item_id="i9"))
    reader = Reader(log)
    log.append([Answer("i9", "category", "BAGS"), Answer("i10", "category", "BAGS")], ANN)

    records = reader.records()

    assert records.items.tolist() == ["", "i1", *[""] * 7, "i9", "i10"]
    assert records.item.tolist() == [1, 9, 10]


def test_large_numbers__take_further_columns(log):
    log.append([Answer("i1", "category", "HATS")], ANN)
    with log.store.writing() as connection:
        connection.execute(sa.insert(items).values(number=10**6, item_id="far"))
        connection.execute(sa.text("PRAGMA defer_foreign_keys = ON"))
        connection.execute(sa.text("UPDATE saves SET number = 9000000000000"))
        connection.execute(sa.text("UPDATE annotations SET save = 9000000000000"))
    log.append([Answer("far", "category", "BAGS")], ANN)

    assert said(read_records(log)) == [
        ("i1", "category", "HATS", "ann", "explore", 9 * 10**12),
        ("far", "category", "BAGS", "ann", "explore", 9 * 10**12 + 1),
    ]


def test_packing__fills_numbers_of_63_bits():
    assert _packing([2, 256, 1]) == [[(0, 0, 1), (1, 1, 8), (2, 9, 1)]]
    assert _packing([2**40, 2**20, 2**4]) == [[(0, 0, 40), (1, 40, 20)], [(2, 0, 4)]]
    assert _packing([2**63, 2]) == [[(0, 0, 63)], [(1, 0, 1)]]


def test_reader__that_has_read_everything_reads_nothing_again(log):
    log.append([Answer("i1", "category", "HATS")], ANN)
    reader = Reader(log)
    first = reader.records()
    assert reader.records() is first
    assert first.item.dtype == np.int64
