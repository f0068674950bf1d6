"""``init``: labels and photos become a workspace."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from core.catalog.left_out import write_left_out
from core.catalog.load import Columns, Loaded, build_catalog, infer_tasks, read_labels
from core.catalog.table import PART_WORDS, PARTS, Catalog, write_catalog
from core.commands.bar import progress_bar
from core.errors import LabelsError, TasksError
from core.progress import Progress, silent
from core.split import Split, SplitOptions, assign_parts
from core.tasks import Tasks, read_tasks
from core.workspace import Settings, Workspace

MOST_WARNINGS = 8


@dataclass(frozen=True)
class Made:
    """A new workspace and what became of the labels file."""

    workspace: Workspace
    catalog: Catalog
    loaded: Loaded
    split: Split


def make_workspace(
    root: Path,
    labels: Path,
    images: Path | None = None,
    *,
    tasks: Tasks | None = None,
    columns: Columns = Columns(),
    options: SplitOptions = SplitOptions(),
    name: str | None = None,
    keep_unlabelled: bool = False,
    progress: Progress = silent,
) -> Workspace:
    """Make a workspace, or make it anew; see ``make`` for what it raises."""
    return make(
        root, labels, images, tasks=tasks, columns=columns, options=options, name=name,
        keep_unlabelled=keep_unlabelled, progress=progress,
    ).workspace


def make(
    root: Path,
    labels: Path,
    images: Path | None = None,
    *,
    tasks: Tasks | None = None,
    columns: Columns = Columns(),
    options: SplitOptions = SplitOptions(),
    name: str | None = None,
    keep_unlabelled: bool = False,
    progress: Progress = silent,
) -> Made:
    """Read labels and photos, split, and write the workspace with the report of what is left out.

    Models, predictions and decisions that lie in an older workspace there stay.

    Args:
        labels: as ``read_labels`` takes it.
        images: folder of the photos; None for labels only, or for a folder of class folders.
        tasks: what is asked; None to infer it with ``columns``.

    Raises:
        LabelsError: the labels cannot be read, or no row of them can be used.
        WorkspaceError: ``root`` holds something else.
        TasksError: fewer than two classes.
    """
    root, source = Path(root).absolute(), labels.name
    frame = read_labels(labels)
    if labels.is_dir() and images is None:
        images = labels
    if images is not None and not images.is_dir():
        raise LabelsError(f"there is no images folder {images}; name an existing one with --images")
    tasks = _tasks(frame, images, tasks, columns, source)
    settings = Settings(name or root.name, _settled(images, root), asdict(options))
    if not (root / "workspace.json").exists():
        Workspace.create(root, settings, tasks)  # refuses a folder in use before the long work
    loaded = build_catalog(
        frame, tasks, images, progress, keep_unlabelled=keep_unlabelled, source=source
    )
    write_left_out(Workspace(root, settings), loaded.left_out)
    _refuse_nothing_left(loaded, len(frame), source, root)
    split = assign_parts(Catalog(tasks, loaded.rows), options)
    place = loaded.rows.columns.get_loc("image")
    loaded.rows.insert(place, "split", pd.Series(split.parts, dtype="str"))
    settings = Settings(**{**asdict(settings), "duplicate_rows": loaded.duplicate_rows})
    catalog = Catalog(tasks, loaded.rows)
    workspace = Workspace.create(root, settings, tasks)
    write_catalog(workspace, catalog)
    return Made(workspace, catalog, loaded, split)


def _tasks(
    frame: pd.DataFrame, images: Path | None, tasks: Tasks | None, columns: Columns, source: str
) -> Tasks:
    """Infer the tasks, or only the pattern of photo names where given tasks lack it."""
    if tasks is None:
        return infer_tasks(frame, images, columns, source=source)
    if images is None or tasks.item.image is not None:
        return tasks
    told = Columns(tasks.item.id, tasks.category.column, tasks.tag_names, image=columns.image)
    item = infer_tasks(frame, images, told, source=source).item
    return Tasks(tasks.category, tasks.tags, item)


def _settled(images: Path | None, root: Path) -> str | None:
    """Photos inside the workspace move with it; others keep their place."""
    if images is None:
        return None
    images = Path(os.path.abspath(images))
    return (images.relative_to(root) if images.is_relative_to(root) else images).as_posix()


def _refuse_nothing_left(loaded: Loaded, rows: int, source: str, root: Path) -> None:
    if not rows or len(loaded.rows):
        return
    worst = loaded.left_out["reason"].value_counts()
    detail = loaded.left_out.loc[loaded.left_out["reason"] == worst.index[0], "detail"].iloc[0]
    raise LabelsError(
        f"no row of {source} can be used: {worst.iloc[0]:,} of {rows:,} have the fault"
        f" {worst.index[0]!r}, the first says: {detail}; all are listed in {root / 'left_out.csv'}"
    )


def command(
    workspace: Annotated[Path, typer.Argument(metavar="W", help="Folder to make.")],
    labels: Annotated[Path, typer.Option(
        help="Parquet or CSV file, or a folder with one folder of photos per class.")],
    images: Annotated[Path | None, typer.Option(help="Folder of the photos.")] = None,
    tasks: Annotated[Path | None, typer.Option(
        help="A tasks.yaml that says what is asked, instead of guessing it.")] = None,
    id: Annotated[str | None, typer.Option(help="Column of the item's id.")] = None,
    category: Annotated[str | None, typer.Option(help="Column of the category.")] = None,
    tags: Annotated[str | None, typer.Option(
        help="Columns of the tags, separated by commas; 'none' for no tags.")] = None,
    group: Annotated[str | None, typer.Option(
        help="Column whose items stay on one side of the split; 'none' for no group.")] = None,
    image_pattern: Annotated[str | None, typer.Option(
        help="Path of a photo in the images folder, such as '{sku}.jpg'.")] = None,
    train: Annotated[float | None, typer.Option(
        help="Fraction of the items to train on.  [default: the rest, 0.6]")] = None,
    validation: Annotated[float | None, typer.Option(
        help="Fraction to choose thresholds on.  [default: 0.2, or half of what --train leaves]",
    )] = None,
    heldout: Annotated[float | None, typer.Option(
        help="Fraction to judge on.  [default: 0.2, or half of what --train leaves]")] = None,
    seed: Annotated[int, typer.Option(help="Another seed, another split.")] = 0,
    name: Annotated[str | None, typer.Option(help="What the workspace is called.")] = None,
    keep_unlabelled: Annotated[bool, typer.Option(
        "--keep-unlabelled", help="Keep items with empty labels, to be labelled later.")] = False,
) -> None:
    """Make a workspace out of labels and photos."""
    options = SplitOptions(*fractions(train, validation, heldout), seed)
    columns = Columns(id, category, _names(tags), group, image_pattern)
    if tasks is not None and columns != Columns():
        raise TasksError(
            "--tasks says already which columns are asked; leave out --id, --category, --tags,"
            " --group and --image-pattern, or leave out --tasks"
        )
    with progress_bar("reading photos") as progress:
        made = make(
            workspace, labels, images, tasks=read_tasks(tasks) if tasks else None,
            columns=columns, options=options, name=name, keep_unlabelled=keep_unlabelled,
            progress=progress,
        )
    typer.echo("\n".join(summary(made)))


def fractions(
    train: float | None, validation: float | None, heldout: float | None
) -> tuple[float, float, float]:
    """Fill in the fractions that were not named, so that all sum to 1 where that is possible."""
    if train is None:
        validation = 0.2 if validation is None else validation
        heldout = 0.2 if heldout is None else heldout
        return max(0.0, round(1 - validation - heldout, 9)), validation, heldout
    rest = max(0.0, round(1 - train - (validation or 0) - (heldout or 0), 9))
    if validation is None and heldout is None:
        return train, rest / 2, rest / 2
    return train, rest if validation is None else validation, rest if heldout is None else heldout


def _names(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    return () if text == "none" else tuple(part.strip() for part in text.split(",") if part.strip())


def summary(made: Made) -> list[str]:
    """Lines that say what the workspace holds, what was left out, and what to know."""
    catalog, tasks = made.catalog, made.workspace.tasks
    told = [f"category {tasks.category.column} with {len(tasks.classes)} classes"]
    told.append(f"tags {', '.join(tasks.tag_names)}" if len(tasks.tag_names) in range(1, 9)
                else f"{len(tasks.tag_names) or 'no'} tags")
    told.append(f"grouped by {tasks.item.group}" if tasks.item.group else "no groups")
    lines = [f"{made.workspace.root}: {_count(len(catalog), 'item')}", f"  {'; '.join(told)}", ""]
    for part in PARTS:
        n = int((catalog.rows["split"] == part).sum())
        lines.append(f"  {PART_WORDS[part]:<11}{n:>9,}  {n / max(len(catalog), 1):>4.0%}")
    lines += ["", *_left_out_lines(made)]
    sentences = [warning.sentence for warning in made.split.warnings]
    if sentences:
        lines += ["", "few items to learn from or to judge on:"]
        lines += [f"  {sentence}" for sentence in sentences[:MOST_WARNINGS]]
        more = len(sentences) - MOST_WARNINGS
        lines += [f"  and {more} more"] if more > 0 else []
    return lines


def _left_out_lines(made: Made) -> list[str]:
    left_out = made.loaded.left_out
    if not len(left_out):
        return ["every row is in"]
    rows = len(made.catalog) + len(left_out)
    lines = [f"left out {len(left_out):,} of {_count(rows, 'row')}, listed in"
             f" {made.workspace.left_out_path}:"]
    return lines + [f"  {reason:<20}{n:>9,}"
                    for reason, n in left_out["reason"].value_counts().items()]


def _count(n: int, word: str) -> str:
    return f"{n:,} {word}{'' if n == 1 else 's'}"
