"""Cross-validation: each item judged once in each round by a fit that has not seen it.

::

    W/crossvalidation/
      NAME.json            figures with intervals, recipe, folds
      NAME/round-R.parquet what each round answered for every item, calibrated by other folds
      features/            of photos, for recipes that fit linear heads only
      .NAME.run/           a run that is not finished: what each fold answered, checkpoints
"""

import os
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.catalog.labels_file import as_text, read_labels
from core.catalog.table import Catalog, data_hash
from core.commands.further import read_votes, with_blanks, with_votes
from core.commands.finishing import seen_before
from core.commands.pooling import Answered, figures_of, pooled, write_rounds
from core.commands.sources import Gathered, to_fit
from core.commands.training import Further, gather_all
from core.errors import ModelError
from core.files import write_json
from core.model import checkpoints, feed
from core.model.examples import join
from core.model.folds import Folds
from core.model.recipe import Recipe
from core.model.report import Report
from core.split import assign_folds
from core.workspace import Workspace

ALWAYS, NEVER = -1, -2
"""In place of a fold: learned from in every fold; used in none (held-out)."""


@dataclass(frozen=True)
class Rounds:
    """How often and into how many parts the items are dealt."""

    folds: int = 5
    repeats: int = 1

    def __post_init__(self):
        if self.repeats < 1:
            raise ModelError(f"--repeats must be 1 or more, got {self.repeats}")


def cross_validate(
    workspace: Workspace,
    recipe: Recipe,
    name: str,
    rounds: Rounds = Rounds(),
    further: Further = Further(),
    report: Report = Report(),
    restart: bool = False,
) -> dict[str, Any]:
    """Judge a recipe on the items of training and validation; held-out ones stay untouched.

    Done before in the same way, it is read, not done again; interrupted, the same call goes on
    where it stopped. Every fold is fitted for the recipe's full number of epochs: nothing is
    chosen by what the fold is judged by. Calibration and thresholds of a fold are fitted on the
    other folds' answers.

    Returns:
        What ``W/crossvalidation/NAME.json`` holds.

    Raises:
        ModelError: the name is taken, or an interrupted run of that name is another one.
        SplitError: fewer groups than folds.
    """
    workspace.new_model_dir(name)  # a name for a file
    home = workspace.root / "crossvalidation"
    target, folder = home / f"{name}.json", home / f".{name}.run"
    gathered = _soft_everywhere(gather_all(workspace, further), further)
    about = {
        "name": name,
        "workspace": workspace.name,
        "rounds": vars(rounds),
        "made_of": _made_of(gathered),
        "recipe": {**recipe.to_dict(), "weights": Path(recipe.weights).name},
    }
    if target.exists() and not restart:
        return _done_before(target, about)
    _note_photos_seen_before(gathered, recipe, report)
    with checkpoints.locked(folder):
        _begun(folder, recipe, rounds, gathered, restart)
        gathered = with_blanks(gathered, recipe, folder / "blanks")
        result = about | _run(workspace, recipe, name, rounds, gathered, further, report, folder)
        write_json(target, result)
    shutil.rmtree(folder, ignore_errors=True)
    return result


def _run(
    workspace: Workspace, recipe: Recipe, name: str, rounds: Rounds, gathered: Gathered,
    further: Further, report: Report, folder: Path,
) -> dict[str, Any]:  # fmt: skip
    contents = [str(content) for content in gathered.everything.contents]
    folds = Folds(recipe, gathered.widths, folder.parent / "features")
    photos = folds.kept_photos(contents) or feed.decode(
        gathered.everything.paths, recipe.image_size, folder / "photos.npy",
        workers=2 * (os.cpu_count() or 1), progress=report.stage("photos"),
    )  # fmt: skip
    folds.keep_features(photos, contents, report)
    answers: list[Answered] = []
    log: list[dict[str, Any]] = []
    for number in range(rounds.repeats):
        dealt = deal(gathered, further, rounds.folds, (recipe.seed, number))
        for fold in range(rounds.folds):
            path = folder / f"round-{number}-fold-{fold}.npz"
            if not path.exists():
                _one_fold(folds, gathered, photos, recipe, dealt == fold, dealt >= ALWAYS, path,
                          report)  # fmt: skip
            answers.append(Answered.read(path, number, fold, gathered))
            log.append(answers[-1].summary(gathered))
            report.epoch(log[-1])
    tables = pooled(answers, gathered, workspace.tasks)
    write_rounds(folder.parent / name, tables, workspace.tasks)
    groups = outside_groups(gathered, further, gathered.origins[0].catalog)
    return {**figures_of(tables, gathered, groups), "folds": log}


def _done_before(target: Path, about: dict[str, Any]) -> dict[str, Any]:
    found = checkpoints.read_json(target)
    if {name: found.get(name) for name in about} != about:
        raise ModelError(
            f"a cross-validation {about['name']!r} was made in another way (recipe, folds or"
            " data); choose another --name, or throw it away with --restart"
        )
    return found


