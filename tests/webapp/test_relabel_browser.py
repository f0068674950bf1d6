"""Relabelling in a real browser: by mouse and key, one and many, undone, kept, by two people."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.webapp.conftest import PATIENCE
from tests.webapp.wardrobe import wardrobe

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
EVIL = ("<img onerror=alert(1) src=x>", "${alert(2)}", "{{alert}} `${x}`")


@pytest.fixture
def address(serve, tmp_path):
    return serve(wardrobe(tmp_path / "shop", groups=True).root)


def visit(page, address, tab="confusion", **words):
    page.goto(f"{address}?{urlencode({'tab': tab, **words})}")
    expect(page.get_by_role("heading", name=re.compile("Which category")).first).to_be_visible()


def cell(page, row, column):
    return page.locator(f'.matrix button[data-row="{row}"][data-column="{column}"]')


def choice(page, name):
    return page.locator(".choice:visible", has_text=name)


def toast(page, text):
    return page.get_by_role("status").filter(has_text=text)


def test_relabel__shows_at_once_is_undone_and_survives_a_reload(page, address):
    visit(page, address)
    expect(choice(page, "Blouse")).to_contain_text("label now")
    expect(choice(page, "Shirt")).to_contain_text("model, 85 %")
    page.get_by_label("Saved by").fill("Ana")
    page.get_by_role("button", name="Save as shirt").click()
    expect(toast(page, "1 item is a shirt now.")).to_be_visible()
    expect(cell(page, 0, 1)).to_contain_text("2")
    expect(cell(page, 1, 1)).to_contain_text("2")
    expect(page.get_by_text("57 % right of 7")).to_be_visible()
    expect(page.get_by_text("1 held-out label was corrected since the import.")).to_be_visible()
    expect(page.get_by_role("heading", name="Item 1 of 2")).to_be_visible()
    expect(page.get_by_text(re.compile("^b2, seller"))).to_be_visible()
    page.reload()
    expect(cell(page, 0, 1)).to_contain_text("2")
    cell(page, 1, 1).click()
    page.locator(".item-card", has_text="corrected").click()
    expect(page.get_by_text("corrected by Ana")).to_be_visible()
    page.get_by_text("Scores, tags and history").click()
    expect(page.get_by_text(re.compile("^Ana said Shirt, "))).to_be_visible()
    expect(page.get_by_label("Saved by")).to_have_value("Ana")


def test_undo__brings_the_item_back_into_its_cell(page, address):
    visit(page, address)
    page.get_by_role("button", name="Save as shirt").click()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(toast(page, "Undone: 1 item has its earlier labels back.")).to_be_visible()
    expect(cell(page, 0, 1)).to_contain_text("3")
    expect(page.get_by_text(re.compile("^b3, seller"))).to_be_visible()


def test_keys__choose_toggle_and_save(page, address):
    visit(page, address)
    page.keyboard.press("3")
    expect(choice(page, "Tank top")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("f")
    expect(choice(page, "floral")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("c")
    expect(choice(page, "checker")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("Enter")
    expect(toast(page, "1 item is a tank top, floral and not checker now.")).to_be_visible()
    expect(cell(page, 2, 1)).to_contain_text("1")
    expect(page.locator(".choice-save")).to_be_focused()


def test_typing_a_name__chooses_nothing(page, address):
    visit(page, address)
    page.get_by_label("Saved by").press_sequentially("f3c")
    expect(choice(page, "Shirt")).to_have_attribute("aria-pressed", "true")
    expect(choice(page, "floral")).to_have_attribute("aria-pressed", "false")


def test_several__are_relabelled_in_one_go_with_one_undo(page, address):
    visit(page, address)
    cards = page.locator(".item-card")
    cards.nth(0).click(modifiers=["Control"])
    cards.nth(2).click(modifiers=["Shift"])
    expect(page.get_by_role("heading", name="3 items chosen")).to_be_visible()
    cards.nth(1).click(modifiers=["Control"])
    expect(page.get_by_role("heading", name="2 items chosen")).to_be_visible()
    page.get_by_role("button", name="All 3 on this page").click()
    page.keyboard.press("2")
    page.keyboard.press("f")
    expect(page.get_by_text("3 items: labelled shirt, floral added. One undo takes all")).to_be_visible()
    page.get_by_role("button", name="Relabel 3").click()
    expect(toast(page, "3 items are shirts, floral now.")).to_be_visible()
    expect(cell(page, 0, 1)).to_have_text("·")
    expect(page.get_by_text("Choose a photo to see it large.")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(cell(page, 0, 1)).to_contain_text("3")


def test_choosing_without_a_keyboard__is_a_mode(page, address):
    visit(page, address)
    page.get_by_role("button", name="Choose several").click()
    page.locator(".item-card").nth(1).click()
    expect(page.get_by_role("heading", name="1 item chosen")).to_be_visible()
    expect(page.locator(".item-card").nth(1)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Done choosing").click()
    expect(page.get_by_role("heading", name="Item 1 of 3")).to_be_visible()


def test_a_refused_save__says_why_and_frees_the_form(page, address, monkeypatch):
    from core.errors import StorageError
    from webapp.actions import relabel

    def full(*_):
        raise StorageError("the disk is full; make room, then save again")

    visit(page, address)
    page.keyboard.press("3")
    monkeypatch.setattr(relabel, "save", full)
    page.get_by_role("button", name="Save as tank top").click()
    expect(toast(page, "Not saved: the disk is full; make room, then save again")).to_be_visible()
    monkeypatch.undo()
    page.get_by_role("button", name="Save as tank top").click()
    expect(toast(page, "1 item is a tank top now.")).to_be_visible()


def test_two_people__see_what_the_other_saved(page, address, browser):
    visit(page, address)
    context = browser.new_context()
    other = context.new_page()
    other.set_default_timeout(PATIENCE)
    visit(other, address)
    page.get_by_role("button", name="Save as shirt").click()
    expect(page.get_by_text(re.compile("^b2, seller"))).to_be_visible()
    other.get_by_role("button", name="Next item").click()
    expect(other.get_by_text(re.compile("^b[24], seller"))).to_be_visible()
    other.get_by_role("button", name="Save as shirt").click()
    expect(toast(other, "1 item is a shirt now.")).to_be_visible()
    expect(cell(other, 0, 1)).to_contain_text("1")
    page.reload()
    expect(cell(page, 0, 1)).to_contain_text("1")
    context.close()


def test_explore__relabels_the_item_that_is_open(page, address):
    visit(page, address, tab="explore", a="category:BLOUSES", item="b3")
    expect(choice(page, "Blouse")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("2")
    page.get_by_role("button", name="Save as shirt").click()
    expect(toast(page, "1 item is a shirt now.")).to_be_visible()
    expect(choice(page, "Shirt")).to_contain_text("label now")
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(choice(page, "Blouse")).to_contain_text("label now")


def test_names__are_never_markup(page, serve, tmp_path, axe):
    evil = wardrobe(tmp_path / "evil", classes=EVIL, tags=("<b>bold</b>", "${tag}"))
    visit(page, serve(evil.root))
    page.get_by_role("button", name=f"Save as {EVIL[1]}").click()
    expect(toast(page, f"1 item is labelled {EVIL[1]} now.")).to_be_visible()
    assert page.locator("img[onerror], b").count() == 0


@pytest.mark.parametrize("page", [
    {"color_scheme": "light"}, {**PHONE, "color_scheme": "dark"}], indirect=True,
    ids=["light", "dark phone"])
def test_accessibility__has_no_serious_fault(page, address, axe):
    visit(page, address)
    page.get_by_role("button", name="Save as shirt").click()
    expect(toast(page, "1 item is a shirt now.")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Choose several").click()
    page.locator(".item-card").first.click()
    expect(page.get_by_role("heading", name="1 item chosen")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
