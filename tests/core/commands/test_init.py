import json

import numpy as np
import pandas as pd
import pytest
import yaml

from core.__main__ import main
from core.catalog.left_out import read_left_out
from core.catalog.table import read_catalog
from core.commands.init import fractions, make_workspace
from core.errors import LabelsError, WorkspaceError
from core.split import SplitOptions
from core.workspace import Workspace
from tests import photos

SELLERS = 10


@pytest.fixture
def shop(tmp_path):
    """60 hats and bags of ten sellers, some faults, and two sellers with one photo alike."""
    folder = tmp_path / "shop"
    (folder / "images").mkdir(parents=True)
    rows = [
        {"id": f"p{i:02}", "kind": ("hat", "bag", "shoe")[i % 3], "red": i % 2,
         "kids": i % 4 == 0, "seller_id": f"s{i % SELLERS}"}
        for i in range(60)
    ]
    for i, row in enumerate(rows):
        seed = 1 if i in (1, 2) else i
        (folder / "images" / f"{row['id']}.jpg").write_bytes(photos.jpeg(seed=seed))
    bad = photos.bad_photos()
    for name, (data, _) in bad.items():
        item = name.replace(".", "-")
        (folder / "images" / f"{item}.jpg").write_bytes(data)
        rows.append({**rows[0], "id": item})
    rows += [rows[3], {**rows[4], "kind": "shoe"}, {**rows[5], "id": "gone"},
             {**rows[5], "id": "blank", "kind": None}]
    pd.DataFrame(rows).to_parquet(folder / "labels.parquet")
    pd.DataFrame(rows).to_csv(folder / "labels.csv", index=False)
    return folder


def run(*arguments) -> int:
    return main([str(argument) for argument in arguments])


@pytest.mark.parametrize("labels", ["labels.parquet", "labels.csv"])
def test_init__makes_a_workspace_and_reports_what_it_left_out(shop, tmp_path, capsys, labels):
    code = run("init", tmp_path / "W", "--labels", shop / labels, "--images", shop / "images")
    printed = capsys.readouterr()
    assert (code, printed.err) == (0, "")
    workspace = Workspace.open(tmp_path / "W")
    catalog = read_catalog(workspace)
    assert len(catalog) == 59  # p04 has two answers
    assert workspace.settings.duplicate_rows == 1
    assert workspace.settings.split == {"train": 0.6, "validation": 0.2, "heldout": 0.2, "seed": 0}
    assert workspace.photo_path(catalog.rows["image"][0]).is_file()
    left_out = read_left_out(workspace)
    assert left_out["reason"].value_counts().to_dict() == {
        "unreadable photo": len(photos.bad_photos()), "conflicting labels": 2,
        "duplicate row": 1, "missing photo": 1, "null label": 1,
    }
    assert "left out 17 of 76 rows, listed in" in printed.out
    assert "  unreadable photo           12" in printed.out


def test_init__splits_without_leaks_and_can_be_read_back(shop, tmp_path):
    workspace = make_workspace(tmp_path / "W", shop / "labels.parquet", shop / "images")
    rows = read_catalog(workspace).rows
    assert (rows.groupby("group")["split"].nunique() == 1).all()
    twins = rows[rows["item_id"].isin(["p01", "p02"])]
    assert twins["content"].nunique() == twins["split"].nunique() == 1
    assert set(rows["split"]) == {"train", "validation", "heldout"}
    again = make_workspace(tmp_path / "V", shop / "labels.csv", shop / "images")
    assert read_catalog(again).rows["split"].tolist() == rows["split"].tolist()


def test_init__writes_the_tasks_for_people_to_edit(shop, tmp_path, capsys):
    make_workspace(tmp_path / "W", shop / "labels.parquet", shop / "images")
    tasks = yaml.safe_load((tmp_path / "W" / "tasks.yaml").read_text())
    assert tasks == {
        "item": {"id": "id", "image": "{id}.jpg", "group": "seller_id"},
        "category": {"column": "kind", "classes": ["bag", "hat", "shoe"]},
        "tags": {"columns": ["red"]},
    }
    tasks["category"]["classes"] = ["hat", "bag"]
    (tmp_path / "tasks.yaml").write_text(yaml.safe_dump(tasks))
    assert run("init", tmp_path / "V", "--labels", shop / "labels.csv",
               "--images", shop / "images", "--tasks", tmp_path / "tasks.yaml") == 0
    workspace = Workspace.open(tmp_path / "V")
    assert workspace.tasks.classes == ("hat", "bag")
    reasons = read_left_out(workspace)["reason"].value_counts()
    assert reasons["unknown class"] == 22  # the shoes, p04's second answer and gone


def test_init__works_with_labels_only(shop, tmp_path, capsys):
    assert run("init", tmp_path / "W", "--labels", shop / "labels.csv") == 0
    workspace = Workspace.open(tmp_path / "W")
    assert workspace.images_dir is None
    assert len(read_catalog(workspace)) == 59 + len(photos.bad_photos()) + 1