def _note_photos_seen_before(gathered: Gathered, recipe: Recipe, report: Report) -> None:
    seen = seen_before(recipe)
    own = open_part(gathered.origins[0].catalog).rows["content"]
    count = int(own.isin(seen).sum()) if seen else 0
    if count:
        report.note(
            f"the weights that this recipe starts from were fitted on {count:,} of these photos:"
            " the figures will be too good; start from --weights imagenet, or a file of them"
        )


def _one_fold(
    folds: Folds, gathered: Gathered, photos: feed.Photos, recipe: Recipe, judged: np.ndarray,
    used: np.ndarray, path: Path, report: Report,
) -> None:  # fmt: skip
    started = time.monotonic()
    sides = np.where(judged, "judged", np.where(used, "train", "unused")).astype(object)
    data = to_fit(replace(gathered, sides=sides), photos, recipe)
    rows = np.flatnonzero(judged & photos.readable)
    found = folds.judge(data, rows, path.with_suffix(""), report)
    Answered.write(path, gathered, rows, found, time.monotonic() - started)


def open_part(catalog: Catalog) -> Catalog:
    """All items but the held-out ones."""
    return catalog.where((catalog.rows["split"] != "heldout").to_numpy())


def deal(
    gathered: Gathered, further: Further, folds: int, seed: tuple[int, ...]
) -> np.ndarray:
    """The fold in which each row is judged, int64 (N,), or ALWAYS or NEVER.

    Photos of none of the classes go where the catalog's items of their group go; groups that
    are new are dealt by themselves. Workspaces that join are learned from by their train part.
    """
    catalog = gathered.origins[0].catalog
    items = open_part(catalog)
    home = pd.Series(assign_folds(items, folds, seed), index=items.item_ids)
    by_group = dict(zip(items.rows["group"], home.to_numpy()))
    by_content = dict(zip(items.rows["content"], home.to_numpy()))
    groups = outside_groups(gathered, further, catalog)
    rng = np.random.default_rng((*seed, 1))
    new = sorted({group for group in groups.values() if group not in by_group})
    by_group |= dict(zip(new, rng.integers(0, folds, len(new))))
    dealt = np.full(len(gathered.everything), NEVER, np.int64)
    for i, origin in enumerate(gathered.origins):
        rows = np.flatnonzero(gathered.sources == i)
        open_rows = rows[gathered.sides[rows] != "heldout"]
        ids = gathered.everything.item_ids[open_rows]
        if i == 0:
            dealt[open_rows] = home.loc[ids].to_numpy()
        elif origin.catalog is not None:
            dealt[rows[gathered.sides[rows] == "train"]] = ALWAYS
        else:
            photos = gathered.everything.contents[open_rows]
            dealt[open_rows] = [
                by_content.get(photo, by_group.get(groups.get((i, item)), ALWAYS))
                for item, photo in zip(ids, photos)
            ]
    return dealt


def outside_groups(
    gathered: Gathered, further: Further, catalog: Catalog
) -> dict[tuple[int, str], str]:
    """The group of each photo of none of the classes, by (source, item id), where it has one."""
    column, ids = catalog.tasks.item.group, catalog.tasks.item.id
    files = [given[0] for given in (further.outside, further.extra) if given]
    sources = [i for i, origin in enumerate(gathered.origins) if origin.catalog is None]
    found: dict[tuple[int, str], str] = {}
    for source, path in zip(sources, files):
        frame = read_labels(path)
        if column is None or column not in frame:
            continue
        frame = frame[frame[column].notna()]
        pairs = zip(as_text(frame[ids]), as_text(frame[column]))
        found |= {(source, item): group for item, group in pairs}
    return found


def _soft_everywhere(gathered: Gathered, further: Further) -> Gathered:
    """Votes for the validation part too: every item is learned from in all folds but one."""
    if not further.votes:
        return gathered
    tasks = gathered.origins[0].catalog.tasks
    rows = np.flatnonzero((gathered.sources == 0) & (gathered.sides == "validation"))
    votes = read_votes(further.votes, tasks)
    soft = join([with_votes(gathered.everything.take(rows), votes)], gathered.widths)
    everything = gathered.everything
    for of in ("targets", "weights"):
        for head, values in getattr(soft, of).items():
            getattr(everything, of)[head][rows] = values
    return gathered


def _made_of(gathered: Gathered) -> dict[str, Any]:
    return {
        origin.name: data_hash(origin.catalog) if origin.catalog is not None
        else sum(map(len, origin.parts.values()))
        for origin in gathered.origins
    }  # fmt: skip


def _begun(
    folder: Path, recipe: Recipe, rounds: Rounds, gathered: Gathered, restart: bool
) -> None:
    """Note what the run is, or check that the interrupted one is the same."""
    path = folder / "run.json"
    about = {"recipe": recipe.to_dict(), "folds": rounds.folds, "made_of": _made_of(gathered)}
    if path.exists() and not restart:
        if checkpoints.read_json(path) != about:
            raise ModelError(
                f"an interrupted cross-validation {folder.name[1:-4]!r} had another recipe, other"
                " folds or other data; throw it away with --restart, or choose another --name"
            )
        return
    for left in folder.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
        elif left.name != "lock":
            left.unlink()
    write_json(path, about)
