"""Photos and answers beyond the workspaces: votes, photos of other things, helping labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core.catalog.images import content_hash
from core.catalog.labels_file import as_text, read_labels
from core.catalog.photo_names import photo_names
from core.catalog.table import PARTS, Catalog
from core.commands.sources import Gathered, Source
from core.errors import LabelsError
from core.model.blanks import draw_blanks
from core.model.examples import Examples, as_objects, join
from core.model.recipe import Recipe
from core.tasks import Tasks

FEWEST_OF_A_KIND = 20
"""A helping label with fewer photos than this teaches nothing."""


@dataclass(frozen=True)
class Votes:
    """What several people said of each photo, as shares.

    Attributes:
        classes: float32 by item id, one column per class: share of all votes.
        outside: float32 by item id: share of votes for none of the classes.
        tags: float32 by item id, one column per tag.
    """

    classes: pd.DataFrame
    outside: pd.Series
    tags: pd.DataFrame


def read_votes(path: Path, tasks: Tasks) -> Votes:
    """Read one row for each person and item.

    Args:
        path: has the item's id and category under the workspace's own column names, and
            ``tags`` joined by ``|`` (or one column per tag). Any category that is none of the
            classes is a vote for none of them.

    Raises:
        LabelsError: a column is missing.
    """
    frame = read_labels(path)
    id_column, category = tasks.item.id, tasks.category.column
    for column in (id_column, category):
        if column not in frame:
            raise LabelsError(f"votes {path.name} need a column {column!r}")
    ids, said = as_text(frame[id_column]), as_text(frame[category])
    shares = pd.get_dummies(said.where(said.isin(tasks.classes), "")).groupby(ids).mean()
    classes = shares.reindex(columns=list(tasks.classes), fill_value=0.0)
    outside = shares.get("", pd.Series(0.0, index=shares.index))
    return Votes(
        classes.astype(np.float32),
        outside.astype(np.float32),
        _tags_said(frame, tasks).groupby(ids).mean().astype(np.float32),
    )


def _tags_said(frame: pd.DataFrame, tasks: Tasks) -> pd.DataFrame:
    if "tags" in frame and "tags" not in tasks.tag_names:
        named = frame["tags"].fillna("").astype(str).str.split("|")
        said = {tag: named.map(lambda given, tag=tag: tag in given) for tag in tasks.tag_names}
        return pd.DataFrame(said, index=frame.index, dtype=float)
    missing = [tag for tag in tasks.tag_names if tag not in frame]
    if missing:
        raise LabelsError(f"votes need a column tags (joined by |) or one for {missing[0]!r}")
    return frame[list(tasks.tag_names)].astype(float)


def with_votes(examples: Examples, votes: Votes) -> Examples:
    """The same photos with the votes' shares for targets, where there are votes."""
    known = np.isin(examples.item_ids, votes.classes.index)
    ids = examples.item_ids[known]
    classes = votes.classes.loc[ids].to_numpy()
    inside = classes.sum(axis=1, keepdims=True)
    shares = np.divide(classes, inside, out=np.zeros_like(classes), where=inside > 0)
    new = {"category": shares, "tags": votes.tags.loc[ids].to_numpy()}
    new["out_of_catalog"] = votes.outside.loc[ids].to_numpy()[:, None]
    counts = {"category": inside, "tags": np.ones_like(new["tags"])}
    counts["out_of_catalog"] = np.ones_like(inside)
    targets, weights = dict(examples.targets), dict(examples.weights)
    for head, values in new.items():
        targets[head], weights[head] = targets[head].copy(), weights[head].copy()
        targets[head][known], weights[head][known] = values, counts[head]
    return Examples(examples.item_ids, examples.paths, examples.contents, targets, weights)


def soften(source: Source, votes: Votes) -> Source:
    """Votes for the training part; the other parts keep the labels they are judged by."""
    parts = {**source.parts, "train": with_votes(source.parts["train"], votes)}
    return Source(source.name, source.catalog, parts, source.optional)


