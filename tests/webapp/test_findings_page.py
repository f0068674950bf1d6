"""Findings in a real browser: decided by key and mouse, one and many, undone, by two people."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.webapp.audited import audited
from tests.webapp.conftest import PATIENCE
from tests.webapp.wardrobe import wardrobe

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture
def address(serve, tmp_path):
    return serve(audited(tmp_path / "shop").root)


def visit(page, address, **words):
    page.goto(f"{address}?{urlencode({'tab': 'findings', **words})}")
    expect(rows(page).first).to_be_visible()
    expect(page.locator(".finding-panel")).to_be_visible()


def rows(page):
    return page.locator(".finding")


def looked(page):
    return page.locator(".finding-looked .finding-title")


def panel(page):
    return page.locator(".finding-panel")


def state(page, name):
    return page.get_by_role("group", name="Decided or not").get_by_role("button", name=name)


def toast(page, text):
    return page.get_by_role("status").filter(has_text=text)


def test_keys__decide_one_after_the_other_and_undo(page, address):
    visit(page, address)
    expect(looked(page)).to_have_text("Exact duplicaten2, n3")
    expect(panel(page)).to_contain_text("1 of 7")
    for key in "aaj":  # faster than the server answers
        page.keyboard.press(key)
    expect(state(page, "Accepted, 2")).to_be_visible()
    expect(looked(page)).to_have_text("Tag errorb2")
    expect(panel(page)).to_contain_text("Not tagged floral, but looks like it (90 % sure).")
    expect(page.locator(".choice-save")).to_have_text("Save as floral")
    page.keyboard.press("k")
    expect(panel(page)).to_contain_text("Labelled blouse (10 % likely by its photo)")
    expect(panel(page)).to_contain_text("Held-out: a correction here changes the figures")
    expect(page.locator(".choice", has_text="Shirt")).to_contain_text("suggested")
    page.keyboard.press("r")
    expect(toast(page, "Relabelled; 1 held-out item is marked as corrected.")).to_be_visible()
    expect(page.get_by_text("Since then 1 item was answered.")).to_be_visible()
    expect(looked(page)).to_have_text("Tag errorb2")
    page.keyboard.press("d")
    expect(state(page, "Dismissed, 1")).to_be_visible()
    page.keyboard.press("u")
    expect(toast(page, "Undone: the finding is as it was before.")).to_be_visible()
    expect(looked(page)).to_have_text("Tag errorb2")
    page.keyboard.press("u")
    expect(state(page, "Relabelled, 0")).to_be_visible()
    expect(looked(page)).to_have_text("Label errorb3")
    page.reload()
    expect(looked(page)).to_have_text("Label errorb3")
    expect(state(page, "Accepted, 2")).to_be_visible()
    page.keyboard.press("u")  # the saves of this window are known after a reload, too
    expect(state(page, "Accepted, 1")).to_be_visible()


def test_several__are_relabelled_as_suggested_in_one_go_with_one_undo(page, address, browser):
    visit(page, address)
    page.get_by_label("Choose Label error, b3").click()
    page.get_by_label("Choose Label error, n1").click(modifiers=["Shift"])
    expect(page.get_by_role("heading", name="3 findings chosen")).to_be_visible()
    expect(panel(page)).to_contain_text("2 of them are held-out and will be marked as corrected")
    context = browser.new_context()
    other = context.new_page()
    other.set_default_timeout(PATIENCE)
    visit(other, address)
    page.get_by_role("button", name="Relabel 3 as suggested").click()
    sentence = "3 findings relabelled; 2 held-out items are marked as corrected."
    expect(toast(page, sentence)).to_be_visible()
    expect(state(page, "Open, 4")).to_be_visible()
    other.keyboard.press("j")
    other.keyboard.press("d")  # sees what the first has done
    expect(state(other, "Relabelled, 3")).to_be_visible()
    context.close()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(toast(page, "Undone: 3 items have their earlier labels back.")).to_be_visible()
    expect(state(page, "Open, 6")).to_be_visible()
    page.get_by_role("button", name="Choose all 6 on this page").click()
    page.keyboard.press("d")
    expect(page.get_by_text("All findings are decided")).to_be_visible()
    expect(page.get_by_text("0 accepted, 7 dismissed and 0 relabelled.")).to_be_visible()
    page.get_by_role("button", name="Show all of them").click()
    expect(rows(page)).to_have_count(7)
    expect(rows(page).first).to_contain_text("Dismissed by")
    page.get_by_role("button", name="Open again").click()
    expect(state(page, "Open, 1")).to_be_visible()


def test_twins__stand_side_by_side_and_are_relabelled_together_or_apart(page, address):
    visit(page, address, check="conflicting labels on twins", of="train")
    expect(rows(page)).to_have_count(1)
    expect(page.locator(".twin")).to_have_text(
        ["Tank topItem n2, trainOnly this one", "BlouseItem n3, trainOnly this one"])
    page.get_by_role("button", name="Only this one, Item n3").click()
    expect(page.locator(".choice[aria-pressed=true]")).to_have_text("1Blouselabel now; model, 80 %")
    page.get_by_role("button", name="All of them").click()
    expect(page.get_by_role("heading", name="Which category are they?")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("r")
    expect(state(page, "Relabelled, 1")).to_be_visible()
    state(page, "Relabelled, 1").click()
    expect(page.locator(".twin strong")).to_have_text(["Blouse", "Blouse"])
    assert "state=relabelled" in page.url and "of=train" in page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as CSV").click()
    text = download.value.path().read_text()
    assert [line.split(",")[-2] for line in text.splitlines()[1:]] == ["n2", "n3"]


def test_audit__is_run_from_the_page(page, serve, tmp_path):
    address = serve(wardrobe(tmp_path / "fresh").root)
    page.goto(f"{address}?tab=findings")
    page.get_by_role("button", name="Run the audit").click()
    expect(page.get_by_text("with the model “paint”")).to_be_visible()
    duplicates = page.get_by_role("button", name="Exact duplicate, 1 finding", exact=True)
    expect(duplicates).to_be_visible()
    expect(page.get_by_role("button", name="Label error, not checked")).to_be_visible()


@pytest.mark.parametrize("page", [
    {"color_scheme": "light"}, {**PHONE, "color_scheme": "dark"}], indirect=True,
    ids=["light", "dark phone"])
def test_accessibility__has_no_serious_fault(page, address, axe):
    visit(page, address)
    if page.viewport_size["width"] < 400:
        page.get_by_label("Choose Label error, b3").click()
        expect(page.get_by_role("heading", name="1 finding chosen")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
