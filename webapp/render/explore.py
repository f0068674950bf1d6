"""Explore as its components get it: tiles, bars, gaps, the triangle, the photos beside it."""

from typing import Any

import numpy as np
import pandas as pd

from core.catalog.profile import Profile
from core.catalog.table import PART_WORDS, PARTS
from webapp.actions import explore, paging
from webapp.actions.explore import Behind, label_keys
from webapp.actions.opened import Opened
from webapp.render.cards import cards
from webapp.render.item import item_value, short
from webapp.render.items import thumb_url
from webapp.render.relabel import questions_value
from webapp.render.words import Words, count, percent, plain
from webapp.session import Session

SENTENCES, GAPS = 4, 6


def part_value(part: str) -> dict[str, Any]:
    names = {"all": "All", **{name: PART_WORDS[name].capitalize() for name in PARTS}}
    return {"part": part, "parts": [{"name": k, "title": v} for k, v in names.items()]}


def tiles_value(opened: Opened, found: Profile) -> dict[str, Any]:
    """Six figures about the whole catalog, those with trouble leading to it."""
    rows = opened.catalog.rows
    tasks = opened.workspace.tasks
    photos = int(rows["image"].notna().sum()) if opened.has_photos else 0
    left = explore.left_out(opened)
    others = left[left["reason"] != "duplicate row"]["reason"]
    repeated = opened.workspace.settings.duplicate_rows
    reasons = set(others)
    trouble = f"{reasons.pop()}s" if len(reasons) == 1 else "rows left out"
    sizes = opened.part_sizes
    tiles = [
        _tile(photos or len(rows), "items with a photo" if photos else "items, labels only"),
        _tile(len(tasks.classes), "categories, one each"),
        _tile(len(tasks.tag_names), "tags, any of them"),
        _tile(repeated, "exact duplicates", "duplicates" if repeated else None),
        _tile(len(others), _plural(trouble) if len(others) else "unreadable photos",
              "left-out" if len(others) else None),
        {"figure": " / ".join(count(sizes.get(part, 0)) for part in PARTS),
         "words": "train, validation, held-out", "show": None},
    ]
    return {"tiles": tiles}


def _tile(figure: int, words: str, show: str | None = None) -> dict[str, Any]:
    return {"figure": count(figure), "words": words, "show": show}


def _plural(reason: str) -> str:
    return {"unknown classs": "unknown classes", "no ids": "rows without id",
            "conflicting labelss": "conflicting labels"}.get(reason, reason)


def bars_value(opened: Opened, part: str, found: Profile, words: Words,
               opened_behind: Behind | None) -> dict[str, Any]:
    """A bar for each class and tag, split by side, and the gaps in words."""
    tasks = opened.workspace.tasks
    only = opened_behind.a if opened_behind and opened_behind.b is None else None
    rows = [
        {"key": key, "name": name, "count": int(parts.sum()), "share": parts.sum() / max(found.items, 1),
         "parts": parts.tolist(), "open": key == only}
        for key, name, parts in zip(
            label_keys(tasks), _names(opened, words), found.counts.T)
    ]
    k = len(tasks.classes)
    groups = [{"title": "Categories", "rows": rows[:k]}]
    if tasks.tag_names:
        groups.append({"title": "Tags", "rows": rows[k:]})
    most = max((row["count"] for row in rows), default=0)
    return {"groups": groups, "most": max(most, 1), "gaps": _gaps(opened, part, rows)}


def _names(opened: Opened, words: Words) -> list[str]:
    tasks = opened.workspace.tasks
    return [*(words.names[name] for name in tasks.classes), *tasks.tag_names]


