"""One fold: fitted to some examples, asked about others that it has not seen."""

import hashlib
import json
import shutil
from importlib.metadata import version
from pathlib import Path

import numpy as np

from core.errors import ModelError
from core.files import atomic_path, write_json
from core.model import feed, probe
from core.model.checkpoints import read_json
from core.model.devices import forget_networks
from core.model.feed import Photos
from core.model.network import Network
from core.model.recipe import Recipe
from core.model.report import Report
from core.model.train import Data, evened, fit, logits
from core.model.weights import build_with_weights

AUGMENTATION = (
    "seed", "flip", "rotation", "zoom", "shear", "shift", "brightness", "contrast",
    "channel_shift", "erase",
)  # fmt: skip


class Folds:
    """Fits a recipe again and again.

    Linear heads alone need each photo's features once, whatever the folds: these are kept on
    the disk and read by the next run with the same backbone, size and photos.
    """

    def __init__(self, recipe: Recipe, widths: dict[str, int], cache: Path):
        self.recipe, self.widths, self.cache = recipe, widths, cache
        self._network: Network | None = None
        self._views: list[np.ndarray] | None = None

    @property
    def network(self) -> Network:
        """With the recipe's first weights; its heads are those of the last fold."""
        if self._network is None:
            self._network = build_with_weights(self.recipe, self.widths)
        return self._network

    @property
    def only_heads(self) -> bool:
        """Whether the recipe fits nothing but linear heads on frozen features."""
        return self.recipe.epochs == 0 and probe.wanted(self.network, self.recipe)

    def kept_photos(self, contents: list[str]) -> Photos | None:
        """What is known of photos whose features are kept; None when they must be decoded."""
        if not self.only_heads:
            return None
        views = probe.views(self.recipe)
        paths = [self._path(contents, view) for view in views]
        about = self._path(contents, None).with_suffix(".json")
        if not about.exists() or not all(path.exists() for path in paths):
            return None
        self._views = [np.load(path, mmap_mode="r") for path in paths]
        readable = np.array(read_json(about)["readable"], bool)
        return Photos(np.empty((0, *self.recipe.image_size, 3), np.uint8), readable, {})

    def keep_features(self, photos: Photos, contents: list[str], report: Report) -> None:
        """Compute and keep the features of all photos, where the recipe needs no more."""
        if not self.only_heads or self._views is not None:
            return
        views, found = probe.views(self.recipe), []
        rows = np.arange(len(photos.pixels))
        for number, view in enumerate(views, start=1):
            path = self._path(contents, view)
            if not path.exists():
                progress = report.stage(f"features, view {number}/{len(views)}")
                made = probe.features(
                    self.network, photos.pixels, rows, self.recipe, view, progress
                )
                with atomic_path(path) as temporary, temporary.open("wb") as file:
                    np.save(file, made)
            found.append(np.load(path, mmap_mode="r"))
        about = self._path(contents, None).with_suffix(".json")
        write_json(about, {"readable": photos.readable.tolist()})
        self._views = found

    def judge(
        self, data: Data, rows: np.ndarray, folder: Path, report: Report
    ) -> dict[str, np.ndarray]:
        """Fit to ``data`` and answer for the photos at ``rows``.

        Args:
            data: without validation examples: the last epoch is kept, nothing is chosen.
            folder: for checkpoints, from where an interrupted fit goes on; removed at the end.

        Returns:
            Logits of each head, float32 (len(rows), W).

        Raises:
            ModelError: there is nothing to fit to.
        """
        if not len(data.train):
            raise ModelError("a fold leaves no labelled photo to learn from; use fewer --folds")
        if self._views is not None:
            return self._judge_by_features(data, rows, report)
        folder.mkdir(parents=True, exist_ok=True)
        forget_networks()
        network = build_with_weights(self.recipe, self.widths)
        fit(network, data, self.recipe, folder, report)
        found = logits(network, data.pixels, rows)
        shutil.rmtree(folder, ignore_errors=True)
        return found

    def _judge_by_features(
        self, data: Data, rows: np.ndarray, report: Report
    ) -> dict[str, np.ndarray]:
        network = self.network
        labels = data.train.category_labels()
        chosen = np.sort(feed.epoch_rows(labels, data.optional, self.recipe, 0))
        even = evened(data.train.take(chosen), network.heads)
        views = [view[data.train_rows[chosen]] for view in self._views]
        probe.fit_heads(network, even, views, self.recipe, report.stage("linear heads"))
        return {name: network.logits(name, self._views[0][rows]) for name in network.heads}

    def _path(self, contents: list[str], view: int | None) -> Path:
        """Where the features of these photos, in this order, are kept."""
        recipe = self.recipe.to_dict()
        made_by = {name: recipe[name] for name in ("backbone", "height", "width", "taps", "pooling")}
        if view is not None:
            made_by |= {name: recipe[name] for name in AUGMENTATION} | {"view": view}
        made_by["versions"] = [version(name) for name in ("tensorflow", "pillow")]
        digest = hashlib.sha256(json.dumps(made_by, sort_keys=True).encode())
        for array in self.network.backbone.get_weights():
            digest.update(np.ascontiguousarray(array).tobytes())
        digest.update("\x1f".join(map(str, contents)).encode())
        return self.cache / f"{digest.hexdigest()[:24]}.npy"
