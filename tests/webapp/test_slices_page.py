"""Together and Slices in a real browser: open, narrow, save, watch, relabel, on a phone, too."""

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.webapp.answered import answered_workspace
from tests.webapp.rivals import rivals
from tests.webapp.wardrobe import wardrobe

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}
EVIL = ("<img onerror=alert(1) src=x>", "${alert(2)}", "{{alert}} `${x}`")


@pytest.fixture(scope="module")
def address(serve, tmp_path_factory):
    folder = tmp_path_factory.mktemp("slices-browser")
    return serve(
        rivals(folder / "shop", groups=True).root,
        wardrobe(folder / "evil", classes=EVIL, tags=("<b>bold</b>", "${tag}")).root,
        wardrobe(folder / "bare", predicted=False, photos=False).root,
        answered_workspace(folder / "wide", classes=[f"KIND {k}" for k in range(57)],
                           tags=[f"tag {t}" for t in range(50)], items=150, photos=False).root,
    )


def visit(page, address, tab, **words):
    page.goto(f"{address}?{urlencode({'tab': tab, **words})}")
    expect(page.locator(f"#{tab}-photos section")).to_be_visible()


def test_a_slice__is_found_narrowed_saved_watched_and_reopened_by_its_link(page, address, axe):
    visit(page, address, "slices", by="label")
    page.locator("#slices-where").get_by_role("button", name=re.compile("^Blouse")).press("Enter")
    expect(page.get_by_text("4 of 7 items, of 4 sellers; least likely labels")).to_be_visible()
    expect(page.locator("#slices-photos .item-card")).to_have_count(4)
    expect(page.get_by_role("row", name="Top-1 25.0 % 4.6 to 69.9 66.7 % −41.7")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save Top-1 by Labelled category as SVG").click()
    assert "25.0 % (4.6 to 69.9)" in waiting.value.path().read_text(encoding="utf-8")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Condition on").select_option("Labelled floral")
    page.get_by_label("value").select_option("yes")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Labelled blouse, labelled floral")).to_be_visible()
    page.get_by_label("Name of the slice").fill("Floral blouses")
    page.get_by_role("button", name="Save slice").click()
    expect(page.get_by_text("“Floral blouses” is saved, and watched")).to_be_visible()
    page.get_by_role("button", name="Saved", exact=True).click()
    table = page.get_by_role("region", name="Saved slices from model to model")
    expect(table).to_contain_text("labelled blouse, labelled floral")
    expect(table.get_by_role("row", name="paint 50.0 % 9.5 to 90.5 in view")).to_be_visible()
    expect(table.get_by_role("row", name=re.compile("^rival 0.0 %.*−50.0"))).to_be_visible()
    expect(page).to_have_url(re.compile("slice=[0-9a-f]{12}"))
    assert axe(page) == []
    page.reload()
    expect(page.get_by_role("heading", name="Floral blouses")).to_be_visible()
    page.get_by_role("button", name="Remove Floral blouses").click()
    expect(page.get_by_text("No slice is saved yet.")).to_be_visible()


def test_figures_of_both_heads__open_their_photos_from_which_one_relabels(page, address, axe):
    visit(page, address, "together", view="tag")
    half = page.get_by_role("button", name="4 items, 57 %: category wrong, tags right")
    expect(half).to_be_visible()
    page.get_by_role("button", name="3 items, 43 %: category and tags right").click()
    expect(page.locator("#together-photos .item-card")).to_have_count(3)
    expect(page.get_by_role("row", name=re.compile("^Blouse 100 % 34 to 100"))).to_be_visible()
    assert axe(page) == []
    half.click()
    expect(page.get_by_role("heading", name="Item 1 of 4")).to_be_visible()
    page.locator("#together-item").get_by_role("button", name=re.compile("^Shirt")).click()
    page.get_by_role("button", name="Save as shirt").click()
    both = page.get_by_role("button", name="4 items, 57 %: category and tags right")
    expect(both).to_be_visible()
    expect(page.get_by_role("heading", name="Item 1 of 3")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name=re.compile("of 4"))).to_be_visible()


def test_photos__are_measured_from_the_page(page, address):
    visit(page, address, "slices", view="worst", floor="5")
    expect(page.get_by_text("11 photos are not measured yet")).to_be_visible()
    page.get_by_role("button", name="Measure photos").click()
    expect(page.get_by_text("photos are not measured yet")).to_have_count(0)
    page.get_by_role("button", name="Compare").click()
    page.get_by_label("Compare by").select_option("Photo: brightness")
    expect(page).to_have_url(re.compile("by=photo%3Abrightness"))
    expect(page.locator(".figure-level")).not_to_have_count(0)


def test_names__are_never_markup(page, address):
    visit(page, address, "together", workspace="evil", view="tag")
    assert page.locator("img[onerror], b").count() == 0
    visit(page, address, "slices", workspace="evil", by="label",
          where='[["label","is","${alert(2)}"]]')
    expect(page.locator("#slices-open")).to_contain_text("${alert(2)}")
    assert page.locator("img[onerror], b").count() == 0


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_phone__and_labels_alone_and_many_names_fit(page, address, axe):
    visit(page, address, "slices", workspace="wide", photos="all")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    visit(page, address, "together", workspace="wide", photos="all", view="tag")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert axe(page) == []
    visit(page, address, "together", workspace="bare")
    expect(page.get_by_text("here are the rules of the labels alone")).to_be_visible()
    visit(page, address, "slices", workspace="bare", by="label")
    expect(page.get_by_text("here is how many there are of each")).to_be_visible()
    assert axe(page) == []
