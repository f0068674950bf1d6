"""From photo files to batches: decoded once, kept on disk for the run, in a seeded order."""

import json
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.balance import at_least, at_most, downsample_largest
from core.catalog.images import photo_for_model
from core.errors import PhotoError, StorageError
from core.files import atomic_path, write_json
from core.model.recipe import Recipe
from core.progress import Progress, silent


@dataclass(frozen=True)
class Photos:
    """Decoded, letterboxed photos.

    Attributes:
        pixels: uint8 (N, H, W, 3), RGB; a memory map, so that only what is used is read.
            Rows of photos that could not be read are black.
        readable: bool (N,).
        reasons: row number -> why that photo could not be read.
    """

    pixels: np.ndarray
    readable: np.ndarray
    reasons: dict[int, str]


def decode(
    paths: Sequence[Path],
    image_size: tuple[int, int],
    file: Path,
    *,
    workers: int = 4,
    progress: Progress = silent,
) -> Photos:
    """Decode photos into ``file`` (.npy), or read it when an earlier run has finished it.

    The one way from bytes to pixels (``photo_for_model``) is the one that serving takes.

    Raises:
        StorageError: there is not enough room on the disk.
    """
    about = file.with_suffix(".json")
    wanted = {"paths": [str(path) for path in paths], "image_size": list(image_size)}
    if not _finished(about, wanted):
        reasons = _write(paths, image_size, file, workers, progress)
        write_json(about, {**wanted, "reasons": reasons})
    reasons = {int(row): why for row, why in json.loads(about.read_text())["reasons"].items()}
    readable = np.ones(len(paths), bool)
    readable[list(reasons)] = False
    return Photos(np.load(file, mmap_mode="r"), readable, reasons)


def _finished(about: Path, wanted: dict) -> bool:
    try:
        found = json.loads(about.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return {name: found.get(name) for name in wanted} == wanted


def _write(
    paths: Sequence[Path],
    image_size: tuple[int, int],
    file: Path,
    workers: int,
    progress: Progress,
) -> dict[int, str]:
    shape = (len(paths), *image_size, 3)
    _require_room(file, int(np.prod(shape)))
    reasons: dict[int, str] = {}
    with atomic_path(file) as temporary, ThreadPoolExecutor(workers) as pool:
        pixels = np.lib.format.open_memmap(temporary, "w+", dtype=np.uint8, shape=shape)

        def one(row: int) -> None:  # Pillow lets other threads run while it decodes
            try:
                pixels[row] = photo_for_model(paths[row], image_size)
            except (PhotoError, OSError) as error:
                reasons[row] = getattr(error, "reason", str(error))

        for done, _ in enumerate(pool.map(one, range(len(paths))), start=1):
            progress(done, len(paths))
        pixels.flush()
    return dict(sorted(reasons.items()))


def _require_room(file: Path, size: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(file.parent).free
    if size > free - (1 << 30):
        raise StorageError(
            f"decoded photos need {size / 1e9:.1f} GB in {file.parent}, which has"
            f" {free / 1e9:.1f} GB free; use a smaller --image-size, or a disk with more room"
        )


def epoch_order(rows: int, seed: int, epoch: int) -> np.ndarray:
    """The order of an epoch, int64 (rows,): the same for the same seed, also after a resume."""
    return np.random.default_rng([seed, epoch]).permutation(rows)


def epoch_rows(
    labels: np.ndarray, optional: np.ndarray, recipe: Recipe, epoch: int
) -> np.ndarray:
    """Which training examples an epoch goes through, in its order.

    Down- and over-sampling choose the same rows in every epoch; of the ``optional`` ones each
    epoch takes other ``extra_per_epoch``.

    Args:
        labels: int (N,); -1 where unlabelled.
        optional: bool (N,).
    """
    rng = np.random.default_rng([recipe.seed, 7])
    rows = downsample_largest(labels, rng) if recipe.downsample else np.arange(len(labels))
    if recipe.most_per_class:
        rows = rows[at_most(labels[rows], recipe.most_per_class, rng)]
    if recipe.least_per_class:
        rows = rows[at_least(labels[rows], recipe.least_per_class, rng)]
    rows = rows[epoch_order(len(rows), recipe.seed, epoch)]
    if not recipe.extra_per_epoch:
        return rows
    extra = optional[rows]
    return rows[~extra | (np.cumsum(extra) <= recipe.extra_per_epoch)]


def batches(order: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """Row numbers, ``size`` at a time; a last batch of less than half is left to the next epoch.

    Small last batches would count each of their photos several times as much as others.
    """
    for at in range(0, len(order), size):
        batch = order[at : at + size]
        if at == 0 or len(batch) * 2 >= size:
            yield batch


def steps(rows: int, size: int) -> int:
    """How many batches ``batches`` makes of an order of ``rows``."""
    return sum(1 for _ in batches(np.arange(rows), size))
