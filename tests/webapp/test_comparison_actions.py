"""Two models on the same held-out photos: what the other one mends and breaks, and the clicks."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.errors import FittingRoomError
from core.workspace import Workspace
from tests.webapp.answered import answered_workspace
from tests.webapp.rivals import add_rival, change_card, opened, place, rivals
from tests.webapp.wardrobe import wardrobe
from webapp.actions import comparison
from webapp.actions.jobs import Job
from webapp.render import comparison as compare_render
from webapp.render.words import Words


@pytest.fixture
def shop(tmp_path) -> Workspace:
    return rivals(tmp_path / "shop")


def compared(shop, **words):
    now, session = opened(shop), place(**words)
    pair = comparison.pair_of(now, session)
    found = comparison.compared(now, pair)
    return now, session, pair, found, comparison.changed(now, session, found)


def test_pair__is_the_one_in_use_and_the_newest_other_one(shop):
    change_card(shop, "rival", made="2999-01-01T00:00:00+00:00")
    pair = comparison.pair_of(opened(shop), place())
    assert (pair.a.model, pair.b.model) == ("paint", "rival")
    pair = comparison.pair_of(opened(shop), place(a="rival", b="paint"))
    assert (pair.a.model, pair.b.model) == ("rival", "paint")
    pair = comparison.pair_of(opened(shop), place(a="paint", b="nobody"))
    assert (pair.a.model, pair.b.model) == ("paint", "rival")


def test_comparison__counts_and_names_what_the_other_model_mends_and_breaks(shop):
    now, session, pair, found, changed = compared(shop, a="paint", b="rival")
    value = compare_render.compare_value(now, pair, [None, None], found, changed)
    assert [(one["key"], one["count"], one["open"]) for one in value["counts"]] == [
        ("mended", "2", True), ("broken", "1", False), ("wrong", "2", False), ("right", "2", False)]
    assert value["verdict"] == ("Among 3 items on which they differ, 2 mended and 1 broken can be"
                                " luck (p 1.00): more held-out items would be needed.")
    assert value["facts"] == "On 7 held-out photos that both answered and neither learned from."
    category, floral, checker = value["questions"]
    assert (category["a"], category["b"], category["difference"]) == ("42.9 %", "57.1 %", "+14.3")
    assert (floral["name"], floral["mended"], floral["broken"]) == ("floral", "0", "1")
    assert (checker["mended"], checker["broken"], checker["p"]) == ("0", "0", "1.000")


def test_photos__come_with_both_answers_the_largest_change_first(shop):
    now, session, pair, found, changed = compared(shop, a="paint", b="rival")
    value = compare_render.photos_value(now, session, pair, found, changed, Words(shop.tasks))
    # the label's score: b2 from .20 to .80, b3 from .10 to .52
    assert [item["id"] for item in value["items"]] == ["b2", "b3"]
    assert value["items"][0]["guesses"] == [{"name": "Shirt", "share": "70 %"},
                                            {"name": "Blouse", "share": "80 %"}]
    assert value["items"][0]["tags"] == ["Blouse"]
    assert value["title"] == "Mended: 2"
    assert value["subtitle"] == "Category: only “rival” is right; largest change first"


@pytest.mark.parametrize(("shown", "ids"), [
    ("mended", ["b2", "b3"]), ("broken", ["b1"]), ("wrong", ["b4", "s2"]), ("right", ["s1", "t1"])])
def test_photos__of_each_outcome(shop, shown, ids):
    _, _, _, found, changed = compared(shop, a="paint", b="rival", show=shown)
    assert sorted(found.items.item_ids[changed.rows]) == ids


def test_tags__are_compared_at_each_models_own_threshold(shop):
    now, session, pair, found, changed = compared(shop, a="paint", b="rival", of="tag:floral")
    value = compare_render.photos_value(now, session, pair, found, changed, Words(shop.tasks))
    assert (changed.question, changed.shown) == ("floral", "broken")  # nothing was mended
    assert [(item["id"], item["tags"]) for item in value["items"]] == [("s1", ["not floral"])]
    assert value["items"][0]["guesses"] == [{"name": "not tagged", "share": "0.10"},
                                            {"name": "tagged", "share": "0.90"}]
    panel = compare_render.panel_value(now, session, pair, found, changed, Words(shop.tasks))
    assert panel["tags"][0] == {"name": "floral", "label": 0, "a": pytest.approx(0.1),
                                "b": pytest.approx(0.9), "a_on": False, "b_on": True}


def test_ids__are_saved_in_the_order_of_the_photos(shop):
    text, name = comparison.compared_csv(place(a="paint", b="rival"), opened(shop))
    assert text == ("item_id,question,outcome,a,b\n"
                    "b2,category,mended,paint,rival\nb3,category,mended,paint,rival\n")
    assert name == "mended-category-paint-rival.csv"


def test_clicks__change_the_place_and_doubt_what_the_browser_sends(shop):
    now, session, *_ = compared(shop, a="paint", b="rival")
    swapped = comparison.choose(now, session, {"a": "rival"})
    assert (swapped.place()["a"], swapped.place()["b"]) == ("rival", "paint")
    with pytest.raises(FittingRoomError, match="cannot be compared here"):
        comparison.choose(now, session, {"b": "<img>"})
    asked = comparison.ask(now, session, {"question": "floral", "shown": "right"})
    assert (asked.place()["of"], asked.place()["show"]) == ("tag:floral", "right")
    assert "of" not in comparison.ask(now, asked, {"question": "plaid", "shown": "all"}).place()
    assert "at" not in comparison.turn(now, session, {"page": -3}).place()
    stepped = comparison.step(now, session, {"by": 1})
    assert stepped.place()["item"] == "b3"
    assert comparison.step(now, stepped, {"by": 1}).place()["item"] == "b3"
    assert comparison.step(now, stepped, {"by": -1}).place()["item"] == "b2"


def test_photo_learned_by_one_model__is_left_out_for_both(shop):
    content = opened(shop).catalog.rows.set_index("item_id")["content"]["b1"]
    pq.write_table(pa.table({"content": [content]}), shop.model_dir("rival") / "seen.parquet")
    change_card(shop, "rival", made="2026-03-01T00:00:00+00:00")
    now, session, pair, found, changed = compared(shop, a="paint", b="rival")
    value = compare_render.compare_value(now, pair, [None, None], found, changed)
    assert value["facts"] == ("On 6 held-out photos that both answered; 1 left out, because one of"
                              " them learned from the photo.")
    assert value["counts"][1]["count"] == "0"


def test_missing_answers__are_offered_watched_and_their_failure_is_said(shop):
    (shop.predictions_dir("rival") / "run.json").unlink()
    now = opened(shop)
    pair = comparison.pair_of(now, place(a="paint", b="rival"))
    assert [model.model for model in pair.missing] == ["rival"]
    offered = compare_render.compare_value(now, pair, [None, None], None, None)
    assert offered["run"]["button"] == "Predict 12 photos"
    busy = compare_render.compare_value(now, pair, [None, Job(done=5, total=12)], None, None)
    assert busy["run"]["text"] == "Reading 5 of 12 photos for “rival”"
    assert (busy["run"]["busy"], busy["run"]["button"]) == (True, "")
    failed = Job(running=False, error="The disk is full.")
    run = compare_render.compare_value(now, pair, [None, failed], None, None)["run"]
    assert (run["error"], run["busy"]) == ("The disk is full.", False)


def test_one_model__asks_for_a_second(tmp_path, monkeypatch):
    monkeypatch.setattr("core.workspace.ASSETS", tmp_path / "nothing-shipped")
    shop = wardrobe(tmp_path / "shop")
    now = opened(shop)
    assert comparison.pair_of(now, place()) is None
    value = compare_render.compare_value(now, None, [], None, None)
    assert value["alone"].startswith("Train a second one to compare")
    assert value["command"] == f"python -m core train {shop.root} --name second"


def test_no_model__has_nothing_to_compare(tmp_path, monkeypatch):
    monkeypatch.setattr("core.workspace.ASSETS", tmp_path / "nothing-shipped")
    now = opened(wardrobe(tmp_path / "shop", predicted=False))
    assert compare_render.compare_value(now, None, [], None, None) is None


def test_values__are_plain_json(shop):
    now, session, pair, found, changed = compared(shop, a="paint", b="rival")
    words = Words(shop.tasks)
    for value in (
        compare_render.compare_value(now, pair, [None, None], found, changed),
        compare_render.photos_value(now, session, pair, found, changed, words),
        compare_render.panel_value(now, session, pair, found, changed, words),
    ):
        json.dumps(value, allow_nan=False)


def test_no_heldout_items__says_so(tmp_path):
    shop = answered_workspace(tmp_path / "shop", items=4, splits=["train"] * 4)
    add = shop.model_dir("paint").parent / "other"
    add.mkdir()
    for path in shop.model_dir("paint").iterdir():
        (add / path.name).write_bytes(path.read_bytes())
    out = shop.predictions_dir("other")
    out.mkdir()
    for path in shop.predictions_dir("paint").iterdir():
        (out / path.name).write_bytes(path.read_bytes())
    now, session, pair, found, changed = compared(shop, a="paint", b="other")
    value = compare_render.compare_value(now, pair, [None, None], found, changed)
    assert value["verdict"] == "There are no labelled held-out photos to compare on."
    assert changed.position == -1


def test_same_answers__are_called_the_same(shop):
    add_rival(shop, "twin")
    now, session, pair, found, changed = compared(shop, a="rival", b="twin")
    value = compare_render.compare_value(now, pair, [None, None], found, changed)
    assert value["verdict"] == "Both are right and wrong on the same photos."
