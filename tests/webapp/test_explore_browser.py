"""Explore in a real browser: mouse, keyboard, links, many labels, phone, themes."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.webapp.answered import answered_workspace
from tests.webapp.wardrobe import wardrobe

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
EVIL = ("<img onerror=alert(1) src=x>", "${alert(2)}", "{{alert}} `${x}`")


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("explore-browser")
    return serve(
        wardrobe(folder / "shop").root,
        wardrobe(folder / "evil", classes=EVIL, tags=("<b>bold</b>", "${tag}")).root,
        wardrobe(folder / "bare", photos=False, predicted=False).root,
        answered_workspace(
            folder / "many", classes=[f"KIND {n}" for n in range(57)],
            tags=[f"tag {n}" for n in range(50)], items=400,
        ).root,
    )


def visit(page, address, **words):
    page.goto(f"{address}?{urlencode(words)}")
    expect(page.get_by_role("heading", name="What goes together")).to_be_visible()


def test_figures__are_those_of_the_catalog(page, address):
    visit(page, address)
    expect(page.get_by_role("tab", name="Explore")).to_have_attribute("aria-selected", "true")
    tiles = page.locator(".tile")
    expect(tiles.nth(0)).to_contain_text("12items with a photo")
    expect(tiles.nth(5)).to_contain_text("3 / 2 / 7")
    expect(page.get_by_role("button", name="floral: 3 items")).to_be_visible()
    expect(page.get_by_text("4 of 6 checker items are shirts")).to_be_visible()
    expect(page.get_by_text("4 items have no tag.")).to_be_visible()


def test_cell__opens_the_items_that_have_both(page, address):
    visit(page, address)
    page.get_by_role("button", name="floral and checker: phi").click()
    expect(page.get_by_role("heading", name="floral and checker")).to_be_visible()
    expect(page.locator(".beside")).to_contain_text("1 item has both")
    expect(page.get_by_role("button", name="Item b4, Blouse, floral, checker")).to_be_visible()
    expect(page).to_have_url(re.compile(r"a=tag%3Achecker&b=tag%3Afloral"))
    page.reload()
    expect(page.get_by_role("heading", name="floral and checker")).to_be_visible()


def test_cell__says_both_counts_and_shares_on_hover_and_focus(page, address):
    visit(page, address)
    cell = page.get_by_role("button", name="Shirt and checker: phi")
    expect(cell).to_have_accessible_name(re.compile(
        r"4 items have both\. 100 % of 4 shirts are checker\. 67 % of 6 checker items are shirts"))
    cell.hover()
    tip = page.locator(".tip:visible")
    expect(tip).to_contain_text("67 % of 6 checker items are shirts")
    page.mouse.move(5, 5)
    expect(tip).to_have_count(0)
    cell.focus()
    expect(tip).to_contain_text("100 % of 4 shirts are checker")
    page.keyboard.press("Escape")
    expect(tip).to_have_count(0)


def test_arrow_keys__walk_over_the_triangle(page, address):
    visit(page, address)
    page.get_by_role("button", name="Blouse and Shirt: phi").focus()
    for key, name in (("ArrowDown", "Blouse and Tank top"), ("ArrowRight", "Shirt and Tank top"),
                      ("ArrowUp", "Shirt and Tank top"), ("End", "Shirt and Tank top"),
                      ("ArrowDown", "Shirt and floral"), ("Home", "Blouse and floral")):
        page.keyboard.press(key)
        expect(page.locator("button.pair:focus")).to_have_accessible_name(re.compile(f"^{name}: "))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Blouse and floral")).to_be_visible()
    expect(page.locator("button.pair:focus")).to_have_count(1)  # the place is kept
    assert page.locator('.pairs button[tabindex="0"]').count() == 1


def test_photo__opens_large_and_goes_back(page, address):
    visit(page, address, a="tag:floral", b="tag:checker")
    page.get_by_role("button", name="Item b4").click()
    expect(page.get_by_role("img", name="Item b4, Blouse, floral, checker")).to_be_visible()
    expect(page.get_by_text("Labelled floral and checker.")).to_be_visible()
    expect(page).to_have_url(re.compile("item=b4"))
    page.get_by_role("button", name="Back to the photos").click()
    expect(page.get_by_role("button", name="Item b4")).to_be_visible()


def test_side__narrows_everything(page, address):
    visit(page, address)
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text("phi, train 3 items")).to_be_visible()
    expect(page.get_by_role("button", name="checker: 1 items")).to_be_visible()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_focused()


def test_trouble__leads_to_its_rows(page, address):
    visit(page, address)
    page.get_by_role("button", name="Show exact duplicates").click()
    expect(page.get_by_text("Duplicate row: the same as row 1")).to_be_visible()
    page.get_by_role("button", name="Show unreadable photos").click()
    expect(page.get_by_text("Unreadable photo: x9.png is cut off; upload it again")).to_be_visible()
    page.get_by_role("button", name="Show: 2 items have the same photo").click()
    expect(page.get_by_role("heading", name="The same photo twice")).to_be_visible()


def test_photos__come_in_pages(page, address):
    visit(page, address, workspace="many", a="tag:tag 1")
    expect(page.get_by_text(re.compile(r"1 to 16 of \d+"))).to_be_visible()
    first = page.locator(".thumb").first.get_attribute("aria-label")
    page.get_by_role("button", name="Next photos").click()
    expect(page.get_by_text(re.compile(r"17 to 32 of \d+"))).to_be_visible()
    assert page.locator(".thumb").first.get_attribute("aria-label") != first
    expect(page).to_have_url(re.compile("at=1"))
    expect(page.get_by_role("button", name="Next photos")).to_be_focused()


def test_hundred_labels__stay_usable(page, address, axe):
    visit(page, address, workspace="many")
    assert page.locator("button.pair").count() == 107 * 106 // 2
    area = page.locator(".pairs-scroll").bounding_box()
    opened = page.locator("button.pair.open").bounding_box()
    assert area["x"] < opened["x"] < area["x"] + area["width"]
    assert area["y"] < opened["y"] < area["y"] + area["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    page.locator("button.pair.open").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(page.locator("button.pair.open")).to_be_focused()
    assert axe(page, without=".pairs tbody tr:nth-child(n + 5)") == []


def test_labels_only__show_placeholders(page, address, axe):
    visit(page, address, workspace="bare")
    expect(page.locator(".tile").first).to_contain_text("items, labels only")
    expect(page.locator(".thumb .photo-none").first).to_have_text("no photo")
    assert axe(page) == []


def test_names__are_never_markup(page, address):
    visit(page, address, workspace="evil", a=f"category:{EVIL[0]}")
    expect(page.get_by_role("heading", name=EVIL[0])).to_be_visible()
    assert page.locator("img[onerror], b").count() == 0
    page.get_by_role("button", name=re.compile(r"\$\{tag\}: phi")).first.click()
    expect(page.locator(".pair.open")).to_have_count(1)


@pytest.mark.parametrize("page", [
    {"color_scheme": "light"}, {"color_scheme": "dark"}, {**PHONE, "color_scheme": "light"},
], indirect=True, ids=["light", "dark", "phone"])
def test_accessibility__has_no_serious_fault(page, address, axe):
    visit(page, address)
    assert axe(page) == []


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_phone__needs_no_sideways_scrolling_and_has_large_targets(page, address):
    visit(page, address)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.get_by_role("button", name=re.compile("Workspace, model, photos")).click()
    expect(page.get_by_label("Photos", exact=True)).to_be_visible()
    for name in ("Copy link", "Train"):
        assert page.get_by_role("button", name=name, exact=True).bounding_box()["height"] >= 43
