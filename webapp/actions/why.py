"""Why: the heat of every answer over the photo, small enough to come with the answer."""

import base64
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.catalog.images import Region, photo_and_region
from core.errors import ModelError
from core.predictions.activation import evidence, positions_on_photo, shares
from core.tasks import Tasks
from webapp.actions.opened import Opened
from webapp.actions.predictors import pool_of


@dataclass(frozen=True)
class Why:
    """Where on the photo each answer's evidence lies.

    Attributes:
        rows, columns: of the model's maps; each position is an equal part of its image.
        region: (top, left, height, width) of the photo in the model's image, as fractions.
        classes, tags: by name, ``rows`` x ``columns`` bytes row by row in base64: evidence
            for the answer in 255ths of the strongest on the photo.
    """

    rows: int
    columns: int
    region: tuple[float, float, float, float]
    classes: dict[str, str]
    tags: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def why(maps: np.ndarray, tasks: Tasks, region: Region, image_size: tuple[int, int]) -> Why:
    """Explain one answer.

    Args:
        maps: float32 (h, w, K + T), as a predictor gives them.
        region: where the photo lies in the model's image, in pixels.
        image_size: (height, width) of that image.
    """
    rows, columns, _ = maps.shape
    heat = evidence(maps[None], len(tasks.classes))[0]
    among = positions_on_photo(region, image_size, (rows, columns))
    each = [
        base64.b64encode(shares(heat[..., index], among).tobytes()).decode()
        for index in range(heat.shape[-1])
    ]
    height, width = image_size
    top, left, down, across = region
    return Why(
        rows, columns, (top / height, left / width, down / height, across / width),
        dict(zip(tasks.classes, each)),
        dict(zip(tasks.tag_names, each[len(tasks.classes):], strict=True)),
    )


def why_of(opened: Opened, photo: Path) -> dict[str, Any] | None:
    """``Why`` of the model in view for a photo file, as JSON; None from a model without maps.

    Raises:
        ModelError: there is no model that fits, or it cannot be opened.
        PhotoError: not a photo that can be read safely.
    """
    if not opened.usable:
        raise ModelError("there is no model here that could say why")
    with pool_of(opened.workspace.model_dir(opened.model), opened.card.model_id).borrow() as model:
        pixels, region = photo_and_region(photo, model.image_size, name=photo.name)
        maps = model.predict(pixels[None]).get("maps")
    if maps is None:
        return None
    return why(maps[0], model.tasks, region, model.image_size).to_json()
