"""Slices: what a place opens, what clicks change, what is compared, searched, saved, watched."""

import csv
import io
import json
import time

import numpy as np
import pytest

from core.catalog.table import read_catalog, write_catalog
from core.errors import FittingRoomError, SliceError
from core.predictions.table import Predictions
from tests.webapp.answered import MODEL_ID, add_answers, answered_workspace
from tests.webapp.rivals import rivals
from tests.webapp.wardrobe import wardrobe
from webapp.actions import slice_items, slice_watch, slice_worst, slices
from webapp.actions.jobs import Job, Jobs
from webapp.actions.lists import chosen_items
from webapp.actions.opened import open_now
from webapp.render import slice_photos, slices as render
from webapp.render.slice_words import SliceWords
from webapp.session import Session

BLOUSES = [["label", "is", "BLOUSES"]]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    return wardrobe(tmp_path_factory.mktemp("slices") / "shop", groups=True)


def opened(workspace):
    return open_now("shop", workspace.root)


def place(**words) -> Session:
    return Session("shop", page="slices").put("slices", **words)


def where(*conditions) -> str:
    return json.dumps(conditions)


def words(now) -> SliceWords:
    return SliceWords(now.workspace.tasks)


def test_a_slice__opens_its_items_the_least_likely_labels_first(shop):
    found = slices.found(opened(shop), place(where=where(*BLOUSES)))
    assert found.item_ids.tolist() == ["b3", "b2", "b4", "b1"]
    assert slices.items(opened(shop), place()) == ["b3", "b2", "b4", "s2", "t1", "b1", "s1"]
    value = slice_photos.photos_value(opened(shop), place(where=where(*BLOUSES)), "slices", found,
                                      words(opened(shop)))
    assert value["subtitle"] == "4 of 7 items, of 4 sellers; least likely labels first"
    assert value["of"] == "labelled blouse"


@pytest.mark.parametrize("text", ["nonsense", "{}", '[["label"]]', "[" * 100_000])
def test_a_damaged_link__is_told(shop, text):
    found = slices.found(opened(shop), place(where=text))
    assert "condition" in found.problem and not found.mask.any()
    with pytest.raises(SliceError, match="condition"):
        slices.items(opened(shop), place(where=text))


def test_a_link__to_what_is_not_here_is_told(shop):
    now, session = opened(shop), place(where=where(["photo:brightness", "range", [None, 40]]))
    found = slices.found(now, session)
    assert found.problem == ("These items cannot be told apart by 'photo:brightness'; measure the"
                             " photos first.")
    value = render.open_value(now, session, found, words(now))
    assert (value["title"], value["problem"], value["figures"]) == (
        "Not to be shown", found.problem, [])
    assert slice_photos.panel_value(now, session, "slices", found, words(now))["item"] is None
    anew = slices.narrow(now, session, {"facet": "label", "op": "is", "value": "SHIRTS"})
    assert slices.items(now, anew) == ["s2", "s1"]  # the way out
    assert "not among the saved ones" in slices.found(now, place(slice="0" * 12)).problem
    with pytest.raises(FittingRoomError, match="not among the saved ones"):
        chosen_items(now, session, {"list": place(slice="0" * 12).link, "expected": 7})


def test_conditions__are_added_and_taken_away(shop):
    now = opened(shop)
    session = slices.narrow(now, place(), {"facet": "label", "op": "is", "value": "BLOUSES"})
    session = slices.narrow(now, session, {"facet": "tag:floral", "op": "not", "value": "yes"})
    assert slices.items(now, session) == ["b3", "b2"]
    value = render.open_value(now, session, slices.found(now, session), words(now))
    assert value["title"] == "Labelled blouse, not labelled floral"
    session = slices.open_slice(now, session, {"where": value["chips"][0]["where"]})
    assert slices.items(now, session) == ["b3", "b2", "s2", "t1", "s1"]


