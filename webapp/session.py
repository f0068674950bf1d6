"""One user's place in the app: what is open, as a frozen value that fits into a link."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import urlencode

PAGES = ("explore", "predict", "confusion", "together", "thresholds", "slices", "label",
         "agreement", "findings", "corrections", "models")
"""Names of the pages, in the order of the tabs."""

SIDES = ("heldout", "validation", "train", "all")
"""What the photos menu offers; ``all`` is every item."""

SHARED = ("workspace", "model", "photos", "tab")
"""Words of a link that belong to the app; every other word belongs to the open page.

The page is called ``tab`` there, because Gradio reads ``?page=`` as one of its own.
"""


@dataclass(frozen=True)
class Session:
    """Where one user is.

    Attributes:
        workspace: key of the workspace among those served.
        model: name of the model whose answers are shown; "" for the workspace's own.
        part: side of the split, one of SIDES.
        page: name of the open page.
        places: for each page what is open on it: the words of its links.
    """

    workspace: str
    model: str = ""
    part: str = "heldout"
    page: str = "explore"
    places: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def place(self, page: str | None = None) -> Mapping[str, str]:
        """What is open on a page (the open page without a name)."""
        return MappingProxyType(dict(self.places.get(page or self.page, {})))

    def put(self, page: str | None = None, **words: str | int | None) -> "Session":
        """Change what is open on a page; None closes.

        Raises:
            ValueError: a word belongs to the app.
        """
        taken = set(words) & set(SHARED)
        if taken:
            raise ValueError(f"a page's place cannot use {sorted(taken)}; these words are the app's")
        page = page or self.page
        place = {**self.places.get(page, {}), **{k: v for k, v in words.items()}}
        kept = {name: str(value) for name, value in place.items() if value is not None}
        return replace(self, places={**self.places, page: kept})

    def clear(self, page: str | None = None) -> "Session":
        """Close everything that is open on a page."""
        return replace(self, places={**self.places, page or self.page: {}})

    def go(self, **changes: str) -> "Session":
        """Another workspace, model, part or page; another workspace closes what was open."""
        moved = replace(self, **changes)
        return replace(moved, places={}) if moved.workspace != self.workspace else moved

    @property
    def link(self) -> str:
        """Query string that reopens this place, without the question mark."""
        words = {"workspace": self.workspace, "tab": self.page, "photos": self.part}
        if self.model:
            words["model"] = self.model
        return urlencode({**words, **self.place()})


def read_link(query: Mapping[str, str], start: Session) -> Session:
    """The place that a link names; words that make no sense fall back to ``start``.

    Args:
        query: the words of a query string.
        start: where a user begins.
    """
    page = query.get("tab", start.page)
    part = query.get("photos", start.part)
    own = {name: value for name, value in query.items()
           if name not in SHARED and not name.startswith("__")}
    session = replace(
        start,
        workspace=query.get("workspace", start.workspace),
        model=query.get("model", start.model),
        part=part if part in SIDES else start.part,
        page=page if page in PAGES else start.page,
    )
    return replace(session, places={session.page: own} if own else {})
