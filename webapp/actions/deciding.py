"""Deciding about findings: accepted, dismissed, relabelled, opened again; each one save."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.annotations.answer import Answer, require_answers
from core.annotations.log import Voice
from core.annotations.verdicts import ACCEPTED, DISMISSED, RELABELLED, REOPENED, TASK, decision
from core.audit.finding import Finding
from core.errors import AnnotationError, FindingsError
from webapp.actions import relabel
from webapp.actions.findings import OPEN, PAGE, Board, listed
from webapp.actions.logs import log_of
from webapp.actions.opened import Opened
from webapp.actions.person import who
from webapp.actions.relabel import require_key
from webapp.session import Session

MOST_AT_ONCE = 20_000
MOST_UNDOS = 100


@dataclass(frozen=True)
class Decided:
    """What one save did.

    Attributes:
        keys: of the findings that were decided.
        verdict: what about them.
        key: the save's own name.
        heldout: items among them that judge the model and have other labels now.
        left: findings that were meant and have no suggested answer.
        meanwhile: who had decided otherwise since the person looked, and what; "" for nobody.
    """

    keys: tuple[str, ...]
    verdict: str
    key: str
    heldout: int = 0
    left: int = 0
    meanwhile: str = ""


def decide(opened: Opened, board: Board, session: Session, data: Mapping[str, Any]) -> Decided:
    """Accept, dismiss or open again.

    Args:
        data: ``verdict``; ``keys``, or ``scope`` ``all`` with the number ``expected``; ``by``;
            ``key``; ``was``: the state that the person saw.

    Raises:
        AnnotationError, FindingsError: no such verdict or finding, or nothing chosen.
    """
    verdict, key = str(data.get("verdict")), require_key(data.get("key"))
    if verdict not in (ACCEPTED, DISMISSED, REOPENED):
        raise AnnotationError(f"a finding cannot be {verdict!r}; reload the page")
    meant = chosen(board, session, data)
    said = [decision(one, verdict) for one in meant]
    log_of(opened.workspace).append(said, _voice(meant, data), key=key)
    return Decided(tuple(one.key for one in meant), verdict, key,
                   meanwhile=_meanwhile(board, meant, data))


def relabelled(
    opened: Opened, board: Board, session: Session, data: Mapping[str, Any]
) -> Decided:
    """Give items of one finding other labels, which settles it.

    Args:
        data: ``finding``, None for a look-alike; ``items`` of it; ``category``, ``tags``,
            ``by``, ``key``.

    Raises:
        AnnotationError, FindingsError: what ``relabel.wish_of`` refuses; an item that the
            finding is not about.
    """
    items = data.get("items")
    wish = relabel.wish_of(opened, data, items if isinstance(items, list) else [])
    if data.get("finding") is None:
        relabel.save(opened, wish, PAGE)
        return Decided((), RELABELLED, wish.key, _heldout(opened, wish.item_ids))
    one = board.finding(str(data["finding"]))
    if not set(wish.item_ids) <= set(one.item_ids):
        raise FindingsError("this item does not belong to the finding; reload the page")
    said = [*relabel.answers(wish, wish.item_ids), decision(one, RELABELLED)]
    log_of(opened.workspace).append(said, _voice([one], data), key=wish.key)
    return Decided((one.key,), RELABELLED, wish.key, _heldout(opened, wish.item_ids),
                   meanwhile=_meanwhile(board, [one], data))


def as_suggested(
    opened: Opened, board: Board, session: Session, data: Mapping[str, Any]
) -> Decided:
    """Give each finding's item its suggested answer, all in one save.

    Args:
        data: as for ``decide``, without ``verdict``.

    Raises:
        AnnotationError, FindingsError: nothing chosen, or none has a suggested answer.
    """
    key, meant = require_key(data.get("key")), chosen(board, session, data)
    here = opened.place_of.get_indexer([one.item_ids[0] for one in meant])
    with_answer = [one for one, row in zip(meant, here, strict=True)
                   if one.suggested is not None and row >= 0]
    if not with_answer:
        raise FindingsError("no answer is suggested here; choose the labels yourself")
    answers = [Answer(one.item_ids[0], str(one.task), str(one.suggested)) for one in with_answer]
    require_answers(opened.workspace.tasks, answers)
    said = [*answers, *(decision(one, RELABELLED) for one in with_answer)]
    log_of(opened.workspace).append(said, _voice(with_answer, data), key=key)
    return Decided(
        tuple(one.key for one in with_answer), RELABELLED, key,
        _heldout(opened, [one.item_ids[0] for one in with_answer]), len(meant) - len(with_answer),
    )


def undo(opened: Opened, data: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Take back the latest of one's own saves that still stands.

    Args:
        data: ``saves``: the names of the saves, the latest first; ``by``.

    Returns:
        The name of the save, and the findings that it had decided.

    Raises:
        AnnotationError: none of them stands.
    """
    names = data.get("saves")
    log = log_of(opened.workspace)
    for name in (names if isinstance(names, list) else [])[:MOST_UNDOS]:
        save = log.save_with(require_key(name))
        if save is None:
            continue
        try:
            relabel.undo(opened, {"key": name, "by": data.get("by")})
        except AnnotationError:  # taken back already, by the message's Undo
            continue
        tasks = [one.task for one in log.answers_of(save)]
        return name, [task.removeprefix(TASK) for task in tasks if task.startswith(TASK)]
    raise AnnotationError("there is nothing to undo here yet")


def chosen(board: Board, session: Session, data: Mapping[str, Any]) -> list[Finding]:
    """The findings that the browser means: those named, or all that are listed.

    Raises:
        FindingsError: none or too many, one that is gone, or the list has another length than
            the person saw.
    """
    if data.get("scope") == "all":
        rows = listed(board, session)
        if len(rows) != data.get("expected"):
            raise FindingsError(
                f"the list holds {len(rows):,} findings now, because some were decided"
                " meanwhile; look at them, then choose again"
            )
        found = [board.saved.findings[row] for row in rows]
    else:
        keys = data.get("keys")
        names = dict.fromkeys(map(str, keys if isinstance(keys, list) else []))
        found = [board.finding(name) for name in names]
    if not found or len(found) > MOST_AT_ONCE:
        raise FindingsError(f"choose 1 to {MOST_AT_ONCE:,} findings, not {len(found):,}")
    return found


def _voice(meant: Sequence[Finding], data: Mapping[str, Any]) -> Voice:
    checks = {one.check for one in meant}
    source = f"finding:{checks.pop()}" if len(checks) == 1 else PAGE
    return Voice(who(data.get("by")), source, meant[0].because if len(meant) == 1 else "")


def _meanwhile(board: Board, meant: Sequence[Finding], data: Mapping[str, Any]) -> str:
    """``Ben had dismissed it``: when one finding was seen open and is not any more."""
    if len(meant) != 1 or data.get("was") != OPEN:
        return ""
    said = board.said.get(meant[0].key)
    return f"{said.annotator} had {said.value} it" if said is not None else ""


def _heldout(opened: Opened, item_ids: Sequence[str]) -> int:
    rows = opened.place_of.get_indexer(list(dict.fromkeys(item_ids)))
    return int((opened.catalog.rows["split"].to_numpy(dtype=object)[rows] == "heldout").sum())
