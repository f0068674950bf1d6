"""Train, validation and held-out: seeded, stratified, and without leaks.

Items of one group (seller, sender, product) and items with identical photo files stay on
one side. What must stay together is a *block*; whole blocks are dealt out so that every
class and every tag is spread as the fractions ask: the measure is the chi-square distance
between the counts of a part and its share. The idea of stratifying several labels at once
is that of Sechidis et al., "On the stratification of multi-label data" (ECML 2011).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from core.catalog.table import PART_WORDS, PARTS, Catalog
from core.errors import SplitError

ABSENT_LABEL = 1.0
"""Cost of a part without any item of a class or tag, in units of chi-square."""
ABSENT_PART = 1e9
"""Cost of a part without any item: paid only when there are too few blocks."""
FEWEST = 5
"""A part with fewer items of a class or tag than this is worth a warning."""
DEALT_ONE_BY_ONE = 2000
POOL = 1024
MOST_MOVES = 400
BALANCED = 3000
"""Up to so many items ``quick_folds`` seeks folds that are alike; more are so by chance."""


@dataclass(frozen=True)
class SplitOptions:
    """How to split: fractions of the items, which must sum to 1, and a seed."""

    train: float = 0.6
    validation: float = 0.2
    heldout: float = 0.2
    seed: int = 0

    def __post_init__(self):
        for part, fraction in zip(PARTS, self.fractions):
            if not 0 <= fraction <= 1:  # NaN fails the comparison
                raise SplitError(
                    f"fraction of the {PART_WORDS[part]} part must lie in [0, 1], got {fraction};"
                    " write 20 % as 0.2"
                )
        if abs(sum(self.fractions) - 1) > 1e-6:
            said = " + ".join(f"{fraction:g}" for fraction in self.fractions)
            raise SplitError(
                f"the fractions train + validation + held-out must sum to 1, got {said}"
                f" = {sum(self.fractions):g}"
            )
        if self.seed < 0:
            raise SplitError(f"seed must be 0 or more, got {self.seed}")

    @property
    def fractions(self) -> tuple[float, float, float]:
        """In the order of PARTS."""
        return (self.train, self.validation, self.heldout)


@dataclass(frozen=True)
class SplitWarning:
    """Something that a part lacks: not an error, but to be known.

    Attributes:
        part: one of PARTS.
        label: the class or tag that it concerns; None for the part as a whole.
        items: how many the part has of it.
    """

    part: str
    label: str | None
    items: int
    sentence: str


@dataclass(frozen=True)
class Split:
    """A part for each item, object (N,) of PARTS, in the catalog's order; and warnings."""

    parts: np.ndarray
    warnings: tuple[SplitWarning, ...] = ()


def assign_parts(catalog: Catalog, options: SplitOptions = SplitOptions()) -> Split:
    """Deal the items out; a ``split`` column that is there already is not looked at.

    The same items, options and seed give the same parts, in whatever order the rows stand.
    Every part with a fraction above 0 gets an item as long as there are enough blocks.

    Args:
        catalog: the columns ``group`` and ``content`` may be missing, and so may their values.
    """
    order = catalog.rows["item_id"].argsort(kind="stable").to_numpy()
    labels = _labels(catalog)[order]
    blocks = linked(*(_codes(catalog, name)[order] for name in ("group", "content")))
    codes = np.empty(len(catalog), dtype=np.int64)
    codes[order] = _deal(labels, blocks, options.fractions, options.seed)[blocks]
    parts = np.array(PARTS, dtype=object)[codes]
    return Split(parts, tuple(_warnings(catalog, codes, options)))


def assign_folds(catalog: Catalog, folds: int, seed: int | tuple[int, ...] = 0) -> np.ndarray:
    """Deal all items into folds as alike as can be; what must stay together does.

    The same items, folds and seed give the same answer, in whatever order the rows stand.

    Returns:
        int64 (N,) in [0, folds).

    Raises:
        SplitError: fewer than 2 folds, or fewer blocks of items than folds.
    """
    order, blocks = _blocks_for(catalog, folds)
    found = np.empty(len(catalog), dtype=np.int64)
    found[order] = _deal(_labels(catalog)[order], blocks, (1 / folds,) * folds, seed)[blocks]
    return found


def quick_folds(catalog: Catalog, folds: int, seed: int | tuple[int, ...] = 0) -> np.ndarray:
    """As ``assign_folds`` while items are few; many are dealt by chance, which makes them alike
    by itself and takes no search.

    Returns, raises: as ``assign_folds``.
    """
    if len(catalog) <= BALANCED:
        return assign_folds(catalog, folds, seed)
    order, blocks = _blocks_for(catalog, folds)
    turns = np.random.default_rng(seed).permutation(int(blocks.max()) + 1) % folds
    found = np.empty(len(catalog), dtype=np.int64)
    found[order] = turns[blocks]
    return found


