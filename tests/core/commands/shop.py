"""A workspace of plain coloured photos with a model that reads colours: no training needed."""

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.commands.init import make_workspace
from core.decisions.bundle import Bundle, write_bundle
from core.model.card import BUNDLE, SEEN, Card, write_card
from core.split import SplitOptions
from core.workspace import Workspace
from tests.core.predictions.colours import ColourPredictor, colour_of, photos

THRESHOLDS = {"green": 0.5}


def make_shop(folder: Path, items: int = 60) -> Workspace:
    """``items`` photos labelled RED or BLUE by their red, tagged green by their green."""
    jobs = photos(folder / "photos", items)
    colours = [colour_of(number) for number in range(items)]
    labels = pd.DataFrame({
        "item_id": [job.photo.stem for job in jobs],
        "kind": ["RED" if n % 3 else "BLUE" for n in range(items)],
        "green": [int(colour[1] > 150) for colour in colours],
        "price": range(items),
    })
    labels.to_parquet(folder / "labels.parquet")
    workspace = make_workspace(
        folder / "shop", folder / "labels.parquet", folder / "photos",
        options=SplitOptions(0.4, 0.3, 0.3),
    )
    assert workspace.tasks.classes == ("BLUE", "RED") and workspace.tasks.tag_names == ("green",)
    return add_model(workspace, "paint")


def add_model(workspace: Workspace, name: str, seen: tuple[str, ...] = ()) -> Workspace:
    """A model folder as training would leave it, and that model in use."""
    folder = workspace.new_model_dir(name)
    write_card(folder, Card(
        name, ColourPredictor.model_id, workspace.tasks.to_dict(), "paint", [16, 12],
        "2026-01-01T00:00:00+00:00",
    ))
    write_bundle(folder / BUNDLE, Bundle(ColourPredictor.model_id, THRESHOLDS))
    pq.write_table(pa.table({"content": pa.array(seen, pa.string())}), folder / SEEN)
    return workspace.with_settings(model=name)


def paint(workspace: Workspace) -> type[ColourPredictor]:
    """The predictor for the shop's tasks: its first class is BLUE, scored 1 - red."""

    class ShopPredictor(ColourPredictor):
        tasks = workspace.tasks

        def predict(self, photos):
            scores = super().predict(photos)
            return {**scores, "category": scores["category"][:, ::-1]}

    return ShopPredictor
