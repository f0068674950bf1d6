"""What all pages share, in a real browser: tabs, menus, theme, states, background work."""

import re
import shutil
import threading

import pytest
from playwright.sync_api import expect

from core.progress import Progress
from core.workspace import Workspace
from tests.webapp.answered import MODEL_ID
from tests.webapp.wardrobe import wardrobe
from webapp.actions import jobs as jobs_module

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("shell-browser")


@pytest.fixture(scope="module")
def unanswered(folder):
    """A workspace with a model and no answers yet."""
    workspace = wardrobe(folder / "unanswered")
    (workspace.predictions_dir("paint") / "run.json").unlink()
    return workspace


@pytest.fixture(scope="module")
def mismatched(folder):
    """A workspace that asks for one class more than its model knows."""
    workspace = wardrobe(folder / "mismatched")
    card = workspace.model_dir("paint") / "card.json"
    text = card.read_text()
    card.write_text(re.sub(r',\s*"TANK_TOPS"', "", text))
    assert card.read_text() != text
    return workspace


@pytest.fixture(scope="module")
def address(serve, folder, unanswered, mismatched):
    return serve(wardrobe(folder / "shop").root, unanswered.root, mismatched.root,
                 wardrobe(folder / "labels", photos=False, predicted=False).root)


def tab(page, name):
    return page.get_by_role("tab", name=name)


def test_tabs__open_pages_by_mouse_and_by_key(page, address):
    page.goto(address)
    tab(page, "Confusion").click()
    expect(page.get_by_role("heading", name="Confusion", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Explore", exact=True)).to_be_hidden()
    expect(page).to_have_url(re.compile("tab=confusion"))
    expect(page).to_have_title("Confusion · Fitting Room")
    page.keyboard.press("Home")
    expect(page.get_by_role("heading", name="Explore", exact=True)).to_be_visible()
    expect(tab(page, "Explore")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="Predict", exact=True)).to_be_visible()
    expect(page.get_by_role("tabpanel", name="Predict")).to_be_visible()


def test_tabs__keep_what_was_open(page, address):
    page.goto(f"{address}?tab=confusion&label=SHIRTS&answer=BLOUSES")
    expect(page.get_by_role("heading", name="Shirt, called blouse")).to_be_visible()
    tab(page, "Explore").click()
    expect(page.get_by_role("heading", name="What goes together")).to_be_visible()
    tab(page, "Confusion").click()
    expect(page).to_have_url(re.compile("label=SHIRTS&answer=BLOUSES"))
    expect(page.get_by_role("heading", name="Shirt, called blouse")).to_be_visible()


def test_menus__choose_workspace_and_say_how_many_photos(page, address):
    page.goto(address)
    photos = page.get_by_label("Photos", exact=True)
    expect(photos.locator("option")).to_have_text(
        ["held-out, 7", "validation, 2", "train, 3", "all, 12"])
    page.get_by_label("Workspace", exact=True).select_option("labels")
    expect(page.locator(".tile").first).to_contain_text("items, labels only")
    expect(page).to_have_url(re.compile("workspace=labels"))


def test_theme__is_switched_and_remembered(page, address):
    page.goto(address)
    page.get_by_role("button", name="Use the dark theme").click()
    expect(page.locator("body")).to_have_class(re.compile(r"\bdark\b"))
    surface = page.locator(".tile").first.evaluate("tile => getComputedStyle(tile).backgroundColor")
    assert surface == "rgb(24, 29, 36)"
    page.reload()
    expect(page.get_by_role("button", name="Use the light theme")).to_be_visible()
    expect(page.locator("body")).to_have_class(re.compile(r"\bdark\b"))


def test_mismatch__says_what_why_what_to_do_and_what_is_safe(page, address, axe):
    page.goto(f"{address}?workspace=mismatched&tab=confusion")
    expect(page.get_by_role(
        "heading", name="The model and this workspace ask different questions")).to_be_visible()
    expect(page.get_by_text("Tank top", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Labels and answers")).to_be_hidden()
    expect(page.get_by_text("Labels and corrections are untouched.")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Choose a model").click()
    expect(page.get_by_label("Model", exact=True)).to_be_focused()
    tab(page, "Explore").click()
    expect(page.get_by_role("heading", name="What goes together")).to_be_visible()


def test_no_answers__are_made_in_the_background_and_can_be_stopped(
    page, address, unanswered, monkeypatch, axe
):
    go_on, finish = threading.Event(), threading.Event()

    def slow(workspace: Workspace, model: str, progress: Progress) -> None:
        done = 0
        while not finish.is_set():
            done = min(done + 1, 11)
            progress(done, 12)
            go_on.wait(0.05)
        folder = workspace.predictions_dir(model)
        shards = [path.name for path in folder.glob("*.parquet") if path.name != "rejected.parquet"]
        text = f'{{"model_id": "{MODEL_ID}", "shards": {shards}}}'.replace("'", '"')
        (folder / "run.json").write_text(text)

    monkeypatch.setattr(jobs_module, "predict_workspace", slow)
    page.goto(f"{address}?workspace=unanswered&tab=confusion")
    page.get_by_role("button", name="Predict 12 photos").click()
    expect(page.get_by_text("Reading 11 of 12 photos")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "11")
    assert axe(page) == []
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Predict 12 photos")).to_be_visible()
    page.get_by_role("button", name="Predict 12 photos").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    finish.set()
    expect(page.get_by_role("heading", name="Labels and answers")).to_be_visible()


def test_real_model__answers_a_workspace_from_the_page(page, serve, sixty, tmp_path):
    root = tmp_path / "sixty"
    shutil.copytree(sixty.root, root)
    page.goto(f"{serve(root)}?tab=confusion&photos=all")
    page.get_by_role("button", name="Predict 60 photos").click()
    expect(page.get_by_text(re.compile(r"\d+ % right of 60"))).to_be_visible(timeout=120_000)
    expect(page.locator(".item-card").first.locator("img")).to_be_visible()


def test_labels_only__says_that_there_is_nothing_to_answer(page, address):
    page.goto(f"{address}?workspace=labels&tab=confusion")
    expect(page.locator(".notice")).to_be_visible()
    expect(page.get_by_role("heading", name="Labels and answers")).to_be_hidden()


def test_unknown_workspace__says_which_there_are(page, address):
    page.goto(f"{address}?workspace=elsewhere")
    expect(page.get_by_text(
        "there is no workspace 'elsewhere' here; choose one of shop")).to_be_visible()
    page.get_by_label("Workspace", exact=True).select_option("shop")
    expect(page.get_by_role("heading", name="What goes together")).to_be_visible()


def test_unknown_model__says_which_there_are_and_starts_over(page, address):
    page.goto(f"{address}?workspace=shop&model=gone&tab=confusion")
    expect(page.get_by_text("workspace 'shop' has no model 'gone'")).to_be_visible()
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_role("heading", name="What goes together")).to_be_visible()


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_phone__reaches_all_tabs_and_menus(page, address, axe):
    page.goto(address)
    page.get_by_role("button", name=re.compile("Workspace, model, photos")).tap()
    page.get_by_label("Photos", exact=True).select_option("train")
    expect(page).to_have_url(re.compile("photos=train"))
    tab(page, "Thresholds").tap()
    expect(page.get_by_role("heading", name="Thresholds", exact=True)).to_be_visible()
    assert axe(page) == []
