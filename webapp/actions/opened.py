"""What every page looks at: a workspace, its catalog, one model and what it answered."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.annotations.apply import apply, corrections
from core.annotations.records import Records
from core.catalog.table import PARTS, Catalog, read_catalog
from core.commands.evaluate import read_seen
from core.decisions.bundle import Bundle, current_bundle
from core.errors import ModelError, PredictionsError, TasksMismatchError
from core.metrics.evaluation import evaluate_part, unseen
from core.model.card import Card, read_card
from core.predictions.columns import ScoreColumns
from core.predictions.out_of_sample import fair
from core.predictions.store import finished, manifest, read_predictions, score_files
from core.predictions.table import Predictions
from core.workspace import Workspace
from webapp.actions.logs import newest_save, records_of

OPEN_AT_ONCE = 4
"""Pairs of workspace and model kept in memory; the one longest unused goes first."""

WITHOUT_LABELS = ("predictions", "answered", "bundle", "seen", "part_sizes", "has_photos",
                  "left out", "look-alikes", "look-alike places",
                  *(("joined", part) for part in (*PARTS, "all")))
"""Parts of an Opened that stay when a label is corrected."""


@dataclass(frozen=True)
class Side:
    """The items of one side of the split that have an answer, joined by id.

    Attributes:
        catalog: N items.
        predictions: the answers for exactly these items, in their order.
        left_out_seen: held-out items left out, because the model was fitted on their photo.
        without_prediction: further items of this side without an answer.
    """

    catalog: Catalog
    predictions: Predictions
    left_out_seen: int
    without_prediction: int


class Opened:
    """One workspace seen with one model. Read-only; computes on demand and remembers.

    Attributes:
        key: how links and addresses call the workspace.
        workspace: as read.
        imported: the catalog with the labels that init read.
        catalog: the same items with the labels in force.
        records: what people have said of them.
        model: name of the model.
        card: the model's card; None while the workspace has no model.
        mismatch: why the model does not fit the workspace; None when it does.
    """

    def __init__(self, key: str, workspace: Workspace, model: str,
                 before: "Opened | None" = None):
        """Read the workspace.

        Args:
            before: the same files, opened when other labels were in force: whatever does not
                depend on labels is taken over from there.
        """
        self.key = key
        self.workspace = workspace
        self.imported: Catalog = before.imported if before else read_catalog(workspace)
        self.records: Records = records_of(workspace)
        self.catalog: Catalog = apply(self.imported, self.records)
        self.model = model
        self.card: Card | None = None
        self.mismatch: TasksMismatchError | None = None
        self._lock = threading.RLock()
        self._remembered: dict[Hashable, Any] = {}
        if before is not None:
            self._take_over(before)
        try:
            self.card = read_card(workspace.model_dir(model))
            self.card.require(workspace.tasks)
        except TasksMismatchError as error:
            self.mismatch = error
        except ModelError:
            if model != workspace.settings.model:  # asked for by name, so say what there is
                raise

    def _take_over(self, before: "Opened") -> None:
        for known, own in ((before.__dict__, self.__dict__),
                           (before._remembered, self._remembered)):
            own |= {what: known[what] for what in WITHOUT_LABELS if what in known}

    @cached_property
    def corrections(self) -> pd.DataFrame:
        """Labels that people have changed, see ``core.annotations.apply.corrections``."""
        return corrections(self.imported, self.records)

    @property
    def newest(self) -> int:
        """Number of the newest save whose answers are in force here; 0 without any."""
        return int(self.records.save.max(initial=0))

    def corrected_labels(self, part: str) -> int:
        """How many labels of one side people have changed since the import."""
        found = self.corrections["split"]
        return len(found) if part == "all" else int((found == part).sum())

    @property
    def usable(self) -> bool:
        """There is a model and it answers what the workspace asks."""
        return self.card is not None and self.mismatch is None

    @cached_property
    def predictions(self) -> Predictions | None:
        """The model's saved answers; None when nothing was predicted yet.

        Answers of other weights under the same name do not count. Validation photos that the
        model was fitted on have the answers of before.
        """
        folder = self.workspace.predictions_dir(self.model)
        if not self.usable or not finished(folder):
            return None
        found = read_predictions(folder, self.workspace.tasks, embedding=False)
        made_by = found.about.get("model_id", self.card.model_id)
        if not len(found) or made_by != self.card.model_id:
            return None
        return fair(found, self.imported, self.workspace.model_dir(self.model))

    @cached_property
    def answered(self) -> np.ndarray | None:
        """bool (N,): the catalog's items that the model has answered, read without any score;
        None when nothing was predicted yet."""
        folder = self.workspace.predictions_dir(self.model)
        if not self.usable or not finished(folder):
            return None
        made_by = manifest(folder).get("model_id", self.card.model_id)
        ids = ScoreColumns(score_files(folder)).ids() if made_by == self.card.model_id else []
        if not len(ids):
            return None
        own = pa.array(self.imported.rows["item_id"], ids.type)
        return pc.is_in(own, value_set=ids).to_numpy(zero_copy_only=False)

    def waiting(self, part: str) -> bool:
        """Whether one side has items of which the model has answered none."""
        if self.answered is None:
            return True
        split = self.imported.rows["split"].to_numpy()
        fresh = unseen(self.imported, self.seen) if part == "heldout" else True
        inside = fresh & (np.ones(len(split), bool) if part == "all" else split == part)
        return bool(inside.any() and not self.answered[inside].any())

    def require_predictions(self) -> Predictions:
        """The model's saved answers.

        Raises:
            PredictionsError: there are none.
        """
        if self.predictions is None:
            raise PredictionsError(
                f"the model {self.model!r} has not answered this workspace yet; predict it first"
            )
        return self.predictions

    @cached_property
    def bundle(self) -> Bundle | None:
        """The thresholds in use; None without a usable model."""
        if not self.usable:
            return None
        folder = self.workspace.decisions_dir(self.model)
        return current_bundle(folder, self.workspace.model_dir(self.model), self.card)

    @cached_property
    def seen(self) -> frozenset[str]:
        """Content hashes of the photos that the model was fitted on."""
        return read_seen(self.workspace.model_dir(self.model))

    def side(self, part: str) -> Side | None:
        """The answered items of one side; None when nothing was predicted yet."""
        if self.predictions is None:
            return None
        return self.remember(("side", part), lambda: self._join(part))

    def figures(self, part: str) -> dict | None:
        """``evaluate_part`` of one side at the saved thresholds; None without predictions."""
        if self.predictions is None:
            return None
        seen = self.seen if part == "heldout" else frozenset()
        return self.remember(
            ("figures", part),
            lambda: evaluate_part(
                self.catalog.part(part), self.side(part).predictions, self.bundle.thresholds, seen
            ),
        )

    def remember(self, what: Hashable, make: Callable[[], Any]) -> Any:
        """The result of ``make``, computed once for as long as this is open."""
        with self._lock:
            if what not in self._remembered:
                self._remembered[what] = make()
            return self._remembered[what]

    def known(self, what: Hashable) -> Any:
        """What ``remember`` has computed already; None when it has not."""
        return self._remembered.get(what)

    def answer_of(self, item_id: str) -> Predictions | None:
        """The model's answer for one item (N = 1); None when it has none."""
        if self.predictions is None:
            return None
        place = self.predictions.place_of.get_indexer([item_id])
        return self.predictions.take(place) if place[0] >= 0 else None

    def _join(self, part: str) -> Side:
        here, scores, left_out, missing = self.remember(
            ("joined", part), lambda: self._joined(part))
        return Side(self.catalog.where(here), scores, left_out, missing)

    def _joined(self, part: str) -> tuple[np.ndarray, Predictions, int, int]:
        """bool (N,): the catalog's items of this side with an answer; the answers; see Side."""
        split = self.catalog.rows["split"].to_numpy()
        inside = np.ones(len(split), bool) if part == "all" else split == part
        seen = self.seen if part == "heldout" else frozenset()
        hidden = inside & ~unseen(self.catalog, seen)
        place = self.predictions.place_of.get_indexer(self.catalog.rows["item_id"])
        here = inside & ~hidden & (place >= 0)
        return (here, self.predictions.take(place[here]), int(hidden.sum()),
                int((inside & ~hidden & (place < 0)).sum()))

    @cached_property
    def part_sizes(self) -> dict[str, int]:
        """Number of items on each side of the split, and in all."""
        counts = self.catalog.rows["split"].value_counts()
        return {"all": len(self.catalog), **{k: int(v) for k, v in counts.items()}}

    @property
    def place_of(self) -> pd.Index:
        """``place_of.get_indexer(ids)``: row numbers in the catalog."""
        return self.imported.place_of

    @cached_property
    def has_photos(self) -> bool:
        """Whether any item has a photo to show."""
        if self.workspace.images_dir is None or "image" not in self.catalog.rows:
            return False
        return bool(self.catalog.rows["image"].notna().any())


