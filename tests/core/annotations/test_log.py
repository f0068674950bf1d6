from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from core.annotations.answer import Answer, require_answers
from core.annotations.log import AnnotationLog, Voice
from core.annotations.records import Reader, read_records
from core.annotations.schema import HEAD, metadata
from core.annotations.store import Store
from core.errors import AnnotationError, StorageError
from tests.annotated import TASKS, say

ANN = Voice("ann", "explore", "blurred but clear")


@pytest.fixture
def log(tmp_path):
    log = AnnotationLog(f"sqlite:///{tmp_path / 'annotations.db'}")
    yield log
    log.close()


def in_force(log, as_of=None):
    records = read_records(log, as_of)
    return [(records.items[i], records.words[v]) for i, v in zip(records.item, records.value)]


def test_history__tells_who_said_what_when_where_and_why(log):
    before = datetime.now(UTC)
    log.append([Answer("i1", "category", "HATS"), Answer("i2", "tag:red", "true")], ANN)
    say(log, "bob", "i1 BAGS")

    first, second = log.history("i1")

    assert (first.item_id, first.task, first.value) == ("i1", "category", "HATS")
    assert (first.annotator, first.source, first.note) == ("ann", "explore", "blurred but clear")
    assert before - timedelta(seconds=1) < first.time <= second.time <= datetime.now(UTC)
    assert (second.annotator, second.value, second.undone) == ("bob", "BAGS", False)
    assert [one.value for one in log.history("i2")] == ["true"]
    assert log.history("unknown") == []


def test_undo__takes_a_whole_save_back_and_keeps_its_record(log):
    save = say(log, "ann", "i1 HATS", "i2 HATS")
    say(log, "ann", "i3 BAGS")

    log.undo(save, ANN)

    assert in_force(log) == [("i3", "BAGS")]
    assert [one.undone for one in log.history("i1")] == [True]


def test_undo__of_an_undo_brings_the_answers_back(log):
    save = say(log, "ann", "i1 HATS")
    undo = log.undo(save, ANN)
    redo = log.undo(undo, ANN)
    assert in_force(log) == [("i1", "HATS")]

    log.undo(redo, ANN)
    assert in_force(log) == []


def test_undo__twice_is_refused(log):
    save = say(log, "ann", "i1 HATS")
    log.undo(save, ANN)
    with pytest.raises(AnnotationError, match=f"save {save} was undone before; reload the page"):
        log.undo(save, ANN)
    with pytest.raises(AnnotationError, match="there is no save 99 in the log"):
        log.undo(99, ANN)


def test_append__with_the_same_key_saves_once(log):
    first = log.append([Answer("i1", "category", "HATS")], ANN, key="press-1")
    again = log.append([Answer("i1", "category", "HATS")], ANN, key="press-1")
    other = log.append([Answer("i1", "category", "HATS")], ANN, key="press-2")

    assert first == again != other
    assert len(log.history("i1")) == 2


def test_append__of_nothing_is_a_save_too(log):
    assert log.append([], ANN) == 1
    assert in_force(log) == []


def test_last_save__is_the_newest_of_a_person_that_stands(log):
    queue = Voice("ann", "queue:main")
    first, second = say(log, "ann", "i1 HATS"), say(log, "ann", "i2 HATS")
    say(log, "bob", "i3 HATS")
    say(log, "ann", "i4 HATS", source="explore")
    assert log.last_save(queue) == second

    log.undo(second, queue)
    assert log.last_save(queue) == first
    log.undo(first, queue)
    assert log.last_save(queue) is None
    assert log.last_save(Voice("nobody", "queue:main")) is None


def test_past__can_be_read_as_it_was(log):
    save = say(log, "ann", "i1 HATS")
    noon = datetime.now(UTC)
    say(log, "bob", "i1 BAGS")
    undo = log.undo(save, ANN)

    assert in_force(log, noon) == [("i1", "HATS")]
    assert in_force(log, undo - 1) == [("i1", "HATS"), ("i1", "BAGS")]
    assert in_force(log) == [("i1", "BAGS")]
    assert in_force(log, noon - timedelta(days=1)) == []


