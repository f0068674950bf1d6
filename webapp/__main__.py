"""Start the app: ``python -m webapp [W ...] [--host 127.0.0.1] [--port 7860]``."""

import os
import socket
import sys
import tempfile
from contextlib import closing
from typing import Annotated

import typer
import uvicorn

from core.errors import FittingRoomError, ModelError, WorkspaceError
from core.predictions.run import predict_workspace
from core.predictions.store import finished
from core.workspace import Workspace
from webapp.actions.served import Served

FIRST_PORT = 7860
PORTS_TRIED = 100


def serve(
    workspaces: Annotated[
        list[str] | None, typer.Argument(metavar="[W]...", help="Workspace folders, or sample.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option(help="Port; without it the first free one from 7860.")
    ] = None,
) -> None:
    """Open workspaces in the browser; without any, the built-in sample."""
    names = workspaces or ["sample"]
    opened = Served(names).open_all(_Line("Drawing the sample", "photos"))
    for name, workspace in zip(names, opened):
        if name == "sample":
            _answer_sample(workspace)
    port = free_port(host) if port is None else _require_free(host, port)
    print("Starting ...", file=sys.stderr, flush=True)
    os.environ["FITTING_ROOM_WORKSPACES"] = os.pathsep.join(names)
    with tempfile.TemporaryDirectory(prefix="fitting-room-") as uploads:
        os.environ.setdefault("GRADIO_TEMP_DIR", uploads)  # nothing uploaded outlives the server
        from webapp.app import create_app

        app = create_app(host=host)
        config = uvicorn.Config(app, host=host, port=port, log_level="warning",
                                timeout_graceful_shutdown=2)
        _Server(config).run()


class _Server(uvicorn.Server):
    """Says where it is as soon as it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"Fitting Room is open at http://{_shown(self.config.host)}:{self.config.port}/"
                  " (stop with Ctrl-C)", flush=True)


def _shown(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        return "localhost"
    return f"[{host}]" if ":" in host else host


def free_port(host: str, first: int = FIRST_PORT) -> int:
    """The first port from ``first`` on which nobody listens.

    Raises:
        WorkspaceError: a hundred ports are taken, or the address is not this machine's.
    """
    for port in range(first, first + PORTS_TRIED):
        if _is_free(host, port):
            return port
    raise WorkspaceError(
        f"no free port from {first} to {first + PORTS_TRIED - 1} on {host}; name one with --port,"
        " or check --host"
    )


def _require_free(host: str, port: int) -> int:
    if port and not _is_free(host, port):
        raise WorkspaceError(
            f"port {port} of {host} is taken, or not this machine's; leave out --port to get a free"
            " one, or name another"
        )
    return port


def _is_free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _answer_sample(workspace: Workspace) -> None:
    """Let the default model answer the sample before it is shown for the first time."""
    try:
        workspace.model_dir()
    except ModelError:
        return
    name = workspace.settings.model
    if not finished(workspace.predictions_dir(name)):
        predict_workspace(workspace, name, _Line("Predicting", "photos"))


class _Line:
    """Progress as one line that is written over, on a terminal; quiet in a log."""

    def __init__(self, doing: str, what: str):
        self.doing, self.what, self.shown = doing, what, False

    def __call__(self, done: int, total: int) -> None:
        if not sys.stderr.isatty() and done < total and self.shown:
            return
        end = "" if sys.stderr.isatty() and done < total else "\n"
        print(f"\r{self.doing}: {done:,} of {total:,} {self.what}", end=end, file=sys.stderr,
              flush=True)
        self.shown = True


def main() -> int:
    """Serve until stopped.

    Returns:
        The exit code: 0, or 1 after an error whose sentence went to stderr.
    """
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command()(serve)
    try:
        app(standalone_mode=False, prog_name="python -m webapp")
    except FittingRoomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    except Exception as error:
        if hasattr(error, "format_message"):
            print(f"error: {error.format_message()}", file=sys.stderr)
            return 1
        raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