_opened: OrderedDict[tuple, Opened] = OrderedDict()
_lock = threading.Lock()


def open_now(key: str, root: Path, model: str = "") -> Opened:
    """The workspace as it is now: read anew when one of its files or labels has changed.

    Args:
        key: how links call the workspace.
        root: its folder.
        model: name of a model; "" for the one in use.

    Raises:
        WorkspaceError, TasksError, ModelError, PredictionsError: with the user's sentence.
    """
    workspace = Workspace.open(root)
    name = model or workspace.settings.model
    files = (key, root, name, _stamp(workspace, name))
    stamp = (*files, newest_save(workspace))
    with _lock:
        if stamp in _opened:
            _opened.move_to_end(stamp)
            return _opened[stamp]
        before = next((_opened[known] for known in _opened if known[:4] == files), None)
    opened = Opened(key, workspace, name, before)
    with _lock:
        for other in [known for known in _opened if known[:3] == stamp[:3]]:
            del _opened[other]
        _opened[stamp] = opened
        while len(_opened) > OPEN_AT_ONCE:
            _opened.popitem(last=False)
    return opened


def _stamp(workspace: Workspace, model: str) -> tuple:
    """Changes whenever a file behind an Opened does."""
    root = workspace.root
    try:
        card = workspace.model_dir(model) / "card.json"
    except ModelError:
        card = root / "models"
    fixed = [root / "workspace.json", root / "tasks.yaml", workspace.catalog_path, card]
    folders = [workspace.predictions_dir(model), workspace.decisions_dir(model)]
    files = [path for folder in folders if folder.is_dir() for path in sorted(folder.iterdir())
             if not path.name.startswith(".") and path.is_file()]
    return tuple(_state(path) for path in [*fixed, *files])


def _state(path: Path) -> tuple[str, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (str(path), 0, 0)
    return (str(path), found.st_mtime_ns, found.st_size)