def test_init__works_with_a_folder_of_class_folders(tmp_path, capsys):
    for i in range(12):
        path = tmp_path / "photos" / ("hat", "bag")[i % 2] / f"{i}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(photos.jpeg(seed=i))
    (tmp_path / "photos" / "hat" / "broken.jpg").write_bytes(photos.truncated())
    assert run("init", tmp_path / "W", "--labels", tmp_path / "photos") == 0
    workspace = Workspace.open(tmp_path / "W")
    catalog = read_catalog(workspace)
    assert catalog.rows["category"].value_counts().to_dict() == {"hat": 6, "bag": 6}
    assert read_left_out(workspace)["item_id"].tolist() == ["hat/broken.jpg"]
    assert workspace.photo_path("hat/0.jpg").is_file()


def test_init__keeps_unusual_photos(tmp_path, capsys):
    odd = photos.odd_photos()
    (tmp_path / "images").mkdir()
    for name, data in odd.items():
        (tmp_path / "images" / name).write_bytes(data)
    rows = [{"image": name, "kind": ("hat", "bag")[i % 2]} for i, name in enumerate(odd)]
    pd.DataFrame(rows).to_csv(tmp_path / "labels.csv", index=False)
    assert run("init", tmp_path / "W", "--labels", tmp_path / "labels.csv",
               "--images", tmp_path / "images") == 0
    catalog = read_catalog(Workspace.open(tmp_path / "W"))
    assert sorted(catalog.rows["image"]) == sorted(odd)
    assert set(zip(catalog.rows["width"], catalog.rows["height"])) == {(40, 60)}


def test_init__takes_columns_fractions_and_seed_as_options(shop, tmp_path, capsys):
    assert run(
        "init", tmp_path / "W", "--labels", shop / "labels.csv", "--category", "seller_id",
        "--tags", "red, kids", "--group", "none", "--id", "id", "--heldout", "0.5",
        "--validation", "0", "--seed", "3", "--name", "Hats and bags",
    ) == 0
    workspace = Workspace.open(tmp_path / "W")
    assert workspace.tasks.tag_names == ("red", "kids")
    assert len(workspace.tasks.classes) == SELLERS
    assert workspace.settings.split == {"train": 0.5, "validation": 0, "heldout": 0.5, "seed": 3}
    assert workspace.name == "Hats and bags"
    parts = read_catalog(workspace).rows["split"].value_counts()
    assert abs(parts["train"] - parts["heldout"]) <= 1 and "validation" not in parts


@pytest.mark.parametrize(
    ("given", "filled"),
    [
        ((None, None, None), (0.6, 0.2, 0.2)),
        ((None, None, 0.3), (0.5, 0.2, 0.3)),
        ((0.8, None, None), (0.8, 0.1, 0.1)),
        ((0.5, 0.5, None), (0.5, 0.5, 0.0)),
        ((0.5, None, 0.3), (0.5, 0.2, 0.3)),
        ((0.9, 0.2, 0.2), (0.9, 0.2, 0.2)),
        ((1.0, None, None), (1.0, 0.0, 0.0)),
    ],
)
def test_fractions__fills_in_what_is_not_named(given, filled):
    assert fractions(*given) == pytest.approx(filled)


def test_init__again_replaces_the_catalog_and_keeps_models(shop, tmp_path):
    make_workspace(tmp_path / "W", shop / "labels.csv", shop / "images")
    kept = tmp_path / "W" / "models" / "mine" / "card.json"
    kept.parent.mkdir(parents=True)
    kept.write_text("{}")
    make_workspace(tmp_path / "W", shop / "labels.csv", options=SplitOptions(0.5, 0.5, 0))
    assert kept.exists()
    rows = read_catalog(Workspace.open(tmp_path / "W")).rows
    assert rows["image"].isna().all() and set(rows["split"]) == {"train", "validation"}


def test_init__moves_with_photos_inside_the_workspace(shop, tmp_path):
    make_workspace(tmp_path / "W", shop / "labels.csv")
    (shop / "images").rename(tmp_path / "W" / "images")
    make_workspace(tmp_path / "W", shop / "labels.csv", tmp_path / "W" / "images")
    (tmp_path / "W").rename(tmp_path / "V")
    moved = Workspace.open(tmp_path / "V")
    assert moved.settings.images == "images"
    assert moved.photo_path(read_catalog(moved).rows["image"][0]).is_file()


def test_init__leaves_a_foreign_folder_alone(shop, capsys):
    before = sorted(shop.rglob("*"))
    assert run("init", shop, "--labels", shop / "labels.csv") == 1
    assert capsys.readouterr().err == (
        f"error: {shop} exists and is not a workspace; name a new or an empty folder\n"
    )
    assert sorted(shop.rglob("*")) == before


