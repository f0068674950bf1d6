"""All checks, and one list of what they find."""

from collections.abc import Callable, Collection
from dataclasses import replace

from core.audit import duplicates, finding, label_errors, outsiders, photos
from core.audit.finding import Finding, ordered
from core.audit.ground import Ground
from core.progress import Progress, silent

CHECKS: dict[str, Callable[[Ground], list[Finding]]] = {
    finding.LABEL_ERROR: label_errors.label_errors,
    finding.TAG_ERROR: label_errors.tag_errors,
    finding.EXACT_DUPLICATE: duplicates.exact_duplicates,
    finding.NEAR_DUPLICATE: duplicates.near_duplicates,
    finding.SPLIT_LEAK: duplicates.split_leaks,
    finding.CONFLICT: duplicates.conflicts,
    finding.NONE_OF_THE_CLASSES: outsiders.outsiders,
    finding.DARK: photos.dark,
    finding.BLURRED: photos.blurred,
    finding.TINY: photos.tiny,
    finding.ODD_SHAPE: photos.odd_shape,
}
"""Name -> check, for each of CHECK_NAMES. One that lacks its ground (no photos, no embeddings)
finds nothing."""


def audit(
    ground: Ground, only: Collection[str] | None = None, progress: Progress = silent
) -> list[Finding]:
    """Run the checks (all, or ``only`` these); the most suspicious findings first."""
    names = [name for name in CHECKS if only is None or name in only]
    found: list[Finding] = []
    done = 0
    ground = replace(ground, breathe=lambda: progress(done, len(names)))
    for done, name in enumerate(names):
        progress(done, len(names))
        found += CHECKS[name](ground)
    progress(len(names), len(names))
    return ordered(found)
