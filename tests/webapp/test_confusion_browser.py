"""Confusion in a real browser: cells by mouse and key, photos, items, links, many classes."""

import re
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.webapp.answered import answered_workspace
from tests.webapp.wardrobe import wardrobe

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
EVIL = ("<img onerror=alert(1) src=x>", "${alert(2)}", "{{alert}} `${x}`")


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("confusion-browser")
    return serve(
        wardrobe(folder / "shop", groups=True).root,
        wardrobe(folder / "evil", classes=EVIL, tags=("<b>bold</b>", "${tag}")).root,
        answered_workspace(
            folder / "many", classes=[f"KIND {n}" for n in range(57)], tags=(), items=1800,
        ).root,
        answered_workspace(folder / "two", classes=("A", "B"), tags=("x",), items=12).root,
        answered_workspace(
            folder / "heap", classes=[f"KIND {n}" for n in range(200)], tags=(), items=600,
            category=np.roll(np.eye(200, dtype=np.float32)[np.arange(600) % 200], 1, axis=1),
            photos=False,
        ).root,
    )


def visit(page, address, **words):
    page.goto(f"{address}?{urlencode({'tab': 'confusion', **words})}")
    expect(page.get_by_role("heading", name="Labels and answers")).to_be_visible()


def cell(page, row, column):
    return page.locator(f'.matrix button[data-row="{row}"][data-column="{column}"]')


def test_page__opens_on_the_largest_confusion(page, address):
    visit(page, address)
    expect(page.get_by_text("43 % right of 7, 100 % in the first two")).to_be_visible()
    expect(page.get_by_role("heading", name="Blouse, called shirt")).to_be_visible()
    expect(page.get_by_text("3 of 4 blouses, surest first")).to_be_visible()
    cards = page.locator(".item-card")
    expect(cards).to_have_count(3)
    expect(cards.nth(0)).to_contain_text("Shirt85 %Blouse10 %")
    expect(page.get_by_role("heading", name="Item 1 of 3")).to_be_visible()
    expect(page.get_by_text("b3, seller seller 2, held-out")).to_be_visible()


def test_cell__opens_its_photos_and_a_link_reopens_it(page, address):
    visit(page, address)
    cell(page, 1, 0).click()
    expect(page.get_by_role("heading", name="Shirt, called blouse")).to_be_visible()
    expect(page).to_have_url(re.compile("label=SHIRTS&answer=BLOUSES"))
    page.reload()
    expect(page.get_by_role("heading", name="Shirt, called blouse")).to_be_visible()
    expect(cell(page, 1, 0)).to_have_attribute("aria-pressed", "true")


def test_keys__walk_over_the_matrix_and_open(page, address):
    visit(page, address)
    page.locator('.matrix button[tabindex="0"]').focus()  # the open cell: Blouse, called shirt
    for key in ("ArrowDown", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="Shirt, called blouse")).to_be_visible()
    expect(cell(page, 1, 0)).to_be_focused()
    page.keyboard.press("Control+Home")
    page.keyboard.press(" ")
    expect(page.get_by_role("heading", name="Blouse, rightly called")).to_be_visible()


def test_cells__have_names_that_say_it_in_words(page, address):
    visit(page, address)
    expect(cell(page, 0, 1)).to_have_accessible_name("3 of 4 blouses were called shirts, 75 % of the row")
    expect(cell(page, 2, 2)).to_have_accessible_name(
        "1 of 1 tank top was called rightly, 100 % of the row")
    expect(cell(page, 0, 2)).to_have_text("·")


def test_row_shares__are_shown_instead_of_counts(page, address):
    visit(page, address)
    page.get_by_label("Cells show").select_option("Row shares")
    expect(cell(page, 0, 1).locator(".cell-large")).to_have_text("75 %")
    expect(page).to_have_url(re.compile("view=rows"))
    page.reload()
    expect(cell(page, 0, 1).locator(".cell-large")).to_have_text("75 %")


def test_sentences__open_their_cell(page, address):
    visit(page, address)
    page.get_by_role("button", name="1 of 2 shirts was called blouse", exact=True).click()
    expect(page.get_by_role("heading", name="Shirt, called blouse")).to_be_visible()
    expect(cell(page, 1, 0)).to_have_class(re.compile("open"))


def test_figures__of_each_class_stand_with_their_support(page, address):
    visit(page, address)
    page.get_by_text("Figures for each class").click()
    row = page.locator(".class-figures tbody tr").first
    expect(row).to_have_text("Blouse40.5000.2500.333")


def test_tag__narrows_the_photos(page, address):
    visit(page, address)
    page.get_by_label("Only items with this tag").select_option("No tag")
    expect(page.locator(".item-card")).to_have_count(1)
    expect(page.get_by_text("3 of 4 blouses, 1 of them without a tag, surest first")).to_be_visible()
    page.get_by_label("Only items with this tag").select_option("checker")
    expect(page.locator(".item-card")).to_have_count(2)
    expect(page).to_have_url(re.compile("tag=tag%3Achecker"))


