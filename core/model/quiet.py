"""Keep TensorFlow's and the converters' chatter off the terminal."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Drop what native code prints to the process' own stdout and stderr meanwhile.

    For starting TensorFlow and for exports, whose messages no setting turns off; what goes
    wrong there still raises.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [os.dup(1), os.dup(2)]
    nothing = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        for own, copy in zip((1, 2), saved):
            os.dup2(copy, own)
            os.close(copy)
        os.close(nothing)
