"""Corrected labels reach figures, exports and training; corrected held-out labels are counted."""

from datetime import datetime

import pandas as pd
import pytest

from core.annotations.answer import Answer
from core.annotations.log import AnnotationLog, Voice
from core.commands.corrected_table import correction_lines
from core.commands.evaluate import evaluate_model
from core.commands.export import export_labels
from core.commands.figures_table import figures_lines
from core.commands.sources import of_workspace
from core.errors import AnnotationError
from tests.webapp.wardrobe import wardrobe

ANA = Voice("Ana", "confusion:BLOUSES>SHIRTS")


@pytest.fixture(scope="module")
def corrected(tmp_path_factory):
    """b3, a held-out blouse that was called a shirt, is a shirt; n3, for training, is floral."""
    workspace = wardrobe(tmp_path_factory.mktemp("corrected") / "shop")
    log = AnnotationLog.of(workspace)
    log.append([Answer("b3", "category", "SHIRTS"), Answer("b3", "tag:checker", "false")], ANA)
    log.append([Answer("n3", "tag:floral", "true")], ANA)
    log.close()
    return workspace


def test_figures__rest_on_corrected_labels_and_say_how_many(corrected):
    figures = evaluate_model(corrected)
    assert figures["heldout"]["confusion"] == [[1, 2, 0], [1, 2, 0], [0, 0, 1]]
    assert figures["heldout"]["tags"]["checker"]["support"] == 3
    assert figures["heldout"]["corrected_labels"] == 2
    assert figures["validation"]["corrected_labels"] == 0
    assert "2 held-out labels were corrected since the import" in figures_lines(figures)


def test_figures__are_told_on_labels_as_imported_and_on_unchanged_ones(corrected):
    found = evaluate_model(corrected)
    told = found["heldout"]["corrections"]
    assert {name: told[name] for name in ("labels", "items", "towards", "away", "neither")} == {
        "labels": 2, "items": 1, "towards": 1, "away": 1, "neither": 0}
    assert told["by_task"] == {"category": 1, "tag:floral": 0, "tag:checker": 1}
    assert [told[kind]["top1"] for kind in ("corrected", "imported", "untouched")] == [
        pytest.approx(4 / 7), pytest.approx(3 / 7), pytest.approx(3 / 6)]
    assert [told[kind]["tags"]["checker"]["support"] for kind in
            ("corrected", "imported", "untouched")] == [3, 4, 3]
    assert found["validation"]["corrections"] is None
    lines = correction_lines(found)
    assert "top-1" in lines[4] and "57.1 %" in lines[4] and "42.9 %" in lines[4]
    assert lines[-1] == ("of 2 corrected labels of 1 item, 1 went towards the model's answer,"
                         " 1 away from it, 0 neither")


def test_figures__can_rest_on_labels_as_imported_or_as_at_any_moment(corrected):
    imported = evaluate_model(corrected, labels="imported")
    assert imported["heldout"]["confusion"] == [[1, 3, 0], [1, 1, 0], [0, 0, 1]]
    assert (imported["labels"], imported["heldout"]["corrected_labels"]) == ("imported", 2)
    assert correction_lines(imported)[1] == "figures above rest on labels as imported"
    before = evaluate_model(corrected, as_of=datetime(2020, 1, 1))
    assert before["heldout"]["confusion"] == imported["heldout"]["confusion"]
    assert (before["heldout"]["corrected_labels"], before["heldout"]["corrections"]) == (0, None)
    with pytest.raises(AnnotationError, match="one of corrected, imported, untouched, got 'old'"):
        evaluate_model(corrected, labels="old")


def test_export__writes_the_labels_in_force(corrected, tmp_path):
    export_labels(corrected, tmp_path / "labels.csv")
    rows = pd.read_csv(tmp_path / "labels.csv").set_index("id")
    assert rows.loc["b3", ["kind", "checker"]].tolist() == ["SHIRTS", 0]
    assert rows.loc["n3", "floral"] == 1


def test_training__learns_from_corrected_labels(corrected):
    train = of_workspace(corrected).catalog.part("train")
    assert train.tags[train.item_ids.tolist().index("n3")].tolist() == [1, 0]
