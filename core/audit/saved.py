"""What the last audit of a workspace found, as it is kept there."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.audit.finding import CHECK_NAMES, Finding
from core.errors import FindingsError
from core.files import write_json
from core.workspace import Workspace

FILE = "findings.json"


@dataclass(frozen=True)
class About:
    """What an audit rests on: enough to see that it no longer holds.

    Attributes:
        at: when it began, ISO 8601 in UTC.
        items: how many items the catalog had.
        catalog: 12 hex digits of catalog.parquet (items, imported labels, photos, split).
        answers: how many answers to the catalog's questions were in force in the log.
        last_save: number of the newest save among them; 0 without any.
        model, model_id: whose embeddings were asked for; None where no model fits.
    """

    at: str
    items: int
    catalog: str
    answers: int
    last_save: int
    model: str | None = None
    model_id: str | None = None


@dataclass(frozen=True)
class Saved:
    """The findings of an audit.

    Attributes:
        findings: the most suspicious first.
        skipped: checks that could not be run, with the reason.
        about: what they rest on.
    """

    findings: Sequence[Finding]
    skipped: Mapping[str, str]
    about: About

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values: ``about``, ``findings``, ``counts`` by check, ``skipped``."""
        counts = Counter(found.check for found in self.findings)
        return {
            "about": asdict(self.about),
            "findings": [found.as_dict() for found in self.findings],
            "counts": {name: counts[name] for name in CHECK_NAMES},
            "skipped": dict(self.skipped),
        }


def findings_path(workspace: Workspace) -> Path:
    """Where the findings lie; there may be none yet."""
    return workspace.root / FILE


def save_findings(workspace: Workspace, saved: Saved) -> None:
    """Keep them in the workspace, in place of those of the audit before."""
    write_json(findings_path(workspace), saved.as_dict())


def read_findings(workspace: Workspace) -> Saved | None:
    """What the last audit found; None where none was run.

    Raises:
        FindingsError: the file is damaged, or of an older program.
    """
    path = findings_path(workspace)
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        return Saved(
            tuple(_finding(one) for one in value["findings"]),
            {str(name): str(reason) for name, reason in value["skipped"].items()},
            About(**value["about"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise FindingsError(
            f"{path} cannot be read ({type(error).__name__}: {error}); run the audit again"
        ) from error


def catalog_print(workspace: Workspace) -> str:
    """12 hex digits of catalog.parquet as it is now."""
    with workspace.catalog_path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def now() -> str:
    """The moment, as ``About.at`` wants it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _finding(value: Mapping[str, Any]) -> Finding:
    known = {field.name: value[field.name] for field in fields(Finding)}
    return Finding(**{**known, "item_ids": tuple(map(str, value["item_ids"]))})
