"""Label in a real browser: by keys alone, fast, undone, two people, a server that was away."""

import re

import pytest
from playwright.sync_api import expect

from core.annotations.records import workspace_records
from core.workspace import Workspace
from tests.webapp.answered import answered_workspace
from tests.webapp.conftest import PATIENCE
from tests.webapp.wardrobe import wardrobe

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
EVIL = ("<img onerror=alert(1) src=x>", "${alert(2)}", "{{alert}} `${x}`")


@pytest.fixture
def shop(tmp_path):
    return wardrobe(tmp_path / "shop", groups=True)


def start(page, address, name="Ana"):
    page.goto(f"{address}?tab=label")
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".label-photo img")).to_be_visible()


def shown(page) -> str:
    return page.locator(".label-origin strong").inner_text()


def saved(workspace) -> int:
    records = workspace_records(Workspace.open(workspace.root))
    return len(set(records.item.tolist()))


def test_keys__label_one_after_the_other_and_undo(page, serve, shop):
    start(page, serve(shop.root))
    expect(page.get_by_text("The model’s answer is hidden until you save")).to_be_visible()
    assert shown(page) == "s2"
    page.keyboard.press("1")
    page.keyboard.press("f")
    expect(page.locator(".label-class").first).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Space")
    expect(page.get_by_text("s2: the model says blouse (60 %), checker")).to_be_visible()
    expect(page.get_by_text("1 of 12 done")).to_be_visible()
    assert shown(page) == "b4"
    page.keyboard.press("Space")
    expect(page.get_by_role("status").filter(has_text="Choose a category first")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator(".label-origin strong")).to_have_text("s2")
    expect(page.locator(".label-tag").first).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("0 of 12 done")).to_be_visible()
    page.keyboard.press("s")
    expect(page.locator(".label-origin strong")).to_have_text("b4")
    page.keyboard.press("?")
    expect(page.get_by_text("save, and show the next")).to_be_visible()


def test_fast_keys__lose_no_answer(page, serve, tmp_path):
    workspace = answered_workspace(tmp_path / "fast", classes=("A", "B", "C"), tags=("x",), items=60)
    start(page, serve(workspace.root))
    for number in range(60):
        page.keyboard.press(str(number % 3 + 1))
        page.keyboard.press("Space")
    expect(page.get_by_text("60 of 60 done")).to_be_visible()
    expect(page.get_by_text("Nothing is left in this queue.")).to_be_visible()
    expect.soft(page.locator(".label-offline")).to_be_hidden()
    page.wait_for_function("localStorage.getItem('fitting-room-unsent') === '[]'")
    assert saved(workspace) == 60


def test_two_people__get_different_items(page, serve, shop, browser):
    start(page, serve(shop.root), "Ana")
    context = browser.new_context()
    other = context.new_page()
    other.set_default_timeout(PATIENCE)
    start(other, serve(shop.root), "Ben")
    ana = set()
    for _ in range(3):
        ana.add(shown(page))
        page.keyboard.press("1")
        page.keyboard.press("Space")
    assert shown(other) not in ana
    context.close()


def test_answers__wait_while_the_server_is_away(browser, serve, shop):
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    start(page, serve(shop.root))
    page.route("**/label/save", lambda route: route.abort())
    page.keyboard.press("2")
    page.keyboard.press("Space")
    expect(page.get_by_text("Not saved yet: the server does not answer.")).to_be_visible()
    page.unroute("**/label/save")
    page.reload()
    expect(page.locator(".label-photo img")).to_be_visible()
    page.wait_for_function("localStorage.getItem('fitting-room-unsent') === '[]'")
    assert saved(shop) == 1
    context.close()


def test_names__are_never_markup(page, serve, tmp_path):
    evil = wardrobe(tmp_path / "evil", classes=EVIL, tags=("<b>bold</b>", "${tag}"))
    start(page, serve(evil.root), EVIL[0])
    page.keyboard.press("1")
    page.keyboard.press("Space")
    expect(page.get_by_text(f"the model says {EVIL[0]}")).to_be_visible()
    assert page.locator("img[onerror], b").count() == 0


@pytest.mark.parametrize("page", [
    {"color_scheme": "light"}, {**PHONE, "color_scheme": "dark"}], indirect=True,
    ids=["light", "dark phone"])
def test_accessibility__has_no_serious_fault(page, serve, shop, axe):
    page.goto(f"{serve(shop.root)}?tab=label")
    expect(page.get_by_label("Your name")).to_be_visible()
    assert axe(page) == []
    start(page, serve(shop.root))
    page.locator(".label-class").first.click()
    page.get_by_role("button", name="Guidelines", exact=True).click()
    page.get_by_role("button", name="Write the guideline for Shirt").click()
    page.get_by_role("button", name="Queue", exact=True).click()
    expect(page.get_by_text("12 items wait")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Keys")).click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_a_team__keeps_a_queue_and_guidelines_beside_the_photo(page, serve, shop):
    start(page, serve(shop.root))
    page.get_by_role("button", name="Queue", exact=True).click()
    page.get_by_label("Weight of: Any item").fill("4")
    page.get_by_label("Weight of: Model unsure between two").fill("0")
    page.get_by_label("Labelled with").select_option("Blouse")
    page.get_by_label("answers for each item").fill("2")
    expect(page.get_by_text("6 items wait, 12 answers in all.")).to_be_visible()
    page.get_by_role("button", name="Save as a new queue").click()
    expect(page.get_by_text("Give the queue a name, so that your team finds it.")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Blouses twice")
    page.get_by_role("button", name="Save as a new queue").click()
    expect(page.get_by_text("0 of 6 done")).to_be_visible()
    expect(page).to_have_url(re.compile("queue=Blouses"))

    page.get_by_role("button", name="Guidelines", exact=True).click()
    page.get_by_role("button", name="Write the guideline for Blouse").click()
    page.get_by_label("Guideline for Blouse").fill("Light, no collar stand.\n1 u s")
    page.get_by_role("button", name="Save guideline").click()
    expect(page.locator(".guide-text")).to_have_text("Light, no collar stand.\n1 u s")
    page.get_by_role("button", name="Pin this photo to Blouse").click()
    expect(page.get_by_role("button", name=re.compile("^Take down Item .*, pinned by Ana"))).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("Space")
    expect(page.get_by_text("1 of 6 done")).to_be_visible()
    page.reload()
    expect(page.get_by_text("1 of 6 done")).to_be_visible()
    expect(page.locator(".guide-text")).to_be_visible()
    page.get_by_text("Everybody in this queue").click()
    expect(page.get_by_role("row", name="Ana 1 –")).to_be_visible()