def test_item__is_chosen_by_card_and_by_step(page, address):
    visit(page, address)
    page.locator(".item-card").nth(1).click()
    expect(page.get_by_role("heading", name="Item 2 of 3")).to_be_visible()
    expect(page.locator(".item-card").nth(1)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Next item").click()
    expect(page.get_by_role("heading", name="Item 3 of 3")).to_be_visible()
    page.get_by_text("Scores, tags and history").click()
    expect(page.get_by_text("Labelled floral and checker.")).to_be_visible()
    expect(page.get_by_role("button", name="Next item")).to_be_disabled()
    expect(page).to_have_url(re.compile("item=b4"))


def test_ids__are_saved_as_csv(page, address):
    visit(page, address)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Save ids").click()
    text = waiting.value.path().read_text()
    assert text.splitlines()[1:] == [
        "b3,BLOUSES,SHIRTS,0.8500", "b2,BLOUSES,SHIRTS,0.7000", "b4,BLOUSES,SHIRTS,0.7000"]


@pytest.mark.parametrize(
    "page", [{"permissions": ["clipboard-read", "clipboard-write"]}], indirect=True, ids=["clipboard"])
def test_link__is_copied(page, address):
    visit(page, address)
    cell(page, 1, 0).click()
    expect(page.get_by_role("heading", name="Shirt, called blouse")).to_be_visible()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("status").filter(has_text="Link copied.")).to_be_visible()
    assert "label=SHIRTS&answer=BLOUSES" in page.evaluate("navigator.clipboard.readText()")


def test_photos_menu__changes_the_items(page, address):
    visit(page, address)
    page.get_by_label("Photos", exact=True).select_option("validation")
    expect(page.get_by_text("100 % right of 2")).to_be_visible()
    expect(page.get_by_text("Nothing was confused: every answer is the label.")).to_be_visible()


def test_a_link_to_a_class_that_is_gone__says_so(page, address):
    page.goto(f"{address}?tab=confusion&label=SHOES&answer=SHIRTS")
    expect(page.get_by_text("there is no category 'SHOES' in this workspace")).to_be_visible()


def test_57_classes__stay_usable(page, address, axe):
    visit(page, address, workspace="many", label="KIND 30", answer="KIND 30")
    assert page.locator("button.cell").count() == 57 * 57
    area = page.locator(".matrix-scroll").bounding_box()
    opened = page.locator("button.cell.open").bounding_box()
    assert area["x"] < opened["x"] < area["x"] + area["width"]
    assert area["y"] < opened["y"] < area["y"] + area["height"]
    page.locator("button.cell.open").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="KIND 30, called KIND 31")).to_be_visible()
    expect(page.locator("button.cell.open")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert axe(page, without="tbody tr:nth-child(n + 5)") == []


def test_many_classes__are_found_zoomed_to_and_reordered(page, address):
    visit(page, address, workspace="many")
    page.get_by_label("Find a class").fill("kind 1")
    expect(page.locator(".matrix tbody th.found")).to_have_count(11)  # KIND 1, KIND 10 to 19
    page.get_by_role("button", name="Only these 11").click()
    expect(page.locator("button.cell")).to_have_count(121)
    expect(page.get_by_role("columnheader", name="others")).to_be_visible()
    page.get_by_label("Order").select_option("Confused ones together")
    expect(page).to_have_url(re.compile("order=similar"))
    page.reload()
    expect(page.locator("button.cell")).to_have_count(121)
    page.get_by_label("Classes").select_option("All 57 classes")
    expect(page.locator("button.cell")).to_have_count(57 * 57)


def test_more_classes_than_a_grid_holds__are_a_list_of_cells(page, address, axe):
    visit(page, address, workspace="heap")
    rows = page.locator(".cell-list li button")
    expect(rows).to_have_count(50)
    assert page.locator("button.cell").count() == 0
    page.get_by_role("button", name="Next cells").click()
    expect(page.get_by_text("51 to 100 of 200")).to_be_visible()
    page.get_by_label("Find a class").fill("kind 77")
    expect(rows).to_have_count(2)
    rows.first.click()
    expect(page.get_by_role("heading", name="KIND 76, called KIND 77")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Save the matrix as CSV").click()
    assert len(waiting.value.path().read_text().splitlines()) == 201
    assert axe(page) == []


def test_two_classes__have_no_second_guess_to_speak_of(page, address):
    visit(page, address, workspace="two")
    expect(page.get_by_text("100 % right of 4", exact=True)).to_be_visible()
    assert page.locator("button.cell").count() == 4


def test_names__are_never_markup(page, address):
    visit(page, address, workspace="evil")
    expect(page.get_by_role("heading", name=f"{EVIL[0]}, called {EVIL[1]}")).to_be_visible()
    cell(page, 0, 1).hover()
    expect(page.locator(".item-card .chip").first).to_be_visible()
    assert page.locator("img[onerror], b").count() == 0


@pytest.mark.parametrize("page", [
    {"color_scheme": "light"}, {"color_scheme": "dark"}, {**PHONE, "color_scheme": "dark"},
], indirect=True, ids=["light", "dark", "phone"])
def test_accessibility__has_no_serious_fault(page, address, axe):
    visit(page, address)
    page.get_by_text("Figures for each class").click()
    assert axe(page) == []


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_phone__needs_no_sideways_scrolling(page, address):
    visit(page, address)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator(".item-card").nth(1).tap()
    expect(page.get_by_role("heading", name="Item 2 of 3")).to_be_in_viewport()
