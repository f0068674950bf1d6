"""The panel of one item on every page, and picking many, in a real browser."""

import re
from urllib.parse import urlencode

import numpy as np
import pytest
from playwright.sync_api import expect

from core.annotations.log import AnnotationLog
from tests.webapp.alike import add_embeddings
from tests.webapp.conftest import PATIENCE
from tests.webapp.mapped import MappedPredictor
from tests.webapp.wardrobe import ITEMS, wardrobe
from webapp.actions.predictors import PredictorPool

VECTORS = {item[0]: (np.cos(n / 9), np.sin(n / 9)) for n, item in enumerate(ITEMS)}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture(scope="module")
def shops(tmp_path_factory):
    folder = tmp_path_factory.mktemp("panel")
    found = [wardrobe(folder / name) for name in ("looked", "picked", "flipped", "shared")]
    for workspace in found:
        add_embeddings(workspace, VECTORS)
    return {workspace.name: workspace for workspace in found}


@pytest.fixture(scope="module")
def address(serve, shops):
    return serve(*(workspace.root for workspace in shops.values()))


@pytest.fixture(autouse=True)
def model(shops, monkeypatch):
    tasks = shops["looked"].tasks
    monkeypatch.setattr("webapp.actions.why.pool_of", lambda *_: PredictorPool(
        lambda: MappedPredictor(tasks), 1))


def visit(page, address, workspace, tab, **words):
    page.goto(f"{address}?{urlencode({'workspace': workspace, 'tab': tab, **words})}")


def toast(page, text):
    return page.get_by_role("status").filter(has_text=text)


def heading(page, text):
    return page.get_by_role("heading", name=text)


def test_panel__shows_why_and_look_alikes_and_goes_on_by_key(page, address, axe):
    visit(page, address, "looked", "confusion")
    expect(heading(page, "Item 1 of 3")).to_be_visible()
    page.get_by_role("button", name="Why shirt?").click()
    expect(page.get_by_text("Bright: what speaks for shirt.")).to_be_visible()
    expect(page.locator(".item-photo canvas.veil")).to_have_count(1)
    expect(page.get_by_text("4 of 8 are labelled blouse.")).to_be_visible()
    page.get_by_text("Scores, tags and history").click()
    page.get_by_role("button", name="Why floral", exact=True).click()
    expect(page.get_by_text("what speaks for floral; not enough to tag it.")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="0.99 alike, Blouse, floral, checker").click()
    expect(heading(page, "A look-alike")).to_be_visible()
    expect(page.get_by_text("b4, held-out, labelled by import")).to_be_visible()
    page.keyboard.press("3")
    page.get_by_role("button", name="Save as tank top").click()
    expect(toast(page, "1 item is a tank top now.")).to_be_visible()
    expect(page.get_by_text("b4, held-out, corrected by")).to_be_visible()
    page.get_by_role("button", name="Back to item b3").click()
    expect(heading(page, "Item 1 of 2")).to_be_visible()
    page.keyboard.press(".")
    expect(heading(page, "Item 2 of 2")).to_be_visible()
    page.keyboard.press(",")
    expect(heading(page, "Item 1 of 2")).to_be_visible()


def test_explore__relabels_many_by_mouse_and_key_with_a_preview_and_one_undo(page, address, axe):
    visit(page, address, "picked", "explore", a="category:BLOUSES")
    thumbs = page.locator(".thumb")
    expect(thumbs).to_have_count(6)
    thumbs.nth(1).click(modifiers=["Control"])
    thumbs.nth(3).click(modifiers=["Shift"])
    expect(heading(page, "3 items chosen")).to_be_visible()
    page.keyboard.press("Escape")
    expect(heading(page, "3 items chosen")).to_be_hidden()
    thumbs.nth(0).focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(heading(page, "2 items chosen")).to_be_visible()
    page.keyboard.press("Control+a")
    expect(heading(page, "6 items chosen")).to_be_visible()
    page.keyboard.press("Control+ ")
    expect(heading(page, "5 items chosen")).to_be_visible()
    page.get_by_role("button", name="All 6 on this page").click()
    page.keyboard.press("f")
    expect(page.get_by_text("3 change, 2 of them held-out; 3 are labelled so already.")
           ).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Relabel 6").click()
    expect(toast(page, "6 items are floral now.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Item n3, Blouse, floral"))).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_role("button", name=re.compile("Item n3, Blouse$"))).to_be_visible()
    thumbs.nth(0).click()
    expect(heading(page, "Item 1 of 6")).to_be_visible()
    page.get_by_role("button", name="Next item").click()
    expect(heading(page, "Item 2 of 6")).to_be_visible()


