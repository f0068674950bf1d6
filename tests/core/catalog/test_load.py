import pandas as pd
import pytest

from core.catalog.load import build_catalog
from core.catalog.table import Catalog
from core.errors import LabelsError
from core.progress import Cancelled
from core.tasks import Category, ItemColumns, Tags, Tasks
from tests import photos

TASKS = Tasks(
    Category("kind", ("bag", "hat")), Tags(("red",)), ItemColumns("id", "{id}.jpg", "seller")
)


def frame(*rows) -> pd.DataFrame:
    columns = ["id", "kind", "red", "seller", "price"]
    return pd.DataFrame(list(rows), columns=columns)


def reasons(loaded) -> list[tuple]:
    return list(loaded.left_out[["row", "reason", "detail"]].itertuples(index=False, name=None))


def test_build_catalog__keeps_labels_groups_and_metadata():
    rows = build_catalog(frame(("a", "hat", 1, 5, 2.5), ("b", "bag", 0, None, None)), TASKS).rows
    catalog = Catalog(TASKS, rows)
    assert catalog.item_ids.tolist() == ["a", "b"]
    assert catalog.category.tolist() == [1, 0]
    assert catalog.tags.tolist() == [[1], [0]]
    assert rows["group"].fillna("-").tolist() == ["5", "-"]
    assert rows["meta:price"].fillna(0).tolist() == [2.5, 0]
    assert rows[["image", "content", "width", "height"]].isna().all(axis=None)


def test_build_catalog__counts_identical_rows_once():
    row, other = ("a", "hat", 1, 5, None), ("b", "bag", 0, 5, None)
    loaded = build_catalog(frame(row, other, row, row), TASKS)
    assert loaded.rows["item_id"].tolist() == ["a", "b"]
    assert loaded.duplicate_rows == 2
    assert reasons(loaded) == [
        (3, "duplicate row", "the same as row 1"),
        (4, "duplicate row", "the same as row 1"),
    ]


def test_build_catalog__leaves_out_each_fault_with_its_reason():
    loaded = build_catalog(
        frame(
            ("a", "hat", 1, 1, 0),
            (None, "hat", 1, 1, 0),
            ("c", None, 1, 1, 0),
            ("d", "shoe", 1, 1, 0),
            ("e", "hat", None, 1, 0),
            ("f", "hat", 7, 1, 0),
            ("g", "bag", 0, 1, 0),
        ),
        TASKS,
    )
    assert loaded.rows["item_id"].tolist() == ["a", "g"]
    assert reasons(loaded) == [
        (2, "no id", "id is empty"),
        (3, "null label", "kind is empty"),
        (4, "unknown class", "kind is 'shoe'"),
        (5, "null label", "red is empty"),
        (6, "unknown tag value", "red is 7.0, neither 0 nor 1"),
    ]
    assert loaded.left_out["item_id"].fillna("-").tolist() == ["-", "c", "d", "e", "f"]


def test_build_catalog__keeps_unlabelled_items_when_asked():
    given = frame(("a", None, 1, 1, 0), ("b", "hat", None, 1, 0), ("c", "shoe", 1, 1, 0))
    loaded = build_catalog(given, TASKS, keep_unlabelled=True)
    catalog = Catalog(TASKS, loaded.rows)
    assert catalog.category.tolist() == [-1, 1]
    assert catalog.tags.tolist() == [[1], [-1]]
    assert reasons(loaded) == [(3, "unknown class", "kind is 'shoe'")]


def test_build_catalog__leaves_out_all_rows_of_an_id_with_different_labels():
    loaded = build_catalog(
        frame(
            ("a", "hat", 1, 1, 0),
            ("b", "hat", 1, 1, 0),
            ("a", "bag", 1, 1, 0),
            ("c", "hat", 0, 1, 0),
            ("b", "hat", 0, 1, 0),
            ("c", "hat", 0, 1, 9),
            ("a", "hat", 1, 1, 9),
            ("d", "hat", 0, 1, 0),
            ("d", "oops", 0, 1, 0),
        ),
        TASKS,
    )
    assert loaded.rows["item_id"].tolist() == ["c", "d"]
    assert reasons(loaded) == [
        (1, "conflicting labels", "rows 1, 3, 7 give this id different labels"),
        (2, "conflicting labels", "rows 2, 5 give this id different labels"),
        (3, "conflicting labels", "rows 1, 3, 7 give this id different labels"),
        (5, "conflicting labels", "rows 2, 5 give this id different labels"),
        (6, "repeated id", "the same id and labels as row 4"),
        (7, "conflicting labels", "rows 1, 3, 7 give this id different labels"),
        (9, "unknown class", "kind is 'oops'"),
    ]


