"""GPUs, where there are some, and memory."""

import keras
import tensorflow as tf

from core.model.quiet import quiet


def use_gpus() -> list[str]:
    """Let TensorFlow take GPU memory as it needs it; return the names of visible GPUs.

    Safe to call at any time: once TensorFlow runs, the setting can no longer change and is
    left as it is.
    """
    with quiet():  # looking for a GPU where there is none prints an error
        gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError:  # already initialised
            break
    return [gpu.name for gpu in gpus]


def forget_networks() -> None:
    """Free what Keras keeps of networks built before; they must not be used any more."""
    keras.backend.clear_session()
