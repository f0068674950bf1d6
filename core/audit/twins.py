"""Which photos are the same: byte for byte, or the same picture worked over."""

from dataclasses import dataclass

import numpy as np

from core.audit.looks import Looks

HASH_BITS = 256
SAME_HASH = 20
"""Differing bits up to which two photos are one, whatever else."""

SAME_EMBEDDING = 0.93
"""Cosine, of embeddings centred on the catalog, from which two photos are one."""

NEAR_EMBEDDING, NEAR_HASH = 0.85, 64
"""Both together say so, too."""

CHUNK = 2048


@dataclass(frozen=True)
class Twins:
    """Pairs of items with nearly the same photo, no two of them the same file.

    Attributes:
        rows: int64 (P, 2): rows of the catalog, the first before the second.
        suspicion: float64 (P,) in [0, 1].
        bits: int64 (P,): differing bits of the perceptual hashes, of 256.
        mirrored: bool (P,): the hashes fit when one photo is mirrored.
        cosine: float64 (P,): of the centred embeddings; NaN without.
    """

    rows: np.ndarray
    suspicion: np.ndarray
    bits: np.ndarray
    mirrored: np.ndarray
    cosine: np.ndarray


def same_files(alike: np.ndarray) -> list[np.ndarray]:
    """Rows of the catalog that show the very same file, group by group.

    Args:
        alike: int (N,): equal for items with the very same file.
    """
    order = np.argsort(alike, kind="stable")
    cuts = np.flatnonzero(np.diff(alike[order])) + 1
    return [group for group in np.split(order, cuts) if len(group) > 1]


def near_twins(looks: Looks, alike: np.ndarray, vectors: np.ndarray | None) -> Twins:
    """Find near duplicates by perceptual hash and embedding, among all pairs, in blocks.

    Args:
        looks: of N items.
        alike: int (N,): equal for items with the very same file; the first stands for all.
        vectors: float32 (N, D), see ``unit_vectors``; None without a model.
    """
    one_each = np.sort(np.unique(alike, return_index=True)[1])
    rows = one_each[looks.seen[one_each]]
    own, flipped = (bits[rows].astype(np.float32) for bits in (looks.hashes, looks.mirrored))
    vectors = None if vectors is None else vectors[rows]
    parts = []
    for start in range(0, len(rows), CHUNK):
        block = slice(start, start + CHUNK)
        straight = (HASH_BITS - own[block] @ own.T) / 2
        mirrored = (HASH_BITS - own[block] @ flipped.T) / 2
        bits = np.minimum(straight, mirrored)
        near = bits <= SAME_HASH
        if vectors is not None:
            cosine = vectors[block] @ vectors.T
            near |= (cosine >= SAME_EMBEDDING) | (
                (cosine >= NEAR_EMBEDDING) & (bits <= NEAR_HASH)
            )
        first, second = np.nonzero(near)
        keep = first + start < second
        first, second = first[keep], second[keep]
        parts.append((
            rows[first + start], rows[second], bits[first, second],
            mirrored[first, second] < straight[first, second],
            cosine[first, second] if vectors is not None else np.full(len(first), np.nan),
        ))
    if not parts:
        parts = [tuple(np.empty(0) for _ in range(5))]
    first, second, bits, flips, cosine = (np.concatenate(column) for column in zip(*parts))
    by_hash = 1 - bits / (2 * NEAR_HASH)
    suspicion = np.clip(np.fmax(by_hash, cosine), 0, 1)
    return Twins(
        np.stack([first, second], axis=1).astype(np.int64), suspicion, bits.astype(np.int64),
        flips.astype(bool), cosine.astype(np.float64),
    )


def unit_vectors(embedding: np.ndarray, rows: np.ndarray, n: int) -> np.ndarray:
    """float32 (n, D): embeddings, centred and of length 1; 0 where there is none.

    Args:
        embedding: float32 (M, D).
        rows: int64 (M,), in [0, n): whose they are.
    """
    centred = embedding - embedding.mean(axis=0)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    vectors = np.zeros((n, centred.shape[1]), np.float32)
    vectors[rows] = centred / np.maximum(length, 1e-9)
    return vectors
