"""Write a network in the forms that others open: Keras, LiteRT, SavedModel."""

from pathlib import Path

import keras

from core.errors import ModelError
from core.model.card import KERAS, LITERT, SAVED_MODEL
from core.model.quiet import quiet


def export(network: keras.Model, folder: Path) -> dict[str, int]:
    """Write the answering network three times.

    Args:
        network: uint8 photos in, named scores out, float32 throughout.
        folder: exists; files of the same names are replaced.

    Returns:
        Bytes of each file or folder, by name.

    Raises:
        ModelError: a form cannot be written; says which and why.
    """
    path = {name: folder / name for name in (KERAS, LITERT, SAVED_MODEL)}
    with quiet():
        for name, write in (
            (KERAS, lambda p: network.save(p)),
            (LITERT, lambda p: network.export(p, format="litert", verbose=False)),
            (SAVED_MODEL, lambda p: network.export(p, format="tf_saved_model", verbose=False)),
        ):
            try:
                write(path[name])
            except Exception as error:  # converters raise their own kinds
                raise ModelError(
                    f"the network cannot be written as {name}"
                    f" ({type(error).__name__}: {str(error)[:200]}); its last best weights are"
                    " kept, run the same command with --resume once that is mended"
                ) from error
    return {name: size_of(where) for name, where in path.items()}


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(p.stat().st_size for p in path.rglob("*") if p.is_file())
