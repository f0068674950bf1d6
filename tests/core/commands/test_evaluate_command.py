import json

import pytest

from core.catalog.table import read_catalog
from core.commands.evaluate import evaluate_model, read_seen
from core.commands.figures_table import aligned, figures_lines, percent
from core.predictions.store import read_predictions
from tests.core.commands.running import run_command
from tests.core.commands.shop import add_model, make_shop, paint


@pytest.fixture
def shop(tmp_path, monkeypatch):
    workspace = make_shop(tmp_path)
    monkeypatch.setattr(
        "core.predictions.run.open_model", lambda folder, engine, threads: paint(workspace)()
    )
    return workspace


def test_evaluate__answers_what_has_no_scores_and_writes_the_promised_json(shop, tmp_path):
    assert run_command("evaluate", shop.root, "--json", tmp_path / "e.json") == 0

    figures = json.loads((tmp_path / "e.json").read_text())
    assert (figures["model"], figures["decisions"]) == ("paint", "v0")
    for part in ("validation", "heldout"):
        found = figures[part]
        assert found["classes"] == ["BLUE", "RED"] and found["n"] == 18
        assert sum(map(sum, found["confusion"])) == 18
        assert found["top2"] == 1 and 0 <= found["top1"] <= 1
        assert {"macro_f1", "ece", "per_class"} <= set(found)
        assert {"threshold", "precision", "recall", "f1", "ap", "auc", "support"} <= set(
            found["tags"]["green"]
        )
        assert found["tags"]["green"]["auc"] == 1  # green is tagged by the very colour


def test_evaluate__prints_aligned_tables(shop, capsys):
    run_command("evaluate", shop.root)

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "model paint (0123456789abcdef), thresholds v0"
    assert lines[2].split() == ["validation", "held-out"]
    assert lines[3].split() == ["items", "18", "18"]
    assert len(lines[2]) == len(lines[3]) == len(lines[4])
    assert "held-out items by tag" in lines and "validation items by tag" in lines


def test_evaluate__does_not_answer_again_what_has_scores(shop, monkeypatch):
    first = evaluate_model(shop)
    monkeypatch.setattr(
        "core.commands.evaluate.predict_workspace", lambda *a: pytest.fail("answered again")
    )

    assert evaluate_model(shop) == first


def test_evaluate__leaves_out_held_out_photos_that_the_model_was_fitted_on(shop, capsys):
    rows = read_catalog(shop).rows
    seen = rows["content"][rows["split"] == "heldout"].tolist()[:5]
    add_model(shop, "paint", tuple(seen))

    figures = evaluate_model(shop)
    run_command("evaluate", shop.root)

    assert read_seen(shop.model_dir()) == set(seen)
    assert figures["heldout"]["left_out_seen"] == 5 and figures["heldout"]["n"] == 13
    assert figures["validation"]["n"] == 18
    assert "5 held-out items are left out: the model was fitted on the same photo" in (
        capsys.readouterr().out
    )


def test_evaluate__of_a_model_that_has_seen_all_has_no_figures_but_sentences(shop, capsys):
    add_model(shop, "paint", tuple(read_catalog(shop).rows["content"]))

    assert run_command("evaluate", shop.root) == 0

    assert "there is no held-out item to measure" in capsys.readouterr().out


def test_evaluate__refuses_a_model_for_other_tasks(shop, capsys):
    card = shop.model_dir() / "card.json"
    card.write_text(card.read_text().replace('"green"', '"shiny"'))

    assert run_command("evaluate", shop.root) == 1

    said = capsys.readouterr().err
    assert "model 'paint' and this workspace ask different questions" in said
    assert "green is new to the model" in said and "Traceback" not in said


def test_evaluate__counts_items_whose_photo_cannot_be_read(shop, tmp_path, capsys):
    rows = read_catalog(shop).rows
    gone = rows.loc[rows["split"] == "heldout", "image"].iloc[0]
    (tmp_path / "photos" / gone).unlink()

    run_command("evaluate", shop.root)

    assert "1 held-out item is left out: no scores" in capsys.readouterr().out
    assert len(read_predictions(shop.predictions_dir("paint"), shop.tasks)) == 59


def test_percent__shows_the_interval_and_a_dash_for_undefined():
    assert percent(0.6612, [0.587, 0.7281]) == "66.1 % (58.7-72.8)"
    assert percent(1.0) == "100.0 %" and percent(None) == "-"


def test_aligned__puts_words_left_and_numbers_right():
    assert aligned([["tag", "n"], ["polka dot", "12"]]) == ["tag         n", "polka dot  12"]


@pytest.mark.parametrize("classes", [2, 12, 13, 57])
def test_figures_lines__name_the_largest_confusions_when_the_matrix_is_too_wide(classes):
    names = [f"K{index}" for index in range(classes)]
    matrix = [[0] * classes for _ in names]
    matrix[0][1], matrix[1][1] = 34, 7
    part = {
        "n": 41, "left_out_seen": 0, "without_prediction": 0, "classes": names,
        "confusion": matrix, "top1": 7 / 41, "top1_interval": [0.08, 0.31], "top2": None,
        "top2_interval": None, "macro_f1": 0.1, "ece": 0.2, "per_class": {}, "tags": {},
    }
    figures = {"model": "m", "model_id": "1", "decisions": "v0", "validation": part,
               "heldout": part}

    lines = figures_lines(figures)

    assert ("34 of 34 K0 were called K1" in lines) == (classes > 12)
    assert any(line.startswith("label \\ answer") for line in lines) == (classes <= 12)
