"""GPUs, where there are some."""

import tensorflow as tf


def use_gpus() -> list[str]:
    """Let TensorFlow take GPU memory as it needs it; return the names of visible GPUs.

    Safe to call at any time: once TensorFlow runs, the setting can no longer change and is
    left as it is.
    """
    gpus = tf.config.list_physical_devices("GPU")
    for gpu in gpus:
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError:  # already initialised
            break
    return [gpu.name for gpu in gpus]
