"""Corrected labels reach figures, exports and training; corrected held-out labels are counted."""

import pandas as pd
import pytest

from core.annotations.answer import Answer
from core.annotations.log import AnnotationLog, Voice
from core.commands.evaluate import evaluate_model
from core.commands.export import export_labels
from core.commands.figures_table import figures_lines
from core.commands.sources import of_workspace
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


def test_export__writes_the_labels_in_force(corrected, tmp_path):
    export_labels(corrected, tmp_path / "labels.csv")
    rows = pd.read_csv(tmp_path / "labels.csv").set_index("id")
    assert rows.loc["b3", ["kind", "checker"]].tolist() == ["SHIRTS", 0]
    assert rows.loc["n3", "floral"] == 1


def test_training__learns_from_corrected_labels(corrected):
    train = of_workspace(corrected).catalog.part("train")
    assert train.tags[train.item_ids.tolist().index("n3")].tolist() == [1, 0]
