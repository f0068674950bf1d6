"""Everybody's answers as the lines of a SageMaker Ground Truth output manifest."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from core.annotations.answer import CATEGORY, FALSE, NONE_OF_THESE, TRUE
from core.annotations.exporting import said_by_person
from core.annotations.log import AnnotationLog
from core.catalog.table import Catalog, tag_column

JOB = "labeling-job/fitting-room"


def ground_truth_lines(catalog: Catalog, log: AnnotationLog) -> Iterator[str]:
    """One JSON object for each item that somebody answered, in the order of the catalog.

    ``source-ref`` (the photo), the id under its own name, ``category`` with every worker's
    answer as a custom job keeps them, and ``category-metadata``. ``read_ground_truth`` reads
    them back as the same votes.
    """
    said = said_by_person(log)
    images = catalog.rows["image"] if "image" in catalog.rows else [None] * len(catalog)
    for item_id, image in zip(catalog.item_ids, images, strict=True):
        workers = [worker for person, one in said.get(item_id, {}).items()
                   if (worker := _worker(catalog, person, one)) is not None]
        if workers:
            yield json.dumps({
                **({"source-ref": image} if isinstance(image, str) else {}),
                catalog.tasks.item.id: item_id,
                CATEGORY: {"annotationsFromAllWorkers": workers},
                f"{CATEGORY}-metadata": {
                    "type": "groundtruth/custom", "job-name": JOB, "human-annotated": "yes",
                    "creation-date": max(worker["submissionTime"] for worker in workers)},
            }, ensure_ascii=False)


def _worker(catalog: Catalog, person: str, one: Mapping[str, Any]) -> dict[str, Any] | None:
    """What one person said of an item; None when that is no answer (skipped, cannot tell)."""
    answers, content = one["answers"], {}
    if answers.get(CATEGORY) in (*catalog.tasks.classes, NONE_OF_THESE):
        content[CATEGORY] = {"label": answers[CATEGORY]}
    for tag in catalog.tasks.tag_names:
        if answers.get(tag_column(tag)) in (TRUE, FALSE):
            content[tag] = {"on": answers[tag_column(tag)] == TRUE}
    if not content:
        return None
    return {"workerId": person, "submissionTime": one["when"],
            "annotationData": {"content": json.dumps(content, ensure_ascii=False)}}
