"""The page Agreement with 100,000 votes: python -m tests.benchmarks.agreement [VOTES]"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from core.annotations.importing import import_votes, read_votes
from core.annotations.log import AnnotationLog
from tests.webapp.answered import answered_workspace
from webapp.actions import agreement
from webapp.actions.jobs import Jobs
from webapp.actions.opened import open_now
from webapp.actions.weighing import cast_of, weighing_of
from webapp.render.agreement import figures_value, votes_value
from webapp.render.review import review_value
from webapp.session import Session

CLASSES, TAGS = tuple("ABCDE"), ("floral", "checker", "polka dot")


def main(votes: int = 100_000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "W"
        items = votes // 3
        answered_workspace(root, classes=CLASSES, tags=TAGS, items=items, photos=False)
        timed("import", lambda: bring(root, Path(folder), items))
        opened = timed("open", lambda: open_now("W", root))
        timed("figures", lambda: cast_of(opened))
        jobs = Jobs()
        timed("weigh (in the background)", lambda: wait(opened, jobs))
        page = timed("page, all values", lambda: shown(opened, jobs))
        row = page["open"]
        key = "0" * 31 + "1"
        timed("settle one", lambda: agreement.settle(opened, {
            "item": row["item_id"], "task": row["task"], "value": row["answers"][0]["value"],
            "key": key, "by": "Eva"}))
        timed("next row after it", lambda: shown(open_now("W", root), jobs))


def bring(root: Path, folder: Path, items: int) -> None:
    """Three of six people on each item, right nine times in ten."""
    rng = np.random.default_rng(0)
    said = np.where(rng.random((items, 3)) < 0.9, np.arange(items)[:, None] % 5,
                    rng.integers(0, 5, (items, 3)))
    who = rng.permuted(np.tile(np.arange(6), (items, 1)), axis=1)[:, :3]
    tags = np.array(["", "floral", "checker|floral"], object)[rng.integers(0, 3, items * 3)]
    pd.DataFrame({
        "item_id": np.repeat([f"i{n}" for n in range(items)], 3),
        "annotator": [f"person {n}" for n in who.ravel()],
        "kind": np.array(CLASSES, object)[said.ravel()], "tags": tags,
    }).to_parquet(folder / "votes.parquet")
    opened = open_now("W", root)
    log = AnnotationLog.of(opened.workspace)
    import_votes(log, opened.imported, read_votes(folder / "votes.parquet", opened.imported), "v")
    log.close()


def wait(opened, jobs: Jobs) -> None:
    while not weighing_of(opened, jobs).fresh:
        time.sleep(0.05)


def shown(opened, jobs: Jobs):
    session, weighing = Session("W", page="agreement"), weighing_of(opened, jobs)
    review = agreement.review_of(opened, session, weighing.found)
    figures_value(opened, session, weighing)
    votes_value(opened)
    return review_value(opened, session, weighing, review)


def timed(what: str, work):
    start = time.perf_counter()
    result = work()
    print(f"{what:<28}{time.perf_counter() - start:8.3f} s", flush=True)
    return result


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
