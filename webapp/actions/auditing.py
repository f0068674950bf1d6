"""The audit as a job in the background, and whether what the last one found still holds."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from core.annotations.present import coded
from core.audit.saved import Saved, catalog_print
from webapp.actions.jobs import Job, Jobs
from webapp.actions.opened import Opened

STEPS = ("Answering photos", "Looking at photos", "Checking")
"""What an audit does, one after the other; the first only where embeddings are missing."""


def start(jobs: Jobs, opened: Opened) -> None:
    """Audit the workspace with the model that is looked at; joins an audit that runs already.

    Without a model that answers, photos are compared all the same.
    """
    workspace = opened.workspace
    chosen = opened.usable and opened.model != workspace.settings.model
    model = opened.model if chosen else None

    def work(job: Job) -> None:
        from core.commands.audit import audit_workspace  # loads scikit-learn and cleanlab

        answering, looking, checking = map(job.step, STEPS)
        audit_workspace(
            workspace, model, answering=answering, looking=looking, checking=checking
        )

    jobs.run(_key(opened), work)


def state(jobs: Jobs, opened: Opened) -> Job | None:
    """The last audit that this server ran of the workspace."""
    return jobs.known(_key(opened))


def stop(jobs: Jobs, opened: Opened) -> None:
    """Ask the audit to end; what the audit before had found stays."""
    jobs.stop(_key(opened))


def _key(opened: Opened) -> Hashable:
    return "audit", opened.workspace.root


@dataclass(frozen=True)
class Since:
    """What no longer is as the audit saw it.

    Attributes:
        catalog: items, imported labels, photos or the split.
        answered: items that people have answered since, or whose answers were taken back.
        model: another model is looked at, or the same one was trained anew.
    """

    catalog: bool
    answered: int
    model: bool

    @property
    def stale(self) -> bool:
        return self.catalog or bool(self.answered) or self.model


def since(opened: Opened, saved: Saved) -> Since:
    """Compare the audit with the workspace as it is now."""
    about, records = saved.about, opened.records
    answers = coded(records, opened.workspace.tasks)[0]
    new = records.save[answers] > about.last_save
    answered = len(np.unique(records.item[answers[new]]))
    taken_back = about.answers - int((~new).sum())
    model_id = opened.card.model_id if opened.usable else None
    imported = opened.remember("catalog print", lambda: catalog_print(opened.workspace))
    return Since(
        imported != about.catalog, answered + max(taken_back, 0),
        opened.has_photos and model_id != about.model_id,
    )
