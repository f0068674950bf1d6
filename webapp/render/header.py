"""The header: which workspace, model and photos; which page; the link to this place."""

from typing import Any

from core.catalog.table import PART_WORDS
from webapp.actions.logs import newest_save
from webapp.actions.opened import Opened
from webapp.render.corrected_strip import strip_value
from webapp.render.label import badge
from webapp.render.words import count
from webapp.session import PAGES, SIDES, Session


def header_value(session: Session, opened: Opened | None, workspaces: list[str]) -> dict[str, Any]:
    """What assets/js/header.js draws."""
    menus, waiting = [], badge(opened) if opened is not None else 0
    if workspaces:
        known = session.workspace in workspaces
        options = workspaces if known else {"": "choose one", **dict(zip(workspaces, workspaces))}
        value = session.workspace if known else ""
        menus.append(_menu("workspace", "Workspace", value, options))
    if opened is not None:
        names = opened.workspace.model_names
        if names:
            menus.append(_menu("model", "Model", opened.model, names))
        sizes = opened.part_sizes
        sides = {side: f"{PART_WORDS.get(side, side)}, {count(sizes.get(side, 0))}"
                 for side in SIDES}
        menus.append(_menu("part", "Photos", session.part, sides))
    return {
        "menus": menus,
        "page": session.page,
        "pages": [{"name": name, "title": name.capitalize(), "badge": waiting if name == "label"
                   else 0} for name in PAGES],
        "seen": [opened.key, newest_save(opened.workspace)] if opened is not None else None,
        "link": session.link if session.workspace else "",
        "corrected": strip_value(opened, session) if opened is not None else None,
    }


def _menu(name: str, label: str, value: str, options: list[str] | dict[str, str]) -> dict[str, Any]:
    named = options if isinstance(options, dict) else {option: option for option in options}
    return {
        "name": name,
        "label": label,
        "value": value,
        "options": [{"value": key, "label": text} for key, text in named.items()],
    }
