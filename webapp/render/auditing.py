"""When the audit was run, how far it is, and whether it still holds: in words."""

from datetime import datetime
from typing import Any

from core.audit.saved import Saved
from core.errors import FindingsError
from webapp.actions.auditing import STEPS, Since
from webapp.actions.jobs import Job
from webapp.actions.opened import Opened
from webapp.render.words import and_list, count


def run_value(opened: Opened, saved: Saved | None, since: Since | None, job: Job | None,
              broken: FindingsError | None = None) -> dict[str, Any]:
    """What assets/js/findings-run.js draws.

    Args:
        saved, since: the last audit and what changed since; None where there is none.
        job: the last run of this server.
        broken: why the last audit cannot be read.
    """
    value: dict[str, Any] = {
        "first": saved is None, "title": "", "text": "", "notes": [], "stale": False,
        "busy": False, "step": 0, "steps": [], "done": 0, "total": 0, "error": None,
        "button": None,
    }
    if job is not None and job.running:
        return {**value, **_busy(job)}
    if job is not None and job.error:
        value["error"] = job.error
    elif broken is not None:
        value["error"] = _sentence(str(broken))
    if saved is None:
        return {**value, **_first(opened)}
    number, about = len(saved.findings), saved.about
    how = f"with the model “{about.model}”" if about.model else "without a model"
    text = (f"Audited {_when(about.at)}: {count(number)} finding{'s' if number != 1 else ''}"
            f" in {count(about.items)} items, {how}.")
    changed = _changed(opened, saved, since) if since is not None else ""
    return {**value, "text": text, "stale": bool(changed), "notes": [changed] if changed else [],
            "button": "Run again" if opened.has_photos else None}


def _busy(job: Job) -> dict[str, Any]:
    step = STEPS.index(job.what) if job.what in STEPS else 0
    unit = "checks" if step == len(STEPS) - 1 else "photos"
    far = f"{count(job.done)} of {count(job.total)} {unit}" if job.total else "Starting"
    return {
        "title": "The audit runs", "busy": True, "steps": list(STEPS), "step": step,
        "text": f"{STEPS[step]}: {far}" if job.total else far,
        "done": job.done, "total": job.total,
        "notes": ["It runs here, in the background; you can go on working."],
    }


def _first(opened: Opened) -> dict[str, Any]:
    if not opened.has_photos:
        return {
            "title": "There are no photos to audit",
            "text": "This workspace has labels only. Doubtful labels, twins and bad photos are"
                    " found by looking at photos.",
        }
    if not opened.usable:
        notes = ["There is no model that answers this workspace, so wrong labels cannot be found;"
                 " twins, leaks over the split and bad photos can."]
    else:
        notes = []
    return {
        "title": "No audit yet",
        "text": f"Look through all {count(len(opened.catalog))} items for wrong categories and"
                " tags, duplicates, leaks over the split and photos that show too little.",
        "notes": [*notes, "It runs here, in the background, and changes no label."],
        "button": "Run the audit",
    }


def _changed(opened: Opened, saved: Saved, since: Since) -> str:
    """What the audit did not see, in a sentence; "" when it still holds."""
    parts = []
    if since.catalog:
        parts.append("the catalog was made anew")
    if since.answered:
        one = since.answered == 1
        parts.append(f"{count(since.answered)} item{'' if one else 's'} {'was' if one else 'were'}"
                     " answered")
    if since.model and opened.usable:
        same = opened.model == saved.about.model
        parts.append(f"the model “{opened.model}” "
                     + ("was trained anew" if same else "was chosen"))
    elif since.model:
        parts.append("the model went away")
    return f"Since then {and_list(parts, 3)}." if parts else ""


def _when(at: str) -> str:
    """22 Nov 2026, 03:40 UTC"""
    try:
        return f"{datetime.fromisoformat(at):%-d %b %Y, %H:%M} UTC"
    except ValueError:
        return at


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
