"""From fitted weights to a model folder: calibrate, export, gate, predict, measure, describe."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.catalog.table import PARTS, Catalog
from core.commands.sources import Gathered, data_hash
from core.decisions.bundle import Bundle, now, write_bundle
from core.decisions.calibrate import fit_platt, fit_temperature
from core.decisions.conformal import fit_set_cut
from core.decisions.thresholds import cut_counts
from core.decisions.tune import best_f1, best_f1_of_all
from core.errors import ModelError
from core.files import atomic_path
from core.metrics.evaluation import evaluate, evaluate_part
from core.model.card import (
    BUNDLE, KERAS, LITERT, SAVED_MODEL, SEEN, Card, write_card,
)  # fmt: skip
from core.model.export import export, size_of
from core.model.feed import Photos
from core.model.fold import fold_platt, fold_temperature
from core.model.gate import compare_engines
from core.model.keras_predictor import KerasPredictor, SavedModelPredictor
from core.model.litert_predictor import LiteRTPredictor
from core.model.network import Network
from core.model.opening import file_id
from core.model.recipe import Recipe
from core.model.record import write_architecture, write_curves, write_history
from core.model.report import Report
from core.model.train import Course, logits
from core.predictions.table import Predictions
from core.workspace import ASSETS, DEFAULT_MODEL, Workspace

COVERAGE = 0.9
MOST_GATED = 512
CODE = Path(__file__).resolve().parent.parent
LIBRARIES = ("tensorflow", "keras", "keras-hub", "ai-edge-litert", "numpy", "pillow")


@dataclass(frozen=True)
class Run:
    """All that a finished fit hands over.

    Attributes:
        network: float32, with the weights to keep, not yet calibrated.
    """

    workspace: Workspace
    name: str
    recipe: Recipe
    gathered: Gathered
    photos: Photos
    network: Network
    course: Course
    report: Report


def write_model(run: Run, folder: Path) -> None:
    """Write every file of a model folder into ``folder``, which is made anew.

    Raises:
        ModelError: it cannot be exported, or LiteRT does not answer as Keras does.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    calibration = _calibrate(run)
    progress = run.report.stage("export")
    progress(0, 4)
    export(run.network.answering, folder)
    progress(2, 4)
    card = _first_card(run, folder, calibration)
    write_card(folder, card)  # the predictors read it
    card = replace(card, gates=_gates(run, folder, card))
    progress(4, 4)
    predictions = {i: _predictions(run, folder, card, i) for i in _catalogs(run)}
    bundle = _bundle(run, card, predictions[0])
    seen = _write_seen(run, folder)
    card = _with_figures(run, card, predictions, bundle, seen)
    judged = {part: figures["tags"] for part, figures in card.figures.items()}
    write_bundle(folder / BUNDLE, replace(bundle, promise=judged))
    write_history(folder / "history.csv", run.course.history)
    write_curves(folder / "curves.html", run.course.history)
    write_architecture(folder / "architecture.txt", run.network)
    write_card(folder, replace(card, timings=_timings(run, folder, card), sizes=_sizes(folder)))


def _catalogs(run: Run) -> list[int]:
    return [i for i, origin in enumerate(run.gathered.origins) if origin.catalog is not None]


def _calibrate(run: Run) -> dict[str, Any]:
    """Fit temperature and Platt pairs on the workspace's own validation part; fold them in."""
    rows = run.gathered.rows("validation", 0, run.photos)
    tags = run.workspace.tasks.tag_names
    if not len(rows):
        return {"fitted_on": 0, "temperature": 1.0, "platt": {tag: [1.0, 0.0] for tag in tags}}
    items = run.gathered.everything.take(rows)
    before = logits(run.network, run.photos.pixels, rows)
    temperature = fit_temperature(before["category"], items.category_labels())
    fold_temperature(run.network, temperature)
    found = {"fitted_on": len(rows), "temperature": temperature, "platt": {}}
    if tags:
        pairs = fit_platt(before["tags"], items.tag_labels())
        fold_platt(run.network, pairs)
        found["platt"] = {tag: pair.tolist() for tag, pair in zip(tags, pairs)}
    if "out_of_catalog" in before:
        found["out_of_catalog"] = _calibrate_outside(run)
    return found


