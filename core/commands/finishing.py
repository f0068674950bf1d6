"""From fitted weights to a model folder: calibrate, export, gate, measure, describe."""

import hashlib
import shutil
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.catalog.table import PARTS, data_hash
from core.commands import choosing, measuring
from core.commands.crossfitting import Crossed
from core.commands.sources import Gathered
from core.decisions.bundle import Bundle, now, write_bundle
from core.errors import ModelError
from core.files import atomic_path
from core.model.answering import answering
from core.model.card import (
    BUNDLE, KERAS, LITERT, SAVED_MODEL, SEEN, Card, write_card,
)  # fmt: skip
from core.model.course import Course
from core.model.export import export, size_of
from core.model.feed import Photos
from core.model.gate import compare_engines
from core.model.keras_predictor import KerasPredictor, SavedModelPredictor
from core.model.litert_predictor import LiteRTPredictor
from core.model.network import Network
from core.model.opening import file_id
from core.model.recipe import Recipe
from core.model.record import write_architecture, write_curves, write_history
from core.model.report import Report
from core.predictions.out_of_sample import write_out_of_sample
from core.workspace import ASSETS, DEFAULT_MODEL, Workspace

MOST_GATED = 512
CODE = Path(__file__).resolve().parent.parent
LIBRARIES = ("tensorflow", "keras", "keras-hub", "ai-edge-litert", "numpy", "pillow")


@dataclass(frozen=True)
class Run:
    """All that a finished fit hands over.

    Attributes:
        network: float32, with the weights to keep, not yet calibrated.
        chooser: the network that has not seen the validation photos; the same as ``network``
            unless that was fitted once more on training and validation together.
        crossed: out-of-fold answers to choose the calibration and cuts of their heads on.
    """

    workspace: Workspace
    name: str
    recipe: Recipe
    gathered: Gathered
    photos: Photos
    network: Network
    chooser: Network
    course: Course
    report: Report
    crossed: Crossed | None = None


def write_model(run: Run, folder: Path) -> None:
    """Write every file of a model folder into ``folder``, which is made anew.

    Raises:
        ModelError: it cannot be exported, or LiteRT does not answer as Keras does.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    fitted = choosing.calibration(
        run.chooser, run.gathered, run.photos, run.workspace.tasks, run.crossed
    )
    for network in {id(n): n for n in (run.chooser, run.network)}.values():
        choosing.fold(network, fitted)
    progress = run.report.stage("export")
    progress(0, 2)
    handed_out = answering(run.network)
    export(handed_out, folder)
    card = _first_card(run, folder, fitted, handed_out.count_params())
    write_card(folder, card)  # the predictors read it
    progress(1, 2)
    card = replace(card, gates=_gates(run, folder, card))
    progress(2, 2)
    bundle = choosing.bundle(
        run.chooser, run.gathered, run.photos, run.workspace.tasks, card.model_id, fitted,
        run.crossed,
    )
    figures, others = _figures(run, folder, card, bundle, _write_seen(run, folder))
    if run.chooser is not run.network:
        _write_validation(run, folder, card)
    promise = {side: one["tags"] for side, one in figures.items()}
    write_bundle(folder / BUNDLE, replace(bundle, promise=promise))
    write_history(folder / "history.csv", run.course.history)
    write_curves(folder / "curves.html", run.course.history)
    write_architecture(folder / "architecture.txt", handed_out, run.network.backbone)
    card = replace(card, figures=figures, figures_on=others, sizes=_sizes(folder))
    write_card(folder, replace(card, timings=measuring.timings(folder, card, run.photos)))


def _first_card(run: Run, folder: Path, fitted: dict[str, Any], parameters: int) -> Card:
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
        parameters=parameters,
        data={
            "workspace": run.workspace.name,
            "items": items,
            "hash": data_hash(run.gathered.origins[0].catalog),
            "split": run.workspace.settings.split,
            "unreadable_photos": int((~run.photos.readable).sum()),
        },
        training={
            "recipe": {**run.recipe.to_dict(), "weights": Path(run.recipe.weights).name},
            "epochs": run.course.epoch,
            "best_epoch": run.course.best_epoch,
            "seconds": round(run.course.seconds, 1),
            "refitted_with_validation": run.chooser is not run.network,
        },
        calibration=fitted,
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
    keras = KerasPredictor(folder, card).predict
    litert = compare_engines(keras, LiteRTPredictor(folder, card).predict, pixels)
    if not litert["passed"]:
        raise ModelError(
            "the LiteRT file does not answer as the Keras model does (same first class on"
            f" {litert['agreement']:.1%} of {litert['photos']} photos, largest difference"
            f" {litert['difference']:.3g}); nothing was kept of it, the checkpoint stays"
        )
    saved = compare_engines(keras, SavedModelPredictor(folder, card).predict, pixels[:64])
    if not saved["passed"]:
        shutil.rmtree(folder / SAVED_MODEL)
        run.report.note("the SavedModel did not answer as the Keras model does; it is not kept")
    return {LITERT: litert, SAVED_MODEL: saved}


def _figures(
    run: Run, folder: Path, card: Card, bundle: Bundle, seen: set[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The card's ``figures`` and ``figures_on``.

    Validation is judged by the network that has not seen it, held-out by the exported file.
    """
    gathered, photos = run.gathered, run.photos

    def by_file(rows: np.ndarray) -> measuring.Scores:
        return measuring.litert_scores(folder, card, photos, rows, run.report)

    def by_chooser(rows: np.ndarray) -> measuring.Scores:
        return choosing.calibrated(run.chooser, photos, rows)

    def judged(source: int, side: str, scores_of, unfair: set[str]) -> dict[str, Any]:
        rows = gathered.rows(side, source, photos)
        found = measuring.predictions(card, gathered.everything.item_ids[rows], scores_of(rows))
        return measuring.part_figures(gathered, source, side, found, bundle, unfair)

    figures = {
        "validation": judged(0, "validation", by_chooser, set()),
        "heldout": judged(0, "heldout", by_file, seen),
    }
    if bundle.out_of_catalog is not None:
        for side, scores_of in (("validation", by_chooser), ("heldout", by_file)):
            figures[side]["out_of_catalog"] = measuring.outside_figures(
                gathered, photos, side, scores_of, bundle.out_of_catalog
            )
    others = {
        origin.name: {"heldout": judged(i, "heldout", by_file, seen)}
        for i, origin in enumerate(gathered.origins)
        if i and origin.catalog is not None
    }
    return figures, others


def _write_validation(run: Run, folder: Path, card: Card) -> None:
    """Keep the scores of the workspace's own validation photos by the network that chose."""
    rows, everything = run.gathered.rows("validation", 0, run.photos), run.gathered.everything
    scores = choosing.calibrated(run.chooser, run.photos, rows)
    found = measuring.predictions(card, everything.item_ids[rows], scores)
    write_out_of_sample(folder, found, everything.contents[rows])


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


def _sizes(folder: Path) -> dict[str, int]:
    return {name: size_of(folder / name) for name in (KERAS, LITERT, SAVED_MODEL)
            if (folder / name).exists()}  # fmt: skip
