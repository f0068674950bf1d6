"""Two models on the same held-out items: which photos B mends and breaks, and who is right."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.catalog.table import Catalog
from core.commands.evaluate import read_seen
from core.errors import FittingRoomError, PredictionsError
from core.metrics.compare import Answers, Comparison, Pairing, compare
from core.predictions.table import Predictions
from webapp.actions import paging
from webapp.actions.model_figures import answers
from webapp.actions.models import PAGE, Model, models_of
from webapp.actions.opened import Opened
from webapp.session import Session

PHOTOS_A_PAGE = 24
SHOWN = ("mended", "broken", "wrong", "right")
"""What the photos show: only B right, only A right, both wrong, both right."""


@dataclass(frozen=True)
class Pair:
    """The two models that are compared; either may lack answers."""

    a: Model
    b: Model

    @property
    def missing(self) -> list[Model]:
        """Those that have not answered this workspace yet."""
        return [model for model in (self.a, self.b) if not model.answered]


@dataclass(frozen=True)
class Compared:
    """What two models' answers say about each other.

    Attributes:
        comparison: of all questions.
        items, a, b: the items that both answered and neither was fitted on, with the answers.
    """

    comparison: Comparison
    items: Catalog
    a: Predictions
    b: Predictions


@dataclass(frozen=True)
class Changed:
    """The photos that are looked at.

    Attributes:
        question: "" for the category, else a tag.
        pairing: of that question.
        shown: one of SHOWN.
        rows: row numbers in ``Compared.items``; those on which A and B differ most come first.
        page, position: the open page, and the item looked at among all; -1 for none.
    """

    question: str
    pairing: Pairing
    shown: str
    rows: np.ndarray
    page: int
    position: int


def pair_of(opened: Opened, session: Session) -> Pair | None:
    """The models that the place names; else the one in use and the newest other one.

    None while fewer than two models can be used here.
    """
    known = {model.model: model for model in models_of(opened) if model.usable}
    if len(known) < 2:
        return None
    place = session.place(PAGE)
    a = place.get("a") if place.get("a") in known else None
    b = place.get("b") if place.get("b") in known else None
    used = opened.workspace.settings.model
    if a is None:
        a = used if used in known and used != b else _newest(known, b)
    if b is None or b == a:
        b = _newest(known, a)
    return Pair(known[a], known[b])


def _newest(known: Mapping[str, Model], but: str | None) -> str:
    return max((name for name in known if name != but), key=lambda name: (known[name].card.made,
                                                                          name))


def compared(opened: Opened, pair: Pair) -> Compared:
    """Join both models' answers on the held-out items that neither was fitted on.

    Raises:
        PredictionsError: one of them has not answered yet.
    """
    return opened.remember(
        ("compared", pair.a.stamp, pair.b.stamp), lambda: _compare(opened, pair))


def _compare(opened: Opened, pair: Pair) -> Compared:
    scores = [answers(opened, model) for model in (pair.a, pair.b)]
    sides = [Answers(own, model.bundle.thresholds, read_seen(model.folder))
             for own, model in zip(scores, (pair.a, pair.b))]
    heldout = opened.catalog.part("heldout")
    found = compare(heldout, *sides)
    ids = {item for pairing in (found.category, *found.tags.values()) for item in pairing.item_ids}
    items = heldout.where(np.array([item in ids for item in heldout.item_ids], bool))
    return Compared(found, items, *(own.align(items.item_ids)[0] for own in scores))


def changed(opened: Opened, session: Session, found: Compared) -> Changed:
    """The photos that the place asks for: on one question, mended, broken, wrong or right."""
    place = session.place(PAGE)
    word = place.get("of", "")
    tag = word.removeprefix("tag:")
    question = tag if tag in found.comparison.tags and word != tag else ""
    pairing = found.comparison.tags[question] if question else found.comparison.category
    shown = place.get("show", "")
    if shown not in SHOWN:
        shown = "broken" if len(pairing.broken) and not len(pairing.mended) else "mended"
    rows = _rows(found, question, pairing, shown)
    page, position = paging.looked_at(place, found.items.item_ids[rows], PHOTOS_A_PAGE)
    return Changed(question, pairing, shown, rows, page, position)


def _rows(found: Compared, question: str, pairing: Pairing, shown: str) -> np.ndarray:
    a_right, b_right = shown in ("broken", "right"), shown in ("mended", "right")
    chosen = (pairing.a_right == a_right) & (pairing.b_right == b_right)
    ids = set(pairing.item_ids[chosen])
    rows = np.flatnonzero(np.array([item in ids for item in found.items.item_ids], bool))
    if question:
        index = found.items.tasks.tag_names.index(question)
        apart = found.b.tags[rows, index] - found.a.tags[rows, index]
    else:
        label = found.items.category[rows]
        apart = found.b.category[rows, label] - found.a.category[rows, label]
    order = np.lexsort((found.items.item_ids[rows].astype(str), -np.abs(apart)))
    return rows[order]


# What clicks do: a new place.

CLOSED = {"show": None, "at": None, "item": None}


def choose(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Other models: ``a`` or ``b``; choosing the other one's model swaps them."""
    pair = pair_of(opened, session)
    if pair is None:
        raise FittingRoomError("two models that answer this workspace are needed to compare")
    names = {"a": pair.a.model, "b": pair.b.model}
    known = {model.model for model in models_of(opened) if model.usable}
    for side, other in (("a", "b"), ("b", "a")):
        if side not in data:
            continue
        name = str(data[side])
        if name not in known:
            raise FittingRoomError(
                f"the model {name!r} cannot be compared here; choose another one")
        if name == names[other]:
            names[other] = names[side]
        names[side] = name
    return session.put(PAGE, **names, **CLOSED)