def _calibrate_outside(run: Run) -> list[float]:
    """Over the validation parts of all sources: those outside may be no catalog."""
    rows = run.gathered.rows("validation", photos=run.photos)
    items = run.gathered.everything.take(rows)
    labels = _outside_labels(items)
    pairs = fit_platt(logits(run.network, run.photos.pixels, rows)["out_of_catalog"], labels)
    fold_platt(run.network, pairs, "out_of_catalog")
    return pairs[0].tolist()


def _outside_labels(items) -> np.ndarray:
    """int8 (N, 1): 1 shows none of the classes, 0 one of them, -1 not known."""
    answers = (items.targets["out_of_catalog"] >= 0.5).astype(np.int8)
    return np.where(items.weights["out_of_catalog"] > 0, answers, np.int8(-1))


def _first_card(run: Run, folder: Path, calibration: dict[str, Any]) -> Card:
    own = run.gathered.origins[0]
    items = {
        origin.name: {part: len(run.gathered.rows(part, i, run.photos)) for part in PARTS}
        for i, origin in enumerate(run.gathered.origins)
    }
    return Card(
        name=run.name,
        model_id=file_id(folder / LITERT),
        tasks=run.workspace.tasks.to_dict(),
        backbone=run.recipe.backbone,
        image_size=list(run.recipe.image_size),
        made=now(),
        parameters=run.network.answering.count_params(),
        data={
            "workspace": run.workspace.name,
            "items": items,
            "hash": data_hash(own.catalog),
            "split": run.workspace.settings.split,
            "unreadable_photos": int((~run.photos.readable).sum()),
        },
        training={
            "recipe": {**run.recipe.to_dict(), "weights": Path(run.recipe.weights).name},
            "epochs": run.course.epoch,
            "best_epoch": run.course.best_epoch,
            "seconds": round(run.course.seconds, 1),
        },
        calibration=calibration,
        versions={"code": code_version(), **{name: version(name) for name in LIBRARIES}},
    )


