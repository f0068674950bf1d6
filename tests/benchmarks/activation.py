"""Does the bright part matter? Blanking it must cost an answer more than blanking the rest.

Run as ``python -m tests.benchmarks.activation W``, with the model in use in the workspace W.
For each held-out photo that the model never saw, the half of the photo's positions with the
most evidence for the answer is painted grey, then the other half (never the smaller one), and
the answered class's score is read again; the same for each tag that the photo is given.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.catalog.images import PADDING, photo_and_region
from core.catalog.table import read_catalog
from core.commands.evaluate import read_seen
from core.commands.opening import open_workspace
from core.decisions.bundle import Bundle, current_bundle
from core.decisions.decide import accept, thresholds_of
from core.errors import FittingRoomError, PhotoError
from core.metrics.intervals import wilson
from core.model.card import read_card
from core.model.opening import open_predictor
from core.predictions.activation import evidence, hot_half, pixels_of, positions_on_photo
from core.predictions.predictor import Predictor
from core.workspace import Workspace
from tests.benchmarks.measure import verdict
from webapp.actions.why import why

WANTED = 80.0
CATEGORY = "category"


def hot_matters(
    predictor: Predictor, pixels: np.ndarray, heat: np.ndarray, among: np.ndarray,
    task: str, index: int,
) -> bool:
    """Whether one score falls lower without the hot half than without the cold one."""
    hot = hot_half(heat, among)
    left = [_score(predictor, pixels, half, task, index) for half in (hot, among & ~hot)]
    return left[0] < left[1]


def _score(predictor, pixels, half, task, index) -> float:
    blanked = pixels.copy()
    blanked[pixels_of(half, predictor.image_size)] = PADDING
    return float(predictor.predict(blanked[None])[task][0, index])


def judged(
    predictor: Predictor, photo: Path, bundle: Bundle, times: list[float]
) -> Iterator[tuple[str, bool]]:
    """(what was answered, whether its hot half matters) for the category and each tag given."""
    tasks, size = predictor.tasks, predictor.image_size
    pixels, region = photo_and_region(photo, size)
    scores = predictor.predict(pixels[None])
    if "maps" not in scores:
        raise FittingRoomError("this model has no maps: train it with average pooling")
    maps = scores["maps"][0]
    started = time.perf_counter()
    why(maps, tasks, region, size)
    times.append(1000 * (time.perf_counter() - started))
    heat = evidence(maps[None], len(tasks.classes))[0]
    among = positions_on_photo(region, size, maps.shape[:2])
    best = int(scores["category"][0].argmax())
    yield CATEGORY, hot_matters(predictor, pixels, heat[..., best], among, "category", best)
    given = accept(scores["tags"][0], thresholds_of(tasks.tag_names, bundle.thresholds))
    for index in np.flatnonzero(given):
        own = heat[..., len(tasks.classes) + index]
        name = tasks.tag_names[index]
        yield f"tag {name}", hot_matters(predictor, pixels, own, among, "tags", int(index))


def heldout_photos(workspace: Workspace, model_dir: Path) -> list[Path]:
    """Photos of the held-out part whose content the model never saw."""
    rows = read_catalog(workspace).part("heldout").rows
    rows = rows[rows["image"].notna() & ~rows["content"].isin(read_seen(model_dir))]
    return [workspace.photo_path(image) for image in rows["image"]]


def main(name: str) -> bool:
    workspace = open_workspace(name)
    model_dir = workspace.model_dir(None)
    card, predictor = read_card(model_dir), open_predictor(model_dir)
    bundle = current_bundle(workspace.decisions_dir(model_dir.name), model_dir, card)
    found: dict[str, list[bool]] = {CATEGORY: []}
    times: list[float] = []
    for photo in heldout_photos(workspace, model_dir):
        try:
            for what, matters in judged(predictor, photo, bundle, times):
                found.setdefault(what, []).append(matters)
        except PhotoError as error:
            print(f"left out: {error}")
    print(f"model {card.name}, {len(found[CATEGORY]):,} held-out photos of {workspace.name}:"
          f" all maps of an answer in {statistics.median(times):.2f} ms")
    for what, each in found.items():
        low, high = wilson(sum(each), len(each))
        print(f"{what}: the bright half mattered more in {sum(each)} of {len(each)}"
              f" (95 %: {100 * low:.0f} to {100 * high:.0f} %)")
    share = 100 * statistics.mean(found[CATEGORY])
    return verdict("photos whose bright half mattered more", share, WANTED, unit=" %")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("name a workspace: python -m tests.benchmarks.activation W")
    sys.exit(0 if main(sys.argv[1]) else 1)
