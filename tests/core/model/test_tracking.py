"""What ``--track`` tells MLflow, held against a client that notes what it is told."""

import sys
from types import ModuleType, SimpleNamespace

import pytest

from core.errors import ModelError
from core.model.card import Card, write_card
from core.model.recipe import Recipe
from core.model.report import Report
from core.model.tracking import FILES, Tracking, figures, tracked
from core.workspace import Settings, Workspace

FIGURES = {
    "heldout": {"n": 9, "top1": 0.7, "top2": 0.9, "macro_f1": 0.6, "ece": None,
                "tags": {"50 % wool": {"precision": 0.5, "recall": 1.0, "f1": None, "ap": 0.8}}},
}  # fmt: skip


class Notebook:
    """As much of ``MlflowClient`` as is used, with its signatures."""

    def __init__(self, tracking_uri=None):
        self.uri, self.told, self.runs = tracking_uri, [], {}

    def get_experiment_by_name(self, name):
        return None

    def create_experiment(self, name, artifact_location=None):
        self.told.append(("experiment", name, artifact_location))
        return "1"

    def search_runs(self, experiment_ids, filter_string="", max_results=1000):
        assert filter_string == "attributes.status != 'FINISHED'"
        return [run for run in self.runs.values() if run.status != "FINISHED"][:max_results]

    def create_run(self, experiment_id, run_name=None, tags=None):
        info = SimpleNamespace(run_id=f"r{len(self.runs)}")
        self.runs[info.run_id] = SimpleNamespace(
            info=info, data=SimpleNamespace(tags=tags), status="RUNNING"
        )
        return self.runs[info.run_id]

    def update_run(self, run_id, status=None):
        self.runs[run_id].status = status

    def set_terminated(self, run_id, status=None):
        self.runs[run_id].status = status or "FINISHED"

    def log_param(self, run_id, key, value):
        self.told.append(("param", key, value))

    def log_metric(self, run_id, key, value, step=None):
        self.told.append(("metric", key, value, step))

    def log_artifact(self, run_id, local_path):
        self.told.append(("file", local_path.rsplit("/", 1)[-1]))

    def set_tag(self, run_id, key, value):
        self.told.append(("tag", key, value))


@pytest.fixture
def client(monkeypatch):
    """MLflow in place, whatever is installed."""
    made = Notebook()

    def connect(tracking_uri):
        made.uri = tracking_uri
        return made

    tracking = ModuleType("mlflow.tracking")
    tracking.MlflowClient = connect
    monkeypatch.setitem(sys.modules, "mlflow", ModuleType("mlflow"))
    monkeypatch.setitem(sys.modules, "mlflow.tracking", tracking)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    return made


@pytest.fixture
def workspace(tmp_path):
    return Workspace(tmp_path, Settings("shop"))


def test_tracking__goes_to_the_workspace_unless_a_server_is_named(client, workspace, monkeypatch):
    Tracking.begin(workspace, "m", Recipe())
    assert client.uri == f"sqlite:///{workspace.root}/mlruns/mlflow.db"
    assert client.told[0] == ("experiment", "shop", (workspace.root / "mlruns/files").as_uri())
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://server:5000")
    Tracking.begin(workspace, "n", Recipe())
    assert client.uri == "http://server:5000"


def test_tracking__logs_choices_epochs_figures_and_files(client, workspace, tmp_path):
    tracking = Tracking.begin(workspace, "m", Recipe(batch_size=7))
    assert ("param", "batch_size", 7) in client.told
    passed_on = []
    report = tracking.watching(Report(epoch=passed_on.append))
    record = {"epoch": 2, "stage": "fine-tuning", "val_loss": 0.5, "val_top1": None, "best": True}
    report.epoch(record)
    assert passed_on == [record]
    assert [told for told in client.told if told[0] == "metric"] == [
        ("metric", "val_loss", 0.5, 2)
    ]
    write_card(tmp_path, Card("m", "0123", {}, "vgg16", [1, 1], "", figures=FIGURES))
    tracking.finish(tmp_path)
    assert ("metric", "heldout.top1", 0.7, None) in client.told
    assert {told[1] for told in client.told if told[0] == "file"} == set(FILES)
    assert client.runs[tracking.run].status == "FINISHED"


def test_tracking__goes_on_with_the_run_that_was_interrupted(client, workspace):
    first = Tracking.begin(workspace, "m", Recipe())
    first.stop()
    assert client.runs[first.run].status == "KILLED"
    assert Tracking.begin(workspace, "another's", Recipe()).run != first.run
    second = Tracking.begin(workspace, "m", Recipe(batch_size=9))
    assert second.run == first.run and client.runs[first.run].status == "RUNNING"
    assert ("param", "batch_size", 9) not in client.told  # a run keeps its recipe


def test_tracked__notes_how_a_run_ended(client, workspace):
    report = Report()
    with tracked(False, workspace, "m", Recipe(), report) as same:
        assert same is report and not client.runs
    with pytest.raises(KeyboardInterrupt):
        with tracked(True, workspace, "m", Recipe(), report):
            raise KeyboardInterrupt
    assert client.runs["r0"].status == "KILLED"
    with tracked(True, workspace, "m", Recipe(), report):
        write_card(workspace.new_model_dir("m"), Card("m", "0123", {}, "vgg16", [1, 1], ""))
    assert client.runs["r0"].status == "FINISHED"


def test_figures__are_flat_and_leave_out_what_is_undefined():
    assert figures(FIGURES) == {
        "heldout.top1": 0.7, "heldout.top2": 0.9, "heldout.macro_f1": 0.6,
        "heldout.50 _ wool.precision": 0.5, "heldout.50 _ wool.recall": 1.0,
        "heldout.50 _ wool.ap": 0.8,
    }  # fmt: skip


def test_tracking__says_what_to_install(workspace, monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)
    monkeypatch.setitem(sys.modules, "mlflow.tracking", None)
    with pytest.raises(ModelError, match="--track needs MLflow; install it with pip install -r"
                                         " core/model/requirements-tracking.txt"):  # fmt: skip
        Tracking.begin(workspace, "m", Recipe())


def test_tracking__says_when_the_server_does_not_answer(client, workspace, monkeypatch):
    def refuse(*given, **options):
        raise ConnectionError("no route to host\nand a long trace")

    monkeypatch.setattr(client, "create_run", refuse)
    with pytest.raises(ModelError, match=r"could not open a run \(no route to host\); check"):
        Tracking.begin(workspace, "m", Recipe())
