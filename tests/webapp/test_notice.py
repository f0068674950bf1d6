"""What stands in a page's place when something is missing: what, why, what to do."""

import threading
import time

import pytest

from core.errors import ModelError
from core.model.card import Card, write_card
from core.progress import Progress
from core.workspace import Workspace
from tests.webapp.answered import MODEL_ID
from tests.webapp.wardrobe import wardrobe
from webapp.actions import jobs as jobs_module
from webapp.actions.jobs import Job, Jobs
from webapp.actions.opened import open_now
from webapp.render.notice import notice_for
from webapp.session import Session

START = Session("shop", page="confusion")


def look(workspace: Workspace, needs: str = "predictions", job: Job | None = None,
         session: Session = START):
    return notice_for(needs, session, open_now("shop", workspace.root), job)


def with_other_classes(workspace: Workspace, classes: list[str]) -> Workspace:
    tasks = workspace.tasks.to_dict()
    tasks["category"]["classes"] = classes
    write_card(workspace.new_model_dir("paint"), Card(
        "paint", MODEL_ID, tasks, "paint", [16, 12], "2026-01-01T00:00:00+00:00"))
    return workspace


def test_answers__need_no_notice(tmp_path):
    assert look(wardrobe(tmp_path / "shop")) is None


def test_catalog__needs_no_model(tmp_path):
    assert look(wardrobe(tmp_path / "shop", predicted=False), "catalog") is None


def test_no_model__says_how_to_train_one(tmp_path):
    workspace = wardrobe(tmp_path / "shop", predicted=False)
    notice = look(workspace)
    assert notice.title == "No model yet"
    assert notice.code == f"python -m core train {workspace.root}"


def test_other_questions__are_named_with_the_two_ways_out(tmp_path):
    workspace = with_other_classes(wardrobe(tmp_path / "shop"), ["BLOUSES", "SHIRTS"])
    notice = look(workspace)
    assert (notice.kind, notice.title) == (
        "error", "The model and this workspace ask different questions")
    assert notice.text == (
        "“paint” knows 2 categories. This workspace has 3: Tank top is new."
        " No figures are shown, because they would be wrong for 2 items.")
    assert notice.strong == "Tank top"
    assert notice.steps[0] == "Choose a model that was trained for this workspace."
    assert notice.buttons[0].do == "model"
    assert "Labels and corrections are untouched" in notice.safe


def test_no_answers__offers_to_predict(tmp_path):
    workspace = wardrobe(tmp_path / "shop")
    (workspace.predictions_dir("paint") / "run.json").unlink()
    notice = look(workspace)
    assert (notice.kind, notice.buttons[0].text, notice.buttons[0].do) == (
        "empty", "Predict 12 photos", "predict")


def test_labels_only__has_nothing_to_predict(tmp_path):
    workspace = wardrobe(tmp_path / "shop", photos=False)
    (workspace.predictions_dir("paint") / "run.json").unlink()
    assert look(workspace).title == "No photos to answer"


def test_busy__counts(tmp_path):
    workspace = wardrobe(tmp_path / "shop")
    notice = look(workspace, job=Job(done=14, total=20))
    assert (notice.kind, notice.text, notice.buttons[0].text) == (
        "busy", "Reading 14 of 20 photos", "Cancel")


def test_answers_of_other_weights__do_not_count(tmp_path):
    workspace = wardrobe(tmp_path / "shop")
    card = workspace.model_dir("paint") / "card.json"
    card.write_text(card.read_text().replace(MODEL_ID, "f" * 16))
    assert look(workspace).title == "No answers yet"


def wait_for(condition) -> None:
    deadline = time.monotonic() + 10
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert condition()


@pytest.fixture
def opened(tmp_path):
    return open_now("shop", wardrobe(tmp_path / "shop").root)


def test_job__counts_and_stops_when_asked(opened, monkeypatch):
    go_on = threading.Event()

    def endless(workspace: Workspace, model: str, progress: Progress) -> None:
        for done in range(10**6):
            progress(done, 10**6)
            go_on.wait(0.01)

    monkeypatch.setattr(jobs_module, "predict_workspace", endless)
    jobs = Jobs()
    job = jobs.start(opened)
    wait_for(lambda: job.done > 1)
    assert jobs.start(opened) is job  # a second click joins the run
    jobs.cancel(opened)
    wait_for(lambda: not job.running)
    assert job.error == ""


def test_job__keeps_the_sentence_of_an_error(opened, monkeypatch):
    def broken(workspace: Workspace, model: str, progress: Progress) -> None:
        raise ModelError("model.tflite is missing; train the model again")

    monkeypatch.setattr(jobs_module, "predict_workspace", broken)
    jobs = Jobs()
    job = jobs.start(opened)
    wait_for(lambda: not job.running)
    assert job.error == "Model.tflite is missing; train the model again."
    assert jobs.start(opened) is not job


def test_files_that_change__are_read_anew(tmp_path):
    workspace = wardrobe(tmp_path / "shop")
    first = open_now("shop", workspace.root)
    assert open_now("shop", workspace.root) is first
    workspace.with_settings(duplicate_rows=5)
    again = open_now("shop", workspace.root)
    assert again is not first
    assert again.workspace.settings.duplicate_rows == 5


def test_model_asked_for_by_name__must_exist(tmp_path):
    workspace = wardrobe(tmp_path / "shop")
    with pytest.raises(ModelError, match="has no model 'other'"):
        open_now("shop", workspace.root, "other")
