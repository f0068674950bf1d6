"""Training in a process of its own: started, watched, stopped and taken up again by the app.

One at a time for each workspace. The process is no child of anybody's patience: it goes on when
the page is closed and when the app is stopped, and what it tells of itself lies in files.
"""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.annotations.apply import current_catalog
from core.catalog.table import data_hash
from core.commands.training_status import (
    STOPPED, Status, now, read_status, status_path, stop_path, write_status,
)  # fmt: skip
from core.errors import ModelError, StorageError
from core.files import storage_error
from core.model import checkpoints
from core.model.recipe import read_recipe
from core.workspace import Workspace

CODE = Path(__file__).resolve().parents[2]

RUNNING, STOPPING = "running", "stopping"
INTERRUPTED, FAILED, DONE = "interrupted", "failed", "done"

SPARE = 300_000_000
"""Bytes that a run needs beside its decoded photos: weights, checkpoints, the exported files."""

_children: list[subprocess.Popen] = []


@dataclass(frozen=True)
class Training:
    """A run in a workspace, as it is now.

    Attributes:
        status: what it told of itself.
        state: RUNNING, STOPPING, INTERRUPTED (stopped or killed), FAILED or DONE.
        resumable: it can go on from what it kept.
        stale: labels, photos or split have changed since it began, so it can only begin again.
        because: why it ended without a model; "" otherwise.
    """

    status: Status
    state: str
    resumable: bool = False
    stale: bool = False
    because: str = ""

    @property
    def going_on(self) -> bool:
        return self.state in (RUNNING, STOPPING)


def training_dir(workspace: Workspace) -> Path:
    return workspace.root / "training"


def last_training(workspace: Workspace) -> Training | None:
    """The run that was started last in the background; None before the first."""
    _reap()
    folder = training_dir(workspace)
    found = [status for path in folder.glob("*.json") if (status := read_status(path))]
    if not found:
        return None
    status = max(found, key=lambda one: (one.started, one.name))
    if _held(folder / "lock"):
        asked = stop_path(folder, status.name).exists()
        return Training(status, STOPPING if asked else RUNNING)
    status = read_status(status_path(folder, status.name)) or status  # it may just have ended
    if workspace.new_model_dir(status.name).exists():
        return Training(status, DONE)
    return _ended(workspace, status)


def _ended(workspace: Workspace, status: Status) -> Training:
    kept = _run_dir(workspace, status.name) / "run.json"
    killed = status.ended is None
    because = _last_words(training_dir(workspace), status) if killed else status.error
    state = INTERRUPTED if killed and kept.exists() or status.error == STOPPED else FAILED
    if not kept.exists():
        return Training(status, state, because=because)
    return Training(status, state, True, _stale(workspace, kept), because)


def _stale(workspace: Workspace, run: Path) -> bool:
    try:
        made_of = checkpoints.read_json(run)["made_of"]
    except (ModelError, KeyError, TypeError):  # damaged: it can only begin again
        return True
    return made_of.get(workspace.name) != data_hash(current_catalog(workspace))


def _last_words(folder: Path, status: Status) -> str:
    try:
        lines = (folder / f"{status.name}.log").read_text(encoding="utf-8", errors="replace")
        last = [line for line in lines.splitlines() if line.strip()][-1:]
    except OSError:
        last = []
    return "it was killed, or the machine went down" + (f"; its last line: {last[0][:300]}"
                                                        if last else "")


