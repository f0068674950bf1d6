"""What the browser computes from the counts equals what core computes from the scores."""

import json

import numpy as np
import pytest

from core.decisions.outcomes import outcomes_at
from core.decisions.reasons import reason_of
from core.decisions.thresholds import GRID, CutCounts, cut_counts
from core.decisions.tune import choose
from core.decisions.zones import choose_zones, zone_outcomes
from core.metrics.cautions import cautions
from core.metrics.count_bootstrap import cut_intervals
from core.metrics.intervals import wilson
from core.workspace import ASSETS
from webapp.actions.thresholds import increments

MODULES = ("cuts", "reasons", "zones", "resample", "cautions", "thresholds-place")


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
    """Calls functions of assets/js with the counts of a set of scores, as the page has them."""
    page = browser.new_page()
    page.route("**/*", _from_assets)
    page.goto("http://127.0.0.1/")
    page.evaluate(
        "async (names) => { const found = await Promise.all("
        "names.map((name) => import(`/${name}.js`))); window.cuts = Object.assign({}, ...found); }",
        MODULES,
    )

    def call(body: str, name: str | None = None):
        part = None
        if name is not None:
            counts = counted(name)
            part = {"positives": increments(counts.positives_at_or_above[0]),
                    "negatives": increments(counts.negatives_at_or_above[0])}
        return page.evaluate(
            f"(part) => {{ const p = part && cuts.readPart(part); return {body}; }}", part
        )

    yield call
    page.close()


