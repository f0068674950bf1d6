"""The page Thresholds in a real browser."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.decisions.bundle import read_bundle
from core.decisions.reasons import BestF, ReviewBudget, SameRate
from core.decisions.thresholds import cut_counts
from core.decisions.tune import choose
from core.decisions.zones import choose_zones, zone_outcomes
from core.metrics.evaluation import evaluate_part
from tests.webapp.answered import answered_workspace
from webapp.actions.opened import open_now

PHONE = {"width": 390, "height": 844}
HOSTILE = ("<img src=x onerror=alert(1)>", "${alert(2)}", "{{alert(3)}}", "'\"><script>alert(4)")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return answered_workspace(tmp_path_factory.mktemp("w") / "shop", items=240)


def open_page(page: Page, address: str, words: str = "") -> None:
    page.goto(f"{address}?tab=thresholds{words}")
    expect(page.locator("#page-thresholds h1")).to_be_visible()
    expect(page.locator(".part-thresholds > *").first).to_be_visible()


def slider(page: Page):
    return page.get_by_role("slider")


def cut_now(page: Page) -> int:
    return round(float(slider(page).input_value()) * 1000)


def counts(page: Page) -> list[list[str]]:
    """Validation and held-out cells of the counts table, row by row."""
    return page.locator("table.counts tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.querySelectorAll('td')].map((d) => d.textContent))"
    )


def expected_counts(workspace, tag: str, cut: float) -> list[list[str]]:
    opened = open_now("shop", workspace.root)
    cuts = {name: cut for name in workspace.tasks.tag_names}
    sides = [
        evaluate_part(opened.catalog.part(part), opened.predictions, cuts)["tags"][tag]
        for part in ("validation", "heldout")
    ]
    rows = [[f"{side[name]:,}" for side in sides] for name in ("tp", "fp", "fn", "tn")]
    return rows + [
        [three(side[name]) for side in sides] for name in ("precision", "recall", "f1")
    ]


def three(value: float | None) -> str:
    """Three decimals, halves up as browsers round them (Python takes the even one)."""
    if value is None:
        return "–"
    return str(Decimal(value).quantize(Decimal("0.001"), ROUND_HALF_UP))


def test_dragging__computes_all_figures_without_asking_the_server(page, serve, shop):
    open_page(page, serve(shop.root), "&tag=floral")
    handle = slider(page)
    box = handle.bounding_box()
    page.wait_for_timeout(500)  # what the page asked for when it opened has come
    asked = []
    page.on("request", lambda request: "/items/since" in request.url or asked.append(request.url))
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + box["width"] * (0.5 - step / 40), box["y"] + 12)
        cut = float(handle.input_value())
        shown = [row[:2] for row in counts(page)]
        assert shown == expected_counts(shop, "floral", cut), cut
        assert page.locator(".cut-now").inner_text() == f"{cut:.3f}"
        row = page.get_by_role("row", name="floral")
        assert f"{cut:.3f}" in row.inner_text()
    assert asked == []
    page.mouse.up()
    expect(page.locator(".flips-card h2")).to_have_text(re.compile(r"\d+ photos? gains? the tag"))
    assert [url for url in asked if "thresholds/flips" in url]


def test_keys__move_the_cut_by_a_thousandth_and_choose_the_tag(page, serve, shop):
    open_page(page, serve(shop.root), "&tag=floral")
    slider(page).focus()
    page.keyboard.press("ArrowRight")
    assert slider(page).get_attribute("aria-valuetext") == "0.501"
    page.keyboard.press("End")
    assert [row[:2] for row in counts(page)] == expected_counts(shop, "floral", 1.0)
    page.get_by_role("radio", name="checker").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".cut-head h2")).to_have_text("floral")


def test_reasons__set_the_cut_and_say_when_a_wish_cannot_be_fulfilled(page, serve, tmp_path):
    rng = np.random.default_rng(3)
    labels = (rng.random((200, 1)) < 0.3).astype(np.int8)
    scores = np.clip(labels * 0.2 + rng.random((200, 1)) * 0.7, 0, 1)
    scores[labels[:, 0] == 0] = np.maximum(scores[labels[:, 0] == 0], rng.random() * 0.05)
    scores[1] = 0.99  # a validation item that is not tagged, on top: precision 1 is out of reach
    labels[1] = 0
    workspace = answered_workspace(tmp_path / "hard", tags=("dots",), items=200,
                                   scores=scores, labels=labels)
    open_page(page, serve(workspace.root))
    page.get_by_role("button", name="Best F1").click()
    opened = open_now("hard", workspace.root)
    side = opened.side("validation")
    found = cut_counts(side.predictions.tags, side.catalog.tags)
    f1 = np.nan_to_num(found.f1[0])
    assert f1[round(float(slider(page).input_value()) * 1000)] == f1.max()
    expect(page.get_by_role("button", name="Best F1")).to_have_attribute("aria-pressed", "true")
    wish = page.get_by_label("Precision at least, wanted")
    wish.fill("1")
    wish.press("Enter")
    note = page.locator(".cut-card .note")
    expect(note).to_contain_text("No cut reaches precision 1.00 on validation; the nearest is 0.")
    page.get_by_role("button", name=re.compile("^Use 0")).click()
    reached = np.nan_to_num(found.precision[0])
    assert reached[round(float(slider(page).input_value()) * 1000)] == reached.max()
    expect(note).to_have_text("dots set to the nearest.")
    page.get_by_label("Best F, beta, wanted").fill("2")
    page.get_by_role("button", name="Best F2").click()
    assert cut_now(page) == choose(found, BestF(2.0)).cuts[0]
    page.get_by_label("cross-fitted").check()
    page.get_by_role("button", name="Same rate").click()
    expect(note).to_contain_text("on items that did not choose the cut")
    assert cut_now(page) == choose(found, SameRate(0.1)).cuts[0]
    expect(page).to_have_url(re.compile("by=rate%3A0.1.*folds=5"))


def test_reasons__set_all_tags_at_once_and_a_link_shows_a_colleague_the_same(page, serve, shop):
    address = serve(shop.root)
    open_page(page, address, "&tag=floral")
    page.get_by_label("for all 3 tags").check()
    page.get_by_label("Reviews per 10,000, wanted").fill("2000")
    page.get_by_role("button", name="Reviews per 10,000").click()
    expect(page.locator(".cut-card .note")).to_have_text(
        "3 of 3 tags set by at most 2,000 reviews per 10,000.")
    expect(page.locator(".bundle-state")).to_have_text("3 cuts not saved")
    page.get_by_role("columnheader", name="Recall").get_by_role("button").press("Enter")
    expect(page).to_have_url(re.compile("by=reviews%3A2000.*for=all"))
    expect(page).to_have_url(re.compile("sort=-recall"))
    side = open_now("shop", shop.root).side("validation")
    core = choose(cut_counts(side.predictions.tags, side.catalog.tags), ReviewBudget(2000))
    expected = {f"{cut / 1000:.3f}" for cut in core.cuts}
    page.goto(page.url)  # as in another browser: nothing but the link is known
    expect(page.locator(".bundle-state")).to_have_text("3 cuts not saved")
    assert set(page.locator("table.tags td.cut").all_inner_texts()) == expected
    expect(page.get_by_role("columnheader", name="Recall")).to_have_attribute(
        "aria-sort", "descending")
    recalls = page.locator("table.tags td.recall strong").all_inner_texts()
    assert recalls == sorted(recalls, reverse=True)
    expect(page.get_by_role("button", name="Reviews per 10,000")).to_have_attribute(
        "aria-pressed", "true")


def test_bundles__are_saved_named_compared_used_and_rolled_back_by_keyboard(page, serve, tmp_path):
    workspace = answered_workspace(tmp_path / "saved")
    open_page(page, serve(workspace.root), "&tag=floral")
    save = page.get_by_role("button", name="Save as v1")
    expect(save).to_be_disabled()
    slider(page).press("PageDown")
    save.press("Enter")
    expect(page.get_by_label("Name (optional)")).to_be_focused()
    page.keyboard.type("wide <b>")
    page.keyboard.press("Tab")
    page.keyboard.type("fewer missed")
    page.get_by_label("Saved by (your name)").fill("Ana <b>")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thresholds saved as v1 (wide <b>).")).to_be_visible()
    expect(page.locator(".bundle-state")).to_have_text("Bundle v1 (wide <b>), saved")
    bundle = read_bundle(workspace.decisions_dir("paint") / "v1.json")
    assert bundle.thresholds == {"floral": 0.4, "polka dot": 0.5, "checker": 0.5}
    assert (bundle.saved_by, bundle.note) == ("Ana <b>", "fewer missed")
    page.get_by_role("button", name="Bundles").press("Enter")
    expect(page.locator(".verdict")).to_have_text(
        re.compile(r"v1 against v0: floral [+-][\d.]+ points precision, [+-][\d.]+ recall\."))
    expect(page.get_by_role("region", name="Promises by tag")).to_contain_text("kept")
    expect(page).to_have_url(re.compile("view=bundles"))
    page.reload()
    expect(page.locator(".shelf li").first).to_contain_text("v1 (wide <b>)")
    expect(page.locator(".shelf li").first).to_contain_text("fewer missed")
    page.get_by_role("button", name="Roll back to v0").press("Enter")
    expect(page.get_by_text("Rolled back: v0 is in use again")).to_be_visible()
    expect(page.locator(".bundle-state")).to_have_text("Bundle v0, saved")
    assert open_now("saved", workspace.root).bundle.version == 0
    expect(page.get_by_text("This bundle was saved without a promise")).to_be_visible()
    page.get_by_role("button", name="Use v1 (wide <b>)").press("Enter")
    expect(page.get_by_text("v1 (wide <b>) is in use now.")).to_be_visible()
    page.get_by_role("button", name="Take over the cuts of v0").press("Enter")
    expect(page.locator(".verdict")).to_have_text(re.compile("^These cuts against v1: floral "))
    expect(page.locator(".bundle-state")).to_have_text("1 cut not saved")
    page.get_by_label("Bundle to hold against it").select_option("0")
    expect(page).to_have_url(re.compile("old=1.*new=0|new=0.*old=1"))
    page.get_by_role("button", name="Save as v2").press("Enter")
    page.get_by_label("only propose it").press("Space")
    page.get_by_role("button", name="Save v2").press("Enter")
    expect(page.get_by_text("Saved as v2, a proposal: v1 (wide <b>) stays")).to_be_visible()
    expect(page.locator(".bundle-state")).to_have_text("Bundle v1 (wide <b>), saved")
    expect(page.get_by_role("button", name="Bundles", exact=True)).to_be_focused()
    page.get_by_role("button", name="Cuts", exact=True).press("Enter")
    expect(page.locator(".cut-now")).to_have_text("0.400")


def test_zones__answer_how_many_items_a_person_looks_at(page, serve, shop):
    address = serve(shop.root)
    open_page(page, address, "&tag=floral&view=zones")
    page.get_by_label("Of what is accepted unseen at least right;").fill("0.9")
    page.get_by_role("button", name="Set all 3 tags").click()
    side = open_now("shop", shop.root).side("validation")
    counts = cut_counts(side.predictions.tags, side.catalog.tags)
    core = choose_zones(counts, precision=0.9, recall=0.95)
    looks = zone_outcomes(counts, core.accept, core.reject).to_json(shop.tasks.tag_names)
    expect(page.locator(".zone-answer")).to_contain_text(
        f"For 90 % precision a person looks at {looks['floral']['review_per_10k']:,.0f} of 10,000")
    row = page.get_by_role("row", name="floral")
    expect(row).to_contain_text(f"{core.reject[0] / 1000:.3f}")
    accept = page.get_by_role("slider", name="Accept floral unseen from")
    accept.press("End")
    expect(page.get_by_role("row", name="to review per 10,000").get_by_role("cell").first
           ).not_to_have_text(f"{looks['floral']['review_per_10k']:,.0f}")
    page.get_by_role("slider", name="Reject floral unseen below").press("Home")
    expect(page.locator(".bundle-state")).to_have_text(re.compile("3 review zones not saved"))
    expect(page).to_have_url(re.compile("zone=0.9%3A0.95.*zones=.*floral%3A1000%3A0"))
    page.reload()
    expect(page.get_by_role("row", name="floral")).to_contain_text("1.000")
    page.locator(".zone-curve summary").click()
    region = page.get_by_role("region", name="Reviews against precision, figures")
    expect(region.locator("tbody tr")).to_have_count(51)


def test_cuts_per_category__are_offered_where_they_gain_and_switched_on(page, serve, tmp_path):
    rng = np.random.default_rng(0)
    scores, kinds = rng.random((900, 1)), np.arange(900) % 3
    labels = (scores[:, 0] >= np.where(kinds == 0, 0.3, 0.7)).astype(np.int8)[:, None]
    splits = [("validation", "validation", "heldout")[n // 3 % 3] for n in range(900)]
    workspace = answered_workspace(tmp_path / "cells", tags=("dots",), items=900, scores=scores,
                                   labels=labels, splits=splits, photos=False,
                                   thresholds={"dots": 0.7})
    open_page(page, serve(workspace.root), "&view=categories")
    expect(page.get_by_text("Cross-validation shows a gain for 1 cell of 3")).to_be_visible()
    cell = page.get_by_role("button", name=re.compile("^dots on Shirt: 0"))
    expect(cell).to_have_attribute("aria-pressed", "false")
    cell.press("Enter")
    expect(cell).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".cells-said")).to_contain_text("gained in cross-validation")
    expect(page).to_have_url(re.compile("cells="))
    cut = float(cell.inner_text())
    page.reload()
    expect(cell).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Save as v1").click()
    page.get_by_role("button", name="Save v1").click()
    expect(page.get_by_text("Thresholds saved as v1.")).to_be_visible()
    assert open_now("cells", workspace.root).bundle.per_category == {"dots": {"SHIRTS": cut}}


def test_plots__are_tables_and_files_too(page, serve, shop):
    open_page(page, serve(shop.root), "&tag=polka%20dot")
    starts = {"SVG": b"<svg", "PNG": b"\x89PNG", "CSV": b'threshold,"precision, validation"'}
    for kind, start in starts.items():
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"Save Precision and recall as {kind}").click()
        assert saved.value.suggested_filename == f"Precision-and-recall-polka-dot-paint.{kind.lower()}"
        assert open(saved.value.path(), "rb").read().startswith(start)
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save all tags as CSV").click()
    lines = open(saved.value.path(), encoding="utf-8").read().splitlines()
    assert len(lines) == 4 and lines[0].startswith("tag,threshold,precision,precision from")
    at = open_now("shop", shop.root).figures("heldout")["tags"]["polka dot"]
    n = at["tp"] + at["fp"] + at["fn"] + at["tn"]
    page.get_by_label("Price of a wrong tag").fill("2")
    page.get_by_label("counted in").fill("min")
    expect(page.locator(".cost-figure")).to_have_text(
        f"min {round((2 * at['fp'] + 0.4 * at['fn']) / n * 10_000):,}")
    expect(page.locator(".cost-curve svg.plot")).to_contain_text("min per 10,000 items")
    page.locator(".plots summary").first.click()
    table = page.get_by_role("region", name="Precision and recall, figures")
    expect(table.locator("tbody tr").first).to_contain_text("0.000")


def test_drafts__outlive_another_page_and_the_link_names_the_tag(page, serve, shop):
    open_page(page, serve(shop.root))
    page.get_by_role("radio", name="polka dot").check()
    expect(page).to_have_url(re.compile("tag=polka"))
    slider(page).focus()
    page.keyboard.press("PageUp")
    moved = slider(page).input_value()
    page.get_by_role("tab", name="Explore").click()
    expect(page.locator("#page-explore h1")).to_be_visible()
    page.get_by_role("tab", name="Thresholds").click()
    expect(slider(page)).to_be_visible()
    assert slider(page).input_value() == moved
    expect(page).to_have_url(re.compile("tab=thresholds.*cuts="))
    page.reload()
    expect(page.locator(".cut-head h2")).to_have_text("polka dot")
    assert slider(page).input_value() == moved


def test_hostile_names__are_only_text(page, serve, tmp_path):
    workspace = answered_workspace(tmp_path / "<b>hostile", tags=HOSTILE)
    open_page(page, serve(workspace.root))
    for name in HOSTILE:
        page.get_by_role("radio", name=name).check()
        expect(page.locator(".cut-head h2")).to_have_text(name)
    assert page.locator(".part-thresholds img[src='x']").count() == 0


def test_no_tags__says_how_to_ask_for_some(page, serve, tmp_path):
    open_page(page, serve(answered_workspace(tmp_path / "plain", tags=()).root))
    expect(page.get_by_text("No tags, no thresholds")).to_be_visible()


def test_few_items__are_marked_and_nothing_breaks(page, serve, tmp_path):
    workspace = answered_workspace(tmp_path / "few", items=3, tags=("dots",),
                                   labels=np.array([[0], [0], [1]], np.int8))
    open_page(page, serve(workspace.root))
    expect(page.get_by_text(re.compile(r"^1 positive: \w+ anywhere from 0\.\d to [01]\.\d$"))
           ).to_be_visible()
    page.get_by_role("button", name="Best F1").click()
    expect(page.get_by_text("No validation item is tagged")).to_be_visible()
    for view in ("Review zones", "Per category", "Bundles"):
        page.get_by_role("button", name=view).click()
        expect(page.locator(".bench-view .card").first).to_be_visible()
        if view == "Per category":
            expect(page.get_by_text("1 validation item cannot be dealt into")).to_be_visible()
    expect(page.get_by_text("There is one bundle only")).to_be_visible()


def test_many_tags__are_found_by_name(page, serve, tmp_path):
    tags = [f"tag {number:03d}" for number in range(200)]
    workspace = answered_workspace(tmp_path / "many", tags=tags, items=60, photos=False)
    open_page(page, serve(workspace.root))
    assert page.locator("table.tags tbody tr").count() == 200
    page.get_by_label("Find a tag").fill("19")
    expect(page.get_by_text("12 tags found")).to_be_visible()
    page.get_by_role("radio", name="tag 119").check()
    expect(page.locator(".cut-head h2")).to_have_text("tag 119")
    expect(page).to_have_url(re.compile("find=19"))
    page.get_by_label("for all 200 tags").check()
    page.get_by_role("button", name="Best F1").click()
    expect(page.locator(".cut-card .note")).to_contain_text("200 of 200 tags set by best F1.")


VIEWS = {"Cuts": ".flips-card", "Review zones": ".zone-curve path",
         "Per category": ".cells-said", "Bundles": "[aria-label='Promises']"}


@pytest.mark.parametrize(("page", "theme"), [({}, "light"), ({"viewport": PHONE}, "dark")],
                         indirect=["page"], ids=["desk", "phone"])
def test_everybody__can_use_it(page, serve, shop, axe, theme):
    open_page(page, serve(shop.root), f"&__theme={theme}")
    slider(page).press("PageDown")
    for view, ready in VIEWS.items():
        page.get_by_role("button", name=view, exact=True).click()
        expect(page.locator(ready).first).to_be_visible()
        if view == "Bundles":
            page.get_by_role("button", name="Save as v1").click()
        assert axe(page) == [], view
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), view


def test_saving__what_no_page_would_send_changes_nothing(page, serve, tmp_path):
    workspace = answered_workspace(tmp_path / "forged")
    open_page(page, serve(workspace.root))
    slider(page).focus()
    page.keyboard.press("ArrowLeft")

    def forge(route):
        body = route.request.post_data or ""
        if "thresholds" in body:
            sent = json.loads(body)
            sent["event_data"]["thresholds"] = {"floral": 7}
            body = json.dumps(sent)
        route.continue_(post_data=body)

    page.route("**/gradio_api/**", forge)
    page.get_by_role("button", name="Save as v1").click()
    page.get_by_role("button", name="Save v1").click()
    expect(page.get_by_text("Not done: threshold of tag 'floral' must lie in")).to_be_visible()
    expect(page.get_by_role("button", name="Save as v1")).to_be_enabled()
    assert not workspace.decisions_dir("paint").exists()
