"""A training as the pages show it: what can be started, how far it is, how it ended."""

import pytest

from core.commands.background import (
    DONE, FAILED, INTERRUPTED, RUNNING, STOPPING, Training, training_dir,
)  # fmt: skip
from core.commands.training_status import Status, write_status
from core.errors import ModelError
from tests.webapp.rivals import rivals
from tests.webapp.wardrobe import wardrobe
from webapp.actions import training
from webapp.actions.jobs import Jobs
from webapp.actions.opened import open_now
from webapp.render.training import about, training_value
from webapp.session import Session

HERE = Session("shop", page="models")
STARTED = "2026-01-01T00:00:00+00:00"


@pytest.fixture
def opened(tmp_path):
    return open_now("shop", rivals(tmp_path / "shop").root)


def shown(opened, state, *, name="mine", resumable=False, stale=False, because="", **status):
    found = Training(Status(name, "probe", STARTED, 12, **status), state, resumable, stale, because)
    return training_value(opened, HERE, found, Jobs())


def buttons(value):
    return [one["do"] for one in value["buttons"]]


def test_nothing_trained__offers_the_recipes_with_the_fast_one_first(opened):
    value = training_value(opened, HERE, None, Jobs())
    assert [one["value"] for one in value["start"]["recipes"]][0] == "probe"
    assert "less than a minute for 12 photos" in value["start"]["recipes"][0]["words"]
    assert value["start"]["text"].startswith(
        "No label was corrected since the import: a new model learns from the same labels.")
    assert value["start"]["button"] == "Train another model"


def test_running__says_what_it_does_and_can_be_cancelled(opened):
    epochs = [{"epoch": 2, "val_loss": 0.8123, "val_top1": 0.7}]
    value = shown(opened, RUNNING, stage="photos", done=5, total=12, epochs=epochs)
    assert value["text"] == "Training “mine”: Reading photos, 5 of 12"
    assert value["epochs"] == "epoch 2, validation loss 0.812, 70.0 % of validation right"
    assert (value["busy"], buttons(value), value["start"]) == (True, ["halt"], None)
    assert shown(opened, STOPPING, stage="export")["text"] == (
        "Stopping “mine” at its next count: Exporting")


def test_stopped__can_go_on_unless_labels_have_changed(opened):
    value = shown(opened, INTERRUPTED, resumable=True, because="stopped")
    assert value["text"] == "“mine” was stopped. What it had is kept."
    assert (buttons(value), value["start"]) == (["resume", "forget"], None)
    value = shown(opened, INTERRUPTED, resumable=True, stale=True, because="it was killed")
    assert value["text"] == ("“mine” ended early: it was killed. Labels, photos or the split have"
                             " changed since, so it must begin again.")
    assert buttons(value) == ["restart", "forget"]


def test_failed__says_why_and_lets_one_start_anew(opened):
    value = shown(opened, FAILED, because="the disk is full: free some space")
    assert value["error"] == "The disk is full: free some space."
    assert buttons(value) == ["forget"] and value["start"] is not None


def test_done__offers_the_comparison_with_the_model_in_use(opened):
    value = shown(opened, DONE, name="rival", ended="2026-01-01T00:02:00+00:00")
    assert value["text"] == "“rival” was trained in 2 minutes."
    assert value["link"]["text"] == "Compare with “paint”"
    assert "tab=models" in value["link"]["href"] and "a=paint&b=rival" in value["link"]["href"]
    place = training.pair_with_new(opened, HERE, "rival").place()
    assert (place["open"], place["a"], place["b"]) == ("rival", "paint", "rival")
    gone = shown(opened, DONE, name="nobody")
    assert gone["text"] == "“nobody” was trained and cannot be used here any more."


def test_new_model__is_asked_for_its_answers_at_once(tmp_path, monkeypatch):
    shop = rivals(tmp_path / "shop")
    (shop.predictions_dir("rival") / "run.json").unlink()
    training_dir(shop).mkdir()
    write_status(training_dir(shop), Status("rival", "probe", STARTED, 12, ended=STARTED))
    asked = []
    jobs = Jobs()
    monkeypatch.setattr(jobs, "start", lambda model: asked.append(model.model))
    assert training.training_of(open_now("shop", shop.root), jobs).state == DONE
    assert asked == ["rival"]


def test_clicks__are_doubted(opened, tmp_path):
    with pytest.raises(ModelError, match="there is no recipe '../x' to choose"):
        training.start(opened, {"recipe": "../x"})
    with pytest.raises(ModelError, match="no interrupted training to go on with"):
        training.again(opened, restart=False)
    fresh = training_value(open_now("new", wardrobe(tmp_path / "new", predicted=False).root), HERE,
                           None, Jobs())
    assert (fresh["title"], fresh["start"]["button"]) == ("Train a model", "Train on these labels")
    labels = open_now("labels", wardrobe(tmp_path / "labels", photos=False).root)
    assert training_value(labels, HERE, None, Jobs()) is None


@pytest.mark.parametrize(("seconds", "words"), [
    (20, "less than a minute"), (58, "about 1 minute"), (150, "about 2 minutes"),
    (3600, "about 1 hour"), (9000, "about 2 hours")])
def test_about__rounds_to_what_people_say(seconds, words):
    assert about(seconds) == words
