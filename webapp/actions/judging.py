"""Items with a model's answers side by side, and all by which they can be told apart."""

from collections.abc import Sequence

import numpy as np

from core.audit.measures import measures_of, measures_stamp
from core.catalog.table import Catalog
from core.decisions.bundle import Bundle
from core.decisions.decide import decide_all
from core.errors import PredictionsError
from core.metrics.judged import Judged
from core.metrics.slices.facets import Facets
from core.predictions.table import Predictions
from webapp.actions.look_alikes import index_of
from webapp.actions.opened import Opened


def judged_side(opened: Opened, part: str) -> Facets:
    """The answered items of one side; all of its items while no model has answered."""
    stamp = measures_stamp(opened.workspace)

    def make() -> Facets:
        side = opened.side(part)
        items = opened.catalog.part(part) if side is None else side.catalog
        found = judge(opened, items, None if side is None else side.predictions)
        return Facets(found, lambda item, number: neighbours(opened, found, item, number))

    return opened.remember(("facets", part, stamp), make)


def judge(opened: Opened, items: Catalog, answers: Predictions | None,
          bundle: Bundle | None = None) -> Judged:
    """Items with their answers.

    Args:
        bundle: whose thresholds decide; None for those in use of the model in view.
    """
    measures = measures_of(opened.workspace, items)
    if answers is None:
        return Judged(items, measures=measures)
    return Judged(items, answers, decide_all(answers, bundle or opened.bundle).tags, measures)


def neighbours(opened: Opened, found: Judged, item_id: str, number: int) -> Sequence[str]:
    """Those of some items that are most like one.

    Raises:
        PredictionsError: there are no embeddings, or the item has none.
    """
    index = index_of(opened)
    if index is None:
        raise PredictionsError("photos have not been compared yet; open an item, and choose Find"
                               " look-alikes beneath it")
    among = np.isin(index.item_ids, found.catalog.item_ids)
    return index.item_ids[index.like(item_id, number, among).rows].tolist()


def comparable(opened: Opened) -> bool:
    """Whether ``neighbours`` will find any."""
    return opened.has_photos and opened.predictions is not None and index_of(opened) is not None
