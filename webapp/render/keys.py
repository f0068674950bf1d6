"""Keys for labelling: digits for classes, letters for tags; printed on the buttons."""

from collections.abc import Sequence
from string import ascii_lowercase

RESERVED = "us"
"""Letters that pages use themselves: undo and skip."""


def class_keys(classes: Sequence[str]) -> list[str]:
    """1 to 9; with more classes all have the same number of digits: 01, 02 ... 57."""
    width = len(str(len(classes)))
    return [str(number + 1).zfill(width) for number in range(len(classes))]


def tag_keys(tags: Sequence[str], reserved: str = RESERVED) -> list[str | None]:
    """A letter for each tag, no two the same: initials first, then other letters of the name.

    Args:
        reserved: letters that the page uses itself.

    Returns:
        Lower-case letters; None for tags beyond the letters there are.
    """
    taken = set(reserved)
    keys: list[str | None] = [None] * len(tags)
    for wanted in (_initials, _letters, lambda _: list(ascii_lowercase)):
        for place, tag in enumerate(tags):
            if keys[place] is not None:
                continue
            free = [letter for letter in wanted(tag) if letter not in taken]
            if free:
                keys[place] = free[0]
                taken.add(free[0])
    return keys


def _initials(tag: str) -> list[str]:
    return [letter for word in tag.split() for letter in _letters(word)[:1]]


def _letters(tag: str) -> list[str]:
    return [letter for letter in tag.casefold() if letter.isalpha()]
