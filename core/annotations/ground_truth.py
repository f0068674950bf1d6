"""SageMaker Ground Truth's output manifest (JSON lines): read as votes.

A line of an image classification job carries ``LABEL: 0`` with ``LABEL-metadata``
(``class-name``, ``job-name``, ``creation-date``); of a multi-label job ``class-map``; of a
job that keeps single answers ``annotationsFromAllWorkers`` or ``annotations`` with
``workerId`` and ``annotationData.content``, JSON as the form of the job has it.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from core.annotations.answer import CATEGORY, FALSE, TRUE
from core.annotations.votes_frame import (
    ItemFinder,
    ReadVotes,
    VoteList,
    class_of,
    microseconds_of,
)
from core.catalog.table import Catalog, tag_column
from core.errors import AnnotationError
from core.tasks import Tasks

METADATA = "-metadata"
WORKER_LISTS = ("annotationsFromAllWorkers", "annotations", "answers")


def read_ground_truth(path: Path, catalog: Catalog) -> ReadVotes:
    """Read a manifest: each worker's answers where it has them, else the consolidated one.

    A consolidated answer is one vote of the job, named after it (``JOB``, or ``JOB
    (machine)`` where no human annotated). The item is found by an id on the line, else by
    the name of the photo in ``source-ref``.

    Raises:
        AnnotationError: a line is not JSON.
    """
    finder, votes = ItemFinder(catalog), VoteList(catalog.tasks)
    for row, line in _lines(path):
        item_id = finder.find(line, ("source-ref", "source"))
        if item_id is None:
            votes.leave_out(row, None, "no id", "it names neither an item nor a photo")
            continue
        before = len(votes.votes) + len(votes.left_out)
        workers = [worker for value in line.values() for worker in _workers(value)]
        if workers:
            _read_workers(votes, row, item_id, workers)
        else:
            for name in line:
                if name.endswith(METADATA) and isinstance(line[name], Mapping):
                    _read_consolidated(votes, row, item_id, line[name])
        if len(votes.votes) + len(votes.left_out) == before:
            votes.leave_out(row, item_id, "no answer", "the line has no label")
    return votes.read()


def _read_workers(votes: VoteList, row: int, item_id: str, workers: list[Mapping]) -> None:
    for worker in workers:
        who = str(worker.get("workerId") or worker.get("worker_id") or "unknown")
        when = microseconds_of(
            worker.get("submissionTime") or worker.get("acceptanceTime"), f"line {row}"
        )
        content = worker.get("annotationData", worker.get("answerContent", worker))
        if isinstance(content, Mapping):
            content = content.get("content", content)
        if isinstance(content, str):
            try:
                content = json.loads(content)
            except ValueError:
                pass  # the answer itself, in words
        _add_answer(votes, row, item_id, content, who, when)


def _read_consolidated(votes: VoteList, row: int, item_id: str, told: Mapping[str, Any]) -> None:
    if told.get("failure-reason"):
        votes.leave_out(row, item_id, "failed", str(told["failure-reason"]))
        return
    job = str(told.get("job-name") or "Ground Truth").removeprefix("labeling-job/")
    who = f"{job} (machine)" if told.get("human-annotated") == "no" else job
    when = microseconds_of(told.get("creation-date"), f"line {row}")
    if "class-name" in told:
        _add_answer(votes, row, item_id, {"label": told["class-name"]}, who, when)
    elif "class-map" in told:
        _add_answer(votes, row, item_id, {"labels": list(told["class-map"].values())}, who, when)


def _add_answer(
    votes: VoteList, row: int, item_id: str, content: Any, who: str, when: int | None
) -> None:
    """Votes that a form's content says: texts that are classes, lists or boxes of tags."""
    tags: dict[str, bool] = {}
    classes: dict[str, None] = {}
    unknown = list(_said(content, votes.tasks, classes, tags))
    if len(classes) == 1:
        votes.add(row, item_id, CATEGORY, next(iter(classes)), who, when)
    elif classes:
        votes.leave_out(row, item_id, "several classes", f"{who} chose {', '.join(classes)}")
    for tag, holds in tags.items():
        votes.add(row, item_id, tag_column(tag), TRUE if holds else FALSE, who, when)
    if not classes and not tags or unknown and not classes:
        said = ", ".join(map(repr, unknown)) or "nothing that is asked"
        votes.leave_out(row, item_id, "unknown answer", f"{who} said {said}")


def _said(
    content: Any, tasks: Tasks, classes: dict[str, None], tags: dict[str, bool]
) -> Iterator[str]:
    """Fill classes and tags from a form's content; yield the words that are neither."""
    if isinstance(content, Mapping):
        for key, value in content.items():
            ticked = value.get("on") if isinstance(value, Mapping) else value
            if key in tasks.tag_names and isinstance(ticked, bool):
                tags[key] = ticked
            else:
                yield from _said(value, tasks, classes, tags)
    elif isinstance(content, list):
        if all(isinstance(word, str) for word in content):
            named = [word for word in content if word in tasks.tag_names]
            if named or not content:  # a list of tags speaks about all of them
                tags |= {tag: tag in named for tag in tasks.tag_names}
            content = [word for word in content if word not in named]
        for value in content:
            yield from _said(value, tasks, classes, tags)
    elif isinstance(content, str):
        known = class_of(tasks, content)
        if known is not None:
            classes[known] = None
        elif content in tasks.tag_names:
            tags[content] = True
        else:
            yield content


def _workers(value: Any) -> Iterator[Mapping]:
    """The single answers anywhere inside a value of a line."""
    if not isinstance(value, Mapping):
        if isinstance(value, list):
            yield from (one for one in value if isinstance(one, Mapping) and "workerId" in one)
        return
    for name in WORKER_LISTS:
        if isinstance(value.get(name), list):
            yield from _workers(value[name])


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig") as file:
        for row, text in enumerate(file, 1):
            if not text.strip():
                continue
            try:
                line = json.loads(text)
            except ValueError as error:
                raise AnnotationError(
                    f"{path.name}, line {row} is not JSON ({error}); a manifest has one JSON"
                    " object on each line"
                ) from error
            if not isinstance(line, dict):
                raise AnnotationError(f"{path.name}, line {row} is no JSON object")
            yield row, line
