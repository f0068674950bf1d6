import json

import pytest

from core.__main__ import main
from core.catalog.table import read_catalog
from core.commands.bundles import person, shelf_of
from core.decisions.bundle import Bundle, save_bundle
from core.predictions.inputs import catalog_jobs
from core.predictions.run import run
from tests.core.commands.shop import make_shop, paint


@pytest.fixture
def shop(tmp_path):
    """A shop with v1 (bold) and v2 in use, which promised too much."""
    workspace = make_shop(tmp_path, 150)
    model_id = paint(workspace).model_id
    run(catalog_jobs(workspace, read_catalog(workspace)), paint(workspace),
        workspace.predictions_dir("paint"), fingerprint="f", about={"model_id": model_id})
    promise = {"heldout": {"green": {"precision": 1.0, "recall": 1.0, "f1": 1.0}}}
    for cut, more in ((0.3, {"name": "bold"}), (0.9, {"promise": promise, "note": "for the sale"})):
        save_bundle(workspace.decisions_dir("paint"),
                    Bundle(model_id, {"green": cut}, saved_by="Ada", **more), workspace.tasks)
    return workspace


def told(capsys, *words):
    assert main(["bundles", *map(str, words)]) == 0
    return capsys.readouterr().out.splitlines()


def test_bundles__are_listed_put_into_use_and_taken_back(shop, capsys):
    first = told(capsys, shop.root)
    assert [line.split("  ")[0] for line in first] == ["bundle", "v2 (in use)", "v1 (bold)", "v0"]
    assert first[1].endswith("for the sale")

    assert told(capsys, shop.root, "--promote", "bold", "--by", "Ben", "--note", "calm") == [
        "v1 (bold) is in use now"]
    assert told(capsys, shop.root, "--roll-back", "--by", "Ben") == [
        "rolled back: v2 is in use now"]

    moved = [line.split(": ", 1)[1] for line in told(capsys, shop.root)[4:]]
    assert moved == ["rolled back to v2 by Ben", "promoted v1 by Ben, calm"]
    assert shelf_of(shop).in_use.version == 2


def test_bundles__are_compared_and_held_to_their_promise(shop, capsys, tmp_path):
    (sentence,) = told(capsys, shop.root, "--compare", "bold", "v2", "--json", tmp_path / "c.json")
    assert sentence.startswith("v2 against v1: green ") and "recall" in sentence
    said = json.loads((tmp_path / "c.json").read_text())
    assert said["comparison"]["sentence"] == sentence and said["in_use"] == "v2"

    lines = told(capsys, shop.root, "--kept", "v2")

    assert "promised 100.0%: broken" in lines[0] and lines[-1] == "broken: green (recall)"
    assert told(capsys, shop.root, "--kept", "bold")[-1] == "no promise is broken"


def test_bundles__that_are_not_there_are_refused(shop, capsys):
    assert main(["bundles", str(shop.root), "--promote", "v7"]) == 1
    assert "no decision bundle 'v7'; there are v2, v1 (bold), v0" in capsys.readouterr().err


def test_person__is_the_user_unless_named(monkeypatch):
    monkeypatch.setattr("getpass.getuser", lambda: "root")
    assert person(" Ada ") == "Ada" and person("") == "root"

    def nameless():
        raise OSError("no username set in the environment")

    monkeypatch.setattr("getpass.getuser", nameless)
    assert person("") == "command line"