def test_build_catalog__accepts_tags_written_as_words():
    given = frame(*[(f"{i}", "hat", value, 1, 0) for i, value in
                    enumerate(["yes", "No", "TRUE", "false", "1", "0", "maybe"])])
    loaded = build_catalog(given, TASKS)
    assert Catalog(TASKS, loaded.rows).tags[:, 0].tolist() == [1, 0, 1, 0, 1, 0]
    assert reasons(loaded) == [(7, "unknown tag value", "red is 'maybe', neither 0 nor 1")]


def test_build_catalog__reads_photos_and_leaves_out_those_it_cannot(tmp_path):
    for name in "abc":
        (tmp_path / f"{name}.jpg").write_bytes(photos.jpeg(seed=name == "b"))
    bad = photos.bad_photos()
    for name in ("truncated.jpg", "text.jpg", "empty.jpg"):
        (tmp_path / name).write_bytes(bad[name][0])
    ids = ["a", "truncated", "b", "gone", "c", "text", "empty", "../a", "/etc/hosts"]
    seen = []
    loaded = build_catalog(
        frame(*[(name, "hat", 0, 1, 0) for name in ids]), TASKS, tmp_path,
        lambda done, total: seen.append((done, total)),
    )
    rows = loaded.rows
    assert rows["item_id"].tolist() == ["a", "b", "c"]
    assert rows["image"].tolist() == ["a.jpg", "b.jpg", "c.jpg"]
    assert rows[["width", "height"]].to_numpy().tolist() == [[40, 60]] * 3
    assert rows["content"].nunique() == 2  # a and c are the same file
    assert seen[-1] == (7, 7)
    assert reasons(loaded) == [
        (2, "unreadable photo",
         "truncated.jpg ends too early, part of it is missing; copy or export it again"),
        (4, "missing photo", "no such file in the images folder"),
        (6, "unreadable photo", "text.jpg is not a photo that can be read;"
                                " use JPEG, PNG, WebP, AVIF, TIFF, BMP or GIF"),
        (7, "unreadable photo", "empty.jpg is empty (0 bytes); copy or export it again"),
        (8, "missing photo", "its path leads out of the images folder"),
        (9, "missing photo", "its path leads out of the images folder"),
    ]


def test_build_catalog__stops_when_progress_says_so(tmp_path):
    def stop(done, total):
        raise Cancelled("enough")

    (tmp_path / "a.jpg").write_bytes(photos.jpeg())
    with pytest.raises(Cancelled):
        build_catalog(frame(("a", "hat", 0, 1, 0)), TASKS, tmp_path, stop)


def test_build_catalog__refuses_a_file_without_an_asked_column():
    for missing in ("id", "kind", "red", "seller"):
        with pytest.raises(LabelsError, match=f"^labels.csv has no column '{missing}'"):
            given = frame(("a", "hat", 0, 1, 0)).drop(columns=missing)
            build_catalog(given, TASKS, source="labels.csv")


def test_build_catalog__handles_no_rows():
    loaded = build_catalog(frame(), TASKS)
    assert (len(loaded.rows), len(loaded.left_out), loaded.duplicate_rows) == (0, 0, 0)
    assert Catalog(TASKS, loaded.rows).tags.shape == (0, 1)


def test_build_catalog__of_the_published_labels__finds_their_111_duplicates(shared_data):
    """Without the published file: the same numbers of rows, made up."""
    if shared_data is not None:
        given = pd.read_parquet(shared_data / "vinted" / "data.parquet")
        tasks = Tasks(Category("cc3", tuple(sorted(given["cc3"].unique()))),
                      Tags(("polka dot", "floral", "checker")), ItemColumns("uuid"))
    else:
        few = frame(*[(f"{i}", "hat", i % 2, 1, 0) for i in range(3436)])
        given, tasks = pd.concat([few, few.head(111)], ignore_index=True), TASKS
    loaded = build_catalog(given, tasks)
    assert (len(given), loaded.duplicate_rows, len(loaded.rows)) == (3547, 111, 3436)
