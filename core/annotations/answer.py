"""One human statement about one item: its words, and which are allowed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from core.catalog.table import tag_column
from core.errors import AnnotationError
from core.tasks import Tasks

CATEGORY = "category"
"""Task name of the category; a tag's is ``tag:<TAG>`` (``core.catalog.table.tag_column``)."""

TRUE, FALSE = "true", "false"
"""Values of a tag."""

SKIP = "skip"
"""Seen and passed on: says nothing about the item, but is not offered to this person again."""

CANNOT_TELL = "cannot tell"
"""Nobody could answer from this photo: an abstention as a vote, no label as a correction."""

NONE_OF_THESE = "none of these"
"""The item belongs to no class; wins like a class, and then the item has no category."""

VOTE_SOURCES = ("queue", "import")
"""Kinds of source whose answers are counted against each other; answers from anywhere else
are corrections, which stand until the next correction."""


@dataclass(frozen=True)
class Answer:
    """What somebody says of one item.

    Attributes:
        item_id: need not be in the catalog (votes may be older or newer than it).
        task: ``category`` or ``tag:<TAG>``.
        value: a class; ``true`` or ``false`` for a tag; or SKIP, CANNOT_TELL, NONE_OF_THESE.
        said_at: when it was said, where that is known from elsewhere (imports); microseconds
            since 1970 UTC. None: when it was saved.
    """

    item_id: str
    task: str
    value: str
    said_at: int | None = None


@dataclass(frozen=True)
class Annotation:
    """One record of the log, as it is read back.

    Attributes:
        number: position in the log, ascending.
        save: number of the save that it came in with; a bulk edit is one save.
        annotator: who said it.
        time: when it was saved, UTC; ``said_at`` where it was imported with a time of its own.
        source: where: ``KIND`` or ``KIND:DETAIL`` (``confusion:SHIRTS>BLOUSES``, ``queue:main``,
            ``import:votes.parquet``).
        note: free words; empty without.
        undone: whether a later save took it back.
    """

    number: int
    save: int
    item_id: str
    task: str
    value: str
    annotator: str
    time: datetime
    source: str
    note: str = ""
    undone: bool = False


def is_vote(source: str) -> bool:
    """Whether answers from there are votes (else corrections)."""
    return source.partition(":")[0] in VOTE_SOURCES


def task_names(tasks: Tasks) -> tuple[str, ...]:
    """The category first, then the tags in their order."""
    return (CATEGORY, *map(tag_column, tasks.tag_names))


def task_values(tasks: Tasks, task: str) -> tuple[str, ...]:
    """The answers to one task that count in a vote, in the order of their codes.

    For the category its classes, then NONE_OF_THESE (unless a class has that very name);
    for a tag FALSE (0) and TRUE (1).
    """
    if task != CATEGORY:
        return (FALSE, TRUE)
    return tuple(dict.fromkeys((*tasks.classes, NONE_OF_THESE)))


def require_answers(tasks: Tasks, answers: Iterable[Answer]) -> None:
    """Refuse answers that are no answers to these tasks.

    Raises:
        AnnotationError: an unknown task or value; lists what is allowed.
    """
    allowed = {task: {*task_values(tasks, task), SKIP, CANNOT_TELL} for task in task_names(tasks)}
    for answer in answers:
        if answer.task not in allowed:
            raise AnnotationError(
                f"item {answer.item_id!r}: there is no task {answer.task!r};"
                f" this workspace asks {', '.join(allowed)}"
            )
        if answer.value not in allowed[answer.task]:
            raise AnnotationError(
                f"item {answer.item_id!r}: {answer.value!r} is no answer to {answer.task};"
                f" use one of {', '.join(sorted(allowed[answer.task]))}"
            )


def microseconds(moment: datetime) -> int:
    """Since 1970 UTC; a moment without a time zone is taken as UTC."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1_000_000)


def moment_of(value: int) -> datetime:
    """The inverse of ``microseconds``."""
    return datetime.fromtimestamp(value / 1_000_000, UTC)
