"""What to say of a tag whose figures rest on too few items to be trusted."""

import numpy as np

from core.decisions.outcomes import Outcomes
from core.metrics.intervals import wilson

FEW = 30
"""Tagged (or accepted) items below which a share of them is worth a caution."""
WIDE = 0.25
"""A 95 % interval this wide leaves too much open to act on."""


def cautions(at: Outcomes) -> tuple[str | None, ...]:
    """One sentence for each tag that has too few items, None for the others.

    Intervals are Wilson's, which hold down to a handful of items.
    """
    return tuple(_caution(*map(int, cells)) for cells in zip(at.tp, at.fp, at.fn, at.tn))


def _caution(tp: int, fp: int, fn: int, tn: int) -> str | None:
    support = tp + fn
    if not support:
        said = "no labels" if not fp + tn else "no positives"
        return f"{said}: nothing can be said of precision or recall"
    positives = "1 positive" if support == 1 else f"{support:,} positives"
    for name, trials in (("precision", tp + fp), ("recall", support)):
        interval = wilson(tp, trials)
        if interval and trials < FEW and interval[1] - interval[0] >= WIDE:
            low, high = np.floor(interval[0] * 10) / 10, np.ceil(interval[1] * 10) / 10
            return f"{positives}: {name} anywhere from {low:.1f} to {high:.1f}"
    return None