def test_reader__reads_on_where_it_stopped(log):
    reader = Reader(log)
    assert len(reader.records()) == 0
    first = say(log, "ann", "i1 HATS", "i2 BAGS")
    assert len(reader.records()) == 2
    say(log, "bob", "i3 BELTS")
    log.undo(first, ANN)

    again, anew = reader.records(), read_records(log)

    assert list(again.items) == list(anew.items) == ["", "i1", "i2", "i3"]
    assert list(again.words) == list(anew.words)
    assert [list(column) for column in again.columns] == [list(column) for column in anew.columns]
    assert len(again) == 1


def test_time__never_runs_backwards(log, monkeypatch):
    say(log, "ann", "i1 HATS")
    monkeypatch.setattr("core.annotations.log.time.time_ns", lambda: 10**18)  # in 2001
    say(log, "ann", "i1 BAGS")

    first, second = log.history("i1")
    assert second.time == first.time


def test_voice__needs_a_name():
    with pytest.raises(AnnotationError, match="an annotation needs its annotator, got ' '"):
        Voice(" ", "explore")


@pytest.mark.parametrize("task, value, sentence", [
    ("color", "RED", "there is no task 'color'; this workspace asks category, tag:red, tag:worn"),
    ("category", "SHOES", "'SHOES' is no answer to category; use one of BAGS, BELTS, HATS, cannot"),
    ("tag:red", "HATS", "'HATS' is no answer to tag:red; use one of cannot tell, false, skip, true"),
])
def test_require_answers__lists_what_is_allowed(task, value, sentence):
    with pytest.raises(AnnotationError, match=sentence):
        require_answers(TASKS, [Answer("i1", task, value)])


def test_require_answers__takes_all_that_can_be_said():
    said = ["HATS", "skip", "cannot tell", "none of these"]
    require_answers(TASKS, [Answer("i1", "category", value) for value in said])
    require_answers(TASKS, [Answer("i1", "tag:worn", value) for value in ("true", "false", "skip")])


def test_migrations__make_the_very_schema(log):
    with log.store.reading() as connection:
        inspector = sa.inspect(connection)
        assert set(inspector.get_table_names()) == {*metadata.tables, "alembic_version"}
        for name, table in metadata.tables.items():
            found = {column["name"]: column["nullable"] for column in inspector.get_columns(name)}
            assert found == {column.name: column.nullable for column in table.columns}
            keys = {index["name"] for index in inspector.get_indexes(name)}
            assert keys == {index.name for index in table.indexes}
        assert connection.scalar(sa.text("SELECT version_num FROM alembic_version")) == HEAD


def test_store__refuses_a_log_of_a_newer_program(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.db'}"
    store = Store(url)
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(AnnotationError, match="schema version 9999, this program knows up to"):
        Store(url)


def test_store__refuses_a_file_that_is_no_database(tmp_path):
    (tmp_path / "a.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(AnnotationError, match=r"a\.db is not an annotation log .*put a backup"):
        Store(f"sqlite:///{tmp_path / 'a.db'}")


def test_store__names_the_folder_that_is_missing(tmp_path):
    with pytest.raises(StorageError, match=r"none/a\.db could not be used .*what was saved before"):
        Store(f"sqlite:///{tmp_path / 'none' / 'a.db'}")


def test_a_failed_save__leaves_nothing(log):
    say(log, "ann", "i1 HATS")
    with pytest.raises(RuntimeError), log.store.writing() as connection:
        log.write(connection, [Answer("i2", "category", "new word")], Voice("eve", "x"), "key")
        raise RuntimeError("the process fails before the end")

    assert in_force(log) == [("i1", "HATS")]
    save = log.append([Answer("i3", "category", "other word")], Voice("zoe", "y"))
    assert save == 2
    assert in_force(log) == [("i1", "HATS"), ("i3", "other word")]


def test_changed_since__counts_items_of_each_person_undos_too(log):
    first = say(log, "ann", "i0 HATS", "i1 HATS")
    second = say(log, "bob", "i0 BAGS", "i0 red true")
    log.undo(first, Voice("cem", "undo"))
    assert log.changed_since(0) == {"cem": 2, "bob": 1, "ann": 2}
    assert log.changed_since(first) == {"cem": 2, "bob": 1}
    assert list(log.changed_since(0)) == ["cem", "bob", "ann"]
    assert log.changed_since(second + 1) == {}
