"""All decision bundles of one model: which is in use, what was before, and how to go back."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from core.decisions.bundle import Bundle, now, saved_bundles, versions, versions_in_use
from core.decisions.promotions import PROMOTED, ROLLED_BACK, Promotion, read_promotions, record
from core.errors import DecisionError
from core.model.card import Card


@dataclass(frozen=True)
class Shelf:
    """The saved bundles for one model's weights.

    Attributes:
        folder: where they lie.
        card: the model's.
        saved: the oldest first; the first is what training chose.
        used: versions in use one after the other, what was rolled back left out.
        records: promotions and roll-backs, the oldest first.
    """

    folder: Path
    card: Card
    saved: tuple[Bundle, ...]
    used: tuple[int, ...]
    records: tuple[Promotion, ...]

    @property
    def bundles(self) -> tuple[Bundle, ...]:
        """The newest first."""
        return self.saved[::-1]

    @cached_property
    def in_use(self) -> Bundle:
        """What decides now."""
        return self.version(self.used[-1])

    @property
    def before(self) -> Bundle | None:
        """What a roll-back would put into use; None when there is nothing to go back to."""
        return self.version(self.used[-2]) if len(self.used) > 1 else None

    def version(self, number: int) -> Bundle:
        """The bundle with this number.

        Raises:
            DecisionError: there is none.
        """
        for bundle in self.saved:
            if bundle.version == number:
                return bundle
        raise DecisionError(f"there is no decision bundle v{number}; {self._there_are()}")

    def find(self, name: str = "") -> Bundle:
        """A bundle by its label (``v3`` or ``3``) or name (of equal names the newest).

        Args:
            name: "" for the one in use.

        Raises:
            DecisionError: there is none of that name; says which there are.
        """
        wanted = name.strip()
        if not wanted:
            return self.in_use
        for bundle in self.bundles:
            if wanted in (bundle.label, str(bundle.version), bundle.name):
                return bundle
        raise DecisionError(f"there is no decision bundle {wanted!r}; {self._there_are()}")

    @property
    def events(self) -> list[dict[str, Any]]:
        """What happened, the newest first: ``event`` (``saved``, ``promoted``, ``rolled back``),
        ``version``, ``by``, ``at``, ``note``."""
        saved = [
            (bundle.version, 0, {"event": "saved", "version": bundle.version,
                                 "by": bundle.saved_by, "at": bundle.saved_at,
                                 "note": bundle.note})
            for bundle in self.saved
        ]
        moved = [
            (one.after, 1 + place, {"event": one.event, "version": one.version, "by": one.by,
                                    "at": one.at, "note": one.note})
            for place, one in enumerate(self.records)
        ]
        return [event for *_, event in sorted([*saved, *moved], key=lambda e: e[:2])][::-1]

    def _there_are(self) -> str:
        return "there are " + ", ".join(bundle.title for bundle in self.bundles)


def shelf(folder: Path, model_dir: Path, card: Card) -> Shelf:
    """All bundles for exactly these weights.

    Args:
        folder: the workspace's decisions folder for the model (may not exist).
        model_dir: the model's folder.

    Raises:
        DecisionError: a bundle or a record is damaged.
    """
    saved = saved_bundles(folder, model_dir, card)
    records = [one for one in read_promotions(folder) if one.model_id == card.model_id]
    used = versions_in_use(folder, saved, card)
    return Shelf(folder, card, tuple(saved), tuple(used), tuple(records))


def promote(held: Shelf, version: int, by: str, note: str = "") -> Bundle:
    """Put a saved bundle into use: one more record, nothing is changed.

    Raises:
        DecisionError: there is no such bundle, or it is in use already.
        StorageError: the record could not be written; what was in use stays in use.
    """
    bundle = held.version(version)
    if version == held.used[-1]:
        raise DecisionError(f"{bundle.title} is in use already")
    _record(held, PROMOTED, version, by, note)
    return bundle


def roll_back(held: Shelf, by: str, note: str = "") -> Bundle:
    """Put into use again what was before: one more record, nothing is changed.

    Raises:
        DecisionError: nothing was in use before.
        StorageError: the record could not be written; what was in use stays in use.
    """
    if held.before is None:
        raise DecisionError(
            f"{held.in_use.title} was the first in use; there is nothing to roll back to"
        )
    _record(held, ROLLED_BACK, held.before.version, by, note)
    return held.before


def require_name(name: str, bundles: Sequence[Bundle] = ()) -> str:
    """A name for a bundle, without space around it; "" is no name, which is allowed.

    Raises:
        DecisionError: longer than 60 characters, could be taken for a version, or taken.
    """
    name = " ".join(name.split())
    if len(name) > 60:
        raise DecisionError(f"the name of a bundle may have 60 characters, got {len(name)}")
    if name.removeprefix("v").isdecimal():
        raise DecisionError(f"{name!r} could be taken for a version; choose another name")
    taken = next((bundle for bundle in bundles if name and bundle.name == name), None)
    if taken is not None:
        raise DecisionError(f"{taken.label} is called {name!r} already; choose another name")
    return name


def _record(held: Shelf, event: str, version: int, by: str, note: str) -> None:
    newest = max(versions(held.folder), default=0)
    record(held.folder, Promotion(event, version, newest, held.card.model_id, by, now(), note))
