"""Which photos are to be answered: a workspace's catalog, a table of ids, a folder of photos."""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from core.catalog.images import PHOTO_SUFFIXES
from core.catalog.labels_file import as_text, read_labels
from core.catalog.photo_names import fields, leads_outside, photo_names
from core.catalog.table import Catalog
from core.errors import LabelsError, PhotoError, WorkspaceError
from core.predictions.pipeline import Job
from core.workspace import Workspace

PICTURE_SUFFIXES = PHOTO_SUFFIXES | {".svg", ".heic", ".heif", ".psd", ".pdf"}
"""Files that people take for photos: those that cannot be read are told why, not passed over."""


def catalog_jobs(workspace: Workspace, catalog: Catalog) -> list[Job]:
    """One job for each item, in the catalog's order.

    Raises:
        WorkspaceError: the workspace has labels only.
    """
    _require_images(workspace)
    images = catalog.rows["image"] if "image" in catalog.rows else [None] * len(catalog)
    return [
        Job(item_id, workspace.photo_path(image) if isinstance(image, str) else None)
        for item_id, image in zip(catalog.item_ids, images)
    ]


def folder_jobs(folder: Path) -> list[Job]:
    """One job for each photo in a folder and the folders in it, in the order of their paths.

    The item id is the file's name without its suffix; where several files share that, their
    path in the folder (``summer/a.jpg``).

    Raises:
        PhotoError: there is no such folder, or no photo in it.
    """
    if not folder.is_dir():
        raise PhotoError(f"{folder} is not a folder; name a folder of photos", "missing")
    paths = sorted(_pictures(folder))
    if not paths:
        raise PhotoError(
            f"{folder} has no photo in it; photos end in {', '.join(sorted(PHOTO_SUFFIXES))}",
            "missing",
        )
    stems = Counter(path.stem for path in paths)
    return [
        Job(path.stem if stems[path.stem] == 1 else path.relative_to(folder).as_posix(), path)
        for path in paths
    ]


def input_jobs(
    source: Path, workspace: Workspace, catalog: Catalog, images: Path | None = None
) -> list[Job]:
    """Jobs for a folder of photos, a single photo, or a Parquet or CSV table of ids.

    Args:
        images: where the photos of a table lie, if not in the workspace's folder.

    Raises:
        PhotoError: no photo there.
        LabelsError: not a table with ids.
        WorkspaceError: it is not known where the photos of the table lie.
    """
    if source.is_dir():
        return folder_jobs(source)
    if source.suffix.lower() in PICTURE_SUFFIXES:
        return [Job(source.stem, source)]
    return table_jobs(source, workspace, catalog, images)


def table_jobs(
    path: Path, workspace: Workspace, catalog: Catalog, images: Path | None = None
) -> list[Job]:
    """One job for each distinct id of a table, in its order.

    The photo is the one that the catalog has for the id; else the one that the pattern in
    tasks.yaml names; else the file in the images folder that is called like the id.

    Args:
        path: Parquet or CSV with the id column of tasks.yaml, or ``item_id``, or one column.
        images: where to look for photos instead of the workspace's folder (and its catalog).

    Raises:
        LabelsError: not readable, no id column, or a row without id.
        WorkspaceError: the workspace has no photos and ``images`` is not given.
    """
    if not path.exists():
        raise LabelsError(f"{path} does not exist; name a table of ids or a folder of photos")
    frame = read_labels(path)
    column = _id_column(frame, workspace, path)
    frame = frame.assign(**{column: as_text(frame[column])})
    if frame[column].isna().any():
        row = int(frame[column].isna().to_numpy().argmax()) + 1
        raise LabelsError(
            f"{path.name} has no {column!r} in row {row}; fill it in, or remove the row"
        )
    frame = frame.drop_duplicates(column).reset_index(drop=True)
    if images is None:
        _require_images(workspace)
        known = {job.item_id: job.photo for job in catalog_jobs(workspace, catalog)}
        images = workspace.images_dir
    else:
        known = {}
    named = _named_by_pattern(frame, workspace.tasks.item.image, images)
    ids = frame[column].tolist()
    found = {item_id: known.get(item_id) or photo for item_id, photo in zip(ids, named)}
    return [Job(item_id, photo) for item_id, photo in _filled_by_name(found, images).items()]


def _named_by_pattern(frame: pd.DataFrame, pattern: str | None, images: Path) -> list[Path | None]:
    """Existing photos that the pattern in tasks.yaml names for the rows."""
    if pattern is None or not set(fields(pattern)) <= set(frame.columns):
        return [None] * len(frame)
    return [
        images / name
        if isinstance(name, str) and not leads_outside(name) and (images / name).is_file()
        else None
        for name in photo_names(frame, pattern, images)
    ]


def _filled_by_name(found: dict[str, Path | None], images: Path) -> dict[str, Path]:
    """The same with photos that are called like the id; one that does not exist for the rest."""
    if None not in found.values():
        return found
    paths = sorted(_pictures(images), reverse=True)  # of equal names the first path counts
    called = {path.stem: path for path in paths} | {path.name: path for path in paths}
    for item_id, photo in found.items():
        found[item_id] = photo or called.get(item_id) or images / f"{Path(item_id).name}.jpg"
    return found


def _pictures(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and Path(name).suffix.lower() in PICTURE_SUFFIXES:
                yield Path(parent) / name


def _id_column(frame: pd.DataFrame, workspace: Workspace, path: Path) -> str:
    own = workspace.tasks.item.id
    for name in (own, "item_id"):
        if name in frame:
            return name
    if len(frame.columns) == 1:
        return str(frame.columns[0])
    raise LabelsError(
        f"{path.name} has no column {own!r} or 'item_id'; it has"
        f" {', '.join(map(str, frame.columns)) or 'none'}; rename the column with the ids"
    )


def _require_images(workspace: Workspace) -> None:
    if workspace.images_dir is None:
        raise WorkspaceError(
            f"workspace {workspace.name!r} has labels only, no photos; make it again with"
            " init --images DIR, or name photos with --input DIR"
        )
