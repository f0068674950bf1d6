"""One suspicion, in the one shape that every check returns."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

LABEL_ERROR = "label error"
TAG_ERROR = "tag error"
EXACT_DUPLICATE = "exact duplicate"
NEAR_DUPLICATE = "near duplicate"
SPLIT_LEAK = "on two sides of the split"
CONFLICT = "conflicting labels on twins"
NONE_OF_THE_CLASSES = "none of the classes"
DARK, BLURRED, TINY, ODD_SHAPE = "too dark", "blurred", "tiny", "odd shape"

CHECK_NAMES = (
    LABEL_ERROR, TAG_ERROR, EXACT_DUPLICATE, NEAR_DUPLICATE, SPLIT_LEAK, CONFLICT,
    NONE_OF_THE_CLASSES, DARK, BLURRED, TINY, ODD_SHAPE,
)
"""All checks, in the order of tables (``core.audit.checks.CHECKS`` has their functions)."""


@dataclass(frozen=True)
class Finding:
    """A suspicion about one item, or about several together.

    Attributes:
        check: which check found it (a key of ``core.audit.checks.CHECKS``).
        item_ids: at least one; of twins all of them.
        suspicion: in [0, 1], 1 is certain; comparable within a check.
        because: one sentence for the person who decides.
        task: ``category`` or ``tag:<TAG>`` where a label is in doubt; None else.
        suggested: the answer that is likelier; None without.
    """

    check: str
    item_ids: tuple[str, ...]
    suspicion: float
    because: str
    task: str | None = None
    suggested: str | None = None

    @property
    def key(self) -> str:
        """16 hex digits: the same suspicion of another run has the same key."""
        text = "\n".join((self.check, self.task or "", self.suggested or "", *self.item_ids))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def as_dict(self) -> dict[str, Any]:
        return {"key": self.key, **asdict(self), "item_ids": list(self.item_ids)}


def ordered(findings: list[Finding]) -> list[Finding]:
    """The most suspicious first; of equals by check and items, so that every run agrees."""
    return sorted(findings, key=lambda one: (-one.suspicion, one.check, one.item_ids))
