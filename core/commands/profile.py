"""``profile``: what a workspace holds, as a table and as JSON."""

import json
from pathlib import Path
from typing import Annotated

import typer

from core.annotations.apply import current_catalog
from core.catalog.profile import Profile, profile
from core.catalog.table import PART_WORDS, PARTS
from core.commands.bar import progress_bar
from core.commands.opening import open_workspace
from core.files import write_json

MOST_PAIRS = 10


def command(
    workspace: Annotated[str, typer.Argument(metavar="W", help="A workspace folder, or sample.")],
    json_file: Annotated[Path | None, typer.Option(
        "--json", metavar="FILE", help="Write all counts and correlations here; - prints them.")
    ] = None,
) -> None:
    """Count items, classes and tags, and say how they go together."""
    with progress_bar("drawing the sample") as progress:
        opened = open_workspace(workspace, progress)
    found = profile(current_catalog(opened), opened.settings.duplicate_rows)
    if json_file == Path("-"):
        typer.echo(json.dumps(found.to_dict(), indent=2, ensure_ascii=False))
        return
    typer.echo("\n".join(table(opened.name, found)))
    if json_file is not None:
        write_json(json_file, found.to_dict())


def table(name: str, found: Profile) -> list[str]:
    """Lines of the table that ``profile`` prints."""
    wide = max(map(len, [*found.labels, "unlabelled", "category"]))
    lines = [f"{name}: {_count(found.items, 'item')}"]
    if found.duplicate_rows:
        lines.append(f"  {_count(found.duplicate_rows, 'duplicate row')} counted once")
    if found.identical_photos:
        alike, files = sum(map(len, found.identical_photos)), len(found.identical_photos)
        lines.append(f"  {_count(alike, 'item')} share {_count(files, 'photo file')}")
    head = "".join(f"{PART_WORDS[part]:>12}" for part in PARTS)
    lines += ["", f"{'category':<{wide}}{'items':>11}{'share':>7}{head}"]
    lines += [_row(found, place, wide) for place in range(found.n_classes)]
    if found.n_classes and found.unlabelled[0]:
        lines.append(f"{'unlabelled':<{wide}}{found.unlabelled[0]:>11,}")
    parts = "".join(f"{found.part_sizes[part]:>12,}" for part in PARTS)
    lines.append(f"{'all':<{wide}}{found.items:>11,}{'':>7}{parts}")
    if len(found.labels) > found.n_classes:
        lines += ["", f"{'tags':<{wide}}{'items':>11}{'share':>7}{head}"]
        lines += [_row(found, place, wide) for place in range(found.n_classes, len(found.labels))]
    return lines + _pairs(found, wide)


def _row(found: Profile, place: int, wide: int) -> str:
    answered = found.items - found.unlabelled[place]
    share = found.totals[place] / max(answered, 1)
    parts = "".join(f"{count:>12,}" for count in found.counts[:, place])
    return f"{found.labels[place]:<{wide}}{found.totals[place]:>11,}{share:>7.1%}{parts}"


def _pairs(found: Profile, wide: int) -> list[str]:
    lines = []
    for row, column in found.strongest(MOST_PAIRS):
        one, other = found.labels[row], found.labels[column]
        lines.append(
            f"{one:<{wide}}  {other:<{wide}}{found.phi[row, column]:>7.2f}"
            f"{found.both[row, column]:>9,} have both:"
            f" {found.share[row, column]:.0%} of {one}, {found.share[column, row]:.0%} of {other}"
        )
    return ["", "what goes together, and what does not (phi)", *lines] if lines else []


def _count(n: int, word: str) -> str:
    return f"{n:,} {word}{'' if n == 1 else 's'}"
