"""The command line: ``python -m core COMMAND WORKSPACE [options]``."""

import importlib
import sys

import typer

from core.errors import FittingRoomError

app = typer.Typer(
    name="python -m core",
    help="Labels, models and decisions of a catalog of product photos.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


COMMANDS = (
    "init", "profile", "train", "predict", "evaluate", "export", "import-votes", "agreement",
    "compare",
)


def _register() -> None:
    """``core.commands.NAME.command`` is the command NAME, its docstring the help."""
    for name in COMMANDS:
        module = importlib.import_module(f"core.commands.{name.replace('-', '_')}")
        app.command(name)(module.command)


def main(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns:
        The exit code: 0, or 1 after an error whose sentence went to stderr.
    """
    _register()
    try:
        app(arguments, standalone_mode=False)
    except FittingRoomError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except typer.Exit as stop:
        return stop.exit_code
    except typer.Abort:
        return 1
    except KeyboardInterrupt:
        print("stopped; what was finished is kept", file=sys.stderr)
        return 1
    except Exception as error:
        if type(error).__module__.startswith("click") or hasattr(error, "format_message"):
            print(f"error: {error.format_message()}", file=sys.stderr)
            return 1
        raise
    return 0


if __name__ == "__main__":
    sys.exit(main())