def test_flips__are_looked_at_and_relabelled_and_the_counts_follow(page, address, axe):
    visit(page, address, "flipped", "thresholds", tag="checker")
    page.locator("#thresholds input[type=range]").first.focus()
    page.keyboard.press("End")
    flips = page.get_by_role("region", name="Photos that change sides")
    expect(heading(flips, "4 photos lose the tag")).to_be_visible()
    expect(flips.get_by_text("0 rightly, 4 wrongly")).to_be_visible()
    flips.locator(".item-card").nth(0).click()
    expect(heading(flips, "Photo 1 of 4")).to_be_visible()
    page.keyboard.press("c")
    page.get_by_role("button", name="Save as blouse").click()
    expect(toast(page, "1 item is a blouse, not checker now.")).to_be_visible()
    expect(flips.get_by_text("1 rightly, 3 wrongly")).to_be_visible()
    expect(page.get_by_text("1 held-out label was corrected since the import.")).to_be_visible()
    assert axe(page, without=".bench-bar") == []
    flips.get_by_role("button", name="Wrong 3").click()
    flips.get_by_role("button", name="Choose several").click()
    flips.locator(".item-card").nth(0).click()
    flips.get_by_role("button", name="All 3 on this page").click()
    page.keyboard.press("c")
    page.keyboard.press("c")
    expect(flips.get_by_text("3 change, all of them held-out.")).to_be_visible()
    flips.get_by_role("button", name="Relabel 3").click()
    expect(flips.get_by_text("4 rightly, 0 wrongly")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(flips.get_by_text("1 rightly, 3 wrongly")).to_be_visible()


def test_two_people__learn_of_each_others_changes_and_lose_none(page, address, browser, shops):
    visit(page, address, "shared", "confusion")
    context = browser.new_context()
    other = context.new_page()
    other.set_default_timeout(PATIENCE)
    visit(other, address, "shared", "confusion")
    for one, name in ((page, "Ana"), (other, "Ben")):
        expect(heading(one, "Item 1 of 3")).to_be_visible()
        one.get_by_label("Saved by").fill(name)
    other.keyboard.press("Tab")
    page.get_by_role("button", name="Save as shirt").click()
    expect(toast(page, "1 item is a shirt now.")).to_be_visible()
    expect(other.get_by_text("Ana changed 1 item meanwhile.")).to_be_visible()
    other.get_by_role("button", name="Save as shirt").click()
    expect(toast(other, "Meanwhile Ana had changed it; yours stands now, both are in its history.")
           ).to_be_visible()
    page.get_by_role("button", name="Show").click()
    page.reload()
    expect(heading(page, "Item 1 of 2")).to_be_visible()
    context.close()
    log = AnnotationLog.of(shops["shared"])
    assert [(one.annotator, one.value) for one in log.history("b3")] == [
        ("Ana", "SHIRTS"), ("Ben", "SHIRTS")]
    log.close()


@pytest.mark.parametrize("page", [{**PHONE, "color_scheme": "dark"}], indirect=True, ids=["phone"])
def test_phone__picks_and_looks_without_sideways_scrolling(page, address, axe):
    visit(page, address, "looked", "explore", a="category:SHIRTS")
    page.get_by_role("button", name="Choose several").tap()
    page.locator(".thumb").nth(1).tap()
    expect(heading(page, "1 item chosen")).to_be_visible()
    page.get_by_role("button", name="Done choosing").tap()
    page.locator(".thumb").nth(1).tap()
    expect(heading(page, "Item 2 of 4")).to_be_visible()
    expect(page.locator(".alike").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert axe(page) == []