@pytest.mark.parametrize(("data", "sentence"), [
    ({"facet": "label", "value": "HATS"}, "there is no 'HATS' among these items"),
    ({"facet": "colour", "value": "red"}, "cannot be told apart by 'colour'"),
    ({"facet": "items", "value": "b1, nobody"}, "there is no item 'nobody' in this workspace"),
    ({"facet": "items", "value": " "}, "paste one item id at least"),
    ({"facet": "label", "value": ["BLOUSES"]}, "there is no"),
])
def test_a_condition__that_makes_no_sense_is_refused(shop, data, sentence):
    with pytest.raises(SliceError, match=sentence):
        slices.narrow(opened(shop), place(), data)


def test_pasted_ids__are_a_slice(shop):
    session = slices.narrow(opened(shop), place(), {"facet": "items", "value": "t1\nb1, b2"})
    assert slices.items(opened(shop), session) == ["b2", "t1", "b1"]


def test_levels__are_compared_with_their_intervals(shop):
    now = opened(shop)
    value = render.compare_value(now, place(by="label", figure="top1"), words(now))
    assert [(row["name"], row["items"], row["text"], row["interval"]) for row in value["rows"]] == [
        ("Blouse", 4, "25.0 %", "4.6 to 69.9"), ("Shirt", 2, "50.0 %", "9.5 to 90.5"),
        ("Tank top", 1, "100.0 %", "20.7 to 100.0")]
    assert (value["all"]["text"], value["by"]) == ("42.9 %", "label")
    text, name = slices.compared_csv(place(by="label", figure="top1"), now)
    assert list(csv.reader(io.StringIO(text)))[:2] == [
        ["value", "items", "top1", "rests on", "low", "high"],
        ["BLOUSES", "4", "0.250000", "4", "0.045587", "0.699358"]]
    assert name == "label-top1-heldout.csv"


def test_levels__are_ordered_as_asked(shop):
    now = opened(shop)
    found = {sort: slices.compared(now, place(by="label", sort=sort)) for sort in slices.SORTS}
    assert found["name"].order.tolist() == [0, 1, 2]
    assert found["items"].order.tolist() == [0, 1, 2]  # 4, 2 and 1
    assert found["worst"].order.tolist() == [0, 1, 2]  # at best 70, 91 and 100 %
    sure = slices.compared(now, place(by="answer", figure="ece", sort="worst"))
    assert (np.diff(sure.by.value[sure.order]) <= 0).all()  # the largest error first


def test_sellers__are_compared_at_first_and_every_figure_can_be(shop):
    now = opened(shop)
    assert slices.facet_of(now, place()) == "group"
    for key in slices.figures_of(now):
        value = render.compare_value(now, place(by="answer", figure=key), words(now))
        assert len(value["rows"]) == 3 and value["all"]["text"], key


def test_figures__of_a_slice_stand_beside_the_rest(shop):
    now, session = opened(shop), place(where=where(*BLOUSES))
    value = render.open_value(now, session, slices.found(now, session), words(now))
    top1 = value["figures"][0]
    assert (top1["name"], top1["text"], top1["interval"], top1["rest_text"], top1["gap"]) == (
        "Top-1", "25.0 %", "4.6 to 69.9", "66.7 %", "−41.7")
    floral = value["tags"][0]
    assert (floral["name"], floral["of"], floral["precision"]["text"]) == ("floral", 2, "100.0 %")
    assert floral["precision"]["rest"] == "–"  # no other item is called floral


def test_the_worst_slices__are_searched(tmp_path):
    root = tmp_path / "many"
    workspace = answered_workspace(root, items=900, tags=("x",), photos=False)
    catalog = read_catalog(workspace)
    catalog.rows["group"] = [f"s{n % 9}" for n in range(900)]
    labels = catalog.rows["category"].to_numpy(dtype=object).copy()
    wrong = np.flatnonzero((np.arange(900) % 9 == 2) & (np.arange(900) % 2 == 0))
    labels[wrong] = "SHIRTS"
    catalog.rows["category"] = labels
    write_catalog(workspace, catalog)
    now, jobs = open_now("many", root), Jobs()
    session = place(view="worst").go(part="all")
    found = slice_worst.worst_of(now, session, jobs)
    asked = slice_worst.asked_of(now, session)
    value = render.worst_value(found, asked, words(now), ["top1"])
    assert value["rows"][0]["words"].startswith("Labelled shirt, called tank top") or (
        "s2" in value["rows"][0]["words"])
    assert value["note"].startswith(f"{found.candidates} slices were tested")


