"""The thresholds of a decision: one for each tag and, where set, for a tag within a category."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.errors import ThresholdError


class Cuts(dict[str, float]):
    """A threshold by tag, which reads like any mapping, and the exceptions to it.

    The true category is not known when a tag is decided, so an exception is for items whose
    most likely class it names.

    Attributes:
        per_category: by tag and class, thresholds that take the place of the tag's own.
    """

    def __init__(
        self,
        own: Mapping[str, float] | Iterable[tuple[str, float]] = (),
        per_category: Mapping[str, Mapping[str, float]] | None = None,
    ):
        super().__init__(own)
        self.per_category = {tag: dict(cuts) for tag, cuts in (per_category or {}).items() if cuts}

    def at(self, tag: str, category: str) -> float:
        """The threshold of a tag for items predicted to be of a class."""
        return self.per_category.get(tag, {}).get(category, self[tag])


def require_threshold(tag: str, value: Any) -> float:
    """Refuse what is not a number in [0, 1].

    Raises:
        ThresholdError: names the tag, the rule and the value.
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= 1:  # NaN fails the comparison
        raise ThresholdError(
            f"threshold of tag {tag!r} must lie in [0, 1], got {value!r}; write 85 % as 0.85"
        )
    return float(value)
