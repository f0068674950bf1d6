"""The history and figures of a run for MLflow, which is asked for only when somebody wants it.

Into ``W/mlruns`` (an SQLite file and a folder of files), or to the server that the variable
``MLFLOW_TRACKING_URI`` names.
"""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.errors import ModelError
from core.model.card import read_card
from core.model.quiet import quiet
from core.model.recipe import Recipe
from core.model.report import Record, Report
from core.workspace import Workspace

NAME = "fitting_room.model"
FILES = ("card.json", "decisions.json", "history.csv", "curves.html", "architecture.txt")
FIGURES = ("top1", "top2", "macro_f1", "ece")
TAG_FIGURES = ("precision", "recall", "f1", "ap")


@contextmanager
def tracked(
    wanted: bool, workspace: Workspace, name: str, recipe: Recipe, report: Report
) -> Iterator[Report]:
    """The report to train with; when the block ends, the new model is logged.

    Raises:
        ModelError: see ``Tracking.begin``; without ``wanted`` nothing happens.
    """
    if not wanted:
        yield report
        return
    tracking = Tracking.begin(workspace, name, recipe)
    try:
        yield tracking.watching(report)
    except BaseException:
        tracking.stop()
        raise
    tracking.finish(workspace.new_model_dir(name))


@dataclass(frozen=True)
class Tracking:
    """One run at MLflow. Made by ``begin``."""

    client: Any
    run: str

    @classmethod
    def begin(cls, workspace: Workspace, name: str, recipe: Recipe) -> "Tracking":
        """Open a run called ``name``, or go on with the one that was interrupted.

        Raises:
            ModelError: MLflow is not installed, or cannot be reached.
        """
        client = _client(workspace)
        try:
            experiment = _experiment(client, workspace)
            for found in client.search_runs([experiment], "attributes.status != 'FINISHED'"):
                if found.data.tags.get(NAME) == name:
                    client.update_run(found.info.run_id, status="RUNNING")
                    return cls(client, found.info.run_id)
            run = client.create_run(experiment, run_name=name, tags={NAME: name}).info.run_id
            for field, value in recipe.to_dict().items():
                client.log_param(run, field, value)
        except Exception as error:  # its stores raise their own kinds
            raise ModelError(
                f"MLflow could not open a run ({_first_line(error)}); check MLFLOW_TRACKING_URI,"
                " or leave out --track"
            ) from error
        return cls(client, run)

    def watching(self, report: Report) -> Report:
        """A report that also logs every epoch."""

        def epoch(record: Record) -> None:
            for name, value in record.items():
                if isinstance(value, float):
                    self.client.log_metric(self.run, name, value, step=record["epoch"])
            report.epoch(record)

        return replace(report, epoch=epoch)

    def finish(self, folder: Path) -> None:
        """Log a new model's figures and the small files of its folder."""
        card = read_card(folder)
        for name, value in figures(card.figures).items():
            self.client.log_metric(self.run, name, value)
        for file in FILES:
            self.client.log_artifact(self.run, str(folder / file))
        self.client.set_tag(self.run, "fitting_room.model_id", card.model_id)
        self.client.set_terminated(self.run)

    def stop(self) -> None:
        """Note that the run ended before its end."""
        self.client.set_terminated(self.run, status="KILLED")


def figures(parts: dict[str, Any]) -> dict[str, float]:
    """A card's figures as flat numbers under names that MLflow takes; undefined ones left out."""
    found = {}
    for part, values in parts.items():
        found |= {f"{part}.{name}": values.get(name) for name in FIGURES}
        for tag, one in values.get("tags", {}).items():
            plain = re.sub(r"[^\w\-. /]", "_", tag)
            found |= {f"{part}.{plain}.{name}": one.get(name) for name in TAG_FIGURES}
    return {name: float(value) for name, value in found.items() if value is not None}


def _client(workspace: Workspace) -> Any:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # we ask nobody outside
    try:
        with quiet():
            from mlflow.tracking import MlflowClient
    except ImportError as error:
        raise ModelError(
            "--track needs MLflow; install it with"
            " pip install -r core/model/requirements-tracking.txt, or leave out --track"
        ) from error
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return MlflowClient(tracking_uri=os.environ.get("MLFLOW_TRACKING_URI") or _own(workspace))


def _own(workspace: Workspace) -> str:
    folder = workspace.root / "mlruns"
    folder.mkdir(exist_ok=True)
    return f"sqlite:///{folder / 'mlflow.db'}"


def _experiment(client: Any, workspace: Workspace) -> str:
    found = client.get_experiment_by_name(workspace.name)
    if found is not None:
        return found.experiment_id
    local = not os.environ.get("MLFLOW_TRACKING_URI")
    place = (workspace.root / "mlruns" / "files").as_uri() if local else None
    return client.create_experiment(workspace.name, artifact_location=place)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
