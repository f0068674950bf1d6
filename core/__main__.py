"""The command line: ``python -m core COMMAND WORKSPACE [options]``."""

import importlib
import sys

import typer

from core.errors import FittingRoomError

COMMANDS = (
    "init", "profile", "train", "predict", "evaluate", "export", "import-votes", "agreement",
    "audit", "compare", "thresholds", "bundles", "decide", "report",
    "cross-validate", "search",
)

INTERRUPTED = 130
"""What typer returns after Ctrl-C."""


def build_app() -> typer.Typer:
    """``core.commands.NAME.command`` is the command NAME, its docstring the help."""
    app = typer.Typer(
        name="python -m core",
        help="Labels, models and decisions of a catalog of product photos.",
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    for name in COMMANDS:
        module = importlib.import_module(f"core.commands.{name.replace('-', '_')}")
        app.command(name)(module.command)
    return app


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: those of the process by default; the help without any.

    Returns:
        The exit code: 0, or 1 after an error whose sentence went to stderr.
    """
    given = sys.argv[1:] if arguments is None else arguments
    try:
        code = build_app()(given or ["--help"], standalone_mode=False)
    except FittingRoomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except Exception as error:
        if not hasattr(error, "format_message"):  # what typer raises for a mistyped command
            raise
        print(f"error: {error.format_message()}", file=sys.stderr)
        return 1
    if code == INTERRUPTED:  # typer catches Ctrl-C itself
        print("stopped; what was finished is kept", file=sys.stderr)
        return 1
    return int(bool(code))


if __name__ == "__main__":
    sys.exit(main())
