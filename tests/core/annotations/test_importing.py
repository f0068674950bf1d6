import json

import pandas as pd
import pytest

from core.annotations.importing import import_votes, read_votes
from core.annotations.log import AnnotationLog, Voice
from core.annotations.present import votes
from core.annotations.records import read_records
from core.errors import AnnotationError
from tests.annotated import TASKS, catalog, say

ITEMS = catalog(["BAGS", "BAGS", "BAGS"])


@pytest.fixture
def log(tmp_path):
    log = AnnotationLog(f"sqlite:///{tmp_path / 'annotations.db'}")
    yield log
    log.close()


def written(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def answers(read):
    return set(read.votes[["item_id", "task", "value", "annotator"]].itertuples(index=False, name=None))


def left_out(read):
    return read.left_out[["row", "reason"]].values.tolist()


def test_table__with_joined_tags_votes_on_every_tag(tmp_path):
    table = pd.DataFrame({
        "sku": ["i0", "i1", "i1"], "annotator": ["ann", "ann", "bob"],
        "kind": ["HATS", "OTHER", "cannot tell"], "tags": ["red|worn", "", ""],
    })
    table.to_parquet(tmp_path / "votes.parquet")

    read = read_votes(tmp_path / "votes.parquet", ITEMS)

    assert answers(read) == {
        ("i0", "category", "HATS", "ann"), ("i0", "tag:red", "true", "ann"),
        ("i0", "tag:worn", "true", "ann"), ("i1", "category", "none of these", "ann"),
        ("i1", "tag:red", "false", "ann"), ("i1", "tag:worn", "false", "ann"),
        ("i1", "category", "cannot tell", "bob"),
    }
    assert left_out(read) == []


def test_table__as_csv_with_a_column_for_each_tag_and_times(tmp_path):
    path = written(tmp_path / "votes.csv", "item_id,annotator,category,red,time\n"
                   "i0,ann,HATS,1,2025-03-09T21:52:49Z\ni1,ann,BELTS,,\ni2,bob,,no,2025-03-09 23:00+01:00\n")

    read = read_votes(path, ITEMS)

    assert answers(read) == {
        ("i0", "category", "HATS", "ann"), ("i0", "tag:red", "true", "ann"),
        ("i1", "category", "BELTS", "ann"), ("i2", "tag:red", "false", "bob"),
    }
    times = dict(zip(read.votes["item_id"], read.votes["said_at"]))
    assert times["i0"] == 1741557169000000
    assert times["i1"] is pd.NA
    assert times["i2"] == 1741557600000000


def test_table__with_one_row_for_each_answer(tmp_path):
    path = written(tmp_path / "votes.csv", "sku,annotator,task,value\n"
                   "i0,ann,category,HATS\ni0,ann,tag:red,true\ni0,ann,tag:red,maybe\ni0,ann,size,XL\n")
    read = read_votes(path, ITEMS)
    assert answers(read) == {("i0", "category", "HATS", "ann"), ("i0", "tag:red", "true", "ann")}
    assert left_out(read) == [[3, "unknown answer"], [4, "unknown task"]]


def test_table__lists_what_is_no_vote(tmp_path):
    path = written(tmp_path / "votes.csv", "sku,annotator,kind,tags\n"
                   "i0,ann,SHOES,red|blue\n,ann,HATS,\ni1,,HATS,\n")
    read = read_votes(path, ITEMS)
    assert left_out(read) == [
        [1, "unknown tag"], [1, "unknown answer"], [2, "no id"], [3, "no id"]]
    assert read.left_out["detail"].tolist()[:2] == [
        "there is no tag 'blue'", "'SHOES' is no answer to 'category'"]
    assert answers(read) == {("i0", "tag:red", "true", "ann"), ("i0", "tag:worn", "false", "ann")}


@pytest.mark.parametrize("name, text, sentence", [
    ("a.csv", "sku,kind\ni0,HATS\n", "a.csv has no column 'annotator' that says whose vote it is"),
    ("a.csv", "id,annotator,kind\n1,a,HATS\n", "a.csv has no column 'sku' or 'item_id'; it has id,"),
    ("a.csv", "sku,annotator\n1,a\n", "a.csv has no column 'kind' or 'category'"),
    ("a.csv", "sku,annotator,kind,time\ni0,a,HATS,soon\n", "a.csv, row 1: 'soon' is no moment"),
    ("a.doc", "", "a.doc is no kind of votes file that is known; give Parquet or CSV"),
    ("a.json", "[{]", "a.json is not JSON that can be read"),
    ("a.json", '[{"image": "x.jpg"}]', "a.json is no Label Studio export: a record has no list"),
    ("a.jsonl", "{}\nno\n", "a.jsonl, line 2 is not JSON"),
    ("a.manifest", "[1]\n", "a.manifest, line 1 is no JSON object"),
])
def test_files_that_are_no_votes__are_refused_with_a_sentence(tmp_path, name, text, sentence):
    with pytest.raises(AnnotationError, match=sentence):
        read_votes(written(tmp_path / name, text), ITEMS)


def test_missing_file__is_named(tmp_path):
    with pytest.raises(AnnotationError, match="there is no file .*none.csv; name an existing file"):
        read_votes(tmp_path / "none.csv", ITEMS)


def choices(*words, kind="choices"):
    return {"from_name": "any", "to_name": "image", "type": kind, "value": {kind: list(words)}}


def test_label_studio__finds_items_by_photo_and_reads_choices(tmp_path):
    export = [
        {"id": 1, "data": {"image": "/data/upload/3/1a2b3c4d-p0.jpg"}, "annotations": [
            {"completed_by": {"id": 7, "email": "ann@shop"}, "created_at": "2025-03-09T21:52:49Z",
             "result": [choices("HATS"), choices("red")]},
            {"completed_by": 8, "result": [choices("Other")]}]},
        {"id": 2, "data": {"image": "/data/local-files/?d=photos%2Fp1.jpg"}, "annotations": [
            {"completed_by": 8, "result": [], "was_cancelled": True},
            {"completed_by": 9, "result": [choices(["Things", "BELTS"], kind="taxonomy")]}]},
        {"id": 3, "data": {"sku": "i2", "image": "x.jpg"}, "annotations": [
            {"completed_by": 8, "result": [choices("HATS", "BAGS")]},
            {"completed_by": 9, "result": [choices("green")]}]},
        {"id": 4, "data": {}, "annotations": [{"completed_by": 8, "result": [choices("HATS")]}]},
    ]
    read = read_votes(written(tmp_path / "export.json", export), ITEMS)

    categories = {one for one in answers(read) if one[1] == "category"}
    assert categories == {
        ("i0", "category", "HATS", "ann@shop"), ("i0", "category", "none of these", "8"),
        ("i1", "category", "skip", "8"), ("i1", "category", "BELTS", "9"),
    }
    assert ("i0", "tag:red", "true", "ann@shop") in answers(read)
    assert ("i0", "tag:red", "false", "8") in answers(read)
    assert ("i1", "tag:red", "false", "8") not in answers(read)  # skipped
    assert left_out(read) == [[3, "several classes"], [3, "unknown answer"], [4, "no id"]]


def test_label_studio__that_never_asked_for_tags_votes_on_none(tmp_path):
    export = [{"data": {"image": "p0.jpg"}, "annotations": [{"result": [choices("HATS")]}]}]
    read = read_votes(written(tmp_path / "export.json", export), ITEMS)
    assert answers(read) == {("i0", "category", "HATS", "unknown")}


def worker(who, content):
    return {"workerId": who, "annotationData": {"content": json.dumps(content)}}


def lines(*records):
    return "\n".join(map(json.dumps, records)) + "\n"


def test_ground_truth__reads_each_workers_answer(tmp_path):
    manifest = lines(
        {"source-ref": "s3://shop/photos/p0.jpg", "garment": {"annotationsFromAllWorkers": [
            worker("w1", {"crowd-image-classifier": {"label": "HATS"}}),
            worker("w2", {"crowd-image-classifier": {"label": "HATS"}}),
            worker("w3", {"category": {"label": "BELTS"}, "red": {"on": True}, "worn": {"on": False}}),
        ]}, "garment-metadata": {"class-name": "HATS", "job-name": "labeling-job/j"}},
        {"source-ref": "s3://shop/p1.jpg", "tags": [worker("w1", {"labels": ["worn"]})]},
    )
    read = read_votes(written(tmp_path / "output.manifest", manifest), ITEMS)
    assert answers(read) == {
        ("i0", "category", "HATS", "w1"), ("i0", "category", "HATS", "w2"),
        ("i0", "category", "BELTS", "w3"), ("i0", "tag:red", "true", "w3"),
        ("i0", "tag:worn", "false", "w3"), ("i1", "tag:worn", "true", "w1"),
        ("i1", "tag:red", "false", "w1"),
    }
    assert left_out(read) == []


def test_ground_truth__reads_consolidated_answers_as_one_vote_of_the_job(tmp_path):
    told = {"job-name": "labeling-job/kinds", "creation-date": "2018-10-18T22:18:13.527256"}
    manifest = lines(
        {"source-ref": "s3://shop/p0.jpg", "kind": 2, "kind-metadata": {
            **told, "class-name": "HATS", "human-annotated": "yes"}},
        {"source-ref": "s3://shop/p1.jpg", "kind": 0, "kind-metadata": {
            **told, "class-name": "BAGS", "human-annotated": "no"}},
        {"source-ref": "s3://shop/p2.jpg", "tags": [0], "tags-metadata": {
            "job-name": "labeling-job/t", "class-map": {"0": "red"},
            "type": "groundtruth/image-classification-multilabel"}},
        {"source-ref": "s3://shop/new_one.jpg", "kind-metadata": {"failure-reason": "too large"}},
        {"source-ref": "s3://shop/p0.jpg"},
    )
    read = read_votes(written(tmp_path / "output.jsonl", manifest), ITEMS)
    assert answers(read) == {
        ("i0", "category", "HATS", "kinds"), ("i1", "category", "BAGS", "kinds (machine)"),
        ("i2", "tag:red", "true", "t"), ("i2", "tag:worn", "false", "t"),
    }
    assert read.votes["said_at"].tolist()[0] == 1539901093527256
    assert read.left_out[["row", "item_id", "reason"]].values.tolist() == [
        [4, "new_one", "failed"], [5, "i0", "no answer"]]


def table(tmp_path, *rows):
    return read_votes(
        written(tmp_path / "v.csv", "sku,annotator,task,value,time\n" + "\n".join(rows) + "\n"), ITEMS)


def test_import__again_adds_nothing(tmp_path, log):
    read = table(tmp_path, "i0,ann,category,HATS,", "i9,bob,category,BAGS,2025-01-01")

    first, second = (import_votes(log, ITEMS, read, "v.csv") for _ in range(2))

    assert (first.new, first.known, first.outside, len(first.saves)) == (2, 0, 1, 2)
    assert (second.new, second.known, second.saves) == (0, 2, ())
    assert len(read_records(log)) == 2
    (annotation,) = log.history("i9")
    assert annotation.source == "import:v.csv"
    assert annotation.time.isoformat() == "2025-01-01T00:00:00+00:00"


def test_import__adds_what_is_new_and_takes_the_last_of_repeats(tmp_path, log):
    import_votes(log, ITEMS, table(tmp_path, "i0,ann,category,HATS,"), "v.csv")
    read = table(tmp_path, "i0,ann,category,HATS,", "i0,ann,category,BELTS,2025-02-02",
                 "i0,ann,category,BAGS,2025-01-01", "i1,ann,category,BAGS,")

    done = import_votes(log, ITEMS, read, "v.csv")

    assert (done.new, done.known, done.repeated) == (2, 0, 2)
    assert [one.value for one in log.history("i0")] == ["HATS", "BELTS"]


def test_import__of_an_old_file_does_not_turn_a_vote_back(tmp_path, log):
    read = table(tmp_path, "i0,ann,category,HATS,")
    import_votes(log, ITEMS, read, "v.csv")
    say(log, "ann", "i0 BELTS")
    import_votes(log, ITEMS, read, "v.csv")

    cast = votes(read_records(log), TASKS)
    assert cast.value.tolist() == [1]


def test_import__that_was_undone_can_be_made_again(tmp_path, log):
    read = table(tmp_path, "i0,ann,category,HATS,")
    done = import_votes(log, ITEMS, read, "v.csv")
    log.undo(done.saves[0], Voice("lead", "import"))
    assert import_votes(log, ITEMS, read, "v.csv").new == 1


def test_import__of_nothing(tmp_path, log):
    done = import_votes(log, ITEMS, table(tmp_path), "v.csv")
    assert (done.new, done.items, done.annotators, done.saves) == (0, 0, 0, ())
