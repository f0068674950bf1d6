"""What people decided about findings, remembered in the log like everything they say."""

from dataclasses import dataclass

import numpy as np

from core.annotations.answer import Answer
from core.annotations.log import AnnotationLog, Voice
from core.annotations.records import Records
from core.audit.finding import Finding
from core.errors import AnnotationError

ACCEPTED, DISMISSED, RELABELLED = "accepted", "dismissed", "relabelled"
VERDICTS = (ACCEPTED, DISMISSED, RELABELLED)
TASK = "finding:"


@dataclass(frozen=True)
class Verdict:
    """Somebody's decision about a finding; ``value`` is one of VERDICTS."""

    value: str
    annotator: str


def remember(log: AnnotationLog, finding: Finding, verdict: str, annotator: str) -> int:
    """Log a decision about a finding.

    Returns:
        The number of the save, to undo it.

    Raises:
        AnnotationError: no such verdict.
    """
    if verdict not in VERDICTS:
        raise AnnotationError(f"a finding can be {', '.join(VERDICTS)}, not {verdict!r}")
    said = Answer(finding.item_ids[0], f"{TASK}{finding.key}", verdict)
    return log.append([said], Voice(annotator, f"finding:{finding.check}", finding.because))


def verdicts(records: Records) -> dict[str, Verdict]:
    """The newest decision about each finding, by the finding's key."""
    is_finding = np.array([word.startswith(TASK) for word in records.words], bool)
    rows = np.flatnonzero(is_finding[records.task]) if len(records) else ()
    return {
        str(records.words[records.task[row]]).removeprefix(TASK): Verdict(
            str(records.words[records.value[row]]), str(records.words[records.annotator[row]])
        )
        for row in rows
    }
