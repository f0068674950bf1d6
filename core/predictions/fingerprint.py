"""What scores depend on besides the photo: when any of it changes, old shards do not count."""

import hashlib
import io
import json
import os
from importlib.metadata import version

import numpy as np
from PIL import Image, features

from core.catalog.images import photo_for_model

ENGINE_LIBRARIES = {"litert": ("ai-edge-litert",), "keras": ("keras", "tensorflow")}


def run_fingerprint(model_id: str, image_size: tuple[int, int], engine: str = "litert") -> str:
    """12 hex digits over the weights, the way from a file to pixels, and the libraries.

    Another libjpeg-turbo alone moves scores by up to 1e-3, so its version counts too.

    Args:
        engine: ``litert`` or ``keras``.
    """
    libraries = {name: version(name) for name in ("pillow", *ENGINE_LIBRARIES[engine])}
    parts = {
        "model": model_id,
        "image_size": list(image_size),
        "preprocessing": _probe(image_size),
        "libjpeg-turbo": features.version_feature("libjpeg_turbo") or features.version("jpg"),
        **libraries,
    }
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


def cores() -> int:
    """CPU cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _probe(image_size: tuple[int, int]) -> str:
    """Digest of the pixels that a fixed JPEG becomes: any change on the way shows here."""
    rows, columns = np.mgrid[0:600, 0:500]
    pattern = np.stack([rows % 256, columns % 256, rows * columns % 251], axis=-1)
    file = io.BytesIO()
    Image.fromarray(pattern.astype(np.uint8)).save(file, "JPEG", quality=90)
    return hashlib.sha256(photo_for_model(file.getvalue(), image_size).tobytes()).hexdigest()[:12]
