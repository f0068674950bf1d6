"""Items with the same photo: counted twice, leaking over the split, or labelled differently."""

import numpy as np

from core.audit.finding import (
    CONFLICT,
    EXACT_DUPLICATE,
    NEAR_DUPLICATE,
    SPLIT_LEAK,
    Finding,
)
from core.audit.ground import Ground
from core.audit.twins import NEAR_EMBEDDING, NEAR_HASH, Twins, same_files
from core.catalog.table import PART_WORDS, Catalog, tag_column

def exact_duplicates(ground: Ground) -> list[Finding]:
    """Items with the very same photo file."""
    item_ids = ground.catalog.item_ids
    return [
        Finding(EXACT_DUPLICATE, tuple(item_ids[group]), 1.0,
                f"{len(group)} items show the very same photo file")
        for group in same_files(ground.alike)
    ]


def near_duplicates(ground: Ground) -> list[Finding]:
    """Pairs of items with nearly the same photo."""
    found, item_ids = ground.twins, ground.catalog.item_ids
    return [
        Finding(NEAR_DUPLICATE, tuple(item_ids[found.rows[pair]]), float(found.suspicion[pair]),
                f"nearly the same photo{_how(found, pair)}")
        for pair in range(len(found.rows))
    ]


def split_leaks(ground: Ground) -> list[Finding]:
    """The same product in training and in the part that is to judge it."""
    side = ground.catalog.rows["split"].to_numpy(dtype=object)
    return [
        Finding(SPLIT_LEAK, tuple(ground.catalog.item_ids[rows]), suspicion,
                f"{what}, one in {' and one in '.join(_sides(side[rows]))}: figures there would"
                " flatter the model")
        for rows, suspicion, what in _all_twins(ground)
        if len(set(side[rows])) > 1
    ]


def conflicts(ground: Ground) -> list[Finding]:
    """Twins that are labelled differently: at most one of them is right."""
    found = []
    for rows, suspicion, what in _all_twins(ground):
        for task, words in _differing(ground.catalog, rows):
            found.append(Finding(
                CONFLICT, tuple(ground.catalog.item_ids[rows]), suspicion,
                f"{what}, but labelled {words}", task,
            ))
    return found


def _all_twins(ground: Ground) -> list[tuple[np.ndarray, float, str]]:
    near = ground.twins
    same = [(group, 1.0, "the very same photo") for group in same_files(ground.alike)]
    return same + [
        (near.rows[pair], float(near.suspicion[pair]), "nearly the same photo")
        for pair in range(len(near.rows))
    ]


def _differing(catalog: Catalog, rows: np.ndarray) -> list[tuple[str, str]]:
    """(task, what the items say) for each task on which labelled items differ."""
    tasks, found = catalog.tasks, []
    labels = catalog.category[rows]
    named = list(dict.fromkeys(tasks.classes[label] for label in labels if label >= 0))
    if len(named) > 1:
        found.append(("category", " and ".join(named)))
    for number, tag in enumerate(tasks.tag_names):
        if {0, 1} <= set(catalog.tags[rows, number].tolist()):
            found.append((tag_column(tag), f"{tag} and not {tag}"))
    return found


def _sides(parts: np.ndarray) -> list[str]:
    return [words for part, words in PART_WORDS.items() if part in set(parts)]


def _how(found: Twins, pair: int) -> str:
    words = []
    if found.bits[pair] <= NEAR_HASH:
        words.append("mirrored" if found.mirrored[pair] else "same outlines")
    if found.cosine[pair] >= NEAR_EMBEDDING:
        words.append(f"the model sees {found.cosine[pair]:.0%} likeness")
    return f" ({', '.join(words)})" if words else ""