def _from_assets(route):
    path = route.request.url.rsplit("/", 1)[1]
    if path:
        route.fulfill(path=ASSETS / "js" / path, content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


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


WISHES = (
    {"reason": "f_beta", "beta": 1.0}, {"reason": "f_beta", "beta": 2.0},
    {"reason": "precision", "wanted": 0.75}, {"reason": "precision", "wanted": 1.0},
    {"reason": "recall", "wanted": 0.3}, {"reason": "recall", "wanted": 0.9},
    {"reason": "cost", "false_tag": 0.05, "missed_tag": 0.4},
    {"reason": "cost", "false_tag": 1, "missed_tag": 0},
    {"reason": "reviews", "per_10k": 200}, {"reason": "reviews", "per_10k": 6000},
    {"reason": "rate", "within": 0.1},
)


@pytest.mark.parametrize("name", SETS)
def test_reasons__choose_the_cut_that_core_chooses(cuts, name):
    found = cuts(f"{json.dumps(WISHES)}.map((wish) => cuts.choose(p, wish))", name)
    for wish, one in zip(WISHES, found, strict=True):
        core = choose(counted(name), reason_of(wish))
        assert one["status"] == core.status[0], wish
        if one["status"] != "undecided":
            assert one["k"] == core.cuts[0], wish


def test_reasons__say_how_near_a_wish_comes(cuts):
    words = cuts("cuts.choose(p, {reason: 'precision', wanted: 1}).words", "all equal")
    share = SETS["all equal"][1].mean()
    assert words == f"No cut reaches precision 1.00 on validation; the nearest is {share:.3f} at 0.250."
    words = cuts("cuts.choose(p, {reason: 'reviews', per_10k: 200}).words", "only 0 and 1")
    assert words.startswith("No cut keeps to 200 reviews per 10,000 on validation; the nearest is ")


@pytest.mark.parametrize(("word", "wish"), [
    ("precision:0.9", {"reason": "precision", "wanted": 0.9}),
    ("cost:0.05:0.4", {"reason": "cost", "false_tag": 0.05, "missed_tag": 0.4}),
    ("precision:7", None), ("cost:0:0", None), ("cost:1", None), ("rate:NaN", None),
    ("constructor:1", None), ("", None),
])
def test_reasons__in_a_link_are_read_with_doubt(cuts, word, wish):
    assert cuts(f"cuts.wishOfWord({word!r})") == wish


@pytest.mark.parametrize("name", SETS)
def test_zones__are_those_of_core(cuts, name):
    counts = counted(name)
    for precision, recall in ((0.95, 0.95), (0.6, 0.9), (0.3, 0.3)):
        found = cuts(f"cuts.chooseZone(p, {{precision: {precision}, recall: {recall}}})", name)
        core = choose_zones(counts, precision=precision, recall=recall)
        assert (found["accept"], found["reject"], found["status"]) == (
            core.accept[0], core.reject[0], core.status[0])
        does = zone_outcomes(counts, core.accept, core.reject)
        zone = f"{{accept: {core.accept[0]}, reject: {core.reject[0]}}}"
        shown = cuts(f"cuts.zoneOutcome(p, {zone})", name)
        assert [shown[part] for part in ("accepted", "review", "rejected")] == [
            does.accepted[0], does.review[0], does.rejected[0]]
        assert shown["recall"] == pytest.approx(does.recall[0]) or np.isnan(does.recall[0])


@pytest.mark.parametrize("name", ["random", "good", "ties at cuts", "only 0 and 1"])
def test_resampled__intervals_come_close_to_those_of_core(cuts, name):
    core = cut_intervals(counted(name), np.array([500]))
    for figure, ends in cuts("cuts.resampled(p, 500)", name).items():
        assert ends == pytest.approx(list(getattr(core, figure)[0]), abs=0.02), figure


def test_resampled__where_all_are_right_it_is_wilsons(cuts):
    assert cuts("cuts.resampled(p, 600)", "one item") == {
        "precision": pytest.approx(list(wilson(1, 1)), abs=1e-6),
        "recall": pytest.approx(list(wilson(1, 1)), abs=1e-6),
        "f1": pytest.approx([2 * end / (1 + end) for end in wilson(1, 1)], abs=1e-6),
    }
    assert cuts("cuts.resampled(p, 500)", "nothing") == dict.fromkeys(("precision", "recall", "f1"))


@pytest.mark.parametrize("name", SETS)
def test_cautions__are_those_of_core(cuts, name):
    at = [0, 300, 500, 900, 1000]
    found = cuts(f"{at}.map((k) => cuts.caution(p, k))", name)
    assert found == [cautions(outcomes_at(counted(name), np.array([k])))[0] for k in at]


@pytest.mark.parametrize(("some", "all_"), [(0, 4), (3, 4), (4, 4), (17, 25)])
def test_wilson__equals_core(cuts, some, all_):
    assert cuts(f"cuts.wilson({some}, {all_})") == pytest.approx(list(wilson(some, all_)), abs=1e-6)
    assert cuts("cuts.wilson(0, 0)") is None


def test_histogram__counts_every_item_once(cuts):
    assert sum(cuts("cuts.histogram(p.positives, 20)", "ties at cuts")) == counted(
        "ties at cuts").positives[0]
    assert cuts("cuts.histogram(p.positives, 20)", "one item") == [0] * 13 + [1] + [0] * 6


def test_curves__end_at_full_recall(cuts):
    assert cuts("cuts.precisionRecall(p).at(-1)", "good")[0] == 1
    assert cuts("cuts.roc(p)", "good")[0] == [0, 0] and cuts("cuts.roc(p).at(-1)", "good") == [1, 1]
    assert cuts("cuts.precisionRecall(p)", "no positives") == []
    assert cuts("cuts.roc(p)", "no negatives") == []


PLACE = "new cuts.Place(() => {}, {key: ['shop', 'paint', '0123456789abcdef']}, %s)"


def test_place__brings_unsaved_cuts_back_from_a_link(cuts):
    found = cuts(f"""(() => {{
        const place = {PLACE % "{}"};
        place.putDrafts([{{name: "a:b;c", cut: 420}}],
            [{{name: "floral", zone: {{accept: null, reject: 0.25}}}}, {{name: "dots", zone: null}}],
            {{floral: {{SHIRTS: 0.3}}}});
        clearTimeout(place.timer);
        return [place.words, ({PLACE % "place.words"}).drafts()];
    }})()""")
    assert found[0]["cuts"] == "01234567;a%3Ab%3Bc:420"
    assert found[1] == {
        "cuts": {"a:b;c": 420}, "cells": {"floral": {"SHIRTS": 0.3}},
        "zones": {"floral": {"accept": None, "reject": 0.25}, "dots": None},
    }


@pytest.mark.parametrize("word", [
    "feedfeed;floral:420",  # another model's cut means other items
    "01234567;floral:1001", "01234567;floral:-1", "01234567;floral:x", "01234567;%E0:", "floral:1",
])
def test_place__reads_unsaved_cuts_with_doubt(cuts, word):
    found = cuts(f"({PLACE % json.dumps({'cuts': word, 'zones': word, 'cells': word})}).drafts()")
    assert found["cuts"] == {} and found["cells"] in (None, {})
    assert all(zone is None for zone in found["zones"].values())