def test_a_long_search__runs_in_the_background_and_can_be_stopped(shop, monkeypatch):
    monkeypatch.setattr(slice_worst, "AT_ONCE", 0)
    now, jobs, session = opened(shop), Jobs(), place(view="worst", floor="5")
    job = slice_worst.worst_of(now, session, jobs)
    deadline = time.monotonic() + 30
    while job.running and time.monotonic() < deadline:
        time.sleep(0.01)
    found = slice_worst.worst_of(now, session, jobs)
    assert found.candidates == 0
    value = render.worst_value(found, slice_worst.asked_of(now, session), words(now), ["top1"])
    assert value["note"] == "No slice holds that many items. Lower the floor."


def test_a_stopped_search__says_so_and_can_be_begun_again(shop, monkeypatch):
    monkeypatch.setattr(slice_worst, "AT_ONCE", 0)
    now, session = opened(shop), place(view="worst", floor="50")
    stopped = Job(running=False)
    stopped.stop.set()

    class Stopped(Jobs):
        def known(self, key):
            return stopped

    found = slice_worst.worst_of(now, session, Stopped())
    value = render.worst_value(found, slice_worst.asked_of(now, session), words(now), ["top1"])
    assert value["search"] == {"text": "The search was stopped.", "busy": False, "done": 0,
                               "total": 0, "error": "", "button": "Search again"}
    assert slice_worst.search_again(now, session, Jobs()) is not stopped


def test_slices__are_saved_watched_and_removed(tmp_path):
    shop = rivals(tmp_path / "shop")
    now = opened(shop)
    asked = {"name": "Blouses", "by": "Ana"}
    session, saved = slices.save(now, place(where=where(*BLOUSES)), asked)
    assert session.place()["slice"] == saved.id and "where" not in session.place()
    assert slices.items(now, session) == ["b3", "b2", "b4", "b1"]
    models, told = slice_watch.watched(now, session)
    assert models[0].model == "paint" and "rival" in [model.model for model in models]
    value = render.saved_value(models, told, "top1", words(now))
    row = value["rows"][0]
    assert (row["name"], row["words"], row["items"]) == ("Blouses", "labelled blouse", 4)
    assert row["cells"][0]["change"] is None and row["cells"][0]["text"] == "25.0 %"
    rival = told[0].figures[[model.model for model in models].index("rival")]
    change = told[0].changes[[model.model for model in models].index("rival")]
    assert change.value == pytest.approx(rival[0] - 0.25)
    session, gone = slices.remove(now, session, {"slice": saved.id, "by": "Bo"})
    assert slice_watch.watched(now, session)[1] == [] and gone.removed_by == "Bo"
    assert slices.items(now, session) == ["b3", "b2", "b4", "b1"]  # still open
    with pytest.raises(FittingRoomError, match="not on the list any more"):
        slices.remove(now, session, {"slice": saved.id})


def test_a_long_list__of_ids_is_saved_at_once(shop):
    now = opened(shop)
    session, saved = slices.save(now, place(), {"name": "two", "ids": "b1\nt1"})
    try:
        assert slices.items(now, session) == ["t1", "b1"]
        assert slices.remove(now, session, {"slice": saved.id})[0].place().get("slice") is None
    finally:
        (shop.root / "slices.json").unlink(missing_ok=True)


def test_all_of_a_slice__can_be_meant_by_its_link(shop):
    now, session = opened(shop), place(where=where(*BLOUSES))
    link = slice_items.kept_place(session, "slices", slices.found(now, session)).link
    assert chosen_items(now, session, {"list": link, "expected": 4}) == ["b3", "b2", "b4", "b1"]
    with pytest.raises(FittingRoomError, match="holds 4 items now"):
        chosen_items(now, session, {"list": link, "expected": 5})


