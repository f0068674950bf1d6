"""Answer many photos: in parallel, shard by shard, going on where an earlier run stopped."""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from core.catalog.table import read_catalog
from core.model.card import read_card
from core.model.opening import open_predictor as open_model
from core.predictions.fingerprint import cores, run_fingerprint
from core.predictions.inputs import catalog_jobs
from core.predictions.pipeline import Answer, Job, answer
from core.predictions.predictor import Predictor
from core.predictions.store import finish, shard_facts, write_shard
from core.predictions.table import Predictions
from core.progress import Progress, silent
from core.tasks import Tasks
from core.workspace import Workspace

SHARD_SIZE = 512
KERAS_BATCH = 32
MOST_WORKERS = 8


@dataclass(frozen=True)
class RunReport:
    """What one run did; all counts are photos.

    Attributes:
        written: answered now.
        skipped: answered or rejected by an earlier run, in shards that were kept.
        rejected: could not be read, now or earlier.
        seconds: wall time.
        total: asked for.
    """

    written: int
    skipped: int
    rejected: int
    seconds: float
    total: int

    @property
    def read(self) -> int:
        """Photos that have scores now."""
        return self.total - self.rejected

    @property
    def photos_per_second(self) -> float:
        """Of those that were left to do; 0 when there were none."""
        return (self.total - self.skipped) / self.seconds if self.seconds else 0.0


@dataclass
class _Shard:
    """A stretch of the jobs and what has become of them so far."""

    path: Path
    first: int
    jobs: Sequence[Job]
    answers: dict[int, Answer] = field(default_factory=dict)

    def rejected(self) -> list[tuple[str, str]]:
        refused = (one for _, one in sorted(self.answers.items()) if one.scores is None)
        return [(self.jobs[one.place - self.first].item_id, one.reason) for one in refused]


