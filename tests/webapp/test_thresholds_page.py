"""The page Thresholds in a real browser."""

import json
import re
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.decisions.bundle import read_bundle
from core.decisions.thresholds import cut_counts
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
    page.on("request", lambda request: asked.append(request.url))
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
    nearest = re.search(r"at (\d\.\d{3})\.", note.inner_text() or "at 0.000.")
    assert np.nan_to_num(found.precision[0])[round(float(slider(page).input_value()) * 1000)] == (
        pytest.approx(np.nan_to_num(found.precision[0]).max()))
    assert nearest


def test_saving__makes_the_version_that_predict_then_uses(page, serve, tmp_path):
    workspace = answered_workspace(tmp_path / "saved")
    address = serve(workspace.root)
    open_page(page, address, "&tag=floral")
    save = page.get_by_role("button", name="Save as v1")
    expect(save).to_be_disabled()
    slider(page).focus()
    page.keyboard.press("ArrowLeft")
    page.locator(".bundle-menu summary").click()
    page.get_by_label("Saved by (your name)").fill("Ana <b>")
    page.keyboard.press("Escape")
    save.click()
    expect(page.get_by_text("Thresholds saved as v1.")).to_be_visible()
    expect(page.locator(".bundle-menu summary")).to_have_text("Bundle v1, saved")
    bundle = read_bundle(workspace.decisions_dir("paint") / "v1.json")
    assert bundle.thresholds == {"floral": 0.499, "polka dot": 0.5, "checker": 0.5}
    assert bundle.saved_by == "Ana <b>"
    page.reload()
    expect(page.locator(".cut-now")).to_have_text("0.499")
    page.locator(".bundle-menu summary").click()
    expect(page.locator(".bundle-list li").first).to_contain_text("v1 saved by Ana <b>")
    page.get_by_role("button", name="v0 chosen by training").click()
    expect(page.locator(".cut-now")).to_have_text("0.500")
    expect(page.get_by_role("button", name="Save as v2")).to_be_enabled()


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
    page.reload()
    expect(page.locator(".cut-head h2")).to_have_text("polka dot")


def test_sorting__puts_the_tag_with_the_highest_figure_first(page, serve, shop):
    open_page(page, serve(shop.root))
    head = page.get_by_role("columnheader", name="Recall")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    values = [float(text) for text in
              page.locator("table.tags td.recall strong").all_inner_texts()]
    assert values == sorted(values, reverse=True)


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
    expect(page.get_by_text("1 item, too few to trust")).to_be_visible()
    page.get_by_role("button", name="Best F1").click()
    expect(page.get_by_text("No validation item is labelled dots")).to_be_visible()


def test_many_tags__are_all_there(page, serve, tmp_path):
    tags = [f"tag {number:02d}" for number in range(60)]
    workspace = answered_workspace(tmp_path / "many", tags=tags, items=120, photos=False)
    open_page(page, serve(workspace.root))
    assert page.locator("table.tags tbody tr").count() == 60
    page.get_by_role("radio", name="tag 59").check()
    expect(page.locator(".cut-head h2")).to_have_text("tag 59")


@pytest.mark.parametrize("page", [{}, {"viewport": PHONE}], indirect=True, ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody__can_use_it(page, serve, shop, axe, theme):
    open_page(page, serve(shop.root), f"&__theme={theme}")
    slider(page).focus()
    page.keyboard.press("PageDown")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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
    expect(page.get_by_text("Not saved: threshold of tag 'floral' must lie in")).to_be_visible()
    expect(page.get_by_role("button", name="Save as v1")).to_be_enabled()
    assert not workspace.decisions_dir("paint").exists()
