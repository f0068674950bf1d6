"""Opening a workspace by name: a folder, or ``sample``, drawn when it is first asked for."""

import os
import shutil
import tempfile
import time
from pathlib import Path

from core.catalog.sample import draw
from core.commands.init import make_workspace
from core.errors import WorkspaceError
from core.files import storage_error
from core.progress import Progress, silent
from core.workspace import Workspace, cache_home

SAMPLE = "sample"
STALE_SECONDS = 3600
"""A temporary folder this old belongs to a process that was killed."""


def open_workspace(name: str | Path, progress: Progress = silent) -> Workspace:
    """Open the workspace in a folder, or the built-in one.

    The sample is drawn into the user's cache folder on first use (about half a minute); any
    number of processes may ask at once. One that was left half-drawn is drawn again.

    Args:
        name: a folder, or ``sample``.
        progress: called with (done, total) while the sample is drawn.

    Raises:
        WorkspaceError: the folder does not exist or is no workspace.
        StorageError: the sample cannot be written.
    """
    if str(name) == SAMPLE:
        return _sample(progress)
    folder = Path(name).expanduser()
    if not folder.exists():
        raise WorkspaceError(
            f"there is no folder {folder}; make a workspace there with"
            f" python -m core init {folder} --labels FILE --images DIR, or open the built-in"
            f" one by the name {SAMPLE}"
        )
    return Workspace.open(folder)


def _sample(progress: Progress) -> Workspace:
    folder = cache_home() / f"{SAMPLE}-v{draw.VERSION}"
    if not _complete(folder):
        try:
            _draw(folder, progress)
        except OSError as error:
            raise storage_error(folder, error) from error
    return Workspace.open(folder)


def _complete(folder: Path) -> bool:
    return (folder / "workspace.json").exists() and (folder / "catalog.parquet").exists()


def _draw(folder: Path, progress: Progress) -> None:
    """Make the workspace in a temporary folder, then put it into its place."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_stale(folder)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        drawn, root = temporary / "drawn", temporary / "workspace"
        extra = draw.ITEMS // 8
        draw.draw_sample(
            drawn, items=draw.ITEMS, progress=lambda done, total: progress(done, total + extra)
        )
        make_workspace(
            root,
            drawn / draw.LABELS,
            drawn / draw.IMAGES,
            name=SAMPLE,
            progress=lambda done, total: progress(
                draw.ITEMS + extra * done // max(total, 1), draw.ITEMS + extra
            ),
        )
        os.rename(drawn, root / "drawn")
        Workspace.open(root).with_settings(images=f"drawn/{draw.IMAGES}")
        _put(root, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _put(root: Path, folder: Path) -> None:
    """Rename ``root`` to ``folder``; keep another process's, replace a half-made one."""
    try:
        os.rename(root, folder)
    except OSError:
        if _complete(folder):
            return
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(root, folder)


def _remove_stale(folder: Path) -> None:
    """Remove what killed processes left beside ``folder``."""
    for left in folder.parent.glob(f".{folder.name}.*"):
        if time.time() - left.stat().st_mtime > STALE_SECONDS:
            shutil.rmtree(left, ignore_errors=True)
