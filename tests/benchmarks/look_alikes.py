"""Exact nearest neighbours over memory-mapped embeddings, against numpy in blocks.

Run: ``python -m tests.benchmarks.look_alikes [ITEMS] [WIDTH]``. Needs 2 bytes a number on disk.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np

from core.search.nearest import nearest
from tests.benchmarks.measure import in_turn, megabytes, verdict

BLOCK = 256
"""Rows that numpy turns to float32 at a time: the best of 256, 1,024, 4,096 and 16,384."""


def main(items: int, width: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        vectors = mapped(Path(folder) / "vectors.npy", items, width)
        ours, theirs = in_turn(
            lambda: nearest(vectors, 5, 8), lambda: in_blocks(vectors, 5, 8), 3)
        same = (nearest(vectors, 5, 8).rows == in_blocks(vectors, 5, 8)).all()
        print(f"{items:,} x {width}, {items * width * 2 / 1e9:.2f} GB mapped,"
              f" {megabytes():,.0f} MB in memory, the mapped pages counted; the same rows: {same}")
        good = verdict("the 8 nearest of all", 1000 * ours, 1000, at_least=False, unit=" ms")
        good &= verdict(f"numpy in blocks, {theirs:.2f} s, is slower", theirs / ours, 2, unit="x")
        return 0 if good and same else 1


def mapped(path: Path, items: int, width: int) -> np.ndarray:
    """Vectors as a network's average pooling leaves them: positive, most of them small."""
    rng = np.random.default_rng(0)
    head = {"descr": "<f2", "fortran_order": False, "shape": (items, width)}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, head)
        for first in range(0, items, 20_000):
            rows = min(20_000, items - first)
            file.write(rng.standard_exponential((rows, width), np.float32).astype("<f2"))
    return np.load(path, mmap_mode="r")


def in_blocks(vectors: np.ndarray, row: int, k: int) -> np.ndarray:
    """The same by numpy alone."""
    query = vectors[row].astype(np.float32)
    cosine = np.empty(len(vectors))
    for first in range(0, len(vectors), BLOCK):
        block = vectors[first : first + BLOCK].astype(np.float32)
        cosine[first : first + BLOCK] = block @ query / np.linalg.norm(block, axis=1)
    cosine[row] = -np.inf
    return np.argsort(-cosine, kind="stable")[:k]


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    raise SystemExit(main(*given, *(1_000_000, 1280)[len(given):]))
