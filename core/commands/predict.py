"""``predict``: scores of many photos to Parquet."""

from pathlib import Path
from typing import Annotated

import typer

from core.catalog.table import read_catalog
from core.commands.bar import progress_bar
from core.commands.opening import open_workspace
from core.decisions.bundle import Bundle, current_bundle
from core.decisions.decide import decide_all
from core.errors import PredictionsError
from core.model.card import read_card
from core.model.opening import ENGINES
from core.predictions.inputs import input_jobs
from core.predictions.run import RunReport, predict_workspace, run_model
from core.predictions.store import (
    REJECTED,
    read_predictions,
    read_rejected,
    write_rejected,
    write_single,
)
from core.workspace import Workspace


def predict(
    workspace: Workspace,
    model: str | None = None,
    source: Path | None = None,
    images: Path | None = None,
    out: Path | None = None,
    engine: str = "litert",
    embedding: bool = False,
) -> list[str]:
    """Do what ``command`` says.

    Returns:
        Lines that tell what was done.

    Raises:
        PredictionsError: no photo could be read, or ``out`` is no Parquet file.
    """
    _require_engine(engine)
    if source is not None and out is None:
        out = Path(f"{source.stem}.predictions.parquet")
    _require_parquet(out)
    model_dir = workspace.model_dir(model)
    folder = workspace.predictions_dir(model_dir.name)
    with progress_bar(f"{model_dir.name} answers") as progress:
        if source is None:
            report = predict_workspace(workspace, model_dir.name, progress, engine=engine)
        else:
            folder = out.with_name(f"{out.name}.shards")
            jobs = input_jobs(source, workspace, read_catalog(workspace), images)
            report = run_model(model_dir, workspace.tasks, jobs, folder, progress,
                               engine=engine, embedding=embedding)
    rejected_path = Path(f"{out}.{REJECTED}") if out else folder / REJECTED
    write_rejected(rejected_path, read_rejected(folder).to_records(index=False).tolist())
    _require_read(report, folder, rejected_path, source)
    bundle = current_bundle(
        workspace.decisions_dir(model_dir.name), model_dir, read_card(model_dir)
    )
    if out is not None:
        write_single(folder, out, {
            "bundle": bundle.label,
            "thresholds": dict(bundle.thresholds),
            "out_of_catalog": bundle.out_of_catalog,
            "set_cut": bundle.set_cut,
        }, embedding=embedding)
    return [
        *_report_lines(report, rejected_path),
        *_decision_lines(workspace, folder, bundle),
        f"written to {out or folder}",
    ]


def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Folder, or 'sample'.")],
    model: Annotated[str | None, typer.Option(
        help="Name of the model.  [default: the one in use]", show_default=False)] = None,
    source: Annotated[Path | None, typer.Option("--input", metavar="FILE|DIR", help=(
        "A folder of photos (the item id is the file's name without suffix, or its path in the"
        " folder where several share that), one photo, or a Parquet or CSV table of ids."
        "  [default: the workspace's catalog]"), show_default=False)] = None,
    images: Annotated[Path | None, typer.Option(
        help="Where the photos of a table of ids lie.  [default: the workspace's photos]",
        show_default=False)] = None,
    out: Annotated[Path | None, typer.Option(help=(
        "One Parquet file; FILE.rejected.parquet lists the photos that could not be read, and"
        " FILE.shards keeps what was done, so that the same command goes on after an"
        " interruption.  [default: shards in the workspace's predictions folder]"),
        show_default=False)] = None,
    engine: Annotated[str, typer.Option(
        help="litert (fast on a CPU) or keras (TensorFlow, a GPU where there is one).",
    )] = "litert",
    embedding: Annotated[bool, typer.Option(
        "--embedding", help="Write the embedding of each photo to --out too.")] = False,
) -> None:
    """Answer photos with a model: scores of every category and tag, as Parquet."""
    with progress_bar("drawing the sample") as progress:
        opened = open_workspace(workspace, progress)
    lines = predict(opened, model, source, images, out, engine, embedding)
    typer.echo("\n".join(lines))


def _report_lines(report: RunReport, rejected: Path) -> list[str]:
    left = report.total - report.skipped
    done = f"{report.total:,} photos: {report.read:,} answered, {report.rejected:,} rejected"
    if report.skipped:
        done += f"; {report.skipped:,} of them done by an earlier run"
    lines = [done]
    if left:
        lines.append(f"{left:,} photos in {report.seconds:.1f} s,"
                     f" {report.photos_per_second:,.0f} photos per second")
    if report.rejected:
        lines.append(f"rejected photos and the reasons: {rejected}")
    return lines


def _decision_lines(workspace: Workspace, folder: Path, bundle: Bundle) -> list[str]:
    """How many items each tag gets at the thresholds in use, and how many are none of these."""
    tags = workspace.tasks.tag_names
    decisions = decide_all(read_predictions(folder, workspace.tasks, embedding=False), bundle)
    lines = []
    if decisions.none_of_these is not None:
        lines.append(f"probably none of the categories: {decisions.none_of_these.sum():,}"
                     f" (from {bundle.out_of_catalog:.3f})")
    if not tags:
        return lines
    counts = decisions.tags.sum(axis=0)
    told = ", ".join(
        f"{tag} {count:,} (from {bundle.thresholds[tag]:.3f})"
        for tag, count in list(zip(tags, counts))[:8]
    )
    more = f" and {len(tags) - 8} more" if len(tags) > 8 else ""
    return [*lines, f"tagged at the thresholds {bundle.label}: {told}{more}"]


def _require_read(report: RunReport, folder: Path, rejected: Path, source: Path | None) -> None:
    if report.read:
        return
    if not report.total:
        raise PredictionsError(
            f"there is nothing to answer: {source or 'the catalog'} names no item"
        )
    first = read_rejected(folder)["reason"][0]
    raise PredictionsError(
        f"none of {report.total:,} photos could be read; the first says: {first}; all reasons"
        f" are in {rejected}"
    )


def _require_parquet(out: Path | None) -> None:
    if out is None:
        return
    if out.suffix.lower() != ".parquet":
        raise PredictionsError(
            f"--out must end in .parquet, got {out.name}; export predictions writes other forms"
        )
    if out.is_dir():
        raise PredictionsError(f"{out} is a folder; name a file for --out")


def _require_engine(engine: str) -> None:
    if engine not in ENGINES:
        raise PredictionsError(f"--engine must be one of {', '.join(ENGINES)}, got {engine!r}")