def read_outside(
    path: Path,
    images: Path,
    catalog: Catalog,
    votes: Votes | None = None,
    *,
    optional: bool = False,
    judged: bool = True,
) -> Source:
    """Photos that show none of the classes.

    Items of the catalog are left out. A photo of a group that the catalog has on one side of
    its split goes to that side, so that nobody is learned from and judged by; other groups
    are learned from.

    Args:
        path: has the item's id under the workspace's own column name.
        images: folder of the photos, named by the workspace's own pattern.
        votes: soft answers for these photos too, where there are some.
        optional: learned from a few per epoch (``extra_per_epoch``).
        judged: keep the validation and held-out sides; else they are not used at all.

    Raises:
        LabelsError: a column or all photos are missing.
    """
    frame, tasks = read_labels(path), catalog.tasks
    if tasks.item.id not in frame:
        raise LabelsError(f"{path.name} needs the column {tasks.item.id!r} with the items' ids")
    frame = frame[~as_text(frame[tasks.item.id]).isin(catalog.item_ids)]
    names = photo_names(frame, Path(tasks.item.image or "").name, images)
    there = names.notna() & names.map(lambda name: (images / str(name)).is_file())
    if len(frame) and not there.any():
        raise LabelsError(f"none of the photos of {path.name} is in {images}; check the folder")
    frame, names = frame[there], names[there]
    ids = as_text(frame[tasks.item.id]).to_numpy(dtype=object)
    examples = _none_of_the_classes(ids, [images / name for name in names], tasks)
    if votes is not None:
        examples = with_votes(examples, votes)
    side = _sides(frame, catalog)
    parts = {part: examples.take(np.flatnonzero(side == part)) for part in PARTS}
    if not judged:
        parts = {"train": parts["train"]}
    return Source(path.stem, None, parts, optional)


def _none_of_the_classes(ids: np.ndarray, paths: Sequence[Path], tasks: Tasks) -> Examples:
    n, k, t = len(ids), len(tasks.classes), len(tasks.tag_names)
    return Examples(
        ids,
        as_objects(list(paths)),
        as_objects([content_hash(path) for path in paths]),
        {
            "category": np.zeros((n, k), np.float32),
            "tags": np.zeros((n, t), np.float32),
            "out_of_catalog": np.ones((n, 1), np.float32),
        },
        {
            "category": np.zeros((n, 1), np.float32),
            "tags": np.zeros((n, t), np.float32),
            "out_of_catalog": np.ones((n, 1), np.float32),
        },
    )


def with_blanks(gathered: Gathered, recipe: Recipe, folder: Path) -> Gathered:
    """Drawn pictures of nothing as further photos of none of the classes, to learn from.

    Judged by in no part. The same where the recipe wants none, or where no photo of other
    things teaches that answer.

    Args:
        folder: where they are drawn.
    """
    if not recipe.blanks or "out_of_catalog" not in gathered.widths:
        return gathered
    paths = draw_blanks(folder, recipe.blanks, recipe.seed)
    ids = as_objects([path.stem for path in paths])
    tasks = gathered.origins[0].catalog.tasks
    drawn = _none_of_the_classes(ids, paths, tasks)
    return Gathered(
        (*gathered.origins, Source("blanks", None, {"train": drawn})),
        gathered.widths,
        join([gathered.everything, drawn], gathered.widths),
        np.append(gathered.sources, np.full(len(drawn), len(gathered.origins))),
        np.append(gathered.sides, np.full(len(drawn), "train", object)),
    )


def _sides(frame: pd.DataFrame, catalog: Catalog) -> np.ndarray:
    """The side of the split of each row's group; ``train`` for groups that are new."""
    column = catalog.tasks.item.group
    if column is None or column not in frame:
        return np.full(len(frame), "train", object)
    known = catalog.rows.dropna(subset=["group"]).drop_duplicates("group")
    sides = pd.Series(known["split"].to_numpy(), index=known["group"].astype(str))
    return as_text(frame[column]).map(sides).fillna("train").to_numpy(dtype=object)


def with_kinds(
    sources: Sequence[Source], files: Sequence[Path], tasks: Tasks, column: str
) -> tuple[list[Source], int]:
    """Give the sources a helping head: what kind of thing each photo shows, as ``column`` says.

    The head is fitted beside the others and left out of the model.

    Args:
        files: where ``column`` may be found, by the items' ids.

    Returns:
        The sources with targets for the head ``donor``, and its number of kinds.

    Raises:
        LabelsError: no file has the column.
    """
    frames = [read_labels(path) for path in files]
    frames = [frame for frame in frames if column in frame and tasks.item.id in frame]
    if not frames:
        raise LabelsError(f"no file has a column {column!r}; name another with --extra-label")
    said = pd.concat([
        pd.Series(as_text(f[column]).to_numpy(), index=as_text(f[tasks.item.id])) for f in frames
    ])  # fmt: skip
    said = said[~said.index.duplicated()]
    counts = said.value_counts()
    kinds = sorted(counts.index[counts >= FEWEST_OF_A_KIND])
    return [_with_kind(source, said, kinds) for source in sources], len(kinds)


def _with_kind(source: Source, said: pd.Series, kinds: list[str]) -> Source:
    parts = {}
    for part, examples in source.parts.items():
        place = pd.Index(kinds).get_indexer(said.reindex(examples.item_ids))
        known = place >= 0
        one_hot = np.eye(len(kinds), dtype=np.float32)[place] * known[:, None]
        parts[part] = Examples(
            examples.item_ids,
            examples.paths,
            examples.contents,
            {**examples.targets, "donor": one_hot},
            {**examples.weights, "donor": known[:, None].astype(np.float32)},
        )
    return Source(source.name, source.catalog, parts, source.optional)
