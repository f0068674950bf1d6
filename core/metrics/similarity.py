"""Which classes are taken for each other: an order in which they stand together, and the blocks."""

from typing import NamedTuple

import numpy as np
from scipy.cluster.hierarchy import fcluster, leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import squareform

from core.metrics.confusion import row_shares

FINEST_ORDER = 200
"""Classes up to which leaves are ordered optimally, which takes time cubic in them."""
TAKEN = 0.05
"""Of the items of two classes of a block, so many are taken for the other class on average."""


class Block(NamedTuple):
    """Classes that are taken for each other.

    Attributes:
        classes: int64 (B,): class numbers in similar order, at least two.
        confused: items of these classes that were called another one of them.
    """

    classes: np.ndarray
    confused: int


class Similar(NamedTuple):
    """Classes by how much they are taken for each other.

    Attributes:
        order: int64 (K,): class numbers, so that confused ones stand together.
        blocks: those with most confused items first; each class is in one at most.
    """

    order: np.ndarray
    blocks: tuple[Block, ...]


def similar(matrix: np.ndarray) -> Similar:
    """Order classes by average linkage over how often they are taken for each other.

    Two classes are the closer the larger the mean of their two row shares. Leaves are put into
    the order with the least sum of distances between neighbours (Z. Bar-Joseph, D. Gifford,
    T. Jaakkola, "Fast optimal leaf ordering for hierarchical clustering", Bioinformatics 2001).

    Args:
        matrix: int64 (K, K), rows: label.
    """
    k = len(matrix)
    if k < 3:
        return Similar(np.arange(k), ())
    shares = np.nan_to_num(row_shares(matrix))
    distance = 1 - (shares + shares.T) / 2
    np.fill_diagonal(distance, 0)
    condensed = squareform(distance, checks=False)
    tree = linkage(condensed, "average")
    if k <= FINEST_ORDER:
        tree = optimal_leaf_ordering(tree, condensed)
    order = leaves_list(tree).astype(np.int64)
    return Similar(order, _blocks(matrix, order, fcluster(tree, 1 - TAKEN, "distance")))


def _blocks(matrix: np.ndarray, order: np.ndarray, cluster: np.ndarray) -> tuple[Block, ...]:
    found = []
    for number in np.unique(cluster):
        classes = order[cluster[order] == number]
        if 2 <= len(classes) < len(order):
            own = matrix[np.ix_(classes, classes)]
            found.append(Block(classes, int(own.sum() - np.trace(own))))
    return tuple(sorted(found, key=lambda block: (-block.confused, int(block.classes[0]))))
