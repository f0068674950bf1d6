import numpy as np
import pytest

from core.decisions.thresholds import cut_counts
from core.errors import PredictionsError
from core.metrics import page_figures as module
from core.metrics.page_figures import PartRows, page_figures
from core.metrics.scores import ranking_figures


class Columns:
    """Columns ``tag:N`` or tags ``N`` from a table (N, T) in memory, and what was asked for."""

    def __init__(self, table):
        self.table, self.rows, self.asked = table, len(table), []

    def read(self, names):
        self.asked.append(len(names))
        places = [int(name.removeprefix("tag:")) for name in names]
        return np.ascontiguousarray(self.table[:, places].T)


rng = np.random.default_rng(0)
SCORES = rng.random((40, 5), np.float32)
LABELS = rng.integers(-1, 2, (30, 5)).astype(np.int8)
LABELS[:, 3] = 0
TAGS = tuple("01234")
PARTS = {
    "validation": PartRows(np.arange(5, 15), np.arange(10)),
    "heldout": PartRows(rng.permutation(40)[:20], np.arange(10, 30)),
}


def test_page_figures__join_each_tag_of_each_part_block_by_block(monkeypatch):
    monkeypatch.setattr(module, "BLOCK_BYTES", 2 * 4 * 40)
    scores, labels = Columns(SCORES), Columns(LABELS)

    found = page_figures(scores, labels, PARTS, TAGS)

    assert scores.asked == labels.asked == [2, 2, 1]
    for part, rows in PARTS.items():
        own, truth = SCORES[rows.scores], LABELS[rows.labels]
        for name, values in vars(cut_counts(own, truth)).items():
            assert (getattr(found[part].counts, name) == values).all(), name
        for t in range(5):
            figures = ranking_figures(truth[:, t], own[:, t])
            for name in ("ap", "auc"):
                value = getattr(found[part], name)[t]
                assert value == figures[name] or (np.isnan(value) and figures[name] is None)


def test_page_figures__take_other_scores_where_there_are_some():
    other = PartRows(np.arange(5, 15), np.arange(10), np.array([0, 3]),
                     np.ones((2, 5), np.float32))

    found = page_figures(Columns(SCORES), Columns(LABELS), {"validation": other}, TAGS)

    mended = SCORES[5:15].copy()
    mended[[0, 3]] = 1
    expected = cut_counts(mended, LABELS[:10])
    counts = found["validation"].counts
    assert (counts.positives_at_or_above == expected.positives_at_or_above).all()
    assert (counts.negatives_at_or_above == expected.negatives_at_or_above).all()


def test_page_figures__of_no_items_or_no_tags_are_empty():
    nothing = {"heldout": PartRows(np.empty(0, int), np.empty(0, int))}

    found = page_figures(Columns(SCORES), Columns(LABELS), nothing, TAGS)["heldout"]
    none = page_figures(Columns(SCORES), Columns(LABELS), PARTS, ())["heldout"]

    assert found.counts.positives.tolist() == [0] * 5 and np.isnan(found.ap).all()
    assert none.counts.precision.shape == (0, 1001) and none.ap.shape == (0,)


def test_page_figures__refuse_a_score_that_is_none():
    bad = SCORES.copy()
    bad[7, 2] = np.nan
    with pytest.raises(PredictionsError, match=r"scores must be numbers in \[0, 1\]"):
        page_figures(Columns(bad), Columns(LABELS), PARTS, TAGS)
