"""What the browser computes from the counts equals what core computes from the scores."""

import numpy as np
import pytest

from core.decisions.reasons import LeastCost, PrecisionAtLeast, RecallAtLeast
from core.decisions.thresholds import GRID, CutCounts, cut_counts
from core.decisions.tune import choose
from core.metrics.intervals import wilson
from core.workspace import ASSETS
from webapp.actions.thresholds import _increments

NAMES = ("readPart, countsAt, figuresAt, wilson, bestF1, precisionAtLeast, recallAtLeast,"
         " cheapest, precisionRecall, roc, histogram, intervals")


def score_sets() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Name: (scores float32 (N,), labels int8 (N,)), with the cases that break shortcuts."""
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, 300)
    return {
        "random": (rng.random(300), labels),
        "good": (np.clip(labels * 0.4 + rng.random(300) * 0.6, 0, 1), labels),
        "ties at cuts": (rng.integers(0, 11, 300) / 10, labels),
        "all equal": (np.full(40, 0.5), labels[:40]),
        "only 0 and 1": (rng.integers(0, 2, 60).astype(float), labels[:60]),
        "no positives": (rng.random(50), np.zeros(50)),
        "no negatives": (rng.random(50), np.ones(50)),
        "one item": (np.array([0.7]), np.array([1])),
        "unlabelled too": (rng.random(90), rng.integers(-1, 2, 90)),
        "nothing": (np.empty(0), np.empty(0)),
    }


SETS = score_sets()


@pytest.fixture(scope="module")
def cuts(browser):
    """Calls a function of assets/js/cuts.js with the counts of a set of scores."""
    source = (ASSETS / "js" / "cuts.js").read_text(encoding="utf-8").replace("export ", "")
    page = browser.new_page()
    page.add_script_tag(content=f"window.cuts = (() => {{{source}\nreturn {{{NAMES}}};}})();")

    def call(body: str, name: str | None = None):
        part = None
        if name is not None:
            counts = counted(name)
            part = {"positives": _increments(counts.positives_at_or_above[0]),
                    "negatives": _increments(counts.negatives_at_or_above[0])}
        return page.evaluate(
            f"(part) => {{ const p = part && cuts.readPart(part); return {body}; }}", part
        )

    yield call
    page.close()


def counted(name: str) -> CutCounts:
    scores, labels = SETS[name]
    return cut_counts(
        scores.astype(np.float32).reshape(-1, 1), labels.astype(np.int8).reshape(-1, 1)
    )


@pytest.mark.parametrize("name", SETS)
def test_counts__equal_a_plain_comparison_at_all_cuts(cuts, name):
    found = np.array(cuts(
        "Array.from({length: 1001}, (_, k) => Object.values(cuts.countsAt(p, k)))", name
    ))
    scores = SETS[name][0].astype(np.float32).astype(np.float64)
    labels, accepted = SETS[name][1], scores[None] >= GRID[:, None]
    for column, is_tagged, is_accepted in ((0, 1, 1), (1, 0, 1), (2, 1, 0), (3, 0, 0)):
        expected = ((labels == is_tagged) & (accepted == bool(is_accepted))).sum(axis=1)
        assert (found[:, column] == expected).all()


@pytest.mark.parametrize("name", SETS)
def test_figures__equal_core_at_all_cuts(cuts, name):
    found = cuts(
        "Array.from({length: 1001}, (_, k) => cuts.figuresAt(p, k)).map("
        "(f) => [f.precision, f.recall, f.f1, f.falseAlarms])", name,
    )
    found = np.array([[np.nan if value is None else value for value in row] for row in found])
    counts = counted(name)
    for column, expected in enumerate(
        (counts.precision, counts.recall, counts.f1, counts.false_positive_rate)
    ):
        np.testing.assert_allclose(found[:, column], expected[0], rtol=1e-12, equal_nan=True)


@pytest.mark.parametrize("name", [name for name in SETS if counted(name).positives[0]])
def test_reasons__choose_the_cut_that_core_chooses(cuts, name):
    counts = counted(name)
    assert cuts("cuts.bestF1(p).k", name) == choose(counts).cuts[0]
    prices = LeastCost(2, 5)
    assert cuts("cuts.cheapest(p, {wrong: 2, missed: 5}).k", name) == choose(counts, prices).cuts[0]
    for wanted in (0.3, 0.75, 0.9, 1.0):
        for reason in (PrecisionAtLeast(wanted), RecallAtLeast(wanted)):
            found = cuts(f"cuts.{reason.name}AtLeast(p, {wanted})", name)
            chosen = choose(counts, reason)
            cut = int(chosen.cuts[0])
            if chosen.status[0] == "chosen":
                assert found == {"k": cut}
            else:
                assert found["nearest"] == cut
                assert f"{found['at']:.3f}, at threshold {cut / 1000:.3f}" in chosen.sentences[0]


def test_reasons__without_positives_there_is_nothing_to_choose_by(cuts):
    for reason in ("bestF1(p)", "precisionAtLeast(p, 0.9)", "recallAtLeast(p, 0.9)"):
        assert cuts(f"cuts.{reason}", "no positives") == {"nearest": None}


def test_cheapest__weighs_wrong_against_missed(cuts):
    counts = counted("good")
    wrong = counts.negatives_at_or_above[0] * 0.05
    missed = (counts.positives[0] - counts.positives_at_or_above[0]) * 0.4
    chosen = cuts("cuts.cheapest(p, {wrong: 0.05, missed: 0.4}).k", "good")
    assert (wrong + missed)[chosen] == pytest.approx((wrong + missed).min())
    assert cuts("cuts.cheapest(p, {wrong: 1, missed: 0}).k", "no negatives") is not None


@pytest.mark.parametrize(("some", "all_"), [(0, 4), (3, 4), (4, 4), (17, 25)])
def test_wilson__equals_core(cuts, some, all_):
    assert cuts(f"cuts.wilson({some}, {all_})") == pytest.approx(list(wilson(some, all_)), abs=1e-6)
    assert cuts("cuts.wilson(0, 0)") is None


def test_intervals__hold_their_figure(cuts):
    ends = cuts("cuts.intervals(cuts.countsAt(p, 500))", "good")
    figures = cuts("cuts.figuresAt(p, 500)", "good")
    for name, (low, high) in ends.items():
        assert 0 <= low < figures[name] < high <= 1


def test_histogram__counts_every_item_once(cuts):
    assert sum(cuts("cuts.histogram(p.positives, 20)", "ties at cuts")) == counted(
        "ties at cuts").positives[0]
    assert cuts("cuts.histogram(p.positives, 20)", "one item") == [0] * 13 + [1] + [0] * 6


def test_curves__end_at_full_recall(cuts):
    assert cuts("cuts.precisionRecall(p).at(-1)", "good")[0] == 1
    assert cuts("cuts.roc(p)", "good")[0] == [0, 0] and cuts("cuts.roc(p).at(-1)", "good") == [1, 1]
    assert cuts("cuts.precisionRecall(p)", "no positives") == []
    assert cuts("cuts.roc(p)", "no negatives") == []
