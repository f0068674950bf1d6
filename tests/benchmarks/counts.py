"""All curves and counts of 50 tags over 1 M items: one pass against scikit-learn tag by tag.

Run as ``python -m tests.benchmarks.counts``. scikit-learn makes ``precision_recall_curve``
and one ``confusion_matrix`` for each tag. Equality is checked for every tag at all 1,001
cuts, for the confusion counts as well as for precision, recall and F1.
"""

import sys
import time

import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_curve

from core.decisions.thresholds import GRID, CutCounts, cut_counts
from tests.benchmarks.measure import peak_megabytes, verdict

TAGS, ITEMS = 50, 1_000_000
WANTED = 15.0


def made_up() -> tuple[np.ndarray, np.ndarray]:
    """Scores and labels; a tenth of the scores lie exactly on a cut, some of the tags are rare."""
    random = np.random.default_rng(0)
    shares = np.geomspace(0.001, 0.4, TAGS)
    labels = (random.random((ITEMS, TAGS), np.float32) < shares).astype(np.int8)
    scores = random.random((ITEMS, TAGS), np.float32) ** np.where(labels == 1, 0.6, 2.0)
    scores = scores.astype(np.float32)
    on_cut = random.random((ITEMS, TAGS), np.float32) < 0.1
    scores[on_cut] = np.round(scores[on_cut], 3)
    return scores, labels


def ours(scores: np.ndarray, labels: np.ndarray) -> tuple[CutCounts, list[np.ndarray]]:
    counts = cut_counts(scores, labels)
    return counts, [counts.precision, counts.recall, counts.f1, counts.false_positive_rate]


def require_equal(counts: CutCounts, tag: int, scores: np.ndarray, labels: np.ndarray, curve):
    """Counts from scikit-learn's curve at every cut: TP = recall x positives, and so on."""
    precision, recall, thresholds = curve
    place = np.searchsorted(thresholds.astype(np.float64), GRID)  # first score at or above a cut
    np.testing.assert_allclose(counts.recall[tag], recall[place], rtol=1e-12)
    some = counts.positives_at_or_above[tag] + counts.negatives_at_or_above[tag] > 0
    np.testing.assert_allclose(counts.precision[tag][some], precision[place][some], rtol=1e-12)
    for cut in (0, 1, 137, 500, 999, 1000):
        (tn, fp), (fn, tp) = confusion_matrix(
            labels, scores.astype(np.float64) >= GRID[cut], labels=[0, 1]
        )
        assert tp == counts.positives_at_or_above[tag, cut]
        assert fp == counts.negatives_at_or_above[tag, cut]
        assert fn == counts.positives[tag] - tp and tn == counts.negatives[tag] - fp


def main() -> bool:
    scores, labels = made_up()
    ours(scores[:1000], labels[:1000])
    our_time, their_time = [], 0.0
    for _ in range(3):
        started = time.perf_counter()
        counts, _ = ours(scores, labels)
        our_time.append(time.perf_counter() - started)
    for tag in range(TAGS):
        own_scores, own_labels = scores[:, tag].copy(), labels[:, tag].copy()
        started = time.perf_counter()
        curve = precision_recall_curve(own_labels, own_scores)
        confusion_matrix(own_labels, own_scores >= np.float32(0.5), labels=[0, 1])
        their_time += time.perf_counter() - started
        require_equal(counts, tag, own_scores, own_labels, curve)
    print(f"{TAGS} tags x {ITEMS:,} items, curves and counts at {len(GRID):,} cuts:")
    print(f"scikit-learn {their_time:.1f} s, one pass {np.median(our_time):.2f} s (median of 3),"
          f" peak memory {peak_megabytes():,.0f} MB")
    print("equal to scikit-learn for every tag at every cut: yes")
    return verdict("times faster", their_time / float(np.median(our_time)), WANTED)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
