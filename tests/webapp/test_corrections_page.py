"""The page Corrections in a real browser; a training that ends with a model to compare."""

import re
import time

import pytest
import yaml
from playwright.sync_api import Page, expect

from core.annotations.answer import Answer
from core.annotations.log import AnnotationLog, Voice
from core.commands import background
from core.commands.training_status import Status, now, write_status
from core.workspace import Workspace
from tests.core.model.painted import SMALL, painted
from tests.webapp.wardrobe import wardrobe

PHONE = {"width": 390, "height": 844}


def correct(workspace: Workspace, *answers: tuple[str, str, str], who: str = "Ana") -> None:
    log = AnnotationLog.of(workspace)
    log.append([Answer(*answer) for answer in answers], Voice(who, "explore"))
    log.close()


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    workspace = wardrobe(tmp_path_factory.mktemp("corrected") / "shop")
    correct(workspace, ("b2", "category", "SHIRTS"), ("b3", "category", "SHIRTS"))
    correct(workspace, ("t1", "tag:floral", "true"), who="<img src=x onerror=alert(1)>")
    return workspace


def open_page(page: Page, address: str, words: str = "", tab: str = "corrections") -> None:
    page.goto(f"{address}?tab={tab}{words}")
    expect(page.locator(f"#page-{tab} h1")).to_be_visible()


def test_page__shows_what_changed_narrows_it_and_goes_back_in_time(page, serve, shop):
    open_page(page, serve(shop.root), tab="confusion")
    strip = page.locator(".corrected-strip")
    expect(strip).to_contain_text("3 held-out labels were corrected since the import. Top-1 is")
    expect(strip).to_contain_text("Mostly where the model was wrong")
    strip.get_by_role("button", name="See what changed").click()
    expect(page.locator(".corrections-warning")).to_contain_text("2 of 3 corrected labels are ones")
    row = page.get_by_role("row", name=re.compile("^Top-1"))
    expect(row).to_contain_text("42.9 %")
    expect(row).to_contain_text("+28.6 points")
    expect(page.get_by_role("button", name="Retrain with corrections")).to_be_visible()
    items = page.locator(".corrected-item")
    expect(items).to_have_count(3)
    page.get_by_role("button", name=re.compile("^2 agree with the model now")).press("Enter")
    expect(items).to_have_count(2)
    expect(page).to_have_url(re.compile("way=towards"))
    page.get_by_role("button", name="By tag").click()
    expect(page.get_by_role("row", name=re.compile("^floral: recall"))).to_contain_text("66.7 %")
    expect(page.locator("#corrections-curves .main-svg").first).to_be_visible()
    page.get_by_label("Labels at this moment").select_option(label="a day and time …")
    page.get_by_label("Day and time, UTC").fill("2020-01-01T00:00")
    page.get_by_label("Day and time, UTC").press("Tab")
    expect(page.get_by_text("At this moment no label differed from the import.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("At this moment no label differed from the import.")).to_be_visible()
    page.get_by_role("button", name="Back to now").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as CSV").click()
    assert saved.value.suggested_filename == "corrections-heldout-shop.csv"


@pytest.mark.parametrize("page", [{}, {"viewport": PHONE}], indirect=True, ids=["desk", "phone"])
def test_everybody__can_use_it(page, serve, shop, axe):
    theme = "dark" if page.viewport_size["width"] < 500 else "light"
    open_page(page, serve(shop.root), f"&__theme={theme}")
    expect(page.locator("#corrections-curves .main-svg").first).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_interrupted_training__is_offered_again_and_a_full_disk_is_a_sentence(
    page, serve, tmp_path, monkeypatch
):
    workspace = wardrobe(tmp_path / "stopped")
    run = workspace.new_model_dir("mine").with_name(".mine.run")
    run.mkdir()
    (run / "run.json").write_text('{"made_of": {}}')
    background.training_dir(workspace).mkdir()
    write_status(background.training_dir(workspace),
                 Status("mine", "probe", now(), 12, ended=now(), error="stopped"))
    open_page(page, serve(workspace.root))
    card = page.locator("#corrections-training")
    expect(card).to_contain_text("“mine” was stopped. Labels, photos or the split have changed")
    card.get_by_role("button", name="Throw it away").click()
    expect(card.get_by_role("button", name="Train another model")).to_be_visible()
    assert not run.exists()
    monkeypatch.setattr(background.shutil, "disk_usage", lambda path: type("", (), {"free": 10**6}))
    card.get_by_role("button", name="Train another model").click()
    expect(page.get_by_text(re.compile(r"needs about 0\.3 GB of disk"))).to_be_visible()


@pytest.fixture
def no_process_left():
    yield
    for child in background._children:
        child.kill()
        child.wait()


@pytest.mark.usefixtures("no_process_left")
def test_training__runs_by_itself_and_ends_with_a_model_on_the_page(
    page, serve, tmp_path, monkeypatch
):
    """The real thing: another process trains a small network on painted photos."""
    workspace = painted(tmp_path, items=30)
    recipe = tmp_path / "small.yaml"
    recipe.write_text(yaml.safe_dump(SMALL.changed(epochs=1).to_dict()))
    command = background._command
    monkeypatch.setattr(background, "_command", lambda workspace, status, options: [
        str(recipe) if word == "probe" else word for word in command(workspace, status, options)])
    open_page(page, serve(workspace.root), tab="models")
    card = page.locator("#models-training")
    card.get_by_role("button", name="Train on these labels").click()
    expect(card.get_by_role("progressbar")).to_be_visible()
    card.get_by_role("button", name="Cancel").wait_for()
    with pytest.raises(Exception, match="a training goes on"):
        background.start_training(workspace, "probe")
    page.goto("about:blank")  # it goes on when nobody looks
    until = time.monotonic() + 300
    while (found := background.last_training(workspace)).going_on and time.monotonic() < until:
        time.sleep(0.3)
    assert found.state == background.DONE, found
    open_page(page, serve(workspace.root), tab="models")
    expect(page.get_by_role("row", name=re.compile(f"^{found.status.name}"))).to_be_visible()
    expect(card).to_contain_text(f"“{found.status.name}” was trained")
    assert Workspace.open(workspace.root).settings.model == found.status.name  # the first one
