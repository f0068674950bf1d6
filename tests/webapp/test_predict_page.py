"""The page Predict in a real browser: drop, read, hand on; and nothing is kept."""

import base64
import csv
import io
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from gradio.utils import get_upload_folder
from PIL import Image
from playwright.sync_api import Page, expect

from core.decisions.bundle import Bundle, save_bundle
from tests.photos import bad_photos, encoded
from tests.webapp.answered import MODEL_ID, MeanPredictor, answered_workspace
from webapp.actions import predictors

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module", autouse=True)
def painter():
    """Every model answers with the photo's mean colour."""
    from core.model.card import read_card

    before = predictors.open_predictor
    predictors.open_predictor = lambda folder, threads: MeanPredictor(read_card(folder).asked)
    yield
    predictors.open_predictor = before
    predictors._pools.clear()


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return answered_workspace(tmp_path_factory.mktemp("w") / "shop")


def photo(red: int = 51, green: int = 230, name: str = "shirt.png") -> dict:
    data = encoded(Image.new("RGB", (30, 40), (red, green, 0)), "PNG")
    return {"name": name, "mimeType": "image/png", "buffer": data}


def open_page(page: Page, address: str, words: str = "") -> None:
    page.goto(f"{address}?tab=predict{words}")
    expect(page.get_by_role("button", name="Choose photos")).to_be_visible()


def choose(page: Page, *files: dict | Path) -> None:
    page.locator(".part-predict input[type=file]").set_input_files(list(files))


def wait_until_answered(page: Page) -> None:
    expect(page.locator(".summary-time")).to_contain_text("ms a photo")


def drop(page: Page, files: list[dict], kind: str = "drop") -> None:
    """Drop (or paste) as a person would: events on the page with a real DataTransfer."""
    page.evaluate(
        """([files, kind]) => {
            const data = new DataTransfer();
            for (const {name, text, mimeType} of files) {
                const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
                data.items.add(new File([bytes], name, {type: mimeType}));
            }
            const event = kind === "paste"
                ? new ClipboardEvent("paste", {clipboardData: data, bubbles: true})
                : new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true});
            document.querySelector(".part-predict").dispatchEvent(event);
        }""",
        [[{"name": f["name"], "mimeType": f["mimeType"],
           "text": base64.b64encode(f["buffer"]).decode()} for f in files], kind],
    )


def test_photos__are_answered_in_the_order_of_the_drop(page, serve, shop):
    open_page(page, serve(shop.root))
    names = [f"photo-{number:02d}.png" for number in range(20)]
    drop(page, [photo(number * 12, 10, name) for number, name in enumerate(names)])
    wait_until_answered(page)
    assert page.locator(".answer .file").all_inner_texts() == names
    expect(page.locator(".summary-words")).to_have_text("20 photos answered")
    assert re.match(r"\d+(\.\d)? s in all, \d+ ms a photo. No photo is kept after its answer.",
                    page.locator(".summary-time").inner_text())


def test_card__shows_answer_bars_and_decisions_in_words(page, serve, shop):
    open_page(page, serve(shop.root))
    choose(page, photo(204, 100))
    wait_until_answered(page)
    card = page.locator(".answer")
    expect(card.get_by_role("heading")).to_have_text("Shirt 80 % or casual dress, 10 %")
    assert card.locator(".bars .label").all_inner_texts() == ["Shirt", "Casual dress", "Tank top"]
    assert card.locator(".bars .figure").all_inner_texts() == ["80.0 %", "10.0 %", "10.0 %"]
    row = card.locator(".tag-rows li").first
    expect(row).to_contain_text("floral")
    expect(row).to_contain_text("0.392 of 0.500 needed")
    expect(row.locator(".chip")).to_have_text("not tagged")
    expect(card.get_by_role("img", name="Shirt: shirt.png")).to_be_visible()


def test_bad_files__each_get_a_sentence_and_the_others_are_answered(page, serve, shop, tmp_path):
    bad = {name: data for name, (data, _) in bad_photos().items()}
    files = {"first.png": photo()["buffer"], **bad, "large.jpg": bytes(20 * 2**20 + 9),
             "last.png": photo()["buffer"]}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    open_page(page, serve(shop.root))
    choose(page, *[tmp_path / name for name in files])
    wait_until_answered(page)
    words = f"2 photos answered, {len(bad) + 1} refused"
    expect(page.locator(".summary-words")).to_have_text(words)
    assert page.locator(".answer .file").all_inner_texts() == ["first.png", "last.png"]
    sentences = page.locator(".refusal p").all_inner_texts()
    for name in [*bad, "large.jpg"]:
        assert sum(sentence.startswith(f"{name} ") for sentence in sentences) == 1
    page.get_by_role("button", name="Dismiss").first.click()
    expect(page.locator(".refusal")).to_have_count(len(bad))


def test_21_files__are_20_answers_and_a_sentence(page, serve, shop):
    open_page(page, serve(shop.root))
    choose(page, *[photo(name=f"{number}.png") for number in range(21)])
    wait_until_answered(page)
    expect(page.locator(".answer")).to_have_count(20)
    expect(page.get_by_text("You dropped 21 files; 20 are answered at a time."
                            " The last one was left out: drop it again.")).to_be_visible()


def test_paste_and_add__join_the_answers(page, serve, shop):
    open_page(page, serve(shop.root))
    drop(page, [photo(name="pasted.png")], kind="paste")
    wait_until_answered(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add photos").click()
    chooser.value.set_files([photo(name="added.png")])
    expect(page.locator(".answer .file")).to_have_text(["pasted.png", "added.png"])
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_role("button", name="Choose photos")).to_be_visible()