def code_version() -> str:
    """12 hex digits over the sources of ``core``: the same code, the same version."""
    digest = hashlib.sha256()
    for path in sorted(CODE.rglob("*.py")):
        digest.update(path.relative_to(CODE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _gates(run: Run, folder: Path, card: Card) -> dict[str, Any]:
    """Compare each exported form with Keras on held-out photos; drop what differs.

    Raises:
        ModelError: LiteRT, on which everything rests, differs.
    """
    own = [run.gathered.rows(part, 0, run.photos) for part in ("heldout", "validation", "train")]
    pixels = run.photos.pixels[np.sort(np.concatenate(own)[:MOST_GATED])]
    keras = KerasPredictor(folder, card)
    gates = {
        LITERT: compare_engines(keras.predict, LiteRTPredictor(folder, card).predict, pixels),
        SAVED_MODEL: compare_engines(
            keras.predict, SavedModelPredictor(folder, card).predict, pixels[:64]
        ),
    }
    if not gates[LITERT]["passed"]:
        raise ModelError(
            "the LiteRT file does not answer as the Keras model does (same first class on"
            f" {gates[LITERT]['agreement']:.1%} of {gates[LITERT]['photos']} photos, largest"
            f" difference {gates[LITERT]['difference']:.3g}); nothing was kept of it, the"
            " checkpoint stays"
        )
    if not gates[SAVED_MODEL]["passed"]:
        shutil.rmtree(folder / SAVED_MODEL)
        run.report.note("the SavedModel did not answer as the Keras model does; it is not kept")
    return gates


def _predictions(run: Run, folder: Path, card: Card, source: int) -> Predictions:
    """LiteRT's scores of the validation and held-out parts of one source."""
    sides = [run.gathered.rows(part, source, run.photos) for part in ("validation", "heldout")]
    rows = np.concatenate(sides)
    predictor = LiteRTPredictor(folder, card, threads=os.cpu_count() or 2)
    progress = run.report.stage(f"figures on {run.gathered.origins[source].name}")
    parts = []
    for at in range(0, len(rows), 8):
        parts.append(predictor.predict(run.photos.pixels[rows[at : at + 8]]))
        progress(min(at + 8, len(rows)), len(rows))
    widths = {"category": len(card.asked.classes), "tags": len(card.asked.tag_names)}
    scores = {
        name: np.concatenate([np.empty((0, width), np.float32), *(p[name] for p in parts)])
        for name, width in widths.items()
    }
    return Predictions(
        card.asked,
        run.gathered.everything.item_ids[rows],
        scores["category"],
        scores["tags"],
        about={"model_id": card.model_id, "made": card.made},
    )


def _bundle(run: Run, card: Card, predictions: Predictions) -> Bundle:
    """Thresholds with the best F1 and the cut of prediction sets, on own validation items."""
    tasks, catalog = run.workspace.tasks, run.gathered.origins[0].catalog.part("validation")
    scores, found = predictions.align(catalog.item_ids)
    items = catalog.where(found)
    thresholds = best_f1_of_all(cut_counts(scores.tags, items.tags), tasks.tag_names)
    labelled = bool((items.category >= 0).any())
    return Bundle(
        model_id=card.model_id,
        thresholds=thresholds,
        calibration=card.calibration,
        saved_at=now(),
        out_of_catalog=_outside_cut(run),
        set_cut=fit_set_cut(scores.category, items.category, COVERAGE) if labelled else None,
        coverage=COVERAGE,
    )


def _outside_cut(run: Run) -> float | None:
    """The cut with the best F1 on validation photos; None without such a head."""
    if "out_of_catalog" not in run.network.heads:
        return None
    rows = run.gathered.rows("validation", photos=run.photos)
    labels = _outside_labels(run.gathered.everything.take(rows))
    scores = 1 / (1 + np.exp(-logits(run.network, run.photos.pixels, rows)["out_of_catalog"]))
    return best_f1(cut_counts(scores.astype(np.float32), labels), 0)


def _write_seen(run: Run, folder: Path) -> set[str]:
    """Content hashes of all photos fitted to, here or by the model whose weights it began with."""
    rows = [run.gathered.rows(part, photos=run.photos) for part in ("train", "validation")]
    seen = {str(c) for c in run.gathered.everything.contents[np.concatenate(rows)] if c}
    seen |= seen_before(run.recipe)
    with atomic_path(folder / SEEN) as temporary:
        pd.DataFrame({"content": sorted(seen)}, dtype="str").to_parquet(temporary, index=False)
    return seen


def seen_before(recipe: Recipe) -> set[str]:
    """What the model had seen whose weights a recipe starts with; nothing for other weights."""
    folder = Path(recipe.weights)
    if recipe.weights == "default":
        folder = ASSETS / "models" / DEFAULT_MODEL
    elif folder.is_file():
        folder = folder.parent
    path = folder / SEEN
    if recipe.weights in ("imagenet", "none") or not path.exists():
        return set()
    return set(pd.read_parquet(path)["content"])


def _with_figures(
    run: Run, card: Card, predictions: dict[int, Predictions], bundle: Bundle, seen: set[str]
) -> Card:
    origins = run.gathered.origins
    others = {
        origins[i].name: {"heldout": _judge(origins[i].catalog, predictions[i], bundle, seen)}
        for i in _catalogs(run)[1:]
    }
    own = evaluate(origins[0].catalog, predictions[0], bundle.thresholds, seen)
    return replace(card, figures=own, figures_on=others)


def _judge(catalog: Catalog, predictions: Predictions, bundle: Bundle, seen: set[str]) -> dict:
    return evaluate_part(catalog.part("heldout"), predictions, bundle.thresholds, seen)


def _timings(run: Run, folder: Path, card: Card) -> dict[str, Any]:
    """Median milliseconds of one photo's forward pass, as measured here."""
    pixels = run.photos.pixels[:1]
    predictor = LiteRTPredictor(folder, card, threads=2)
    return {
        "litert_ms": round(_median_ms(lambda: predictor.predict(pixels)), 2),
        "how": "median of 20 photos one by one, LiteRT float32, 2 threads, decoding not counted",
        "cpus": os.cpu_count(),
    }


def _median_ms(call: Callable[[], Any], times: int = 20) -> float:
    call()
    each = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        each.append((time.perf_counter() - started) * 1000)
    return float(np.median(each))


def _sizes(folder: Path) -> dict[str, int]:
    return {name: size_of(folder / name) for name in (KERAS, LITERT, SAVED_MODEL)
            if (folder / name).exists()}  # fmt: skip
