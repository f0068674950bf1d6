import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.catalog.sample import draw
from core.catalog.table import read_catalog
from core.commands.opening import open_workspace
from core.errors import StorageError, WorkspaceError

ROOT = Path(__file__).resolve().parents[3]
COUNT = 36


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("FITTING_ROOM_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(draw, "ITEMS", COUNT)
    return tmp_path / "home"


def test_open_workspace__a_folder_that_does_not_exist_is_a_sentence(tmp_path):
    with pytest.raises(WorkspaceError, match="there is no folder .*nowhere; make a workspace"):
        open_workspace(tmp_path / "nowhere")


def test_open_workspace__a_folder_without_a_workspace_is_a_sentence(tmp_path):
    with pytest.raises(WorkspaceError, match="is not a workspace"):
        open_workspace(tmp_path)


def test_open_workspace__opens_a_folder(sixty):
    assert open_workspace(str(sixty.root)).root == sixty.root


def test_open_workspace__draws_the_sample_once(home):
    steps = []
    first = open_workspace("sample", progress=lambda *step: steps.append(step))
    assert first.root == home / f"sample-v{draw.VERSION}"
    assert steps == sorted(steps) and steps[-1][0] == steps[-1][1]
    made = (first.root / "catalog.parquet").stat().st_mtime_ns
    steps.clear()
    again = open_workspace("sample", progress=lambda *step: steps.append(step))
    assert steps == [] and (again.root / "catalog.parquet").stat().st_mtime_ns == made
    assert [path.name for path in home.iterdir()] == [first.root.name]


def test_open_workspace__the_sample_s_photos_and_report_lie_in_it(home):
    workspace = open_workspace("sample")
    catalog = read_catalog(workspace)
    assert workspace.name == "sample"
    assert all(workspace.photo_path(image).exists() for image in catalog.rows["image"].dropna())
    assert (workspace.root / "drawn" / "ground_truth.json").exists()
    assert f".{workspace.root.name}." not in workspace.left_out_path.read_text()


def test_open_workspace__a_half_drawn_sample_is_drawn_again(home):
    folder = home / f"sample-v{draw.VERSION}"
    (folder / "drawn").mkdir(parents=True)
    (folder / "drawn" / "labels.parquet").write_bytes(b"half")
    assert len(read_catalog(open_workspace("sample"))) >= COUNT - 3


def test_open_workspace__two_processes_draw_one_sample(home):
    code = (
        "from core.catalog.sample import draw; draw.ITEMS = 36\n"
        "from core.commands.opening import open_workspace\n"
        "from core.catalog.table import read_catalog\n"
        "print(len(read_catalog(open_workspace('sample'))))"
    )
    environment = {**os.environ, "FITTING_ROOM_HOME": str(home)}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=120)[0].strip() for process in both]
    assert answers[0] == answers[1] and int(answers[0]) >= COUNT - 3
    assert [path.name for path in home.iterdir()] == [f"sample-v{draw.VERSION}"]


def test_open_workspace__what_a_killed_process_left_is_removed(home):
    left = home / f".sample-v{draw.VERSION}.abc"
    left.mkdir(parents=True)
    os.utime(left, (1, 1))
    open_workspace("sample")
    assert not left.exists()


def test_open_workspace__a_cache_that_cannot_be_written_is_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("FITTING_ROOM_HOME", str(tmp_path / "file"))
    with pytest.raises(StorageError, match="could not be written"):
        open_workspace("sample")


def test_sample__every_kind_of_fault_is_among_the_held_out_items(sample_workspace):
    truth = json.loads((sample_workspace.root / "drawn" / "ground_truth.json").read_text())
    rows = read_catalog(sample_workspace).part("heldout").rows
    heldout = set(rows["item_id"])
    for fault in ("wrong_categories", "wrong_tags", "duplicate_photos", "near_duplicates"):
        assert heldout & {entry["item"] for entry in truth["faults"][fault]}, fault


def test_sample__tags_have_support_among_the_held_out_items(sample_workspace):
    catalog = read_catalog(sample_workspace)
    assert (catalog.part("heldout").tags == 1).sum(axis=0).min() >= 8
    assert len(catalog) >= 890
