"""The wardrobe with findings of an audit written out by hand."""

from pathlib import Path

from core.audit.finding import Finding
from core.audit.saved import About, Saved, catalog_print, save_findings
from core.workspace import Workspace
from tests.webapp.answered import MODEL_ID
from tests.webapp.wardrobe import wardrobe

DUPLICATE = Finding("exact duplicate", ("n2", "n3"), 1.0, "2 items show the very same photo file")
CONFLICT = Finding("conflicting labels on twins", ("n2", "n3"), 0.99,
                   "the very same photo, but labelled TANK_TOPS and BLOUSES", "category")
WRONG = Finding("label error", ("b3",), 0.95,
                "labelled BLOUSES (10% likely by its photo), looks like SHIRTS (85%)",
                "category", "SHIRTS")
FORGOTTEN = Finding("tag error", ("b2",), 0.9,
                    "not tagged floral, but looks like it (90% sure)", "tag:floral", "true")
DOUBTED = Finding("label error", ("n1",), 0.7,
                  "labelled SHIRTS (30% likely by its photo), looks like BLOUSES (60%)",
                  "category", "BLOUSES")
OUTSIDER = Finding("none of the classes", ("t1",), 0.6,
                   "the model takes it for none of the classes (score 0.60)", "category",
                   "none of these")
GONE = Finding("too dark", ("g7",), 0.55, "very dark: brightness 36 of 255")

FINDINGS = (DUPLICATE, CONFLICT, WRONG, FORGOTTEN, DOUBTED, OUTSIDER, GONE)


def audited(root: Path, findings: tuple[Finding, ...] = FINDINGS, *, model_id: str = MODEL_ID,
            skipped: dict[str, str] | None = None) -> Workspace:
    """The wardrobe, audited with its own model before anybody labelled anything."""
    workspace = wardrobe(root)
    keep(workspace, findings, model_id, skipped or {})
    return workspace


def keep(workspace: Workspace, findings: tuple[Finding, ...], model_id: str = MODEL_ID,
         skipped: dict[str, str] | None = None) -> None:
    begun = "2026-11-22T03:40:00+00:00"
    about = About(begun, 12, catalog_print(workspace), 0, 0, "paint", model_id)
    save_findings(workspace, Saved(findings, skipped or {}, about))
