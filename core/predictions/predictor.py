"""The promise that everything which answers photos keeps."""

from typing import Protocol

import numpy as np

from core.tasks import Tasks


class Predictor(Protocol):
    """Answers photos that ``core.catalog.images`` has read and letterboxed.

    LiteRT (``core.model.litert_predictor``) and Keras (``core.model.keras_predictor``)
    keep it in production, a fixed table in tests. Not thread-safe: one per worker.

    Attributes:
        tasks: the questions it answers.
        image_size: (height, width) in pixels of the photos it takes.
        model_id: identifies the weights: 16 hex digits.
    """

    tasks: Tasks
    image_size: tuple[int, int]
    model_id: str

    def predict(self, photos: np.ndarray) -> dict[str, np.ndarray]:
        """Score a batch.

        Args:
            photos: uint8 (N, H, W, 3), RGB, with (H, W) = ``image_size``; N >= 1.

        Returns:
            ``category`` float32 (N, K), softmax; ``tags`` float32 (N, T), sigmoid;
            ``embedding`` float32 (N, D): the pooled features that both heads read;
            and, where the model has them, ``out_of_catalog`` float32 (N, 1): the
            probability that the photo shows none of the classes, and ``maps`` float32
            (N, h, w, K + T): what each position of the last feature map adds to each
            logit, classes first (their mean plus the head's bias is the logit).
        """
        ...
