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

REOPENED = "open again"
"""Takes a decision back without touching what else was saved with it."""


@dataclass(frozen=True)
class Verdict:
    """Somebody's decision about a finding; ``value`` is one of VERDICTS."""

    value: str
    annotator: str


def decision(finding: Finding, verdict: str) -> Answer:
    """The record of a decision, to be logged alone or in one save with others.

    Args:
        verdict: one of VERDICTS, or REOPENED.

    Raises:
        AnnotationError: no such verdict.
    """
    if verdict not in (*VERDICTS, REOPENED):
        raise AnnotationError(f"a finding can be {', '.join(VERDICTS)}, not {verdict!r}")
    return Answer(finding.item_ids[0], f"{TASK}{finding.key}", verdict)


def remember(log: AnnotationLog, finding: Finding, verdict: str, annotator: str) -> int:
    """Log one decision.

    Returns:
        The number of the save, to undo it.

    Raises:
        AnnotationError: no such verdict.
    """
    voice = Voice(annotator, f"finding:{finding.check}", finding.because)
    return log.append([decision(finding, verdict)], voice)


def verdicts(records: Records) -> dict[str, Verdict]:
    """The newest decision about each finding, by its key; of reopened ones none."""
    is_finding = np.array([word.startswith(TASK) for word in records.words], bool)
    rows = np.flatnonzero(is_finding[records.task]) if len(records) else ()
    newest = {
        str(records.words[records.task[row]]).removeprefix(TASK): Verdict(
            str(records.words[records.value[row]]), str(records.words[records.annotator[row]])
        )
        for row in rows
    }
    return {key: said for key, said in newest.items() if said.value in VERDICTS}
