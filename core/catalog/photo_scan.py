"""Reads every photo of a catalog once: its content, its size, and whether it can be read."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.catalog.images import photo_info
from core.errors import PhotoError
from core.progress import Progress, silent

AT_ONCE = 64
"""Photos handed to the pool between two reports of progress."""


@dataclass(frozen=True)
class PhotoScan:
    """Facts on N photos, in the order in which they were asked for.

    Attributes:
        content: object (N,) of str, 32 hex digits; None for a photo that was refused.
        width, height: int32 (N,), pixels as shown; 0 for a photo that was refused.
        refused: object (N,) of PhotoError; None for a good photo.
    """

    content: np.ndarray
    width: np.ndarray
    height: np.ndarray
    refused: np.ndarray


def scan_photos(
    images: Path, names: Sequence[str], progress: Progress = silent, *, threads: int | None = None
) -> PhotoScan:
    """Decode all photos in a bounded pool; Pillow works outside Python's lock.

    Args:
        names: paths in the folder ``images``.
        progress: called after every few photos.
    """
    n = len(names)
    scan = PhotoScan(
        np.full(n, None, object), np.zeros(n, np.int32), np.zeros(n, np.int32),
        np.full(n, None, object),
    )

    def look(at: int) -> None:
        try:
            info = photo_info(images / names[at])
            scan.content[at] = info.content
            scan.width[at], scan.height[at] = info.width, info.height
        except PhotoError as error:
            scan.refused[at] = error

    with ThreadPoolExecutor(threads or min(4, os.cpu_count() or 1)) as pool:
        for start in range(0, n, AT_ONCE):
            stop = min(start + AT_ONCE, n)
            for _ in pool.map(look, range(start, stop)):
                pass
            progress(stop, n)
    return scan
