"""Label Studio's JSON export: read as votes."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.annotations.answer import CATEGORY, FALSE, SKIP, TRUE
from core.annotations.votes_frame import (
    ItemFinder,
    ReadVotes,
    VoteList,
    class_of,
    microseconds_of,
)
from core.catalog.table import Catalog, tag_column
from core.errors import AnnotationError


def read_label_studio(path: Path, catalog: Catalog) -> ReadVotes:
    """Read a project's export ("JSON"): a list of tasks with their annotations.

    Choices and taxonomies count, by the words chosen: one that is a class is a vote on the
    category, one that is a tag is a vote for it. Where any annotation of the file names a
    tag, every annotation is a vote on all tags. A skipped task is SKIP. The item is
    ``data[item id]``, else found by the name of the photo.

    Raises:
        AnnotationError: the file is no such export.
    """
    tasks = catalog.tasks
    records = _records(path)
    asks_tags = any(
        word in tasks.tag_names
        for record in records for spoken in record["annotations"] for word in _chosen(spoken)
    )
    finder, votes = ItemFinder(catalog), VoteList(tasks)
    for row, record in enumerate(records, 1):
        data = record.get("data") or {}
        item_id = finder.find(data, data)
        if item_id is None:
            votes.leave_out(row, None, "no id", "its data name neither an item nor a photo")
            continue
        for spoken in record["annotations"]:
            _read_annotation(votes, row, item_id, spoken, asks_tags)
    return votes.read()


def _read_annotation(
    votes: VoteList, row: int, item_id: str, spoken: Mapping[str, Any], asks_tags: bool
) -> None:
    who = _annotator(spoken.get("completed_by"))
    when = microseconds_of(spoken.get("created_at"), f"record {row}")
    if spoken.get("was_cancelled"):
        votes.add(row, item_id, CATEGORY, SKIP, who, when)
        return
    chosen = list(_chosen(spoken))
    tags = votes.tasks.tag_names
    answers = dict.fromkeys(word for word in chosen if word not in tags)
    classes = {word: class_of(votes.tasks, word) for word in answers}
    for word, known in classes.items():
        if known is None:
            votes.leave_out(row, item_id, "unknown answer", f"{word!r} is neither class nor tag")
    meant = {known for known in classes.values() if known is not None}
    if len(meant) > 1:
        votes.leave_out(row, item_id, "several classes", f"{who} chose {', '.join(sorted(meant))}")
    elif meant:
        votes.add(row, item_id, CATEGORY, meant.pop(), who, when)
    for tag in tags if asks_tags else ():
        votes.add(row, item_id, tag_column(tag), TRUE if tag in chosen else FALSE, who, when)


def _chosen(spoken: Mapping[str, Any]) -> Iterator[str]:
    """The words chosen in one annotation; of a taxonomy the leaf."""
    for region in spoken.get("result") or ():
        value = region.get("value") or {}
        yield from map(str, value.get("choices") or ())
        for branch in value.get("taxonomy") or ():
            yield str(branch[-1] if isinstance(branch, list) and branch else branch)


def _annotator(completed_by: Any) -> str:
    if isinstance(completed_by, Mapping):
        completed_by = completed_by.get("email") or completed_by.get("id")
    return "unknown" if completed_by in (None, "") else str(completed_by)


def _records(path: Path) -> list[dict[str, Any]]:
    """The tasks that carry annotations (older exports call them completions)."""
    try:
        found = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, OSError) as error:
        raise AnnotationError(f"{path.name} is not JSON that can be read ({error})") from error
    found = found if isinstance(found, list) else [found]
    for record in found:
        if isinstance(record, dict) and isinstance(record.get("completions"), list):
            record["annotations"] = record["completions"]
        if not isinstance(record, dict) or not isinstance(record.get("annotations"), list):
            raise AnnotationError(
                f"{path.name} is no Label Studio export: a record has no list of annotations;"
                " export the project as JSON, not JSON-MIN"
            )
    return found
