"""What a run leaves for people to read: history, curves, architecture."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import keras
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.files import atomic_path
from core.model.report import Record


def write_history(path: Path, history: Sequence[Record]) -> None:
    """One row for each epoch; empty where a column does not apply."""
    columns = list(dict.fromkeys(name for record in history for name in record))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(history)
    with atomic_path(path) as temporary:
        temporary.write_text(text.getvalue(), encoding="utf-8", newline="")


def curves(history: Sequence[Record]) -> go.Figure:
    """Loss of each side and top-1 of validation by epoch; the kept epoch marked."""
    figure = make_subplots(rows=1, cols=2, subplot_titles=("Loss", "Validation top-1"))
    for column, name, place in (
        ("loss", "train", 1), ("val_loss", "validation", 1), ("val_top1", "top-1", 2),
    ):  # fmt: skip
        points = [(r["epoch"], r[column]) for r in history if r.get(column) is not None]
        figure.add_scatter(
            x=[x for x, _ in points], y=[y for _, y in points],
            name=name, mode="lines+markers", row=1, col=place,
        )  # fmt: skip
    kept = [record["epoch"] for record in history if record.get("best")]
    if kept:
        figure.add_vline(x=kept[-1], line_dash="dot", annotation_text="kept")
    step = 1 if len(history) < 20 else None
    figure.update_xaxes(title_text="epoch (0: linear probe)", dtick=step)
    figure.update_yaxes(tickformat=".0%", row=1, col=2)
    return figure.update_layout(title="Training", template="plotly_white")


def write_curves(path: Path, history: Sequence[Record]) -> None:
    """``curves`` as one HTML file that needs no network."""
    html = curves(history).to_html(include_plotlyjs=True, full_html=True)
    with atomic_path(path) as temporary:
        temporary.write_text(html, encoding="utf-8")


def write_architecture(path: Path, *models: keras.Model) -> None:
    """Layers, output shapes and numbers of weights of each model."""
    text = io.StringIO()
    for model in models:
        _summary(model, text)
    with atomic_path(path) as temporary:
        temporary.write_text(text.getvalue(), encoding="utf-8")


def _summary(model: keras.Model, text: io.StringIO) -> None:
    model.summary(print_fn=lambda line, **_: text.write(line + "\n"), line_length=100)
