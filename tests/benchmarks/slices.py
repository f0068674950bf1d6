"""Slices and both heads together over 1 M items with 57 classes and 50 tags.

Run as ``python -m tests.benchmarks.slices``. The figures of 500 sellers are made in one pass;
scikit-learn makes them seller by seller on a tenth of the sellers, and its time is taken ten
times. Equality of the two is checked.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score

from core.catalog.table import Catalog, tag_column
from core.metrics.joint import cell_tags, tag_by_category, tag_pairs, together
from core.metrics.judged import Judged
from core.metrics.rules import LabelPairs, broken, label_pairs, learn_rules
from core.metrics.slices.facets import Facets
from core.metrics.slices.figures import by_level, share_keys
from core.metrics.slices.worst import worst_slices
from core.predictions.table import Predictions
from core.tasks import Category, Tags, Tasks
from tests.benchmarks.measure import peak_megabytes, verdict

ITEMS, CLASSES, TAGS, SELLERS = 1_000_000, 57, 50, 500
WANTED = {"times faster": 10.0, "worst slices": 15.0, "together": 5.0, "rules": 10.0}


def made_up(n: int) -> Judged:
    """30 % of the categories are wrong, more with one seller; rare and common tags with errors."""
    rng = np.random.default_rng(0)
    tasks = Tasks(Category("kind", tuple(f"K{k}" for k in range(CLASSES))),
                  Tags(tuple(f"t{t}" for t in range(TAGS))))
    labels, seller = rng.integers(0, CLASSES, n), rng.integers(0, SELLERS, n)
    wrong = rng.random(n) < np.where(seller == 7, 0.6, 0.3)
    best = np.where(wrong, (labels + rng.integers(1, 4, n)) % CLASSES, labels)
    shares = np.full((n, CLASSES), 0.3 / (CLASSES - 1), np.float32)
    shares[np.arange(n), best] = 0.7
    truth = rng.random((n, TAGS), np.float32) < np.geomspace(0.002, 0.3, TAGS, dtype=np.float32)
    scores = np.where(truth, 0.8, 0.2).astype(np.float32)
    scores += (rng.random((n, TAGS), np.float32) - 0.5) * 0.72
    ids = np.char.mod("%d", np.arange(n)).astype(object)
    rows = pd.DataFrame({"item_id": ids, "category": np.array(tasks.classes, object)[labels],
                         "split": "heldout", "group": np.char.mod("s%d", seller),
                         "meta:kids": rng.random(n) < 0.2})
    for place, tag in enumerate(tasks.tag_names):
        rows[tag_column(tag)] = pd.array(truth[:, place], "boolean")
    answers = Predictions(tasks, ids, shares, np.clip(scores, 0, 1))
    return Judged(Catalog(tasks, rows), answers, answers.tags >= 0.5,
                  {"brightness": rng.random(n) * 255, "sharpness": rng.random(n) * 900})


def timed(what: str, call: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = call()
    took = time.perf_counter() - started
    print(f"{what}: {took:.2f} s", flush=True)
    return took, found


def by_sklearn(items: Judged, codes: np.ndarray, sellers: range) -> dict[str, list[float]]:
    """Top-1, macro F1, and precision, recall and F1 of every tag, seller by seller."""
    found: dict[str, list[float]] = {}
    for level in sellers:
        own = codes == level
        labels, best = items.catalog.category[own], items.best[own]
        found.setdefault("top1", []).append(accuracy_score(labels, best))
        found.setdefault("macro_f1", []).append(f1_score(labels, best, average="macro"))
        for place, tag in enumerate(items.catalog.tasks.tag_names):
            truth, called = items.catalog.tags[own, place], items.called[own, place]
            for name, score in (("precision", precision_score), ("recall", recall_score),
                                ("f1", f1_score)):
                found.setdefault(f"{name}:{tag}", []).append(
                    score(truth, called, zero_division=np.nan))
    return found


def main() -> bool:
    items = made_up(ITEMS)
    facets = Facets(items)
    first, _ = timed("labels, answers and tag results as codes", lambda: (
        items.catalog.category, items.catalog.tags, items.results, items.best, items.outcome))
    codes = timed("sellers as codes", lambda: facets.facet("group"))[1].codes
    some = range(0, SELLERS, 10)
    theirs, expected = timed(f"scikit-learn, {len(some)} sellers",
                             lambda: by_sklearn(items, codes, some))
    ours, found = timed(f"ours, the same {len(expected)} figures of all {SELLERS} sellers",
                        lambda: {key: by_level(items, codes, SELLERS, key) for key in expected})
    for key, values in expected.items():
        np.testing.assert_allclose(found[key].value[some], values, rtol=1e-9, err_msg=key)
    print("equal to scikit-learn: yes")
    timed("average precision of one tag for all sellers",
          lambda: by_level(items, codes, SELLERS, "ap:t49"))
    timed("all shares of the whole catalog", lambda: [
        by_level(items, np.zeros(ITEMS, np.int32), 1, key) for key in share_keys(
            items.catalog.tasks.tag_names)])
    for key in facets.keys:
        facets.facet(key)
    worst, search = timed("worst slices, one and two conditions",
                          lambda: worst_slices(facets, "top1"))
    print(f"  {search.candidates:,} slices tested; the worst:"
          f" {[one.to_json() for one in search.found[0].conditions]}")
    joint, _ = timed("both heads together", lambda: (
        together(items), cell_tags(items), tag_pairs(items), tag_by_category(items, 0)))
    rules, _ = timed("rules of the labels, and what breaks them in labels and answers",
                     lambda: _rules(items))
    print(f"peak memory {peak_megabytes():,.0f} MB, the made-up items with it")
    return all([
        verdict("times faster than scikit-learn", theirs * SELLERS / len(some) / ours,
                WANTED["times faster"]),
        verdict("worst slices", worst, WANTED["worst slices"], at_least=False, unit=" s"),
        verdict("both heads together", joint, WANTED["together"], at_least=False, unit=" s"),
        verdict("rules", rules, WANTED["rules"], at_least=False, unit=" s"),
        search.found[0].conditions[0].value == "s7",
    ])


def _rules(items: Judged) -> None:
    learned = learn_rules(label_pairs(items.catalog))
    answers = LabelPairs(items.best, items.called.astype(np.int8), CLASSES)
    broken(answers, learned)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
