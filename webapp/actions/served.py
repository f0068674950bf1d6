"""The workspaces that this server offers, by the key that links use."""

import threading
from collections.abc import Iterable
from pathlib import Path

from core.commands.opening import open_workspace
from core.errors import WorkspaceError
from core.progress import Progress, silent
from core.workspace import Workspace
from webapp.actions.opened import Opened, open_now
from webapp.session import Session


class Served:
    """Opens only what the server was started with, whatever a link asks for."""

    def __init__(self, names: Iterable[str | Path]):
        """Nothing is read yet.

        Args:
            names: folders, or ``sample`` for the built-in workspace; the first is shown first.
        """
        self._names = list(names)
        self._roots: dict[str, Path] = {}
        self._lock = threading.Lock()

    def open_all(self, progress: Progress = silent) -> list[Workspace]:
        """Open every workspace; the sample is drawn when it is used for the first time.

        Raises:
            WorkspaceError: a folder is not a workspace.
        """
        with self._lock:
            opened = [open_workspace(name, progress) for name in self._names]
            roots: dict[str, Path] = {}
            for workspace in opened:
                roots[_free_key(workspace.name or workspace.root.name, roots)] = workspace.root
            self._roots = roots
            return opened

    @property
    def roots(self) -> dict[str, Path]:
        """Key: folder, in the order of the menu."""
        if not self._roots:
            self.open_all()
        return self._roots

    @property
    def start(self) -> Session:
        """Where a user without a link begins."""
        return Session(next(iter(self.roots)))

    def root(self, key: str) -> Path:
        """Folder of a workspace.

        Raises:
            WorkspaceError: none of that key is served.
        """
        if key not in self.roots:
            raise WorkspaceError(
                f"there is no workspace {key!r} here; choose one of {', '.join(self.roots)}"
            )
        return self.roots[key]

    def open(self, session: Session) -> Opened:
        """What the session looks at, as it is now."""
        return open_now(session.workspace, self.root(session.workspace), session.model)


def _free_key(name: str, taken: dict[str, Path]) -> str:
    key, number = name, 2
    while key in taken:
        key, number = f"{name} {number}", number + 1
    return key
