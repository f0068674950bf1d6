"""What pages say of models in words: where figures come from, what is wrong, sizes and days."""

from datetime import datetime

from core.errors import TasksMismatchError
from core.model.card import Card
from core.tasks import Tasks
from webapp.actions.model_figures import CARD, HERE, Figures
from webapp.actions.models import Model
from webapp.actions.opened import Opened
from webapp.render.words import and_list, count, plain

MOST_NAMED = 4


def chips(model: Model) -> list[dict[str, str]]:
    """in use, shipped"""
    found = []
    if model.in_use:
        found.append({"text": "in use", "kind": "tagged"})
    if model.shipped:
        found.append({"text": "shipped", "kind": "plain"})
    return found


def measured_words(own: Figures) -> str:
    """Where its figures come from: measured here, 172 held-out."""
    held = own.parts.get("heldout", {}).get("n", 0)
    photos = f"{count(held)} held-out" if held else "no held-out photos"
    if own.source == HERE:
        return f"measured here, {photos}"
    if own.source == CARD:
        return f"from its card, on {own.data}, {photos}"
    return "no figures yet"


def problem_words(opened: Opened, model: Model) -> str:
    """Why it cannot be used here; "" when it can."""
    if model.problem is None:
        return ""
    if isinstance(model.problem, TasksMismatchError) and model.card is not None:
        return f"Not for this workspace: {_difference(model.card.asked, opened.workspace.tasks)}."
    return f"Cannot be used: {model.problem}."


def _difference(own: Tasks, asked: Tasks) -> str:
    """it knows 3 categories, 5 are asked; polo is new"""
    parts = []
    for what, knows, wants in (("categories", own.classes, asked.classes),
                               ("tags", own.tag_names, asked.tag_names)):
        if knows == wants:
            continue
        words = f"it knows {len(knows)} {what}, {len(wants)} are asked"
        new = [plain(name) for name in wants if name not in knows]
        gone = [plain(name) for name in knows if name not in wants]
        if new:
            words += f", {and_list(new, MOST_NAMED)} {'is' if len(new) == 1 else 'are'} new to it"
        elif gone:
            words += f", {and_list(gone, MOST_NAMED)} only it knows"
        else:
            words = f"it has the same {what} in another order"
        parts.append(words)
    return "; ".join(parts)


def megabytes(size: int | None) -> str:
    """Bytes as 13.5 MB (millions)."""
    return "–" if size is None else f"{size / 1e6:.1f} MB"


def day(made: str) -> str:
    """2026-11-22T00:43:02+00:00 -> 22 Nov 2026; other texts as they are."""
    try:
        return f"{datetime.fromisoformat(made):%-d %b %Y}"
    except ValueError:
        return made


def data_words(card: Card) -> str:
    """512 photos of secondhand and 540 of sample; of what it was trained on."""
    items = card.data.get("items") or {}
    parts = [f"{count(int(sides.get('train', 0)))}{'' if at else ' photos'} of {name}"
             for at, (name, sides) in enumerate(items.items())]
    return and_list(parts, MOST_NAMED) if parts else str(card.data.get("workspace") or "–")
