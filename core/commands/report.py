"""``report``: what to hand over: one HTML file, a Markdown summary, and a gate."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from core.annotations.records import workspace_records
from core.annotations.verdicts import verdicts
from core.audit.saved import read_findings
from core.catalog.left_out import read_left_out
from core.commands.bar import progress_bar
from core.commands.evaluate import answered, evaluate_model, read_seen
from core.commands.opening import open_workspace
from core.errors import ReportError
from core.files import atomic_path
from core.model.card import read_card
from core.progress import Progress, silent
from core.report.contents import Subject, contents
from core.report.gate import Requirement, Verdict, judge, requirement
from core.report.pages import html_page, markdown_summary
from core.report.photos import inlined
from core.workspace import Workspace


def subject_of(
    workspace: Workspace, model: str | None = None, progress: Progress = silent
) -> Subject:
    """What a report on this model is about; raises as ``core.commands.evaluate.answered``."""
    found = answered(workspace, model, progress)
    left_out = Counter(read_left_out(workspace)["reason"])
    return Subject(
        workspace, found.catalog, read_card(found.model_dir), found.bundle,
        found.predictions, read_seen(found.model_dir), evaluate_model(workspace, model),
        dict(left_out), workspace.settings.duplicate_rows, open_findings(workspace),
    )


def open_findings(workspace: Workspace) -> dict[str, int]:
    """Findings of the last audit that nobody has decided, by check; empty without an audit."""
    saved = read_findings(workspace)
    if saved is None:
        return {}
    decided = verdicts(workspace_records(workspace))
    return dict(Counter(one.check for one in saved.findings if one.key not in decided))


def report_texts(subject: Subject, found: list[Verdict]) -> tuple[str, str]:
    """The HTML file and the Markdown summary."""
    made = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    values = contents(subject, inlined(subject.workspace, subject.catalog), found, made)
    return html_page(values), markdown_summary(values)


def write_report(
    workspace: Workspace, model: str | None, out: Path, markdown: Path,
    wanted: list[Requirement], progress: Progress = silent,
) -> list[Verdict]:
    """Write both files, atomically, and return what was required and found.

    Raises:
        ReportError: a requirement names what the model does not answer; nothing is written.
        StorageError: a file cannot be written.
    """
    subject = subject_of(workspace, model, progress)
    found = judge(wanted, subject.figures)
    for path, text in zip((out, markdown), report_texts(subject, found)):
        with atomic_path(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    return found


def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="Folder, or 'sample'.")],
    model: Annotated[str | None, typer.Option(
        help="Name of the model.  [default: the one in use]", show_default=False)] = None,
    out: Annotated[Path | None, typer.Option(
        metavar="FILE", help="The HTML file.  [default: W/reports/MODEL.html]",
        show_default=False)] = None,
    markdown: Annotated[Path | None, typer.Option(
        metavar="FILE", help="The summary.  [default: beside the HTML file, as .md]",
        show_default=False)] = None,
    require: Annotated[list[str] | None, typer.Option(
        metavar="FIGURE>=NUMBER", help="Fail unless it holds on held-out items; may be repeated:"
        " top1>=0.7, top1.low>=0.6, tag:floral.precision>=0.8, class:SHIRTS.recall>=0.5,"
        " validation:ece<=0.1.", show_default=False)] = None,
) -> None:
    """Write the report to hand over: figures, matrix, curves, faults, photos of mistakes."""
    wanted = [requirement(text) for text in require or ()]
    with progress_bar("drawing the sample") as progress:
        opened = open_workspace(workspace, progress)
    out = out or opened.root / "reports" / f"{model or opened.settings.model}.html"
    markdown = markdown or out.with_suffix(".md")
    if markdown == out:
        raise ReportError(f"{out} cannot be both files; name the HTML file FILE.html")
    with progress_bar("answering photos") as progress:
        found = write_report(opened, model, out, markdown, wanted, progress)
    typer.echo("\n".join([f"wrote {out}", f"wrote {markdown}",
                          *(verdict.sentence for verdict in found)]))
    missed = [verdict.sentence for verdict in found if not verdict.passed]
    if missed:
        raise ReportError(
            f"{len(missed)} of {len(found)} requirements not met: {'; '.join(missed)}"
        )