def _blocks_for(catalog: Catalog, folds: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows by id, and the block of each of them: what must stay together."""
    order = catalog.rows["item_id"].argsort(kind="stable").to_numpy()
    blocks = linked(*(_codes(catalog, name)[order] for name in ("group", "content")))
    n_blocks = int(blocks.max(initial=-1)) + 1
    if not 2 <= folds <= n_blocks:
        raise SplitError(
            f"folds must be from 2 to {max(n_blocks, 2)}, got {folds}: there are {n_blocks:,}"
            " items or groups of items that must stay together"
        )
    return order, blocks


def linked(*keys: np.ndarray) -> np.ndarray:
    """Number the blocks of items that share a value in any of the keys, also over others.

    Args:
        keys: int (N,) each; -1 links nothing.

    Returns:
        int64 (N,): block numbers 0, 1, ... in the order of each block's first item.
    """
    n = len(keys[0])
    items, nodes, size = [], [], n
    for key in keys:
        known = np.flatnonzero(key >= 0)
        items.append(known)
        nodes.append(key[known] + size)
        size += int(key.max(initial=-1)) + 1
    items, nodes = np.concatenate(items), np.concatenate(nodes)
    links = coo_array((np.ones(len(items), np.int8), (items, nodes)), shape=(size, size))
    _, found = connected_components(links, directed=False)
    return pd.factorize(found[:n])[0]


def _codes(catalog: Catalog, column: str) -> np.ndarray:
    if column not in catalog.rows:
        return np.full(len(catalog), -1)
    return pd.factorize(catalog.rows[column])[0]


def _labels(catalog: Catalog) -> np.ndarray:
    """bool (N, L): has the class (K columns), has the tag (T columns)."""
    classes = catalog.category[:, None] == np.arange(len(catalog.tasks.classes))
    return np.concatenate([classes, catalog.tags == 1], axis=1)


def _deal(
    labels: np.ndarray, blocks: np.ndarray, fractions: tuple[float, ...],
    seed: int | tuple[int, ...],
) -> np.ndarray:
    """Part code of each block, int64 (B,). ``labels`` bool (N, L), ``blocks`` int (N,)."""
    random = np.random.default_rng(seed)
    used = np.flatnonzero(fractions)
    table = _Table(labels, blocks, np.array(fractions)[used])
    home = np.full(table.n_blocks, -1)
    by_size = np.lexsort([random.random(table.n_blocks), -table.sizes])
    several = by_size[table.sizes[by_size] > 1][:DEALT_ONE_BY_ONE]
    for block, counts in zip(several, table.counts(several)):
        home[block] = np.argmin(table.distance_with(counts) - table.distance_with(0 * counts))
        table.held[home[block]] += counts
    rest = np.flatnonzero(home < 0)
    home[rest] = _dealt_in_turn(table, rest, random)
    table.recount(home)
    _improve(table, home, random)
    return used[home]


class _Table:
    """What lies in which part. P parts, L labels, and one column more for the items."""

    def __init__(self, labels: np.ndarray, blocks: np.ndarray, fractions: np.ndarray):
        self.n_blocks = int(blocks.max(initial=-1)) + 1
        self.sizes = np.bincount(blocks, minlength=self.n_blocks)
        self.labels, self.blocks, self.fractions = labels, blocks, fractions
        self.totals = np.append(labels.sum(axis=0), len(blocks)).astype(float)
        self.asked = fractions[:, None] * np.maximum(self.totals, 1e-9)
        self.held = np.zeros_like(self.asked)
        self.absent = np.where(self.totals > 0, ABSENT_LABEL, 0.0)
        self.absent[-1] = ABSENT_PART

    def counts(self, chosen: np.ndarray) -> np.ndarray:
        """float (len(chosen), L + 1): items of each label, and all items, of some blocks."""
        place = np.full(self.n_blocks, -1)
        place[chosen] = np.arange(len(chosen))
        rows = np.flatnonzero(place[self.blocks] >= 0)
        counts = np.zeros((len(chosen), len(self.totals)))
        np.add.at(counts[:, :-1], place[self.blocks[rows]], self.labels[rows])
        counts[:, -1] = self.sizes[chosen]
        return counts

    def recount(self, home: np.ndarray) -> None:
        part_of_item = home[self.blocks]
        for part in range(len(self.fractions)):
            here = part_of_item == part
            self.held[part] = np.append(self.labels[here].sum(axis=0), here.sum())

    def distance_with(self, more: np.ndarray) -> np.ndarray:
        """float (..., P): chi-square from its share, of each part with ``more`` (..., L + 1)."""
        off = self.held + np.expand_dims(more, -2) - self.asked
        return (off * off / self.asked).sum(axis=-1)

    def cost_with(self, more: np.ndarray) -> np.ndarray:
        """float (..., P): the same, and what is absent from a part counts in addition."""
        held = self.held + np.expand_dims(more, -2)
        off = held - self.asked
        return (off * off / self.asked + self.absent * (held <= 0)).sum(axis=-1)


def _dealt_in_turn(table: _Table, chosen: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Line the blocks up by size, class and rarest tags, and deal along the line.

    Any stretch of the line, so every class, gets its share within an item or two.
    """
    left = np.maximum(table.asked[:, -1] - table.held[:, -1], 0) + 1e-9
    line = np.arange(len(chosen))[_line_up(table, chosen, random)]
    home = np.zeros(len(chosen), dtype=np.int64)
    for part in range(len(left) - 1, 0, -1):
        share = left[part] / left[: part + 1].sum()
        steps = np.floor(np.arange(len(line) + 1) * share + random.random())
        taken = np.diff(steps) > 0
        home[line[taken]] = part
        line = line[~taken]
    return home


def _line_up(table: _Table, chosen: np.ndarray, random: np.random.Generator) -> np.ndarray:
    first_item = np.full(table.n_blocks, -1)
    first_item[table.blocks[::-1]] = np.arange(len(table.blocks))[::-1]
    rare_first = np.argsort(table.totals[:-1], kind="stable")
    seen = table.labels[first_item[chosen]][:, rare_first]
    nothing = np.zeros((len(chosen), 1), dtype=bool)
    keys = [random.random(len(chosen))]
    for _ in range(3):  # of an item's labels the three rarest, its class nearly always there
        rarest = np.argmax(np.hstack([seen, ~nothing]), axis=1)
        keys.insert(1, rarest)
        seen[np.flatnonzero(rarest < seen.shape[1]), rarest[rarest < seen.shape[1]]] = False
    return np.lexsort([*keys, table.sizes[chosen]])


def _improve(table: _Table, home: np.ndarray, random: np.random.Generator) -> None:
    """Move single blocks, the most useful first, until none helps; changes ``home``."""
    pool = _pool(table, random)
    counts = table.counts(pool)
    for _ in range(MOST_MOVES):
        if not len(pool):
            return
        now = table.cost_with(0 * table.totals)
        here = home[pool]
        with_block = table.cost_with(counts) - now
        without = table.cost_with(-counts) - now
        change = with_block + np.take_along_axis(without, here[:, None], axis=1)
        np.put_along_axis(change, here[:, None], 0.0, axis=1)
        block, part = np.unravel_index(np.argmin(change), change.shape)
        if change[block, part] > -1e-9:
            return
        table.held[here[block]] -= counts[block]
        table.held[part] += counts[block]
        home[pool[block]] = part


def _pool(table: _Table, random: np.random.Generator) -> np.ndarray:
    """Blocks to be moved: all, or among many those with rare labels and a random sample."""
    if table.n_blocks <= POOL:
        return np.arange(table.n_blocks)
    rare = np.flatnonzero(table.totals[:-1] < POOL / 8)
    with_rare = np.unique(table.blocks[table.labels[:, rare].any(axis=1)])
    sample = random.choice(table.n_blocks, POOL, replace=False)
    return np.unique(np.concatenate([random.permutation(with_rare)[: POOL // 2], sample]))[:POOL]


def _warnings(
    catalog: Catalog, codes: np.ndarray, options: SplitOptions
) -> Iterator[SplitWarning]:
    labels = _labels(catalog)
    names = [*catalog.tasks.classes, *catalog.tasks.tag_names]
    for code, (part, asked) in enumerate(zip(PARTS, options.fractions)):
        here, word = codes == code, PART_WORDS[part]
        n, due = int(here.sum()), asked * len(catalog)
        if not due:
            continue
        if abs(n - due) > max(1, 0.05 * len(catalog)):
            sentence = (
                f"the {word} part has {n / len(catalog):.0%} of the items where {asked:.0%} were"
                " asked; groups and identical photos stay together"
            )
            yield SplitWarning(part, None, n, sentence)
        for name, count in zip(names, labels[here].sum(axis=0)):
            if count < FEWEST:
                amount = f"only {count}" if count else "none"
                sentence = f"{name}: {amount} in the {word} part ({n:,} items)"
                yield SplitWarning(part, name, int(count), sentence)
