"""Trainings in a process of their own: one at a time, watched, stopped, killed, taken up again."""

import fcntl
import json
import signal
import sys

import pytest

from core.annotations.answer import Answer
from core.annotations.apply import current_catalog
from core.annotations.log import AnnotationLog, Voice
from core.catalog.table import data_hash
from core.commands import background
from core.commands.background import (
    DONE, FAILED, INTERRUPTED, RUNNING, STOPPING, last_training, start_training, stop_training,
    throw_away, training_dir,
)  # fmt: skip
from core.commands.training_status import Status, read_status, status_path, told, write_status
from core.commands.training_time import training_seconds
from core.errors import ModelError, StorageError
from core.model.report import Report
from core.progress import Cancelled
from tests.webapp.wardrobe import wardrobe


@pytest.fixture(autouse=True)
def same_niceness(monkeypatch):
    monkeypatch.setattr("core.commands.training_status.os.nice", lambda by: None)


@pytest.fixture
def shop(tmp_path):
    return wardrobe(tmp_path / "shop")


@pytest.fixture
def sleeper(monkeypatch):
    """Trainings that only wait, or do what the code says."""
    def acts(code="import time; time.sleep(60)"):
        monkeypatch.setattr(background, "_command",
                            lambda *told: [sys.executable, "-S", "-c", code])

    acts()
    yield acts
    for child in background._children:
        child.kill()
        child.wait()


def ended(shop):
    """The last run, once its process is gone."""
    for child in list(background._children):
        child.wait()
    return last_training(shop)


def interrupted(shop, name):
    """What a killed run leaves behind."""
    folder = shop.new_model_dir(name).with_name(f".{name}.run")
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({
        "name": name, "made_of": {"shop": data_hash(current_catalog(shop))}}))
    return folder


def test_training__goes_on_alone_and_a_second_is_refused(shop, sleeper):
    assert last_training(shop) is None
    status = start_training(shop, "probe")
    assert status.name.startswith("probe-") and status.photos == 12
    assert last_training(shop).state == RUNNING and last_training(shop).going_on
    with pytest.raises(ModelError, match="a training goes on in this workspace; wait for it"):
        start_training(shop, "tune")
    with pytest.raises(ModelError, match="a training goes on"):
        throw_away(shop)
    stop_training(shop)
    assert last_training(shop).state == STOPPING


def test_killed_training__is_offered_to_go_on_unless_labels_have_changed(shop, sleeper):
    start_training(shop, "probe", "mine")
    kept = interrupted(shop, "mine")
    background._children[-1].send_signal(signal.SIGKILL)
    found = ended(shop)
    assert (found.state, found.resumable, found.stale) == (INTERRUPTED, True, False)
    assert found.because == "it was killed, or the machine went down"
    log = AnnotationLog.of(shop)
    log.append([Answer("n3", "category", "SHIRTS")], Voice("Ana", "explore"))
    log.close()
    assert last_training(shop).stale
    (kept / "run.json").write_text('{"name": "mi')
    assert last_training(shop).stale
    start_training(shop, "probe", "mine", restart=True)
    assert last_training(shop).state == RUNNING
    background._children[-1].kill()
    ended(shop)
    throw_away(shop)
    assert last_training(shop) is None and not kept.exists()


def test_training__keeps_the_model_in_use_unless_it_is_the_first(shop, monkeypatch):
    asked = []
    monkeypatch.setattr(background, "_spawn", lambda command, *rest: asked.append(command))
    start_training(shop, "probe", "mine")
    start_training(shop, "tune", "first", use=True)
    assert asked[0][-1] == "--no-use" and asked[1][-1] == "--use"
    assert asked[0][1:6] == ["-m", "core", "train", str(shop.root), "--name"]


def test_training_that_ends_without_a_word__gives_its_last_line(shop, sleeper):
    sleeper("print('first'); print('error: no such recipe')")
    start_training(shop, "probe", "mine")
    found = ended(shop)
    assert (found.state, found.resumable) == (FAILED, False)
    assert found.because.endswith("its last line: error: no such recipe")


def test_training_in_a_terminal__is_waited_for(shop, sleeper):
    lock = interrupted(shop, "theirs") / "lock"
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(ModelError, match="'theirs' is being trained in a terminal; wait"):
            start_training(shop, "probe")


def test_training__refuses_a_full_disk_no_photos_and_unknown_recipes(shop, tmp_path, monkeypatch):
    with pytest.raises(ModelError, match="there is no recipe 'magic'"):
        start_training(shop, "magic")
    with pytest.raises(ModelError, match="labels only, no photos to learn from"):
        start_training(wardrobe(tmp_path / "labels", photos=False), "probe")
    monkeypatch.setattr(background.shutil, "disk_usage", lambda path: type("", (), {"free": 10**6}))
    with pytest.raises(StorageError, match=r"needs about 0\.3 GB of disk, .* has 0\.0 GB left"):
        start_training(shop, "probe")
    assert last_training(shop) is None


def test_finished_training__is_done_when_its_model_is_there(shop):
    training_dir(shop).mkdir()
    write_status(training_dir(shop), Status("paint", "probe", "2026-01-01T00:00:00+00:00", 12,
                                            ended="2026-01-01T00:02:00+00:00"))
    assert last_training(shop).state == DONE
    assert training_seconds(shop, "probe", 24) == 240
    assert training_seconds(shop, "published", 24) is None
    throw_away(shop)
    assert last_training(shop) is None and shop.new_model_dir("paint").exists()


def test_status__tells_stages_epochs_and_notes_and_hears_the_stop(tmp_path):
    write_status(tmp_path, Status("mine", "probe", "2026-01-01T00:00:00+00:00", 12))
    heard = []
    with pytest.raises(Cancelled), told(tmp_path, "mine", Report(note=heard.append)) as report:
        report.note("photos are few")
        progress = report.stage("photos")
        progress(12, 12)
        at = read_status(status_path(tmp_path, "mine"))
        assert (at.stage, at.done, at.total, at.notes) == ("photos", 12, 12, ["photos are few"])
        report.epoch({"epoch": 0, "val_loss": 0.5})
        (tmp_path / "mine.stop").touch()
        report.stage("export")(2, 2)
    at = read_status(status_path(tmp_path, "mine"))
    assert (at.error, at.epochs, heard) == ("stopped", [{"epoch": 0, "val_loss": 0.5}],
                                            ["photos are few"])
    assert at.ended is not None and at.recipe == "probe"


def test_status__keeps_the_sentence_of_an_error_and_a_full_disk_stops_nothing(
    tmp_path, monkeypatch
):
    with pytest.raises(ModelError), told(tmp_path, "mine", Report()):
        raise ModelError("the loss is no number any more")
    assert read_status(status_path(tmp_path, "mine")).error == "the loss is no number any more"

    def full(*args):
        raise StorageError("the disk is full")

    monkeypatch.setattr("core.commands.training_status.write_status", full)
    with told(tmp_path, "mine", Report()) as report:
        report.stage("photos")(1, 1)
    with pytest.raises(ModelError, match="--tell needs the --name"), told(tmp_path, "", Report()):
        pass
