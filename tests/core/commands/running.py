"""The command line inside the test's own process."""

from core.__main__ import main


def run_command(*arguments) -> int:
    """Run ``python -m core ARGUMENTS``; return its exit code."""
    return main([str(argument) for argument in arguments])
