"""The page Models in a real browser."""

import re
import time

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.errors import PredictionsError
from core.predictions.run import RunReport
from core.predictions.store import finish
from core.workspace import Workspace
from tests.webapp.answered import MODEL_ID, answered_workspace
from tests.webapp.rivals import add_unusable, change_card, rivals
from tests.webapp.wardrobe import wardrobe

PHONE = {"width": 390, "height": 844}
HOSTILE = ("<img src=x onerror=alert(1)>", "${alert(2)}", "{{alert(3)}}")


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    workspace = rivals(tmp_path_factory.mktemp("w") / "shop")
    add_unusable(workspace)
    return workspace


def open_page(page: Page, address: str, words: str = "&a=paint&b=rival") -> None:
    page.goto(f"{address}?tab=models{words}")
    expect(page.locator("#page-models h1")).to_be_visible()
    expect(page.locator("#models-table .part > *").first).to_be_visible()


def drawn(page: Page, name: str) -> None:
    expect(page.locator(f"#models-{name} .plot-area .main-svg").first).to_be_visible()


def test_table__shows_figures_and_greys_what_does_not_fit(page, serve, shop):
    open_page(page, serve(shop.root))
    row = page.get_by_role("row", name=re.compile("^paint"))
    expect(row).to_contain_text("in use")
    expect(row).to_contain_text("42.9 %15.8 to 75.0")
    expect(page.locator("tr.unusable", has_text="retail")).to_contain_text(
        "it knows 2 categories, 3 are asked, shirts and tank tops are new to it")
    assert page.locator("tr.unusable button.small").count() == 0
    page.get_by_role("button", name="By tag").click()
    expect(page.get_by_role("columnheader", name="floral, AP")).to_be_visible()
    expect(page.get_by_role("button", name="By tag")).to_be_focused()


def test_table__sorts_by_keyboard_and_the_link_keeps_the_order(page, serve, shop):
    open_page(page, serve(shop.root))
    first = page.locator("table.models tbody tr").first
    expect(first).to_contain_text("paint")
    page.get_by_role("button", name="Top-1").focus()
    page.keyboard.press("Enter")
    expect(first).to_contain_text("rival")
    expect(page.get_by_role("columnheader", name="Top-1")).to_have_attribute(
        "aria-sort", "descending")
    expect(page.get_by_role("button", name="Top-1")).to_be_focused()
    page.reload()
    expect(first).to_contain_text("rival")
    page.get_by_role("button", name="By tag").click()
    page.get_by_role("button", name="floral, AP").press("Enter")
    expect(first).to_contain_text("paint")


def test_reliability__of_any_question_on_validation_too(page, serve, shop):
    open_page(page, serve(shop.root))
    card = page.locator("#models-reliability")
    card.get_by_label("Photos in the diagram").select_option("validation")
    expect(card).to_contain_text("on 2 validation photos")
    card.get_by_label("Question of the diagram").focus()
    card.get_by_label("Question of the diagram").select_option("tag:floral")
    expect(card).to_contain_text("calibration error 15.0 % on 2 validation photos")
    expect(card.get_by_label("Question of the diagram")).to_be_focused()
    expect(page).to_have_url(re.compile("sure=validation"))


def test_use__changes_the_header_the_table_and_the_workspace(page, serve, tmp_path):
    workspace = rivals(tmp_path / "switch")
    open_page(page, serve(workspace.root))
    page.get_by_role("button", name="rival", exact=True).click()
    expect(page.locator("#models-detail h2")).to_have_text("rival")
    page.get_by_role("button", name="Use this model, rival").click()
    expect(page.get_by_text("“rival” is in use now, on every page")).to_be_visible()
    expect(page.locator(".menu-model select")).to_have_value("rival")
    expect(page.locator(".in-use")).to_be_visible()
    assert Workspace.open(workspace.root).settings.model == "rival"
    page.get_by_role("button", name="Use the model paint").click()
    expect(page.locator(".menu-model select")).to_have_value("paint")
    assert Workspace.open(workspace.root).settings.model == "paint"


def test_plots__are_drawn_once_the_page_is_seen_and_follow_the_theme(page, serve, shop):
    asked = []
    page.on("request", lambda request: "plotly" in request.url and asked.append(request.url))
    page.goto(f"{serve(shop.root)}?tab=explore&__theme=light")
    expect(page.locator("#page-explore h1")).to_be_visible()
    page.wait_for_timeout(700)
    assert asked == []
    page.get_by_role("tab", name="Models").click()
    page.get_by_role("button", name="rival", exact=True).click()
    drawn(page, "reliability")
    drawn(page, "history")
    assert len(asked) == 1
    line = page.locator("#models-history .scatterlayer path.js-line").first
    light = line.evaluate("(path) => getComputedStyle(path).stroke")
    page.get_by_role("button", name="Use the dark theme").click()
    expect(line).not_to_have_css("stroke", light)


def test_plotly__is_served_compressed_and_kept_for_a_year(page, serve, shop):
    with page.expect_response(re.compile("plotly.min.js")) as found:
        open_page(page, serve(shop.root))
    headers = found.value.all_headers()
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-encoding"] == "gzip"
    assert page.request.get(found.value.url.replace("plotly.min", "plotly.max")).status == 404