def test_init__refuses_a_workspace_without_any_item(shop, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(LabelsError) as caught:
        make_workspace(tmp_path / "W", shop / "labels.csv", tmp_path / "empty")
    assert str(caught.value) == (
        "no row of labels.csv can be used: 72 of 76 have the fault 'missing photo', the first"
        " says: no such file in the images folder; all are listed in"
        f" {tmp_path / 'W' / 'left_out.csv'}"
    )
    assert (tmp_path / "W" / "left_out.csv").exists()
    with pytest.raises(WorkspaceError, match="make the workspace again with init"):
        read_catalog(Workspace.open(tmp_path / "W"))


@pytest.mark.parametrize(
    ("columns", "options", "sentence"),
    [
        (["kind", "red"], [], "labels.csv has no column that identifies an item"),
        (["id", "red"], [], "labels.csv has no column that looks like the category"),
        (["id", "kind"], ["--tags", "floral"], "labels.csv has no column 'floral'; its columns"
                                               " are id, kind"),
        (["id", "kind"], ["--validation", "0.7", "--heldout", "0.5"],
         "the fractions train + validation + held-out must sum to 1, got 0 + 0.7 + 0.5 = 1.2"),
        (["id", "kind"], ["--heldout", "20"], "fraction of the held-out part must lie in [0, 1],"
                                              " got 20.0; write 20 % as 0.2"),
        (["id", "kind"], ["--images", "nowhere"], "there is no images folder nowhere"),
        (["id", "kind"], ["--tasks", "nowhere.yaml"], "nowhere.yaml is missing"),
        (["id", "kind"], ["--tasks", "t.yaml", "--id", "id"], "--tasks says already which"),
    ],
)
def test_init__says_what_is_wrong(shop, tmp_path, capsys, columns, options, sentence):
    frame = pd.read_csv(shop / "labels.csv")[columns]
    frame.to_csv(tmp_path / "labels.csv", index=False)
    assert run("init", tmp_path / "W", "--labels", tmp_path / "labels.csv", *options) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith(f"error: {sentence}")
    assert (printed.err.count("\n"), printed.out) == (1, "")
    assert not (tmp_path / "W").exists()


def test_init__with_given_tasks_refuses_a_file_without_their_columns(shop, tmp_path, capsys):
    make_workspace(tmp_path / "W", shop / "labels.csv")
    tasks = tmp_path / "W" / "tasks.yaml"
    pd.DataFrame({"id": ["a"], "colour": ["red"]}).to_csv(tmp_path / "other.csv", index=False)
    assert run("init", tmp_path / "V", "--labels", tmp_path / "other.csv", "--tasks", tasks) == 1
    assert capsys.readouterr().err == (
        "error: other.csv has no column 'kind'; its columns are id, colour\n"
    )


def test_init__of_a_file_with_nan_everywhere_keeps_the_sound_rows(tmp_path):
    frame = pd.DataFrame({
        "id": ["a", "b", "c", "d", None], "kind": ["hat", None, "bag", "hat", "hat"],
        "red": [1, 0, np.nan, 0, 1], "price": [np.nan] * 5,
    })
    frame.to_csv(tmp_path / "labels.csv", index=False)
    workspace = make_workspace(tmp_path / "W", tmp_path / "labels.csv")
    assert read_catalog(workspace).item_ids.tolist() == ["a", "d"]
    assert read_left_out(workspace)[["row", "reason"]].to_numpy().tolist() == [
        [2, "null label"], [3, "null label"], [5, "no id"],
    ]


def test_read_left_out__is_empty_without_a_report(shop, tmp_path):
    workspace = make_workspace(tmp_path / "W", shop / "labels.csv")
    workspace.left_out_path.unlink()
    empty = read_left_out(workspace)
    assert list(empty.columns) == ["row", "item_id", "image", "reason", "detail"]
    assert len(empty) == 0


def test_profile__prints_a_table_and_writes_json(shop, tmp_path, capsys):
    make_workspace(tmp_path / "W", shop / "labels.csv", shop / "images")
    assert run("profile", tmp_path / "W", "--json", tmp_path / "profile.json") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "W: 59 items", "  1 duplicate row counted once", "  2 items share 1 photo file",
    ]
    assert lines[4:6] == [
        "category        items  share       train  validation    held-out",
        "bag                19  32.2%          12           4           3",
    ]
    assert lines[8].split() == ["all", "59", "36", "12", "11"]
    value = json.loads((tmp_path / "profile.json").read_text())
    assert (value["items"], value["duplicate_rows"]) == (59, 1)
    assert value["classes"] == {"bag": 19, "hat": 20, "shoe": 20}
    assert value["tags"] == {"red": 30}
    assert set(value["phi"]) == set(value["phi"]["red"]) == {"bag", "hat", "shoe", "red"}


def test_profile__prints_json_alone_on_request(shop, tmp_path, capsys):
    make_workspace(tmp_path / "W", shop / "labels.csv")
    assert run("profile", tmp_path / "W", "--json", "-") == 0
    assert json.loads(capsys.readouterr().out)["duplicate_rows"] == 1


def test_profile__refuses_what_is_no_workspace(tmp_path, capsys):
    assert run("profile", tmp_path) == 1
    assert capsys.readouterr().err.startswith(f"error: {tmp_path} is not a workspace")


def test_profile__refuses_a_workspace_of_another_version(shop, tmp_path, capsys):
    make_workspace(tmp_path / "W", shop / "labels.csv")
    path = tmp_path / "W" / "workspace.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 99}))
    assert run("profile", tmp_path / "W") == 1
    assert "is a workspace of version 99, this program reads version 1" in capsys.readouterr().err
