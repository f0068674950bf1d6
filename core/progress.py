"""How long work tells its caller how far it is, and how the caller stops it."""

from collections.abc import Callable

from core.errors import FittingRoomError

Progress = Callable[[int, int], None]
"""Called with (done, total) now and then; raises Cancelled to stop the work cleanly."""


class Cancelled(FittingRoomError):
    """Somebody stopped the work; what was finished is kept."""


def silent(done: int, total: int) -> None:
    """A progress that nobody watches."""
