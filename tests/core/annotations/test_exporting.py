import json

import pandas as pd
import pytest

from core.annotations.exporting import json_records, label_studio_tasks, labels_with_provenance
from core.annotations.folders import write_class_folders, write_hugging_face
from core.annotations.ground_truth_lines import ground_truth_lines
from core.annotations.importing import import_votes, read_votes
from core.annotations.log import AnnotationLog
from core.annotations.present import votes
from core.annotations.records import read_records
from core.errors import StorageError
from core.workspace import Settings, Workspace
from tests.annotated import TASKS, catalog, say
from tests.photos import jpeg


@pytest.fixture
def log(tmp_path):
    log = AnnotationLog(f"sqlite:///{tmp_path / 'annotations.db'}")
    yield log
    log.close()


def test_labels__tell_by_whom_when_and_how_agreed(log):
    say(log, "ann", "i0 HATS", "i1 BELTS", source="explore")
    for who, what in (("ann", "HATS"), ("bob", "HATS"), ("cem", "BAGS")):
        say(log, who, f"i2 {what}", "i0 BAGS")
    labelled = catalog(["BAGS"] * 4, red=[True, False, None, False], split=["heldout"] * 4)

    found = labels_with_provenance(labelled, log)

    assert found["sku"].tolist() == ["i0", "i1", "i2", "i3"]
    assert found["kind"].tolist() == ["HATS", "BELTS", "HATS", "BAGS"]
    assert found["red"].tolist() == [1, 0, pd.NA, 0]
    assert found["kind:by"].tolist() == ["ann", "ann", "votes", "import"]
    assert found["kind:votes"].tolist() == [3, 0, 3, 0]
    assert found["kind:agreeing"].tolist() == [3, 0, 2, 0]
    assert found["kind:when"].isna().tolist() == [False, False, False, True]
    assert set(found["red:by"]) == {"import"}

    first = json_records(found, labelled)[3]
    assert json.loads(json.dumps(first)) == {
        "sku": "i3", "kind": "BAGS", "red": 0, "worn": 0, "split": "heldout",
        "provenance": {name: {"by": "import", "when": None, "votes": 0, "agreeing": 0}
                       for name in ("kind", "red", "worn")}}


@pytest.mark.parametrize(("name", "write"), [
    ("ls.json", lambda labelled, log: json.dumps(label_studio_tasks(labelled, log))),
    ("gt.manifest", lambda labelled, log: "\n".join(ground_truth_lines(labelled, log))),
])
def test_votes__come_back_from_other_tools_as_the_same_votes(log, tmp_path, name, write):
    say(log, "ann", "i0 HATS", "i0 red true", "i0 worn false", "i1 skip")
    say(log, "bob", "i0 none of these", "i0 red false", "i0 worn false")
    labelled = catalog(["BAGS", "BAGS"])
    (tmp_path / name).write_text(write(labelled, log), encoding="utf-8")

    other = AnnotationLog(f"sqlite:///{tmp_path / 'other.db'}")
    import_votes(other, labelled, read_votes(tmp_path / name, labelled), name)

    def told(log):
        records = read_records(log)
        cast = votes(records, TASKS)
        return set(zip(records.items[cast.item], cast.task, cast.value, records.words[cast.annotator]))

    assert told(other) == told(log)
    assert len(told(log)) == 6


def test_nothing_said__is_the_import(log):
    assert label_studio_tasks(catalog(["BAGS"]), log) == [
        {"data": {"sku": "i0", "image": "photos/p0.jpg"}, "annotations": []}]
    assert len(labels_with_provenance(catalog([]), log)) == 0


@pytest.fixture
def shop(tmp_path):
    workspace = Workspace(tmp_path / "W", Settings("shop", str(tmp_path)))
    (tmp_path / "photos").mkdir()
    for number in range(3):
        (tmp_path / "photos" / f"p{number}.jpg").write_bytes(jpeg(seed=number))
    return workspace, catalog(
        ["BAGS", None, "HATS", "HATS"], red=[True, None, False, False],
        split=["train", "train", "heldout", "train"])


def test_class_folders__hold_the_labelled_photos(shop, tmp_path):
    workspace, labelled = shop
    assert write_class_folders(workspace, labelled, tmp_path / "out") == 2
    files = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.jpg")}
    assert files == {"BAGS/i0.jpg", "HATS/i2.jpg"}
    assert (tmp_path / "out" / "HATS" / "i2.jpg").read_bytes() == jpeg(seed=2)

    with pytest.raises(StorageError, match="out exists already; name a new folder to export to"):
        write_class_folders(workspace, labelled, tmp_path / "out")


def test_hugging_face__has_a_folder_and_metadata_for_each_split(shop, tmp_path):
    workspace, labelled = shop
    assert write_hugging_face(workspace, labelled, tmp_path / "out") == 3
    train = [json.loads(line) for line in
             (tmp_path / "out" / "train" / "metadata.jsonl").read_text(encoding="utf-8").splitlines()]
    assert train == [
        {"file_name": "i0.jpg", "sku": "i0", "kind": "BAGS", "red": True, "worn": False},
        {"file_name": "i1.jpg", "sku": "i1", "kind": None, "red": None, "worn": False}]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["README.md", "test", "train"]
    assert "- split: test\n    path: test/**" in (tmp_path / "out" / "README.md").read_text()