def run(
    jobs: Sequence[Job],
    open_predictor: Callable[[], Predictor],
    out_dir: Path,
    *,
    fingerprint: str,
    shard_size: int = SHARD_SIZE,
    workers: int | None = None,
    batch: int = 1,
    embedding: bool = False,
    about: Mapping[str, Any] | None = None,
    progress: Progress = silent,
) -> RunReport:
    """Answer ``jobs`` into shards in ``out_dir``; see ``core.predictions.store``.

    A shard's name is made of its place, of its jobs (ids, and names, sizes and times of the
    photo files) and of ``fingerprint``; a shard that is there already is not made again.
    When the process is killed at any moment, running again loses and doubles nothing.

    Args:
        jobs: (item id, photo) with distinct ids.
        open_predictor: called once for each predicting thread.
        fingerprint: all that scores depend on besides the photos (``run_fingerprint``).
        workers: predicting threads, and as many that decode; None for one per core.
        batch: photos given to a predictor at once.
        embedding: keep the embedding too, as float16.
        about: metadata such as ``model_id``, kept in the shards and in run.json.
        progress: told (done, all) after each photo; may raise Cancelled: finished shards stay.

    Raises:
        StorageError: the disk is full; finished shards stay.
        PredictionsError: the predictor's scores are none.
    """
    started, clock = time.time(), time.perf_counter()
    about = {**(about or {}), "made": datetime.now(UTC).isoformat(timespec="seconds")}
    shards = _plan(jobs, out_dir, f"{fingerprint}{'e' if embedding else ''}", shard_size)
    kept = {shard.path: found for shard in shards if (found := shard_facts(shard.path))}
    todo = {shard.first // shard_size: shard for shard in shards if shard.path not in kept}
    skipped = len(jobs) - sum(len(shard.jobs) for shard in todo.values())
    progress(skipped, len(jobs))
    refused = 0
    if todo:
        predictors = [open_predictor() for _ in range(workers or min(MOST_WORKERS, cores()))]
        said = {"tasks": predictors[0].tasks, "embedding": embedding, "about": about}
        with closing(answer(_numbered(todo), predictors, batch=batch)) as answers:
            counted = _counted(answers, skipped, len(jobs), progress)
            refused = sum(_write(shard, **said) for shard in _filled(todo, counted, shard_size))
    rejected = refused + sum(len(found[1]) for found in kept.values())
    names = [shard.path.name for shard in shards]
    finish(out_dir, names, {**about, "items": len(jobs), "rejected": rejected}, started)
    seconds = time.perf_counter() - clock
    return RunReport(len(jobs) - skipped - refused, skipped, rejected, seconds, len(jobs))


def predict_workspace(
    workspace: Workspace,
    model_name: str | None = None,
    progress: Progress = silent,
    *,
    engine: str = "litert",
    embedding: bool = True,
) -> RunReport:
    """Answer all photos of a workspace's catalog into its predictions folder.

    Args:
        model_name: None for the model in use.
        embedding: keep it, too: audits and look-alikes need it, and it costs no time.

    Raises:
        WorkspaceError: the workspace has labels only.
        ModelError: no such model, or it answers other questions than the workspace asks.
    """
    model_dir = workspace.model_dir(model_name)
    jobs = catalog_jobs(workspace, read_catalog(workspace))
    folder = workspace.predictions_dir(model_dir.name)
    return run_model(
        model_dir, workspace.tasks, jobs, folder, progress, engine=engine, embedding=embedding
    )


def run_model(
    model_dir: Path,
    tasks: Tasks,
    jobs: Sequence[Job],
    out_dir: Path,
    progress: Progress = silent,
    *,
    engine: str = "litert",
    embedding: bool = False,
) -> RunReport:
    """``run`` with a trained model: one LiteRT interpreter per core, or Keras in batches.

    Raises:
        TasksMismatchError: the model answers other questions than ``tasks``.
    """
    card = read_card(model_dir)
    card.require(tasks)
    size = (card.image_size[0], card.image_size[1])
    many = {"workers": 1, "batch": KERAS_BATCH} if engine == "keras" else {}
    return run(
        jobs,
        lambda: open_model(model_dir, engine=engine, threads=1),
        out_dir,
        fingerprint=run_fingerprint(card.model_id, size, engine),
        embedding=embedding,
        about={"model": card.name, "model_id": card.model_id, "engine": engine},
        progress=progress,
        **many,
    )


def _plan(jobs: Sequence[Job], out_dir: Path, run_id: str, shard_size: int) -> list[_Shard]:
    shards = []
    for first in range(0, len(jobs), shard_size):
        own = jobs[first : first + shard_size]
        name = f"{first:09d}-{_jobs_id(own)}-{run_id}.parquet"
        shards.append(_Shard(out_dir / name, first, own))
    return shards


def _jobs_id(jobs: Sequence[Job]) -> str:
    """12 hex digits over ids and photo files; another photo under the old name changes them."""
    digest = hashlib.sha256()
    for item_id, photo in jobs:
        try:
            facts = photo.stat() if photo else None
            file = (photo.name, facts.st_size, facts.st_mtime_ns) if facts else None
        except (OSError, ValueError):
            file = None
        digest.update(repr((item_id, file)).encode())
    return digest.hexdigest()[:12]


def _numbered(shards: Mapping[int, _Shard]) -> Iterator[tuple[int, Job]]:
    for shard in shards.values():
        yield from enumerate(shard.jobs, start=shard.first)


def _counted(
    answers: Iterator[Answer], done: int, total: int, progress: Progress
) -> Iterator[Answer]:
    for one in answers:
        yield one
        done += 1
        progress(done, total)


def _filled(
    shards: Mapping[int, _Shard], answers: Iterator[Answer], shard_size: int
) -> Iterator[_Shard]:
    """Each shard as soon as all of its answers are in; then its answers are let go."""
    for one in answers:
        shard = shards[one.place // shard_size]
        shard.answers[one.place] = one
        if len(shard.answers) == len(shard.jobs):
            yield shard
            shard.answers.clear()


def _write(shard: _Shard, tasks: Tasks, embedding: bool, about: dict[str, Any]) -> int:
    """Write a full shard; return how many of its photos were rejected."""
    good = [one for _, one in sorted(shard.answers.items()) if one.scores is not None]

    def stacked(name: str, width: int) -> np.ndarray:
        rows = [one.scores[name] for one in good]
        return np.stack(rows) if rows else np.empty((0, width), np.float32)

    extra = {}
    if good and "out_of_catalog" in good[0].scores:
        extra["out_of_catalog"] = stacked("out_of_catalog", 1)[:, 0]
    ids = [shard.jobs[one.place - shard.first].item_id for one in good]
    predictions = Predictions(
        tasks,
        np.array(ids, dtype=object),
        stacked("category", len(tasks.classes)),
        stacked("tags", len(tasks.tag_names)),
        stacked("embedding", 0).astype(np.float16) if embedding and good else None,
        extra,
        about,
    )
    rejected = shard.rejected()
    write_shard(shard.path, predictions, rejected)
    return len(rejected)
