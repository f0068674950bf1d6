import json

import pytest

from core.annotations.answer import Answer
from core.annotations.log import AnnotationLog, Voice
from core.catalog.table import read_catalog
from core.commands.compare import verdict
from tests.core.commands.running import run_command
from tests.core.commands.shop import add_model, make_shop, paint


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A shop with the model ``paint`` and one that always answers the other class."""
    workspace = add_model(make_shop(tmp_path), "contrary")
    kind = paint(workspace)

    class Contrary(kind):
        def predict(self, photos):
            scores = super().predict(photos)
            return {**scores, "category": scores["category"][:, ::-1]}

    kinds = {"paint": kind, "contrary": Contrary}
    monkeypatch.setattr(
        "core.predictions.run.open_model", lambda folder, engine, threads: kinds[folder.name]()
    )
    return workspace


def test_compare__counts_what_b_mends_and_breaks(shop, tmp_path, capsys):
    assert run_command("compare", shop.root, "paint", "contrary", "--json", tmp_path / "c.json") == 0

    found = json.loads((tmp_path / "c.json").read_text())
    category = found["category"]
    assert (found["a"], found["b"], category["n"]) == ("paint", "contrary", 18)
    assert category["both_right"] == category["both_wrong"] == 0
    assert category["mended"] + category["broken"] == 18
    assert category["a"] == pytest.approx(1 - category["b"])
    assert len(found["item_ids"]["mended"]) == category["mended"]
    assert found["tags"]["green"]["mended"] == found["tags"]["green"]["broken"] == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "A = paint, B = contrary, on 18 held-out items"
    assert lines[2].split()[:4] == ["right", "in", "A", "B"]


def test_compare__of_a_model_with_itself_finds_nothing(shop, capsys):
    assert run_command("compare", shop.root, "paint", "paint") == 0

    assert "Both answer every item's category alike." in capsys.readouterr().out


def test_compare__names_the_models_there_are_when_one_is_missing(shop, capsys):
    assert run_command("compare", shop.root, "paint", "nobody") == 1

    error = capsys.readouterr().err
    assert error.startswith("error: workspace 'shop' has no model 'nobody'; it has contrary, paint")


def test_compare__says_how_many_items_have_corrected_labels(shop, tmp_path, capsys):
    item = read_catalog(shop).part("heldout").item_ids[0]
    label = read_catalog(shop).part("heldout").category[0]
    log = AnnotationLog.of(shop)
    log.append([Answer(item, "category", shop.tasks.classes[1 - label])], Voice("Ana", "explore"))
    log.close()
    assert run_command("compare", shop.root, "paint", "contrary", "--json", tmp_path / "c.json") == 0
    assert json.loads((tmp_path / "c.json").read_text())["corrected_items"] == 1
    assert "1 held-out item has corrected labels; those" in capsys.readouterr().out


def test_verdict__calls_a_small_difference_luck_and_a_large_one_not():
    assert "can be luck (p 0.50)" in verdict({"mended": 6, "broken": 3, "p_value": 0.5})
    sure = verdict({"mended": 30, "broken": 5, "p_value": 0.0001})
    assert sure.startswith("B is better: 30 mended against 5 broken")
    worse = verdict({"mended": 5, "broken": 30, "p_value": 0.0001})
    assert worse.startswith("A is better")