def test_plots__have_a_table_by_keyboard_and_downloads(page, serve, shop):
    open_page(page, serve(shop.root), "&open=rival")
    drawn(page, "reliability")
    summary = page.locator("#models-reliability summary")
    summary.focus()
    page.keyboard.press("Enter")
    table = page.get_by_role("region", name="Sure and right, figures")
    expect(table).to_contain_text("80.0 %")
    page.keyboard.press("Tab")
    expect(table).to_be_focused()
    for kind in ("SVG", "PNG", "CSV"):
        with page.expect_download() as saved:
            page.get_by_role("button", name=f"Save Sure and right as {kind}").click()
        assert saved.value.suggested_filename == f"reliability-rival.{kind.lower()}"
        data = open(saved.value.path(), "rb").read()
        start = {"SVG": b"<svg", "PNG": b"\x89PNG", "CSV": b"sure from,to,photos,right"}[kind]
        assert data.startswith(start)


def test_plots__that_cannot_be_fetched_leave_their_table(page, serve, shop):
    page.route("**/plotly.min.js", lambda route: route.fulfill(body="", content_type="text/plain"))
    open_page(page, serve(shop.root), "&open=rival")
    expect(page.locator("#models-history .plot-area")).to_contain_text("could not be drawn")
    expect(page.get_by_role("region", name="Training, figures")).to_be_visible()


def test_comparison__opens_photos_and_the_link_brings_them_back(page, serve, shop):
    open_page(page, serve(shop.root))
    expect(page.locator(".verdict")).to_contain_text("2 mended and 1 broken can be luck")
    page.get_by_role("button", name=re.compile("^broken: 1")).click()
    expect(page.get_by_role("button", name=re.compile("^broken: 1"))).to_be_focused()
    card = page.locator("#models-grid .item-card")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Blouse90 %Shirt65 %")
    page.get_by_role("button", name=re.compile("^both wrong: 2")).click()
    expect(card).to_have_count(2)
    card.nth(1).click()
    expect(page.locator("#models-item h2")).to_have_text("Photo 2 of 2")
    expect(page).to_have_url(re.compile("show=wrong.*item=|item=.*show=wrong"))
    title = page.locator("#models-item .item-origin").inner_text()
    page.reload()
    expect(page.locator("#models-item h2")).to_have_text("Photo 2 of 2")
    assert page.locator("#models-item .item-origin").inner_text() == title
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save ids").click()
    assert saved.value.suggested_filename == "wrong-category-paint-rival.csv"
    page.get_by_role("button", name="Photo before").click()
    expect(page.locator("#models-item h2")).to_have_text("Photo 1 of 2")


def test_comparison__of_a_tag_and_with_the_models_swapped(page, serve, shop):
    open_page(page, serve(shop.root))
    page.get_by_role("button", name="Question: floral").click()
    expect(page.locator("#models-grid h2")).to_have_text("Broken: 1")
    page.get_by_label("Model to start from").select_option("rival")
    expect(page.get_by_label("Model to hold against it")).to_have_value("paint")
    expect(page.locator("#models-grid h2")).to_have_text("Mended: 1")
    expect(page).to_have_url(re.compile("a=rival&b=paint|b=paint"))


def test_photos__turn_in_pages(page, serve, tmp_path):
    workspace = answered_workspace(tmp_path / "pages", items=180)
    for folder in (workspace.root / "models", workspace.root / "predictions"):
        (folder / "again").mkdir()
        for path in (folder / "paint").iterdir():
            (folder / "again" / path.name).write_bytes(path.read_bytes())
    open_page(page, serve(workspace.root), "&a=paint&b=again&show=right")
    expect(page.locator("#models-grid .pager")).to_contain_text("1 to 24 of 60")
    page.get_by_role("button", name="Next photos").click()
    expect(page.locator("#models-grid .pager")).to_contain_text("25 to 48 of 60")
    expect(page).to_have_url(re.compile("at=1"))
    page.reload()
    expect(page.locator("#models-grid .pager")).to_contain_text("25 to 48 of 60")


def test_missing_answers__are_predicted_here_with_progress_cancel_and_failure(
    page, serve, tmp_path, monkeypatch
):
    workspace = rivals(tmp_path / "missing")
    out = workspace.predictions_dir("rival")
    (out / "run.json").unlink()
    how = {"end": "wait"}

    def slow(opened, model, progress):
        for done in range(2000):
            progress(done % 12, 12)
            time.sleep(0.05)
            if how["end"] == "fail":
                raise PredictionsError("the disk is full; free some space and predict again")
            if how["end"] == "finish":
                finish(out, ["000000000-all-run.parquet"], {"model_id": MODEL_ID}, 0)
                return RunReport(12, 0, 0, 1.0, 12)

    monkeypatch.setattr("webapp.actions.jobs.predict_workspace", slow)
    open_page(page, serve(workspace.root))
    run = page.locator(".compare-card .run")
    expect(run).to_contain_text("“rival” has not answered this workspace’s 12 photos yet.")
    run.get_by_role("button", name="Predict 12 photos").click()
    expect(run.get_by_role("progressbar")).to_be_visible()
    expect(run).to_contain_text("of 12 photos for “rival”")
    run.get_by_role("button", name="Cancel").click()
    expect(run.get_by_role("button", name="Predict 12 photos")).to_be_visible()
    run.get_by_role("button", name="Predict 12 photos").click()
    expect(run.get_by_role("progressbar")).to_be_visible()
    how["end"] = "fail"
    expect(run).to_contain_text("The disk is full; free some space and predict again.")
    how["end"] = "wait"
    run.get_by_role("button", name="Predict 12 photos").click()
    expect(run.get_by_role("progressbar")).to_be_visible()
    how["end"] = "finish"
    expect(page.locator(".verdict")).to_contain_text("2 mended and 1 broken")
    expect(page.get_by_role("row", name=re.compile("^rival"))).to_contain_text("measured here")


