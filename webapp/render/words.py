"""Names and counts in words: how pages speak of classes, tags, shares and numbers."""

from datetime import datetime

from core.tasks import Tasks

PLURAL_ONLY = frozenset(
    "bottoms boxers briefs capris chinos clothes culottes dungarees flats glasses gloves heels"
    " jeans jeggings joggers knickers leggings loafers overalls pajamas panties pants pyjamas"
    " sandals scissors scrubs shorts slacks slippers sneakers socks stockings sunglasses sweatpants"
    " tights trainers trousers trunks underpants undies".split()
)
"""English names of garments that have no usual singular."""


def count(number: int) -> str:
    """12345 -> 12,345"""
    return f"{number:,}"


def percent(share: float | None, digits: int = 0) -> str:
    """0.734 -> 73 %; an en dash where undefined."""
    if share is None or share != share:
        return "–"
    return f"{100 * share:.{digits}f} %"


def when(moment: datetime) -> str:
    """22 Nov 2026, 01:40 UTC, from a moment in UTC."""
    return f"{moment:%-d %b %Y, %H:%M} UTC"


def and_list(names: list[str], limit: int) -> str:
    """a, b and c; and 4 more after ``limit`` names."""
    shown = names[:limit]
    if len(names) > limit:
        return f"{', '.join(shown)} and {len(names) - limit} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def plain(name: str) -> str:
    """CASUAL_DRESSES -> casual dresses; names in mixed case keep it."""
    spaced = " ".join(name.replace("_", " ").split()) or name
    return spaced.lower() if spaced.isupper() else spaced


def singular(name: str) -> str | None:
    """The singular of an English plural; None when the name is none."""
    head, _, last = name.rpartition(" ")
    low = last.lower()
    if low in PLURAL_ONLY or len(low) < 4 or not low.endswith("s"):
        return None
    if low.endswith(("ss", "us", "is")):
        return None
    if low.endswith("ies") and len(low) > 4:
        stem = f"{last[:-3]}y"
    elif low.endswith(("sses", "shes", "ches", "xes", "zes")):
        stem = last[:-2]
    else:
        stem = last[:-1]
    return f"{head} {stem}".strip()


class Words:
    """How the classes of one catalog are called.

    Attributes:
        names: class -> title of one item (CASUAL_DRESSES -> Casual dress); the class itself
            where two classes would get the same title.
    """

    def __init__(self, tasks: Tasks):
        titles = {name: _title(singular(plain(name)) or plain(name)) for name in tasks.classes}
        shared = [title.casefold() for title in titles.values()]
        self.names = {
            name: name if shared.count(title.casefold()) > 1 else title
            for name, title in titles.items()
        }

    def one(self, name: str) -> str:
        """In a sentence: casual dress."""
        title = self.names[name]
        return title if title == name and not name.isupper() else _lower(title)

    def many(self, name: str) -> str:
        """In a sentence: casual dresses; ``topwear items`` where the name is no plural."""
        words = plain(name)
        if self.names[name] == name:
            words = name
        plural = singular(words) is not None or words.split(" ")[-1].lower() in PLURAL_ONLY
        return _lower(words) if plural else f"{_lower(words)} items"

    def are(self, number: int, name: str) -> str:
        """1 item is a shirt, 2 items are shirts; ``is labelled topwear`` without a plural."""
        if singular(plain(name)) is None or self.names[name] == name:
            return f"{'is' if number == 1 else 'are'} labelled {self.one(name)}"
        if number != 1:
            return f"are {self.many(name)}"
        one = self.one(name)
        return f"is {'an' if one[:1].lower() in 'aeiou' else 'a'} {one}"

    def some(self, number: int, name: str) -> str:
        """1 casual dress, 2 casual dresses."""
        words = self.many(name)
        if number != 1:
            return f"{count(number)} {words}"
        return f"1 {words.removesuffix('s') if words.endswith(' items') else self.one(name)}"


def _title(words: str) -> str:
    return words[:1].upper() + words[1:]


def _lower(words: str) -> str:
    first, _, rest = words.partition(" ")
    if first[1:] != first[1:].lower() or first[1:2] == "-":  # a brand, DVD, T-shirt
        return words
    return f"{first[:1].lower()}{first[1:]}{' ' if rest else ''}{rest}"
