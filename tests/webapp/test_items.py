"""One item over HTTP: its look-alikes, why, what a save would change, and what others saved."""

import time
from dataclasses import replace

import numpy as np
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.decisions.bundle import write_bundle
from core.model.card import BUNDLE
from core.predictions.store import read_predictions, write_shard
from tests.webapp.alike import SHARD, add_embeddings
from tests.webapp.answered import MeanPredictor
from tests.webapp.mapped import MappedPredictor
from tests.webapp.wardrobe import ITEMS, wardrobe
from webapp.actions import look_alikes as alike
from webapp.actions import relabel
from webapp.actions.opened import open_now
from webapp.actions.predictors import PredictorPool
from webapp.actions.served import Served
from webapp.items import items_router
from webapp.render.item import item_value
from webapp.render.relabel import meanwhile_sentence, preview_sentence
from webapp.render.words import Words
from webapp.session import Session

VECTORS = {item[0]: (np.cos(n / 9), np.sin(n / 9)) for n, item in enumerate(ITEMS)}


@pytest.fixture
def root(tmp_path):
    workspace = wardrobe(tmp_path / "shop")
    add_embeddings(workspace, {name: one for name, one in VECTORS.items() if name != "n1"})
    return workspace.root


@pytest.fixture
def ask(root):
    """``ask(path, item)`` gets, ``ask(path, data=...)`` posts; the answer's JSON or sentence."""
    client = TestClient(FastAPI(routes=items_router(Served([root])).routes))

    def call(path, item="b3", data=None, **words):
        place = {"workspace": "shop", "model": "paint", "item": item, **words}
        said = client.get(f"/items/{path}", params=place) if data is None else client.post(
            f"/items/{path}", json={**place, **data})
        return said.json() if said.status_code == 200 else (said.status_code, said.text)

    return call


def save(root, *items, by="Ben", number=1, seen=None, **labels):
    opened = open_now("shop", root)
    wish = relabel.wish_of(
        opened, {"by": by, "key": f"{number:032x}", "seen": seen, **labels}, items)
    told = meanwhile_sentence(relabel.meanwhile(opened, wish), len(items))
    relabel.save(opened, wish, "confusion")
    return told


def test_look_alikes__are_labelled_items_the_likest_first(ask):
    found = ask("alike", "b3")
    assert [one["id"] for one in found["items"]] == ["b2", "b4", "b1", "s1", "s2", "t1", "v1", "v2"]
    assert found["items"][0]["like"] == "0.99 alike" and found["items"][0]["label"] == "Blouse"
    assert found["text"] == "4 of 8 are labelled blouse." and found["button"] is None


def test_look_alikes__follow_corrections_and_name_the_same_photo(ask, root):
    assert ask("alike", "n2")["items"][0]["like"] == "same photo"
    save(root, "b2", category="cannot tell")
    assert "b2" not in [one["id"] for one in ask("alike", "b3")["items"]]


def test_look_alikes__that_cannot_be_found_say_why(ask, tmp_path):
    assert ask("alike", "n1")["text"].startswith("The model could not read this photo")
    bare = wardrobe(tmp_path / "bare", photos=False, predicted=False)
    opened = open_now("bare", bare.root)
    assert alike.look_alikes(opened, "b1").missing.startswith("This workspace has labels only")
    new = open_now("new", wardrobe(tmp_path / "new", predicted=False).root)
    assert alike.look_alikes(new, "b1").missing.startswith("Photos are compared by a model")


def test_look_alikes__are_found_in_the_background(tmp_path, monkeypatch):
    root = wardrobe(tmp_path / "shop").root
    client = TestClient(FastAPI(routes=items_router(Served([root])).routes))
    place = {"workspace": "shop", "model": "paint", "item": "b3"}
    before = client.get("/items/alike", params=place).json()
    assert before["button"] == "Find look-alikes" and "kept without" in before["text"]

    def predict(workspace, model, progress):
        progress(5, 12)
        add_embeddings(workspace, VECTORS)

    monkeypatch.setattr(alike, "predict_workspace", predict)
    client.post("/items/alike", json={**place, "do": "find"})
    for _ in range(100):
        found = client.get("/items/alike", params=place).json()
        if not found["busy"]:
            break
        time.sleep(0.05)
    assert found["items"][0]["id"] == "b2" and found["error"] == ""


def test_look_alikes__of_many_items_wait_to_be_asked_for(ask, monkeypatch):
    monkeypatch.setattr(alike, "AT_ONCE", 5)
    found = ask("alike", "b3")
    assert found["text"] == "The photos of this workspace have not been compared yet."
    assert found["button"] == "Find look-alikes"


