"""How much better a cut looks where it was chosen than where it is judged."""

from collections.abc import Sequence

from core.decisions.outcomes import Outcomes, defined

FIGURES = ("precision", "recall", "f1")


def optimism(
    validation: Outcomes, heldout: Outcomes, tags: Sequence[str]
) -> dict[str, dict[str, float | None]]:
    """Each figure on validation minus the same on held-out, at the same cuts.

    Returns:
        By tag ``precision``, ``recall``, ``f1``: a share, above 0 where validation looks
        better; None where one of the two is undefined.
    """
    apart = {name: getattr(validation, name) - getattr(heldout, name) for name in FIGURES}
    return {
        tag: {name: defined(values[t]) for name, values in apart.items()}
        for t, tag in enumerate(tags)
    }
