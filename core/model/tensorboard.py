"""The history of a run for TensorBoard."""

from collections.abc import Callable
from pathlib import Path

import tensorflow as tf

from core.model.report import Record


def tensorboard_writer(folder: Path) -> Callable[[Record], None]:
    """A function that writes an epoch's record into ``folder``, one scalar for each number.

    A resumed run goes on in the same folder; TensorBoard joins its files.
    """
    writer = tf.summary.create_file_writer(str(folder))

    def write(record: Record) -> None:
        with writer.as_default(step=record["epoch"]):
            for name, value in record.items():
                if isinstance(value, float):
                    tf.summary.scalar(name, value)
        writer.flush()

    return write
