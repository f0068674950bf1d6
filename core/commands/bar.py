"""The progress bar of every command: on the terminal, never in a file or a pipe's data."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from core.progress import Progress


@contextmanager
def progress_bar(what: str, unit: str = "photos") -> Iterator[Progress]:
    """Show how far the work is, on stderr; gone when the block ends.

    It appears at the first call with work to do, and stays away where stderr is no terminal.
    """
    bar = tqdm(
        total=None, desc=what, unit=f" {unit}", leave=False, dynamic_ncols=True, mininterval=0.2,
        delay=0.3, disable=not sys.stderr.isatty(),
    )

    def progress(done: int, total: int) -> None:
        bar.total = total
        bar.update(done - bar.n)

    try:
        yield progress
    finally:
        bar.close()
