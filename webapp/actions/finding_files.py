"""The listed findings as files for others: CSV and JSON."""

import csv
import io
import json

from core.audit.saved import Saved
from webapp.actions.findings import STATES, listed, require_board
from webapp.actions.opened import Opened
from webapp.session import Session


def findings_csv(session: Session, opened: Opened) -> tuple[str, str]:
    """The listed findings as CSV, a row for each item of each, and a name for the file.

    Raises:
        FindingsError: no audit was run.
    """
    board = require_board(opened)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["finding", "check", "suspicion", "because", "task", "suggested", "state",
                     "decided_by", "item_id", "split"])
    split = dict(zip(opened.catalog.item_ids, opened.catalog.rows["split"], strict=True))
    for row in listed(board, session):
        one, said = board.saved.findings[row], board.said.get(board.keys[row])
        for item_id in one.item_ids:
            writer.writerow([
                board.keys[row], one.check, f"{one.suspicion:.4f}", one.because, one.task or "",
                one.suggested or "", STATES[board.state[row]], said.annotator if said else "",
                item_id, split.get(item_id, ""),
            ])
    return out.getvalue(), "findings.csv"


def findings_json(session: Session, opened: Opened) -> tuple[str, str]:
    """The listed findings as ``audit --json`` writes them, with their ``state``.

    Raises:
        FindingsError: no audit was run.
    """
    board = require_board(opened)
    rows = listed(board, session)
    all_of_it = board.saved
    kept = Saved([all_of_it.findings[row] for row in rows], all_of_it.skipped, all_of_it.about)
    value = kept.as_dict()
    for row, one in zip(rows, value["findings"], strict=True):
        said = board.said.get(one["key"])
        one |= {"state": STATES[board.state[row]], "decided_by": said.annotator if said else None}
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n", "findings.json"