def test_ids__are_saved_with_label_and_answer(shop):
    text, name = slice_items.ids_csv(opened(shop), place(where=where(*BLOUSES)), "slices")
    assert text.splitlines()[:2] == ["item_id,label,answer,score", "b3,BLOUSES,SHIRTS,0.8500"]
    assert name == "label-blouses-heldout.csv"


def test_photos__are_measured_and_tell_items_apart(tmp_path):
    shop = wardrobe(tmp_path / "measured")
    now, jobs = opened(shop), Jobs()
    assert slice_worst.waiting_photos(now) == 11
    job = slice_worst.measure(now, jobs)
    deadline = time.monotonic() + 30
    while job.running and time.monotonic() < deadline:
        time.sleep(0.01)
    assert (job.error, slice_worst.waiting_photos(now)) == ("", 0)
    value = render.compare_value(now, place(by="photo:colour"), words(now))
    assert sum(row["items"] for row in value["rows"]) == 7


def test_labels_alone__are_sliced_and_counted(tmp_path):
    shop = wardrobe(tmp_path / "bare", predicted=False, photos=False)
    now = opened(shop)
    assert slices.figures_of(now) == []
    value = render.compare_value(now, place(by="label"), words(now))
    assert [(row["name"], row["text"]) for row in value["rows"]] == [
        ("Blouse", "57.1 %"), ("Shirt", "28.6 %"), ("Tank top", "14.3 %")]
    assert slice_worst.worst_of(now, place(), Jobs()) is None
    worst = render.worst_value(None, None, words(now), [])
    assert worst["note"].endswith("let a model answer these items first.")
    models, told = slice_watch.watched(now, place())
    assert render.saved_value(models, told, None, words(now))["models"] == []
    assert slices.items(now, place(where=where(*BLOUSES))) == ["b1", "b2", "b3", "b4"]
    assert slice_items.ids_csv(now, place(), "slices")[0].startswith("item_id,label\nb1,BLOUSES")


def test_57_classes_and_50_tags__without_groups_or_columns(tmp_path):
    workspace = answered_workspace(tmp_path / "wide", classes=[f"KIND {k}" for k in range(57)],
                                   tags=[f"tag {t}" for t in range(50)], items=600, photos=False)
    now = open_now("wide", workspace.root)
    session = place(where=where(["tag:tag 3", "is", "yes"]))
    value = render.open_value(now, session, slices.found(now, session), words(now))
    assert len(value["tags"]) == 50
    assert slices.facet_of(now, place()) == "label"
    assert len(render.compare_value(now, place(), words(now))["rows"]) == 19  # held out
    assert slice_worst.worst_of(now, place(view="worst", figure="all_right"), Jobs()).candidates > 0


def test_items_most_like_one__are_a_slice(tmp_path):
    shop = wardrobe(tmp_path / "alike", predicted=False)
    ids = read_catalog(shop).item_ids
    angle = np.linspace(0, 1.5, len(ids))  # b1, b2, ... lie side by side
    category = np.full((len(ids), 3), 1 / 3, np.float32)
    add_answers(shop, Predictions(
        shop.tasks, ids, category, np.zeros((len(ids), 2), np.float32),
        np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float16),
        about={"model_id": MODEL_ID}), dict.fromkeys(shop.tasks.tag_names, 0.5))
    now = opened(shop)
    session = place(where=where(["items", "like", ["b3", 3]]))
    assert sorted(slices.items(now, session)) == ["b2", "b3", "b4"]
    assert words(now).conditions(slices.found(now, session).conditions) == (
        "the 3 most like item b3")
    opened_like = slice_items.like(now, place(), "slices", {"item": "t1"})
    assert set(slices.items(now, opened_like)) == {"b1", "b2", "b3", "b4", "s1", "s2", "t1"}
    with pytest.raises(FittingRoomError, match="nobody"):
        slice_items.like(now, place(), "slices", {"item": "nobody"})


def test_items__cannot_be_compared_without_embeddings(shop):
    with pytest.raises(FittingRoomError, match="photos have not been compared yet"):
        slice_items.like(opened(shop), place(), "slices", {"item": "b1"})
