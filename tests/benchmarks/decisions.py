"""The Thresholds page of 200 tags x 1 M held-out items: its data from Parquet, cuts for a reason,
intervals; each against the same with scikit-learn on rows.

Run as ``python -m tests.benchmarks.decisions [ITEMS] [TAGS]``. A workspace is made up and its
answers are written shard by shard, as ``predict`` writes them; then a process of its own reads the
page's data, so that its peak memory is the page's. scikit-learn works on every tenth tag (for the
bootstrap on a few resamples of those), and its time is scaled up; precision, recall, AP and AUC of
those tags are held against its own.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.metrics import (
    average_precision_score,
    precision_recall_curve,
    precision_recall_fscore_support,
    roc_auc_score,
)

from core.catalog.table import tag_column
from core.commands.cut_data import CutData, cut_data
from core.decisions.reasons import (
    BestF,
    LeastCost,
    PrecisionAtLeast,
    RecallAtLeast,
    ReviewBudget,
    SameRate,
)
from core.decisions.tune import choose
from core.decisions.zones import choose_zones
from core.metrics.count_bootstrap import ap_intervals, cut_intervals
from core.model.card import Card, write_card
from core.predictions.run import SHARD_SIZE
from core.predictions.store import finish, score_files, write_shard
from core.predictions.table import Predictions
from core.tasks import Category, Tags, Tasks
from core.workspace import Settings, Workspace
from tests.benchmarks.measure import peak_megabytes, seconds, verdict

TENTH = 10
RESAMPLES, DRAWN = 1000, 3
CLASSES = ("CUP", "JAR", "MUG", "POT", "JUG")
WANTED = PrecisionAtLeast(0.8)


def make_up(root: Path, items: int, tags: int) -> Workspace:
    """A workspace of held-out items, all answered."""
    names = tuple(f"tag {number}" for number in range(tags))
    tasks = Tasks(Category("kind", CLASSES), Tags(names))
    workspace = Workspace.create(root, Settings("bench", model="m"), tasks)
    write_card(root / "models" / "m",
               Card("m", "bench", tasks.to_dict(), "none", [8, 8], "2026-01-01T00:00:00+00:00"))
    rng = np.random.default_rng(0)
    shares, labels, shards = np.geomspace(0.001, 0.4, tags).astype(np.float32), [], []
    folder = workspace.predictions_dir("m")
    ids = np.array([f"item {number:09d}" for number in range(items)], object)
    for start in range(0, items, SHARD_SIZE):
        own = ids[start : start + SHARD_SIZE]
        tagged = rng.random((len(own), tags), np.float32) < shares
        scores = rng.random((len(own), tags), np.float32) ** np.where(tagged, 0.6, 2)
        predictions = Predictions(
            tasks, own, np.full((len(own), 5), 0.2, np.float32), scores.astype(np.float32),
            about={"model_id": "bench"},
        )
        shards.append(f"{start:09d}-x-x.parquet")
        write_shard(folder / shards[-1], predictions, [])
        labels.append(tagged)
    took = seconds(lambda: finish(folder, shards, {"model_id": "bench"}, time.time()))
    print(f"{len(shards):,} shards put together in {took:.1f} s (once, at the end of predict)")
    columns = np.concatenate(labels).T
    pq.write_table(pa.table({
        "item_id": pa.array(ids, pa.string()), "category": pa.array(["CUP"] * items),
        "split": pa.array(["heldout"] * items),
        **{tag_column(tag): pa.array(columns[t]) for t, tag in enumerate(names)},
    }), workspace.catalog_path)
    return workspace


def page_data(root: Path) -> tuple[CutData, float]:
    """What the page waits for, and how many seconds."""
    workspace = Workspace.open(root)
    started = time.perf_counter()
    return cut_data(workspace), time.perf_counter() - started


def measured_alone(root: Path) -> tuple[float, float, float]:
    """Seconds, CPU seconds and peak megabytes of a process that reads the page's data."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.decisions", "--alone", str(root)],
        check=True, capture_output=True, text=True,
    )
    return tuple(map(float, done.stdout.split()))