def test_one_item__says_what_the_model_decides(root):
    workspace = open_now("shop", root).workspace
    bundle = open_now("shop", root).bundle
    write_bundle(workspace.model_dir("paint") / BUNDLE, replace(
        bundle, out_of_catalog=0.3, set_cut=0.15, coverage=0.9))
    folder = workspace.predictions_dir("paint")
    saved = read_predictions(folder, workspace.tasks)
    unlike = np.where(saved.item_ids == "b2", 0.4, 0.1).astype(np.float32)
    write_shard(folder / SHARD, replace(saved, extra={"out_of_catalog": unlike}), [])
    opened = open_now("shop", root)
    words = Words(workspace.tasks)
    assert item_value(opened, "b2", words)["verdicts"] == [
        "Perhaps none of these: 40 %", "One of shirt, blouse (90 %)"]
    assert item_value(opened, "b3", words)["verdicts"] == ["Only shirt (90 %)"]


def test_one_item__has_everything_that_the_panel_shows(ask):
    item = ask("one", "b4")
    assert item["label"] == "Blouse" and item["now"]["tags"] == ["floral", "checker"]
    assert item["workspace"] == "shop" and item["seen"] == 0
    assert item["why"] == {"key": "SHIRTS", "name": "Shirt"}
    assert ask("one", "zz") == (404, "there is no item 'zz' in this workspace; reload the page")


def test_why__comes_from_the_model_in_view(ask, root, monkeypatch):
    tasks = open_now("shop", root).workspace.tasks
    monkeypatch.setattr("webapp.actions.why.pool_of", lambda *_: PredictorPool(
        lambda: MappedPredictor(tasks), 1))
    found = ask("why", "b3")
    assert (found["rows"], found["columns"]) == (4, 3)
    assert set(found["classes"]) == {"BLOUSES", "SHIRTS", "TANK_TOPS"}
    assert ask("why", "zz") == (404, "item zz has no photo in this workspace")


def test_why__is_nothing_from_a_model_without_maps(ask, root, monkeypatch):
    tasks = open_now("shop", root).workspace.tasks
    monkeypatch.setattr("webapp.actions.why.pool_of", lambda *_: PredictorPool(
        lambda: MeanPredictor(tasks), 1))
    assert ask("why", "b3") is None


@pytest.mark.parametrize(("items", "labels", "sentence"), [
    (["b1", "b2", "s1"], {"category": "SHIRTS"},
     "2 change, all of them held-out; 1 is labelled so already."),
    (["b2", "v2", "n3"], {"category": "SHIRTS", "tags": {"floral": True}},
     "3 change, 1 of them held-out."),
    (["n1"], {"tags": {"checker": False}}, "1 changes."),
    (["b1"], {"tags": {"floral": False}}, "1 changes, held-out."),
    (["b1", "b4"], {"tags": {"floral": True}}, "All 2 are labelled so already."),
    (["b1"], {"category": "none of these"}, "1 changes, held-out."),
])
def test_preview__counts_what_really_changes(ask, items, labels, sentence):
    assert ask("preview", data={"items": items, **labels}) == {"text": sentence}


def test_preview__of_a_whole_list_by_its_link(ask):
    link = Session("shop", "paint", page="confusion").put(label="BLOUSES", answer="SHIRTS").link
    sent = {"list": link, "expected": 3, "category": "SHIRTS"}
    assert ask("preview", data=sent) == {"text": "3 change, all of them held-out."}
    status, sentence = ask("preview", data={**sent, "expected": 9})
    assert status == 404 and sentence.startswith("the cell holds 3 items now")
    behind = Session("shop", "paint", page="explore").put(a="category:SHIRTS").link
    sent = {"list": behind, "expected": 4, "category": "SHIRTS"}
    assert ask("preview", data=sent) == {"text": "All 4 are labelled so already."}


def test_a_change_meanwhile__is_told_to_who_saves_after_it(root):
    assert save(root, "b3", number=1, category="SHIRTS", seen=0) == ""
    told = save(root, "b3", number=2, category="TANK_TOPS", seen=0, by="Ana")
    assert told == " Meanwhile Ben had changed it; yours stands now, both are in its history."
    assert save(root, "b3", number=3, category="SHIRTS", seen=2, by="Ana") == ""
    assert save(root, "b3", number=4, tags={"floral": True}, seen=0) == ""  # another question
    told = save(root, "b1", "b3", number=5, category="SHIRTS", seen=0, by="Cem")
    assert told == (" Meanwhile Ana and Ben had changed 1 of them; yours stand now, all is in"
                    " their history.")


def test_since__names_the_others_who_changed_something(ask, root):
    assert ask("since", save=0) == {"text": ""}
    save(root, "b3", number=1, category="SHIRTS")
    assert ask("since", save=0, by="Ana") == {"text": "Ben changed 1 item meanwhile."}
    assert ask("since", save=0, by="Ben") == {"text": ""}
    save(root, "b1", "b2", number=2, category="SHIRTS", by="Ana")
    assert ask("since", save=0, by="Cem") == {"text": "Ana and Ben changed 3 items meanwhile."}
    assert ask("since", save=2, by="Cem") == {"text": ""}
    assert ask("since", save=0, workspace="x")[0] == 404


def test_preview_sentence__of_one_that_is_so_already():
    assert preview_sentence(relabel.Preview(0, 1, 0)) == "It is labelled so already."