def ask(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Another question: ``""`` for the category, else a tag; and which photos of it."""
    tag = str(data.get("question") or "")
    known = tag in opened.workspace.tasks.tag_names
    shown = data.get("shown") if data.get("shown") in SHOWN else None
    return session.put(PAGE, **{**CLOSED, "of": f"tag:{tag}" if known else None, "show": shown})


def turn(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """Another page of photos, counted from 0."""
    return paging.turned(session, PAGE, data)


def choose_item(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """The item to look at."""
    return session.put(PAGE, item=str(data.get("item")))


def step(opened: Opened, session: Session, data: Mapping[str, Any]) -> Session:
    """The next photo (``by`` 1) or the one before (-1); stays at the ends."""
    pair = pair_of(opened, session)
    if pair is None or pair.missing:
        raise PredictionsError("both models must have answered; predict first")
    found = compared(opened, pair)
    now = changed(opened, session, found)
    ids = found.items.item_ids[now.rows]
    return paging.stepped(session, PAGE, ids, now.position, PHOTOS_A_PAGE, data)


def items(opened: Opened, session: Session) -> list[str]:
    """The photos that are looked at, in their order."""
    pair = pair_of(opened, session)
    if pair is None or pair.missing:
        return []
    found = compared(opened, pair)
    return found.items.item_ids[changed(opened, session, found).rows].tolist()


def source_of(opened: Opened, session: Session) -> str:
    """Where a relabelling comes from, for the log: ``models:probe>default``."""
    pair = pair_of(opened, session)
    return f"{PAGE}:{pair.a.model}>{pair.b.model}" if pair else PAGE


def move_on(opened: Opened, fresh: Opened, session: Session, done: Collection[str]) -> Session:
    """Look at the photo after those that were relabelled."""
    pair = pair_of(opened, session)
    if pair is None or pair.missing:
        return session
    session = session.put(PAGE, show=changed(opened, session, compared(opened, pair)).shown)
    return paging.followed(session, PAGE, items(opened, session), items(fresh, session), done,
                           PHOTOS_A_PAGE)


def compared_csv(session: Session, opened: Opened) -> tuple[str, str]:
    """The ids of the photos that are looked at in their order, as CSV, and a name for the file.

    Raises:
        FittingRoomError: there are not two models, or one has not answered yet.
    """
    pair = pair_of(opened, session)
    if pair is None or pair.missing:
        raise PredictionsError("two models must have answered; predict first")
    found = compared(opened, pair)
    now = changed(opened, session, found)
    question = now.question or "category"
    rows = ([item, question, now.shown, pair.a.model, pair.b.model]
            for item in found.items.item_ids[now.rows])
    return paging.csv_file(["item_id", "question", "outcome", "a", "b"], rows,
                           now.shown, question, pair.a.model, pair.b.model)