def test_cancel__keeps_what_is_answered(page, serve, shop):
    open_page(page, serve(shop.root))
    held = []

    def hold(route):
        if "slow" in route.request.headers["x-photo-name"]:
            held.append(route)
        else:
            route.continue_()

    page.route("**/predict/photo*", hold)
    choose(page, photo(name="quick.png"), *[photo(name=f"slow-{n}.png") for n in range(5)])
    expect(page.locator(".answer .file")).to_have_text(["quick.png"])
    expect(page.locator(".reading")).to_contain_text("Reading 2 of 6 photos")
    expect(page.locator(".answer.waiting")).to_have_count(5)
    page.get_by_role("button", name="Cancel").focus()
    held.pop(0).continue_()
    expect(page.locator(".reading")).to_contain_text("Reading 3 of 6 photos")
    expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".answer.waiting")).to_have_count(0)
    expect(page.locator(".answer .file")).to_have_text(["quick.png", "slow-0.png"])
    expect(page.get_by_role("button", name="Download CSV")).to_be_enabled()


def test_downloads__hold_the_answers(page, serve, shop):
    open_page(page, serve(shop.root))
    choose(page, photo(name="a.png"), photo(250, 5, name="b.png"))
    wait_until_answered(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(waiting.value.path()).read_text())))
    assert [row["item_id"] for row in rows] == ["a.png", "b.png"]
    assert [row["category1"] for row in rows] == ["CASUAL_DRESSES", "SHIRTS"]
    assert rows[0]["decision:floral"] == "True"
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Parquet").click()
    table = pq.read_table(waiting.value.path())
    assert table["item_id"].to_pylist() == ["a.png", "b.png"]


def test_an_item_of_the_workspace__can_be_tried(page, serve, shop):
    open_page(page, serve(shop.root))
    page.get_by_role("button", name=re.compile("^Answer i")).first.click()
    wait_until_answered(page)
    expect(page.locator(".answer .mat img")).to_have_js_property("complete", True)


def test_saved_thresholds__decide_here(page, serve, tmp_path):
    workspace = answered_workspace(tmp_path / "cuts")
    open_page(page, serve(workspace.root))
    save_bundle(workspace.decisions_dir("paint"),
                Bundle(MODEL_ID, dict.fromkeys(workspace.tasks.tag_names, 0.95)), workspace.tasks)
    choose(page, photo(10, 230))
    wait_until_answered(page)
    expect(page.locator(".answer .chip").first).to_have_text("not tagged")


def test_hostile_names__are_only_text(page, serve, tmp_path):
    hostile = ("<img src=x onerror=alert(1)>", "${alert(2)}", "</script><script>alert(3)</script>")
    workspace = answered_workspace(
        tmp_path / "<b>shop", classes=(*hostile, "A"), tags=hostile, items=12)
    open_page(page, serve(workspace.root))
    choose(page, photo(name="<img src=x onerror=alert(4)>.png"), photo(name="${alert(5)}.png"),
           {"name": "<b>bad.jpg", "mimeType": "image/jpeg", "buffer": b"no"})
    wait_until_answered(page)
    expect(page.locator(".answer .file").last).to_have_text("${alert(5)}.png")
    expect(page.locator(".refusal p")).to_contain_text("<b>bad.jpg")
    assert page.locator(".part-predict img[src='x']").count() == 0


def test_many_classes_and_tags__leave_room_for_the_answer(page, serve, tmp_path):
    workspace = answered_workspace(
        tmp_path / "many", classes=[f"CLASS_{n}" for n in range(57)],
        tags=[f"tag {n}" for n in range(50)], items=60)
    open_page(page, serve(workspace.root))
    choose(page, photo(120, 20))
    wait_until_answered(page)
    card = page.locator(".answer")
    assert card.locator(".bars > li:visible").count() == 9
    page.get_by_role("button", name=re.compile(r"^49 more below 1 %")).click()
    assert card.locator(".bars > li:visible").count() == 57
    page.get_by_role("button", name="38 more, not tagged").click()
    assert card.locator(".tag-rows > li:visible").count() == 50


def test_nothing_uploaded__is_kept_on_disk(page, serve, shop, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    folders = [Path(get_upload_folder()), shop.root, tmp_path]

    def files():
        return {path for folder in folders for path in folder.rglob("*") if path.is_file()}

    open_page(page, serve(shop.root))
    page.wait_for_timeout(300)
    before = files()
    large = encoded(Image.effect_noise((1500, 1500), 90).convert("RGB"), "PNG")
    choose(page, photo(), {"name": "large.png", "mimeType": "image/png", "buffer": large},
           {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"bad"})
    wait_until_answered(page)
    assert files() == before


def test_a_server_that_is_gone__is_said_so(page, serve, shop):
    open_page(page, serve(shop.root))
    page.route("**/predict/photo*", lambda route: route.fulfill(
        status=200, content_type="text/html", body="<h1>proxy</h1>"))
    choose(page, photo())
    expect(page.get_by_text("shirt.png did not reach the server.")).to_be_visible()


@pytest.mark.parametrize("page", [{}, {"viewport": PHONE}], indirect=True, ids=["desk", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody__can_use_it(page, serve, shop, axe, theme):
    open_page(page, serve(shop.root), f"&__theme={theme}")
    assert axe(page) == []
    choose(page, photo(), photo(120, 122, "close.png"), photo(name="x" * 150 + ".png"),
           {"name": "bad.jpg", "mimeType": "image/jpeg", "buffer": b"bad"})
    wait_until_answered(page)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_keyboard__reaches_everything(page, serve, shop):
    open_page(page, serve(shop.root))
    page.get_by_role("button", name=re.compile("^Answer i")).first.focus()
    page.keyboard.press("Enter")
    wait_until_answered(page)
    names = []
    page.locator(".summary .link").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.textContent"))
    assert names == ["Download CSV", "Parquet", "Add photos"]