def rows_of(workspace: Workspace, tags: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(scores, labels) of some tags, joined by id as tables."""
    columns = ["item_id", *map(tag_column, tags)]
    scores = pd.concat(
        [pd.read_parquet(path, columns=columns) for path in score_files(
            workspace.predictions_dir("m"))]
    ).set_index("item_id")
    labels = pd.read_parquet(workspace.catalog_path, columns=columns).set_index("item_id")
    return scores.reindex(labels.index), labels


def with_scikit_learn(workspace: Workspace, tags: list[str], ours: CutData) -> dict[str, float]:
    """Seconds of the same for some tags, by row; figures are held against ours."""
    names, part = workspace.tasks.tag_names, ours.parts["heldout"]
    cuts = choose(part.counts, WANTED).cuts
    started = time.perf_counter()
    scores, labels = rows_of(workspace, tags)
    took = {"page": time.perf_counter() - started, "choose": 0.0, "bootstrap": 0.0}
    rng = np.random.default_rng(0)
    for tag in tags:
        t, own = names.index(tag), scores[tag_column(tag)].to_numpy()
        truth = labels[tag_column(tag)].to_numpy(dtype=bool)
        started = time.perf_counter()
        precision, recall, thresholds = precision_recall_curve(truth, own)
        curve = time.perf_counter() - started
        areas = average_precision_score(truth, own), roc_auc_score(truth, own)
        took["page"] += time.perf_counter() - started
        started = time.perf_counter()
        good = precision[:-1] >= WANTED.wanted
        np.where(good, recall[:-1], -1).argmax()
        took["choose"] += curve + time.perf_counter() - started
        np.testing.assert_allclose((part.ap[t], part.auc[t]), areas, rtol=1e-9)
        called = own.astype(np.float64) >= cuts[t] / 1000
        figures = precision_recall_fscore_support(truth, called, average="binary", zero_division=0)
        np.testing.assert_allclose(
            figures[:2], np.nan_to_num([part.counts.precision[t, cuts[t]],
                                        part.counts.recall[t, cuts[t]]]), rtol=1e-12)
        if tag in tags[:: max(1, len(tags) // DRAWN)][:DRAWN]:
            started = time.perf_counter()
            rows = rng.integers(0, len(own), len(own))
            precision_recall_fscore_support(truth[rows], called[rows], average="binary",
                                            zero_division=0)
            average_precision_score(truth[rows], own[rows])
            took["bootstrap"] += (time.perf_counter() - started) / DRAWN
    took["bootstrap"] *= RESAMPLES * len(tags)
    return took


def main(items: int, tags: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        workspace = make_up(Path(folder) / "w", items, tags)
        print(f"{tags} tags x {items:,} held-out items")
        took, cpu, peak = measured_alone(workspace.root)
        ours, _ = page_data(workspace.root)
        theirs = with_scikit_learn(workspace, list(workspace.tasks.tag_names[::TENTH]), ours)
    scale = tags / len(range(0, tags, TENTH))
    part = ours.parts["heldout"]
    choosing = max(
        seconds(lambda reason=reason: choose(part.counts, reason))
        for reason in (BestF(), WANTED, RecallAtLeast(0.8), LeastCost(1, 5), ReviewBudget(200),
                       SameRate())
    )
    zones = seconds(lambda: choose_zones(part.counts, precision=0.9, recall=0.9))
    cuts = choose(part.counts, WANTED).cuts
    started = time.process_time()
    intervals = seconds(
        lambda: (cut_intervals(part.counts, cuts), ap_intervals(part.counts, part.ap)))
    print(f"(intervals used {time.process_time() - started:.1f} CPU seconds)")
    print("AP, AUC, precision and recall equal to scikit-learn's on every tenth tag: yes")
    print(f"(page data used {cpu:.1f} CPU seconds in {took:.1f} s of wall time)")
    return all([
        verdict("page data", took, 5, at_least=False, unit=" s"),
        verdict("its peak memory", peak, 1000, at_least=False, unit=" MB"),
        verdict("times faster than scikit-learn on rows", theirs["page"] * scale / took, 10),
        verdict("cuts for a reason, the slowest of six", choosing, 1, at_least=False, unit=" s"),
        verdict("zones of all tags", zones, 1, at_least=False, unit=" s"),
        verdict("times faster than scikit-learn on rows", theirs["choose"] * scale / choosing, 10),
        verdict("all intervals, 1,000 resamples", intervals, 5, at_least=False, unit=" s"),
        verdict("times faster than scikit-learn on rows",
                theirs["bootstrap"] * scale / intervals, 10),
    ])


def alone(root: str) -> None:
    started = time.process_time()
    took = page_data(Path(root))[1]
    print(took, time.process_time() - started, peak_megabytes())


if __name__ == "__main__":
    if sys.argv[1:2] == ["--alone"]:
        alone(sys.argv[2])
    else:
        given = [int(word) for word in sys.argv[1:]]
        sys.exit(0 if main(*given, *(1_000_000, 200)[len(given):]) else 1)
