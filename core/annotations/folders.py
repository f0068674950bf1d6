"""Labelled photos as folders: one for each class, or as Hugging Face's ``datasets`` reads them."""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from core.catalog.table import Catalog, tag_column
from core.errors import StorageError
from core.files import storage_error
from core.progress import Progress, silent
from core.workspace import Workspace

SPLITS = {"train": "train", "validation": "validation", "heldout": "test"}
"""Our sides of the split by the names that ``datasets`` knows."""


def write_class_folders(
    workspace: Workspace, catalog: Catalog, out: Path, progress: Progress = silent
) -> int:
    """Copy each labelled photo to ``out/<CLASS>/<ITEM>.<suffix>``.

    Returns:
        Photos written; items without a category or a photo file are passed over.

    Raises:
        StorageError: ``out`` exists with something in it, or cannot be written.
    """
    with _appearing(out) as folder:
        written = 0
        for done, (item_id, source, row) in enumerate(_photos(workspace, catalog), 1):
            if isinstance(row["category"], str):
                _copy(source, folder / _file_name(row["category"]) / _photo_name(item_id, source))
                written += 1
            progress(done, len(catalog))
    return written


def write_hugging_face(
    workspace: Workspace, catalog: Catalog, out: Path, progress: Progress = silent
) -> int:
    """Write an ``imagefolder``: a folder for each side of the split, with metadata.jsonl.

    ``datasets.load_dataset("imagefolder", data_dir=out)`` reads it: ``image``, the id, the
    category and each tag under the names of the labels file; held-out is ``test``.

    Returns:
        Photos written; items without a photo file are passed over.

    Raises:
        StorageError: ``out`` exists with something in it, or cannot be written.
    """
    tasks, written = catalog.tasks, 0
    with _appearing(out) as folder:
        lines: dict[str, list[str]] = {}
        for done, (item_id, source, row) in enumerate(_photos(workspace, catalog), 1):
            split, name = SPLITS[row["split"]], _photo_name(item_id, source)
            _copy(source, folder / split / name)
            labels = {tasks.item.id: item_id, tasks.category.column: _plain(row["category"])}
            labels |= {tag: _plain(row[tag_column(tag)]) for tag in tasks.tag_names}
            line = json.dumps({"file_name": name, **labels}, ensure_ascii=False)
            lines.setdefault(split, []).append(line)
            written += 1
            progress(done, len(catalog))
        for split, told in lines.items():
            text = "\n".join(told) + "\n"
            (folder / split / "metadata.jsonl").write_text(text, encoding="utf-8")
        (folder / "README.md").write_text(_card(workspace, lines), encoding="utf-8")
    return written


def _card(workspace: Workspace, lines: dict[str, list[str]]) -> str:
    """The dataset card's header, which says where each split lies."""
    files = "".join(
        f"  - split: {split}\n    path: {split}/**\n" for split in SPLITS.values() if split in lines
    )
    head = f"configs:\n- config_name: default\n  data_files:\n{files}" if files else ""
    return f"---\n{head}drop_labels: true\n---\n\n# {workspace.name}\n"


def _photos(workspace: Workspace, catalog: Catalog) -> Iterator[tuple[str, Path, dict]]:
    """Item id, photo file and row of each item whose photo is there."""
    for row in catalog.rows.to_dict("records"):
        if isinstance(row.get("image"), str):
            source = workspace.photo_path(row["image"])
            if source.is_file():
                yield row["item_id"], source, row


@contextmanager
def _appearing(out: Path) -> Iterator[Path]:
    """A temporary folder beside ``out``, renamed to it at the end; removed on failure."""
    if out.exists() and (out.is_file() or any(out.iterdir())):
        raise StorageError(f"{out} exists already; name a new folder to export to")
    temporary = None
    try:
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=out.absolute().parent, prefix=f".{out.name}."))
        os.chmod(temporary, 0o755)
        yield temporary
        os.replace(temporary, out)
    except OSError as error:
        raise storage_error(out, error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    shutil.copyfile(source, target)


def _photo_name(item_id: str, source: Path) -> str:
    return _file_name(item_id) + source.suffix.lower()


def _file_name(text: str) -> str:
    """A class or an id as one name in a folder."""
    name = PurePosixPath(text).as_posix().replace("/", "_").replace("\0", "_")
    return f"_{name}" if name.startswith(".") else name


def _plain(value: object) -> object:
    """A label as JSON has it: None where there is none."""
    if isinstance(value, str):
        return value
    return bool(value) if value is True or value is False else None
