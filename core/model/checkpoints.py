"""The folder of a run in progress: what is needed to go on after any interruption.

::

    .NAME.run/
      run.json         the recipe and what it was started on
      photos.npy       decoded photos (core.model.feed)
      state.json       how far it is; names the two files below
      state-E.npz      all weights, averages and the optimizer after epoch E
      best-E.npz       the weights with the lowest validation loss so far
      start.npz        those that fine-tuning began with, where it keeps a share of them
      blanks/          drawn pictures of nothing (core.model.blanks)
      model/           the model folder while it is being written
"""

import fcntl
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ModelError
from core.files import atomic_path, write_json


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the run: a second process that trains under the same name is refused.

    Raises:
        ModelError: another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ModelError(
                f"{folder.name.strip('.').removesuffix('.run')!r} is being trained by another"
                " process; wait for it, or choose another --name"
            ) from error
        yield


def save_arrays(path: Path, arrays: Sequence[np.ndarray]) -> None:
    """Write arrays in their order, atomically. 16-bit floats of any kind become float32."""
    named = {str(i): _plain(np.asarray(array)) for i, array in enumerate(arrays)}
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **named)


def read_arrays(path: Path) -> list[np.ndarray]:
    """Read what ``save_arrays`` wrote.

    Raises:
        ModelError: missing or damaged.
    """
    try:
        with np.load(path) as found:
            return [found[str(i)] for i in range(len(found.files))]
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{path} is missing or damaged; start again with --restart") from error


def save_state(
    folder: Path, epoch: int, arrays: Sequence[np.ndarray], state: dict[str, Any]
) -> None:
    """Write the state after an epoch; the one before stays valid until this one is whole."""
    file = f"state-{epoch}.npz"
    save_arrays(folder / file, arrays)
    write_json(folder / "state.json", {**state, "epoch": epoch, "file": file})
    keep = {file, state.get("best_file")}
    for old in (*folder.glob("state-*.npz"), *folder.glob("best-*.npz")):
        if old.name not in keep:
            old.unlink(missing_ok=True)


def read_state(folder: Path) -> dict[str, Any] | None:
    """What ``save_state`` wrote last; None before the first."""
    path = folder / "state.json"
    return read_json(path) if path.exists() else None


def read_json(path: Path) -> Any:
    """Read a file of the run.

    Raises:
        ModelError: missing or damaged.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} is missing or damaged; start again with --restart") from error


def _plain(array: np.ndarray) -> np.ndarray:
    return array if array.dtype.kind in "fiub" and array.dtype.itemsize != 2 else np.asarray(
        array, dtype=np.float32
    )
