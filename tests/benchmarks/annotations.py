"""The annotation log at a million items: one save, a bulk save, labels derived, four writers.

Run as ``python -m tests.benchmarks.annotations [--minute]``; the log is made first (about a
minute). With ``--minute`` four processes write for a minute instead of ten seconds.
"""

import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from core.annotations.answer import Answer
from core.annotations.apply import apply
from core.annotations.log import AnnotationLog, Voice
from core.annotations.records import Reader, read_records
from core.catalog.table import Catalog
from core.tasks import Category, Tags, Tasks
from tests.benchmarks.measure import seconds, verdict
from tests.core.annotations.test_many_writers import start

ITEMS, ANNOTATIONS, BULK, SAVES = 1_000_000, 2_000_000, 5_000, 300
TASKS = Tasks(Category("kind", ("A", "B", "C", "D", "E")), Tags(("red", "worn")))
MOST_SAVE_MS, MOST_BULK_SECONDS, MOST_DERIVE_SECONDS = 15.0, 2.0, 3.0


def filled(url: str, item_ids: list[str]) -> AnnotationLog:
    """Every item answered once, a million further answers at random; half votes."""
    random = np.random.default_rng(0)
    item = np.concatenate([np.arange(ITEMS), random.integers(0, ITEMS, ANNOTATIONS - ITEMS)])
    value = random.choice(list(TASKS.classes), ANNOTATIONS)
    log = AnnotationLog(url)
    for save, first in enumerate(range(0, ANNOTATIONS, 100_000)):
        voice = Voice(f"person {save % 4}", "queue:main" if save % 2 else "explore")
        part = slice(first, first + 100_000)
        log.append(
            [Answer(item_ids[i], "category", str(v)) for i, v in zip(item[part], value[part])], voice
        )
    return log


def catalog(item_ids: list[str]) -> Catalog:
    yes = pd.array(np.zeros(ITEMS, bool), dtype="boolean")
    return Catalog(TASKS, pd.DataFrame({
        "item_id": pd.Series(item_ids, dtype="str"),
        "category": pd.Series(["A"] * ITEMS, dtype="str"),
        "tag:red": yes, "tag:worn": yes, "split": "train",
    }))


def four_writers(folder: Path, duration: float) -> bool:
    """Whether every acknowledged answer is there once, and nobody met an error or a lock."""
    url = f"sqlite:///{folder / 'four.db'}"
    writers = {who: start(url, who, duration) for who in ("ann", "bob", "cem", "dee")}
    acknowledged, errors = Counter(), ""
    for who, process in writers.items():
        said, wrong = process.communicate()
        errors += wrong + ("" if process.returncode == 0 else f"{who} ended\n")
        acknowledged.update(f"{who}-{n}" for n in said.split())
    records = read_records(AnnotationLog(url))
    found = Counter(records.items[records.item])
    lost, doubled = (acknowledged - found).total(), (found - acknowledged).total()
    print(f"four writers, {duration:.0f} s: {acknowledged.total():,} answers acknowledged,"
          f" {lost} lost, {doubled} doubled, {errors.count('locked')} lock errors,"
          f" {errors.count('Traceback')} other errors")
    return not errors and not lost and not doubled


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        item_ids = [f"item-{k * 7919 % ITEMS:08d}-of-the-shop" for k in range(ITEMS)]
        log = filled(f"sqlite:///{folder / 'annotations.db'}", item_ids)
        labelled = catalog(item_ids)
        voice = Voice("ann", "explore")
        saves = [
            seconds(lambda k=k: log.append([Answer(item_ids[k * 37], "category", "B")], voice))
            for k in range(SAVES)
        ]
        bulk = [Answer(item_ids[k * 11], "category", "C") for k in range(BULK)]
        reader = Reader(log)
        passed = [
            verdict("save of one, median ms", statistics.median(saves) * 1000,
                    MOST_SAVE_MS, at_least=False),
            verdict(f"bulk of {BULK:,}, s", seconds(lambda: log.append(bulk, voice)),
                    MOST_BULK_SECONDS, at_least=False),
        ]
        busy = time.process_time()
        derived = [seconds(lambda: apply(labelled, read_records(log))) for _ in range(3)]
        busy = (time.process_time() - busy) / len(derived)
        passed.append(verdict("labels derived, log read and joined, s", min(derived),
                              MOST_DERIVE_SECONDS, at_least=False))
        print(f"of which a processor was busy: {busy:.1f} s")
        reader.records()
        log.append(bulk, voice)
        print(f"derived again after a save: {seconds(lambda: apply(labelled, reader.records())):.2f} s")
        passed.append(four_writers(folder, 60 if "--minute" in sys.argv else 10))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
