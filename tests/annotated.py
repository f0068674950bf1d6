"""Small catalogs and logs for tests of annotations."""

from collections.abc import Sequence

import pandas as pd

from core.annotations.answer import Answer
from core.annotations.log import AnnotationLog, Voice
from core.catalog.table import Catalog, tag_column
from core.tasks import Category, ItemColumns, Tags, Tasks

TASKS = Tasks(Category("kind", ("BAGS", "BELTS", "HATS")), Tags(("red", "worn")), ItemColumns("sku"))
QUEUE = "queue:main"


def catalog(
    category: Sequence[str | None],
    *,
    red: Sequence[bool | None] | None = None,
    split: Sequence[str] | None = None,
    tasks: Tasks = TASKS,
) -> Catalog:
    """Items ``i0``, ``i1``, ... with these labels; tags that are not given are all false."""
    n = len(category)
    rows = pd.DataFrame({
        "item_id": pd.Series([f"i{k}" for k in range(n)], dtype="str"),
        "category": pd.Series(category, dtype="str"),
    })
    for tag in tasks.tag_names:
        values = red if tag == "red" and red is not None else [False] * n
        rows[tag_column(tag)] = pd.array(values, dtype="boolean")
    rows["split"] = pd.Series(split or ["train"] * n, dtype="str")
    rows["image"] = pd.Series([f"photos/p{k}.jpg" for k in range(n)], dtype="str")
    return Catalog(tasks, rows)


def say(
    log: AnnotationLog, who: str, *answers: str, source: str = QUEUE, note: str = ""
) -> int:
    """Save answers written like ``i0 HATS`` or ``i0 red true``; the number of the save."""
    parsed = [_answer(text) for text in answers]
    return log.append(parsed, Voice(who, source, note))


def _answer(text: str) -> Answer:
    item_id, _, rest = text.partition(" ")
    tag, _, value = rest.partition(" ")
    if tag in TASKS.tag_names:
        return Answer(item_id, tag_column(tag), value)
    return Answer(item_id, "category", rest)
