"""A report's values laid out as one HTML file and as a short Markdown text."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

from core.report.drawing import HEIGHT, WIDTH

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "assets" / "report"


def html_page(contents: Mapping[str, Any]) -> str:
    """One file with everything in it: no script, no address outside; text is escaped."""
    style = (TEMPLATES / "report.css").read_text(encoding="utf-8")
    page = _environment(escape=True).get_template("report.html")
    return page.render(**contents, style=style, width=WIDTH, height=HEIGHT)


def markdown_summary(contents: Mapping[str, Any]) -> str:
    """What fits into a pull request."""
    return _environment(escape=False).get_template("report.md").render(**contents)


def percent(share: float | None, digits: int = 1) -> str:
    """``66.3 %``; an en dash where undefined."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def interval(ends: Sequence[float] | None) -> str:
    """``58.9 to 72.9``, in percent; nothing where undefined."""
    return "" if ends is None else f"{100 * ends[0]:.1f} to {100 * ends[1]:.1f}"


def number(count: float | None) -> str:
    """``12,345``; an en dash where undefined."""
    return "–" if count is None else f"{count:,}"


def words(name: Any) -> str:
    """A name of the labels, so that Markdown shows it as it is, and in one cell."""
    text = " ".join(str(name).split())
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, f"\\{sign}")
    return text


def _environment(escape: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=escape, trim_blocks=True,
        lstrip_blocks=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True,
    )
    environment.filters |= {"percent": percent, "interval": interval, "number": number,
                            "words": words}
    return environment
