import pandas as pd
import pytest

from core.catalog.table import Catalog
from core.errors import LabelsError, PhotoError, WorkspaceError
from core.predictions.inputs import catalog_jobs, folder_jobs, input_jobs, table_jobs
from core.tasks import Category, ItemColumns, Tasks
from core.workspace import Settings, Workspace

TASKS = Tasks(Category("kind", ("CUP", "JAR")), item=ItemColumns("sku", "{sku}.jpg"))


def touch(folder, *names):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


@pytest.fixture
def workspace(tmp_path):
    touch(tmp_path / "photos", "a.jpg", "b.jpg", "deep/c.png", "d.webp")
    return Workspace.create(tmp_path / "w", Settings("w", str(tmp_path / "photos")), TASKS)


def catalog(ids, images, tasks=TASKS):
    return Catalog(tasks, pd.DataFrame({
        "item_id": ids, "category": "CUP", "split": "train", "image": images,
    }))


def pairs(jobs, folder):
    return [(job.item_id, job.photo.relative_to(folder).as_posix()) for job in jobs]


def test_catalog_jobs__are_the_items_in_order_with_none_for_a_missing_photo(workspace):
    jobs = catalog_jobs(workspace, catalog(["b", "x", "a"], ["b.jpg", None, "a.jpg"]))

    assert [job.item_id for job in jobs] == ["b", "x", "a"]
    assert [job.photo and job.photo.name for job in jobs] == ["b.jpg", None, "a.jpg"]


def test_catalog_jobs__of_labels_only_are_refused(tmp_path):
    bare = Workspace.create(tmp_path / "bare", Settings("bare"), TASKS)

    with pytest.raises(WorkspaceError, match="'bare' has labels only, no photos.*--images DIR"):
        catalog_jobs(bare, catalog(["a"], [None]))


def test_folder_jobs__call_items_by_stem_and_by_path_where_stems_meet(tmp_path):
    touch(tmp_path, "z.JPG", "note.txt", ".hidden.jpg", ".trash/q.jpg", "summer/a.jpg", "a.png",
          "drawing.svg", "winter/b.webp")

    assert pairs(folder_jobs(tmp_path), tmp_path) == [
        ("a.png", "a.png"), ("drawing", "drawing.svg"), ("summer/a.jpg", "summer/a.jpg"),
        ("b", "winter/b.webp"), ("z", "z.JPG"),
    ]


def test_folder_jobs__without_a_photo_or_a_folder_are_refused(tmp_path):
    touch(tmp_path, "note.txt")

    with pytest.raises(PhotoError, match="has no photo in it; photos end in .avif"):
        folder_jobs(tmp_path)
    with pytest.raises(PhotoError, match="none is not a folder; name a folder of photos"):
        folder_jobs(tmp_path / "none")


def test_table_jobs__take_the_catalogs_photo_then_the_pattern_then_the_name(workspace, tmp_path):
    ids = pd.DataFrame({"sku": ["d", "b", "a", "c", "gone", "a"], "price": 1})
    ids.to_parquet(tmp_path / "ids.parquet")
    known = catalog(["a"], ["deep/c.png"])

    jobs = table_jobs(tmp_path / "ids.parquet", workspace, known)

    assert pairs(jobs, workspace.images_dir) == [
        ("d", "d.webp"), ("b", "b.jpg"), ("a", "deep/c.png"), ("c", "deep/c.png"),
        ("gone", "gone.jpg"),
    ]


@pytest.mark.parametrize("header", ["sku", "item_id", "whatever"])
def test_table_jobs__read_csv_and_keep_ids_as_they_are_written(workspace, tmp_path, header):
    touch(workspace.images_dir, "007.jpg")
    (tmp_path / "ids.csv").write_text(f"{header}\n007\na.jpg\n")

    jobs = table_jobs(tmp_path / "ids.csv", workspace, catalog([], []))

    assert pairs(jobs, workspace.images_dir) == [("007", "007.jpg"), ("a.jpg", "a.jpg")]


def test_table_jobs__look_in_another_folder_when_told(workspace, tmp_path):
    touch(tmp_path / "other", "a.jpg")
    pd.DataFrame({"sku": ["a"]}).to_parquet(tmp_path / "ids.parquet")

    jobs = table_jobs(
        tmp_path / "ids.parquet", workspace, catalog(["a"], ["b.jpg"]), tmp_path / "other"
    )

    assert pairs(jobs, tmp_path / "other") == [("a", "a.jpg")]


def test_table_jobs__never_leave_the_images_folder(workspace, tmp_path):
    touch(tmp_path, "secret.jpg")
    pd.DataFrame({"sku": ["../secret"]}).to_parquet(tmp_path / "ids.parquet")

    jobs = table_jobs(tmp_path / "ids.parquet", workspace, catalog([], []))

    assert jobs[0].photo == workspace.images_dir / "secret.jpg" and not jobs[0].photo.exists()


def test_table_jobs__refuse_what_has_no_ids(workspace, tmp_path):
    pd.DataFrame({"x": [1], "y": [2]}).to_parquet(tmp_path / "xy.parquet")
    pd.DataFrame({"sku": ["a", None]}).to_parquet(tmp_path / "holes.parquet")
    (tmp_path / "torn.parquet").write_bytes(b"PAR1")
    empty = catalog([], [])

    with pytest.raises(LabelsError, match="no column 'sku' or 'item_id'; it has x, y; rename"):
        table_jobs(tmp_path / "xy.parquet", workspace, empty)
    with pytest.raises(LabelsError, match="holes.parquet has no 'sku' in row 2; fill it in"):
        table_jobs(tmp_path / "holes.parquet", workspace, empty)
    with pytest.raises(LabelsError, match="torn.parquet"):
        table_jobs(tmp_path / "torn.parquet", workspace, empty)
    with pytest.raises(LabelsError, match="gone.csv does not exist"):
        table_jobs(tmp_path / "gone.csv", workspace, empty)


def test_input_jobs__tell_folder_photo_and_table_apart(workspace, tmp_path):
    folder = workspace.images_dir
    pd.DataFrame({"sku": ["b"]}).to_parquet(tmp_path / "ids.parquet")

    assert len(input_jobs(folder, workspace, catalog([], []))) == 4
    assert pairs(input_jobs(folder / "a.jpg", workspace, catalog([], [])), folder) == [
        ("a", "a.jpg")
    ]
    assert len(input_jobs(tmp_path / "ids.parquet", workspace, catalog([], []))) == 1
