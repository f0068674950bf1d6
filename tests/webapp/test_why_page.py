"""Why, none of these and prediction sets on the page Predict, in a real browser."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from core.decisions.bundle import read_bundle, write_bundle
from core.model.card import BUNDLE, read_card
from tests.photos import encoded, exif_rotated
from tests.webapp.answered import MeanPredictor, answered_workspace
from tests.webapp.mapped import MappedPredictor
from webapp.actions import predictors

PHONE = {"width": 390, "height": 844}
DARKEST = round(255 * 0.82)


@pytest.fixture(scope="module", autouse=True)
def painter():
    """Models have maps, but for the workspace ``plain``."""
    before = predictors.open_predictor

    def open_one(folder, threads):
        kind = MeanPredictor if folder.parent.parent.name == "plain" else MappedPredictor
        return kind(read_card(folder).asked)

    predictors.open_predictor = open_one
    yield
    predictors.open_predictor = before
    predictors._pools.clear()


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    workspace = answered_workspace(tmp_path_factory.mktemp("w") / "shop")
    path = workspace.model_dir("paint") / BUNDLE
    write_bundle(path, replace(read_bundle(path), out_of_catalog=0.4, set_cut=0.2))
    return workspace


def photo(red=153, green=230, blue=0, name="shirt.png", size=(30, 40)) -> dict:
    data = encoded(Image.new("RGB", size, (red, green, blue)), "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": data}


def answer(page: Page, address: str, *files: dict, words: str = "") -> Locator:
    page.goto(f"{address}?tab=predict{words}")
    expect(page.get_by_role("button", name="Choose photos")).to_be_visible()
    page.locator(".part-predict input[type=file]").set_input_files(list(files))
    expect(page.locator(".summary-time")).to_contain_text("ms a photo")
    return page.locator(".answer").first


def darkness(card: Locator, across: float, down: float) -> int:
    """Alpha of the veil at a place of the photo, given as shares of its sides."""
    return card.locator("canvas").evaluate(
        """(canvas, [x, y]) => canvas.getContext("2d").getImageData(
            Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data[3]""",
        [across, down])


def test_why__darkens_what_does_not_speak_for_the_answer(page, serve, shop):
    card = answer(page, serve(shop.root), photo())
    why = card.get_by_role("button", name="Why shirt?")
    expect(why).to_have_attribute("aria-pressed", "false")
    why.click()
    expect(card.locator(".why-words")).to_have_text("Bright: what speaks for shirt.")
    expect(card.get_by_role("button", name="Why Shirt", exact=True)).to_have_attribute(
        "aria-pressed", "true")
    assert darkness(card, 1 / 6, 1 / 8) < 30 and darkness(card, 5 / 6, 7 / 8) == DARKEST
    card.get_by_role("button", name="Why floral").click()
    expect(card.locator(".why-words")).to_have_text("Bright: what speaks for floral.")
    expect(why).to_have_attribute("aria-pressed", "false")
    assert darkness(card, 1 / 6, 7 / 8) < 30 and darkness(card, 1 / 6, 1 / 8) == DARKEST
    card.get_by_role("button", name="Why floral").click()
    expect(card.locator("canvas")).to_have_count(0)
    expect(card.locator(".why-words")).to_have_text("")


def test_why__of_a_tag_that_is_not_given_says_so(page, serve, shop):
    card = answer(page, serve(shop.root), photo(green=20))
    card.get_by_role("button", name="Why floral").click()
    expect(card.locator(".why-words")).to_have_text(
        "Bright: what speaks for floral; not enough to tag it.")
    card.get_by_role("button", name="Why polka dot").click()
    expect(card.locator(".why-words")).to_have_text("Nothing in this photo speaks for polka dot.")
    expect(card.locator("canvas")).to_have_count(0)


@pytest.mark.parametrize("size", [(30, 40), (60, 40), (20, 60)])
def test_veil__lies_exactly_over_the_photo(page, serve, shop, size):
    card = answer(page, serve(shop.root), photo(size=size))
    card.get_by_role("button", name="Why checker").click()  # speaks everywhere
    expect(card.locator(".why-words")).to_contain_text("Bright")
    boxes = [card.locator(f".mat {kind}").bounding_box() for kind in ("img", "canvas")]
    assert boxes[0] == boxes[1]
    width, height, fit = card.locator("canvas").evaluate(
        "(canvas) => [canvas.width, canvas.height, getComputedStyle(canvas).objectFit]")
    assert width / height == pytest.approx(size[0] / size[1], abs=0.01) and fit == "contain"
    assert max(darkness(card, x, y) for x in (0.02, 0.5, 0.98) for y in (0.02, 0.98)) == 0


def test_veil__leaves_the_padding_out(page, serve, shop):
    # 60 x 40 fills the middle rows of the model's image: the shirt's evidence is above them.
    card = answer(page, serve(shop.root), photo(size=(60, 40)))
    card.get_by_role("button", name="Why shirt?").click()
    expect(card.locator(".why-words")).to_have_text("Nothing in this photo speaks for shirt.")


def test_veil__of_a_rotated_photo_stands_upright(page, serve, shop):
    rotated = {"name": "r.jpg", "mimeType": "image/jpeg", "buffer": exif_rotated(6)}
    card = answer(page, serve(shop.root), rotated)
    card.get_by_role("button", name="Why checker").click()
    sides = card.locator("canvas").evaluate("(canvas) => [canvas.width, canvas.height]")
    shown = card.locator("img").evaluate("(image) => [image.naturalWidth, image.naturalHeight]")
    assert (sides[0] < sides[1]) == (shown[0] < shown[1]) and shown[0] != shown[1]


def test_why__is_chosen_by_keyboard_and_stays_when_photos_are_added(page, serve, shop):
    card = answer(page, serve(shop.root), photo())
    card.get_by_role("button", name="Why shirt?").focus()
    page.keyboard.press("Tab")
    expect(card.get_by_role("button", name="Why Shirt", exact=True)).to_be_focused()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(card.get_by_role("button", name="Why floral")).to_be_focused()
    page.keyboard.press("Space")
    expect(card.locator(".why-words")).to_have_text("Bright: what speaks for floral.")
    page.locator(".part-predict input[type=file]").set_input_files([photo(name="second.png")])
    expect(page.locator(".answer .file")).to_have_count(2)
    expect(card.get_by_role("button", name="Why floral")).to_have_attribute("aria-pressed", "true")
    expect(card.locator("canvas")).to_have_count(1)


def test_a_model_without_maps__says_so(page, serve, tmp_path):
    card = answer(page, serve(answered_workspace(tmp_path / "plain").root), photo())
    expect(card.locator(".why-words")).to_have_text(
        "This model cannot show why: it has no map of the photo.")
    expect(card.get_by_role("button")).to_have_count(0)


def test_a_photo_that_the_browser_cannot_show__offers_no_why(page, serve, shop):
    tiff = encoded(Image.new("RGB", (30, 40), (153, 20, 0)), "TIFF")
    card = answer(page, serve(shop.root),
                  {"name": "a.tif", "mimeType": "image/tiff", "buffer": tiff})
    expect(card.locator(".why-words")).to_have_text("There is no photo to lay it over.")
    expect(card.get_by_role("button", name="Why shirt?")).to_be_disabled()


def test_none_of_these__takes_the_place_of_the_category(page, serve, shop):
    card = answer(page, serve(shop.root), photo(153, 20, 238, "cat.png"))
    expect(card.get_by_role("heading")).to_have_text("Probably none of these: 93 %")
    expect(card.locator(".set")).to_have_text("The nearest of the categories: shirt.")
    expect(card.get_by_role("img", name="Probably none of these: 93 %: cat.png")).to_be_visible()
    assert card.locator(".bars .figure").all_inner_texts() == ["60.0 %", "20.0 %", "20.0 %"]
    assert card.locator(".sure").count() == 0


def test_none_of_these__is_only_perhaps_below_one_half(page, serve, shop):
    card = answer(page, serve(shop.root), photo(153, 20, 115))
    expect(card.get_by_role("heading")).to_have_text("Perhaps none of these: 45 %")


def test_prediction_set__stands_beside_the_two_best(page, serve, shop):
    card = answer(page, serve(shop.root), photo(102), photo(250, name="sure.png"))
    expect(card.get_by_role("heading")).to_have_text("Shirt 40 % or casual dress, 30 %")
    expect(card.locator(".set")).to_have_text("One of shirt, casual dress, tank top (90 %)")
    expect(page.locator(".answer").last.locator(".set")).to_have_text("Only shirt (90 %)")
    expect(page.locator(".footnote")).to_contain_text("of 100 photos like those of the catalog, 90")


def test_downloads__say_none_of_these(page, serve, shop):
    answer(page, serve(shop.root), photo(), photo(153, 20, 238, "cat.png"))
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text())))
    assert [row["none_of_these"] for row in rows] == ["False", "True"]
    assert [row["in_set:SHIRTS"] for row in rows] == ["True", "True"]
    assert float(rows[1]["out_of_catalog"]) == pytest.approx(0.9333, abs=1e-4)


@pytest.mark.parametrize("page", [{}, {"viewport": PHONE}], indirect=True, ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody__can_use_it(page, serve, shop, axe, theme):
    card = answer(page, serve(shop.root), photo(), photo(153, 20, 238, "cat.png"),
                  words=f"&__theme={theme}")
    assert axe(page) == []
    card.get_by_role("button", name="Why shirt?").click()
    page.locator(".answer").last.get_by_role("button", name="Why floral").click()
    expect(page.locator("canvas.veil")).to_have_count(2)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.locator(".answer button.label").evaluate_all(
        """(all) => all.map((one) => one.closest("li").getBoundingClientRect().height)
            .filter((height) => height > 0 && height < 24)""")
    assert small == []
