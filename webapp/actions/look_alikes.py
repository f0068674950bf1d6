"""Look-alikes: the labelled items whose photo is most like one, and the work to find them."""

from collections.abc import Hashable
from dataclasses import dataclass

from core.predictions.run import predict_workspace
from core.predictions.store import embedding_width, finished
from core.search.index import Index, build_index, open_index
from webapp.actions.jobs import Job
from webapp.actions.opened import Opened

SHOWN = 8
NOT_KEPT = "These answers were kept without what is needed to compare photos."
NOT_COMPARED = "The photos of this workspace have not been compared yet."

AT_ONCE = 20_000
"""Items up to which an index is made while somebody waits: some 0.1 s for each thousand."""


@dataclass(frozen=True)
class Alike:
    """An item and how like the other one it is.

    Attributes:
        place: row of the catalog.
        cosine: of the embeddings, in [-1, 1].
    """

    place: int
    cosine: float


@dataclass(frozen=True)
class LookAlikes:
    """What is known of an item's likest ones.

    Attributes:
        found: labelled items, the likest first.
        missing: why there are none, as a sentence; empty when they were looked for.
        can_find: ``find`` would help.
    """

    found: tuple[Alike, ...] = ()
    missing: str = ""
    can_find: bool = False


def look_alikes(opened: Opened, item_id: str, most: int = SHOWN) -> LookAlikes:
    """The items with a category that are most like one, by the embeddings of the model in view."""
    if not opened.has_photos:
        return LookAlikes(missing="This workspace has labels only, so no photo is like another.")
    if not opened.usable:
        return LookAlikes(missing="Photos are compared by a model, and there is none that fits.")
    if opened.predictions is None:
        return LookAlikes(
            missing="The model has to look at every photo once, to compare them.", can_find=True)
    index = index_of(opened)
    if index is None:
        kept = embedding_width(opened.workspace.predictions_dir(opened.model)) is not None
        return LookAlikes(can_find=True, missing=NOT_COMPARED if kept else NOT_KEPT)
    if index.rows_of([item_id])[0] < 0:
        return LookAlikes(missing="The model could not read this photo, so it cannot be compared.")
    places = opened.remember(
        "look-alike places", lambda: opened.place_of.get_indexer(index.item_ids))
    labelled = (places >= 0) & (opened.catalog.category[places] >= 0)
    near = index.like(item_id, most, labelled)
    return LookAlikes(tuple(Alike(int(places[row]), float(cosine))
                            for row, cosine in zip(near.rows, near.cosine)))


def job_key(opened: Opened) -> Hashable:
    """One search at a time for each workspace and model."""
    return "look-alikes", opened.workspace.root, opened.model


def find(opened: Opened, job: Job) -> None:
    """Answer photos where embeddings are missing, then lay them out for search."""
    folder = opened.workspace.predictions_dir(opened.model)
    if opened.predictions is None or embedding_width(folder) is None:
        predict_workspace(opened.workspace, opened.model, job.step("Looking at photos"))
    build_index(folder, job.step("Comparing photos"))


def index_of(opened: Opened) -> Index | None:
    """The index of the answers in view; a small one is made here."""
    folder = opened.workspace.predictions_dir(opened.model)
    known = opened.known("look-alikes")
    if known is not None:
        return known
    index = open_index(folder)
    if index is None and len(opened.catalog) <= AT_ONCE and finished(folder):
        index = build_index(folder)
    return None if index is None else opened.remember("look-alikes", lambda: index)