def test_one_model__says_how_to_get_a_second(page, serve, tmp_path, monkeypatch):
    monkeypatch.setattr("core.workspace.ASSETS", tmp_path / "nothing-shipped")
    open_page(page, serve(wardrobe(tmp_path / "alone").root), "")
    expect(page.locator(".compare-card")).to_contain_text("Train a second one to compare")
    expect(page.locator("#models-table h2")).to_have_text("One model")
    drawn(page, "reliability")
    expect(page.locator("#models-history")).to_be_hidden()


def test_no_model__says_how_to_train_one(page, serve, tmp_path, monkeypatch):
    monkeypatch.setattr("core.workspace.ASSETS", tmp_path / "nothing-shipped")
    open_page(page, serve(wardrobe(tmp_path / "none", predicted=False).root), "")
    expect(page.get_by_role("heading", name="No model yet")).to_be_visible()
    expect(page.locator("#models-table code")).to_contain_text("python -m core train")
    expect(page.locator(".compare-card")).to_have_count(0)


def test_no_tags__show_the_category_only(page, serve, tmp_path):
    workspace = answered_workspace(tmp_path / "plain", tags=(), items=12)
    open_page(page, serve(workspace.root), "")
    expect(page.get_by_role("row", name=re.compile("^paint"))).to_contain_text("100.0 %")
    assert page.get_by_role("button", name="By tag").count() == 0


def test_many_tags_and_classes__stay_inside_the_page(page, serve, tmp_path):
    rng = np.random.default_rng(0)
    tags = [f"tag number {number}" for number in range(50)]
    workspace = answered_workspace(
        tmp_path / "many", tags=tags, classes=[f"CLASS_{n}" for n in range(57)], items=120,
        labels=rng.integers(0, 2, (120, 50)).astype(np.int8), photos=False)
    open_page(page, serve(workspace.root), "")
    page.get_by_role("button", name="By tag").click()
    assert page.get_by_role("columnheader", name="tag number 49, F1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_hostile_names__are_only_text(page, serve, tmp_path):
    workspace = rivals(tmp_path / "hostile", tags=HOSTILE[:2], classes=HOSTILE)
    change_card(workspace, "rival", backbone=HOSTILE[0], data={"items": {HOSTILE[0]: {"train": 1}}},
                versions={HOSTILE[1]: HOSTILE[0]})
    (workspace.model_dir("rival") / "architecture.txt").write_text(HOSTILE[0], encoding="utf-8")
    open_page(page, serve(workspace.root), "&a=paint&b=rival&open=rival")
    page.locator("#models-detail summary", has_text="Architecture").click()
    expect(page.locator("pre.architecture")).to_have_text(HOSTILE[0])
    page.get_by_role("button", name="By tag").click()
    drawn(page, "reliability")
    assert page.locator("#page-models img[src='x']").count() == 0


@pytest.mark.parametrize("page", [{}, {"viewport": PHONE}], indirect=True, ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody__can_use_it(page, serve, shop, axe, theme):
    open_page(page, serve(shop.root), f"&a=paint&b=rival&open=rival&show=wrong&__theme={theme}")
    drawn(page, "reliability")
    drawn(page, "history")
    for summary in page.locator("#page-models summary").all():
        summary.click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_keyboard_alone__looks_at_a_model_and_at_a_photo(page, serve, shop):
    open_page(page, serve(shop.root))
    page.get_by_role("button", name="rival", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#models-detail h2")).to_have_text("rival")
    expect(page.get_by_role("button", name="rival", exact=True)).to_be_focused()
    page.get_by_role("button", name=re.compile("^both right: 2")).focus()
    page.keyboard.press("Enter")
    expect(page.locator("#models-grid h2")).to_have_text("Both right: 2")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Choose several")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#models-grid .item-card").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#models-item h2")).to_have_text("Photo 2 of 2")


def test_report__is_saved_from_the_page(page, serve, shop):
    open_page(page, serve(shop.root))
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Save the report as HTML").click()
    assert waiting.value.suggested_filename == "report-paint.html"
    assert "<h1>paint on shop</h1>" in waiting.value.path().read_text()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Save its summary as Markdown").click()
    assert waiting.value.path().read_text().startswith("## paint on shop")