def start_training(
    workspace: Workspace, recipe: str, name: str | None = None, *,
    resume: bool = False, restart: bool = False, use: bool = False,
) -> Status:
    """Start ``python -m core train`` on the labels in force, in a process of its own.

    Args:
        recipe: name of a shipped recipe, or a file.
        name: of the model; recipe and time without.
        resume: go on with the interrupted run of that name.
        restart: throw it away and begin again.
        use: make the new model the one in use.

    Raises:
        ModelError: another run goes on, there is no such recipe, or there are no photos.
        StorageError: the disk is too full to begin.
    """
    chosen, folder = read_recipe(recipe), training_dir(workspace)
    photos = _photos(workspace)
    name = name or _new_name(workspace, recipe)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise storage_error(folder, error) from error
    _require_room(folder, photos * chosen.height * chosen.width * 3 + SPARE)
    options = ["--resume"] * resume + ["--restart"] * restart + ["--use" if use else "--no-use"]
    with _only_one(workspace, folder / "lock") as lock:
        stop_path(folder, name).unlink(missing_ok=True)
        status = Status(name, recipe, now(), photos)
        write_status(folder, status)
        _spawn(_command(workspace, status, options), folder / f"{name}.log", lock)
    return status


def stop_training(workspace: Workspace) -> None:
    """Ask the run that goes on to stop at its next count; what it has is kept."""
    found = last_training(workspace)
    if found is not None and found.going_on:
        stop_path(training_dir(workspace), found.status.name).touch()


def throw_away(workspace: Workspace) -> None:
    """Forget the last run, with what an interrupted one had kept. Models stay.

    Raises:
        ModelError: it goes on.
    """
    found, folder = last_training(workspace), training_dir(workspace)
    if found is None:
        return
    name = found.status.name
    with _only_one(workspace, folder / "lock"):
        if found.state != DONE:
            shutil.rmtree(_run_dir(workspace, name), ignore_errors=True)
        for path in (status_path(folder, name), stop_path(folder, name), folder / f"{name}.log"):
            path.unlink(missing_ok=True)


def _command(workspace: Workspace, status: Status, options: list[str]) -> list[str]:
    return [sys.executable, "-m", "core", "train", str(workspace.root), "--name", status.name,
            "--recipe", status.recipe, "--tell", str(training_dir(workspace)), *options]


def _spawn(command: list[str], out_path: Path, lock: int) -> None:
    with out_path.open("ab") as out:
        _children.append(subprocess.Popen(
            command, cwd=CODE, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            start_new_session=True,  # Ctrl-C ends the app, not the training
            pass_fds=[lock],  # held until the process is gone, however it goes
        ))


def _reap() -> None:
    """Let the system forget children that have ended."""
    for child in [child for child in _children if child.poll() is not None]:
        _children.remove(child)


@contextmanager
def _only_one(workspace: Workspace, path: Path) -> Iterator[int]:
    """Hold the lock of a workspace's trainings; a started process inherits it.

    Raises:
        ModelError: a run goes on.
    """
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ModelError(
                "a training goes on in this workspace; wait for it, or cancel it first"
            ) from error
        for other in (workspace.root / "models").glob(".*.run/lock"):
            if _held(other):
                name = other.parent.name[1:].removesuffix(".run")
                raise ModelError(f"{name!r} is being trained in a terminal; wait for it")
        yield lock
    finally:
        os.close(lock)


def _held(path: Path) -> bool:
    """Whether a living process holds this lock."""
    try:
        lock = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False


def _run_dir(workspace: Workspace, name: str) -> Path:
    return workspace.new_model_dir(name).with_name(f".{name}.run")


def _photos(workspace: Workspace) -> int:
    rows = current_catalog(workspace).rows
    photos = int(rows["image"].notna().sum()) if "image" in rows else 0
    if workspace.images_dir is None or not photos:
        raise ModelError("this workspace has labels only, no photos to learn from")
    return photos


def _require_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise StorageError(
            f"a training needs about {needed / 1e9:.1f} GB of disk, {folder} has"
            f" {free / 1e9:.1f} GB left; free some space, then start it again"
        )


def _new_name(workspace: Workspace, recipe: str) -> str:
    stem = f"{Path(recipe).stem}-{datetime.now(UTC):%Y%m%d-%H%M}"
    name, number = stem, 2
    while workspace.new_model_dir(name).exists() or _run_dir(workspace, name).exists():
        name, number = f"{stem}-{number}", number + 1
    return name