def _gaps(opened: Opened, part: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    items = opened.catalog.part(part)
    gaps = []
    scarce = sorted((row for row in rows if part in ("all", "heldout")
                     and row["parts"][2] < explore.ROUGH_BELOW), key=lambda row: row["parts"][2])
    for row in scarce[:3]:
        held = row["parts"][2]
        gaps.append({
            "text": f"{_items(row['count'])} {_is(row['count'])} {row['name']}:"
                    f" {count(held) if held else 'none'} of them held out."
                    " Figures for this label will be rough.",
            "show": {"label": row["key"]} if row["count"] else None,
        })
    if len(scarce) > 3:
        gaps.append({"text": f"{len(scarce) - 3} more labels have fewer than"
                             f" {explore.ROUGH_BELOW} held-out items.", "show": None})
    sets = {
        "unlabelled": (items.category < 0, "{} {} no category."),
        "untagged": ((items.tags == 0).all(axis=1) if items.tags.shape[1] else None,
                     "{} {} no tag."),
        "twins": (explore.twins(items), "{} {} the same photo as another item."),
        "no-photo": (items.rows["image"].isna().to_numpy() if opened.has_photos else None,
                     "{} {} no photo."),
    }
    for show, (mask, text) in sets.items():
        number = 0 if mask is None else int(mask.sum())
        if number:
            has = "has" if number == 1 else "have"
            gaps.append({"text": text.format(_items(number), has), "show": {"show": show}})
    return gaps


def _items(number: int) -> str:
    return f"{count(number)} item{'' if number == 1 else 's'}"


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def pairs_value(opened: Opened, part: str, found: Profile, words: Words,
                shown: Behind | None) -> dict[str, Any]:
    """The triangle: phi and counts below the diagonal, row by row."""
    tasks = opened.workspace.tasks
    keys = label_keys(tasks)
    phi, both, first = found.phi, found.both, found.first
    rows, columns = np.tril_indices(len(keys), -1)
    all_answered = bool((found.unlabelled == 0).all())
    side = "all" if part == "all" else PART_WORDS[part]
    place = None
    if shown is not None and shown.b is not None:
        place = sorted((keys.index(shown.a), keys.index(shown.b)), reverse=True)
    return {
        "labels": [_label(key, name, int(both[i, i]), words)
                   for i, (key, name) in enumerate(zip(keys, _names(opened, words)))],
        "phi": [None if np.isnan(value) else round(float(value), 3) for value in phi[rows, columns]],
        "both": both[rows, columns].tolist(),
        "bases": None if all_answered else [
            first[rows, columns].tolist(), first[columns, rows].tolist()],
        "base": f"phi, {side} {_items(found.items)}",
        "open": place,
        "sentences": [_sentence(i, j, keys, found, words)
                      for i, j in found.strongest(SENTENCES)],
    }


def _label(key: str, name: str, number: int, words: Words) -> dict[str, Any]:
    kind, _, raw = key.partition(":")
    many = words.many(raw) if kind == "category" else f"{raw} items"
    are = words.many(raw) if kind == "category" else raw
    return {"key": key, "name": name, "kind": kind, "count": number, "many": many, "are": are}


def _sentence(i: int, j: int, keys: list[str], found: Profile, words: Words) -> dict[str, Any]:
    """Two labels in words; the second, i < j, is a tag."""
    number, phi = int(found.both[i, j]), float(found.phi[i, j])
    if phi >= 0:  # of the tag's items, those of the class: 85 of 101 checker items are shirts
        i, j = j, i
    base, other = (_label(keys[k], "", 0, words) for k in (i, j))
    few = count(number) if phi >= 0 else f"only {count(number)}" if number else "none"
    verb = "is" if number == 1 and phi < 0 else "are"
    text = f"{few} of {count(int(found.first[i, j]))} {base['many']} {verb} {other['are']}"
    return {"phi": round(phi, 3), "text": text, "a": keys[min(i, j)], "b": keys[max(i, j)]}


def beside_value(opened: Opened, session: Session, shown: Behind | None,
                 words: Words) -> dict[str, Any]:
    """The photos (or rows) behind what is open."""
    if shown is None:
        return _nothing("No labels yet", "This workspace has no labelled items.")
    place = session.place(explore.PAGE)
    is_rows = shown.rows is not None
    total = len(shown.rows) if is_rows else len(shown.items)
    size = explore.ROWS_A_PAGE if is_rows else explore.PHOTOS_A_PAGE
    page = paging.page_of(place, total, size)
    start = page * size
    value = {
        **_nothing("", "No photo has both labels. Choose another cell." if shown.b
                   else "Nothing to show here."),
        **_heading(opened, shown, total, words),
        **paging.window(total, page, size),
    }
    if is_rows:
        value["rows"] = _rows(opened, shown.rows.iloc[start:start + size])
    else:
        value["items"] = cards(opened, shown.items, range(start, min(start + size, total)), words)
        value["list"], value["seen"] = _link(session, shown), opened.newest
        value["questions"] = questions_value(opened.workspace.tasks, words)
    item = place.get("item")
    if item:
        value["item"] = item_value(opened, item, words)
        here = np.flatnonzero(shown.items.item_ids == item)
        value["number"] = int(here[0]) + 1 if len(here) else None
    return value


def _link(session: Session, shown: Behind) -> str:
    """The words that bring back exactly these items, also those that nobody chose."""
    if shown.show:
        return session.put(explore.PAGE, item=None).link
    return session.put(explore.PAGE, a=shown.a, b=shown.b, item=None).link


def _nothing(title: str, empty: str) -> dict[str, Any]:
    return {"title": title, "subtitle": "", "shares": [], "items": [], "rows": [], "item": None,
            "number": None, "list": None, "seen": 0, **paging.window(0, 0, 1), "empty": empty,
            "back": "Back to the photos"}


def _heading(opened: Opened, shown: Behind, total: int, words: Words) -> dict[str, Any]:
    if shown.show:
        title, text = {
            "duplicates": ("Exact duplicates", "the same row again; counted once"),
            "left-out": ("Left out", "not in the catalog; the rest went on"),
            "untagged": ("Without a tag", "labelled with no tag at all"),
            "unlabelled": ("Without a category", "not labelled yet"),
            "twins": ("The same photo twice", "items whose very photo another item has too"),
            "no-photo": ("Without a photo", "nothing to look at"),
        }[shown.show]
        what = "row" if shown.rows is not None else "item"
        return {"title": title,
                "subtitle": f"{count(total)} {what}{'' if total == 1 else 's'}, {text}"}
    tasks = opened.workspace.tasks
    names = dict(zip(label_keys(tasks), _names(opened, words)))
    if shown.b is None:
        return {"title": names[shown.a], "subtitle": _items(total)}
    order = sorted((shown.a, shown.b), key=label_keys(tasks).index)
    first, second = (_label(key, names[key], number, words) for key, number in zip(
        order, (shown.with_a, shown.with_b) if order[0] == shown.a
        else (shown.with_b, shown.with_a)))
    shares = [
        {"share": percent(total / base["count"]),
         "text": f"of {count(base['count'])} {base['many']} are {other['are']}"}
        for base, other in ((first, second), (second, first)) if base["count"]
    ]
    return {"title": f"{first['name']} and {second['name']}",
            "subtitle": f"{_items(total)} {'has' if total == 1 else 'have'} both",
            "shares": shares}


def _rows(opened: Opened, rows: pd.DataFrame) -> list[dict[str, Any]]:
    known = opened.place_of.get_indexer(rows["item_id"])
    contents = opened.catalog.rows["content"]
    return [
        {"title": f"{row.image or short(row.item_id) or 'Row'}, row {row.row}",
         "text": f"{plain(row.reason).capitalize()}: {row.detail}",
         "thumb": thumb_url(opened, row.item_id, contents.iloc[place]) if place >= 0 else None}
        for row, place in zip(rows.itertuples(), known)
    ]
