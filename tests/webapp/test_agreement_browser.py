"""Agreement in a real browser: votes brought, settled by keys, undone, sent, taken along."""

import re

import pandas as pd
import pytest
from playwright.sync_api import expect

from core.annotations.present import present
from core.annotations.records import workspace_records
from core.workspace import Workspace
from tests.webapp.wardrobe import wardrobe

EVIL = "<img onerror=alert(1) src=x>"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "color_scheme": "dark"}

VOTES = [
    ("b1", "ann", "BLOUSES", "floral"), ("b1", "bob", "BLOUSES", "floral"), ("b1", EVIL, "BLOUSES", ""),
    ("s1", "ann", "SHIRTS", ""), ("s1", "bob", "BLOUSES", ""),
    ("s2", "ann", "SHIRTS", ""), ("s2", "bob", "SHIRTS", ""),
    ("t1", "ann", "TANK_TOPS", ""), ("t1", "bob", "SHOES", ""), ("gone", "ann", "SHIRTS", ""),
]


def votes_file(folder):
    path = folder / "votes.csv"
    pd.DataFrame(VOTES, columns=["id", "annotator", "kind", "tags"]).to_csv(path, index=False)
    return path


def bring(page, path):
    page.get_by_label("A file of votes").set_input_files(path)
    expect(page.get_by_role("heading", name="Taken in")).to_be_visible()


def rows(page):
    return page.locator(".agree-row")


def test_votes__are_brought_measured_settled_undone_and_sent(page, serve, tmp_path):
    shop = wardrobe(tmp_path / "shop")
    address = serve(shop.root)
    page.goto(f"{address}?tab=agreement")
    expect(page.get_by_role("heading", name="Nobody has voted yet")).to_be_visible()
    page.get_by_label("A file of votes").set_input_files(
        {"name": "votes.xlsx", "mimeType": "text/plain", "buffer": b"x"})
    expect(page.get_by_role("alert")).to_contain_text("is no kind of votes file that is taken here")

    bring(page, votes_file(tmp_path))
    expect(page.get_by_text("29 answers added, by 3 annotators on 5 items")).to_be_visible()
    page.get_by_text("What was left out").click()
    expect(page.get_by_text("'SHOES' is no answer to 'category'")).to_be_visible()
    assert page.locator("img[onerror]").count() == 0

    # s1 is torn between two; b1 on floral, two to one
    expect(rows(page)).to_have_count(2)
    expect(rows(page).first).to_have_attribute("aria-label", "1: item s1, kind, 1 Blouse, 1 Shirt")
    answers = page.locator(".agree-answer")
    expect(answers.first).to_contain_text("bob")
    expect(answers.nth(1)).to_contain_text("model 90 %")
    cell = page.get_by_role("button", name=re.compile("^ann and bob: kappa")).first
    expect(cell).to_have_text("0.4003")

    page.keyboard.press("2")
    page.keyboard.press("Space")
    expect(page.get_by_text("s1 is settled: Shirt.")).to_be_visible()
    expect(rows(page)).to_have_count(1)
    state = present(workspace_records(Workspace.open(shop.root)), shop.tasks)
    assert state.corrected.sum() == 1
    page.keyboard.press("u")
    expect(rows(page)).to_have_count(2)
    expect(page.locator("[aria-current].agree-row")).to_contain_text("Shirt")

    page.keyboard.press("s")
    expect(page.get_by_text("Is it floral?")).to_be_visible()
    expect(page).to_have_url(re.compile("item=b1&of=floral"))
    page.keyboard.press("q")
    expect(page.get_by_text("1 item waits for another vote now")).to_be_visible()
    page.keyboard.press("n")
    page.keyboard.press("Space")
    expect(page.get_by_text("b1 is settled: floral, no.")).to_be_visible()

    page.get_by_role("button", name="Show what bob mixes up").click()
    expect(page.get_by_role("heading", name="What bob mixes up")).to_be_visible()
    with page.expect_download() as caught:
        page.get_by_role("link", name="Consensus, CSV").click()
    table = pd.read_csv(caught.value.path()).set_index(["item_id", "task"])
    assert table.loc[("b1", "floral"), ["votes", "agreeing", "majority", "in_force"]].tolist() == [
        3, 2, "true", "false"]
    assert table.loc[("s1", "category"), "votes"] == 2


@pytest.mark.parametrize("page", [{"color_scheme": "light"}, PHONE], indirect=True,
                         ids=["light", "dark phone"])
def test_accessibility__has_no_serious_fault(page, serve, tmp_path, axe):
    shop = wardrobe(tmp_path / "shop")
    page.goto(f"{serve(shop.root)}?tab=agreement")
    expect(page.get_by_role("heading", name="Nobody has voted yet")).to_be_visible()
    assert axe(page) == []
    bring(page, votes_file(tmp_path))
    page.get_by_role("button", name="Show what bob mixes up").click()
    expect(rows(page)).to_have_count(2)
    expect(page.get_by_role("heading", name="What bob mixes up")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
