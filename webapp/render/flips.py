"""Flips as assets/js/thresholds-flips.js gets them: counts, and a page of photos."""

from typing import Any

from webapp.actions.flips import KINDS, PAGE, PHOTOS_A_PAGE, Flips
from webapp.actions.opened import Opened
from webapp.actions.paging import window
from webapp.render.cards import cards
from webapp.render.relabel import questions_value
from webapp.render.words import Words
from webapp.session import Session


def flips_value(
    opened: Opened, session: Session, tag: str, saved: float, cut: float, kind: str, page: int,
    found: Flips,
) -> dict[str, Any]:
    """One page, the nearest to the cut before first; ``list`` is the link to all of them."""
    kind = kind if kind in KINDS else "all"
    page = max(0, min(page, (len(found.rows) - 1) // PHOTOS_A_PAGE))
    order = found.nearest(page * PHOTOS_A_PAGE, (page + 1) * PHOTOS_A_PAGE)
    beneath = [[{"name": _beneath(found, at), "share": f"{found.score[at]:.3f}"}] for at in order]
    side = opened.side(session.part).catalog
    unlabelled = side.tags[found.rows[order], side.tasks.tag_names.index(tag)] < 0
    for guess, none in zip(beneath, unlabelled):
        if none:
            guess[0]["name"] = "no label"
    place = session.go(page=PAGE).put(PAGE, tag=tag, saved=saved, cut=cut, of=kind)
    return {
        "gained": found.gained, "lost": found.lost, "right": found.right, "wrong": found.wrong,
        "unlabelled": found.unlabelled, "kind": kind,
        **window(len(found.rows), page, PHOTOS_A_PAGE),
        "items": cards(opened, side, found.rows[order], Words(side.tasks), beneath),
        "list": place.link, "seen": opened.newest,
        "questions": questions_value(side.tasks, Words(side.tasks)),
    }


def _beneath(found: Flips, at: int) -> str:
    return "right" if found.is_right[at] else "wrong"
