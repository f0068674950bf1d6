"""Writing files so that a crash, a full disk or a second writer leaves the old one whole."""

import errno
import json
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import StorageError


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; rename it over ``path`` on success.

    The temporary file is removed when the block fails. Parent folders are made.

    Raises:
        StorageError: the disk is full or the folder not writable; ``path`` is untouched.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
        os.close(handle)
        temporary = Path(name)
        yield temporary
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        raise storage_error(path, error) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def storage_error(path: Path, error: OSError) -> StorageError:
    """The sentence for a write that the system refused."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(
            f"the disk is full: {path} could not be written; free some space and run the same"
            " command again, what was already written is kept"
        )
    return StorageError(
        f"{path} could not be written ({error.strerror or error}); check the folder's"
        " permissions, or name another folder"
    )


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` as indented JSON, atomically. NaN is refused."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    with atomic_path(path) as temporary:
        temporary.write_text(text + "\n", encoding="utf-8")


def write_once(path: Path, value: Any) -> bool:
    """Write ``value`` as JSON unless ``path`` is there already, even with two writers at once.

    Returns:
        Whether it was written; the file of another is left as it is.
    """
    draft = path.with_name(f".draft-{os.getpid()}-{threading.get_ident()}.json")
    write_json(draft, value)
    try:
        os.link(draft, path)  # refuses to replace, unlike a rename
        return True
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
