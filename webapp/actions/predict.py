"""Predict: a photo in, its two best categories, its tags and their decisions out."""

import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.catalog.images import MAX_BYTES, photo_and_region
from core.decisions.bundle import Bundle
from core.decisions.decide import OUT_OF_CATALOG, Decisions, decide_all
from core.errors import PhotoError
from core.predictions.predictor import Predictor
from core.predictions.table import Predictions
from webapp.actions.why import Why, why

MAX_FILES = 20
"""Photos answered at a time on the page."""

CLOSE_ODDS = 1.5
"""A score is close to its threshold when their odds differ by less than this factor."""


@dataclass(frozen=True)
class CategoryScore:
    """One class and its calibrated probability."""

    name: str
    score: float


@dataclass(frozen=True)
class TagDecision:
    """One tag's score, the cut it met, and the answer; ``tagged = score >= threshold``.

    ``review``: the score lies in the tag's zone of review, a person is to look first.
    """

    name: str
    score: float
    threshold: float
    tagged: bool
    close: bool
    review: bool


@dataclass(frozen=True)
class OutOfCatalog:
    """How likely the photo shows none of the classes; ``none_of_these = score >= threshold``."""

    score: float
    threshold: float
    none_of_these: bool


@dataclass(frozen=True)
class PredictionSet:
    """Classes, the likeliest first, among which the right one is in ``coverage`` of photos."""

    coverage: float
    classes: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What one model says of one photo under one decision bundle.

    Attributes:
        photo: name of the file.
        model, model_id: the model's folder name and its weights.
        bundle: label of the decision bundle, such as ``v2``.
        categories: all classes, the likeliest first.
        tags: all tags, in the order of the tasks.
        out_of_catalog: None from a model that cannot tell.
        prediction_set: None where no sets were fitted.
        milliseconds: from bytes to decisions; waiting for a free predictor is not in it.
        why: where the evidence lies; None from a model without maps. For the page only.
    """

    photo: str
    model: str
    model_id: str
    bundle: str
    categories: tuple[CategoryScore, ...]
    tags: tuple[TagDecision, ...]
    out_of_catalog: OutOfCatalog | None
    prediction_set: PredictionSet | None
    milliseconds: float
    why: Why | None = field(default=None, compare=False)

    def to_json(self) -> dict[str, Any]:
        """All but ``why``."""
        found = asdict(replace(self, why=None))
        del found["why"]
        return found

    def for_page(self) -> dict[str, Any]:
        """As ``/predict`` gives it, and why."""
        return {**self.to_json(), "why": self.why and self.why.to_json()}


def photo_name(name: str | None) -> str:
    """A file's name as it may be repeated: without folders or control characters."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(character for character in last if character.isprintable()).strip()
    return clean[:200] or "photo"


def require_size(n_bytes: int, name: str) -> None:
    """Refuse a file before it is read whole.

    Raises:
        PhotoError: more than MAX_BYTES.
    """
    if n_bytes > MAX_BYTES:
        raise PhotoError(
            f"{name} has {n_bytes / 2**20:.1f} MB, more than the {MAX_BYTES // 2**20} MB allowed;"
            " save it smaller, or as JPEG",
            "too many bytes",
        )


def is_close(score: float, threshold: float) -> bool:
    """Whether a little more or less would have changed the decision.

    Odds, not differences, so that it means the same at a cut of 0.05 and at one of 0.5.
    """
    odds, cut = score * (1 - threshold), threshold * (1 - score)
    return odds < cut * CLOSE_ODDS and cut < odds * CLOSE_ODDS


def answer_photo(
    source: Path | bytes, name: str, predictor: Predictor, model: str, bundle: Bundle
) -> Answer:
    """Answer one photo.

    Args:
        source: a file or the bytes of one; nothing is written anywhere.
        name: how the answer and errors call it.

    Raises:
        PhotoError: not a photo that can be read safely.
        DecisionError: the bundle lacks a tag of the model.
    """
    start = time.perf_counter()
    pixels, region = photo_and_region(source, predictor.image_size, name=name)
    scores = predictor.predict(pixels[None])
    extra = {OUT_OF_CATALOG: scores[OUT_OF_CATALOG][:, 0]} if OUT_OF_CATALOG in scores else {}
    predictions = Predictions(
        predictor.tasks, np.array([name], object), scores["category"], scores["tags"], extra=extra
    )
    decisions = decide_all(predictions, bundle)
    maps = scores.get("maps")
    return Answer(
        photo=name,
        model=model,
        model_id=predictor.model_id,
        bundle=bundle.label,
        categories=_categories(predictions),
        tags=_tags(predictions, bundle, decisions),
        out_of_catalog=_out_of_catalog(predictions, bundle, decisions),
        prediction_set=_prediction_set(predictions, bundle, decisions),
        why=None if maps is None
        else why(maps[0], predictor.tasks, region, predictor.image_size),
        milliseconds=round((time.perf_counter() - start) * 1000, 1),
    )


def _categories(predictions: Predictions) -> tuple[CategoryScore, ...]:
    classes, scores = predictions.tasks.classes, predictions.category[0]
    return tuple(CategoryScore(classes[i], float(scores[i])) for i in predictions.top[0])


def _out_of_catalog(
    predictions: Predictions, bundle: Bundle, decisions: Decisions
) -> OutOfCatalog | None:
    if decisions.none_of_these is None:
        return None
    score = float(predictions.extra[OUT_OF_CATALOG][0])
    return OutOfCatalog(score, bundle.out_of_catalog, bool(decisions.none_of_these[0]))


def _prediction_set(
    predictions: Predictions, bundle: Bundle, decisions: Decisions
) -> PredictionSet | None:
    if decisions.sets is None:
        return None
    classes = predictions.tasks.classes
    inside = (classes[i] for i in predictions.top[0] if decisions.sets[0, i])
    return PredictionSet(bundle.coverage, tuple(inside))


def _tags(
    predictions: Predictions, bundle: Bundle, decisions: Decisions
) -> tuple[TagDecision, ...]:
    category = predictions.tasks.classes[predictions.category[0].argmax()]
    found = []
    for index, name in enumerate(predictions.tasks.tag_names):
        score, cut = float(predictions.tags[0, index]), bundle.thresholds.at(name, category)
        review = decisions.review is not None and bool(decisions.review[0, index])
        tagged = bool(decisions.tags[0, index])
        found.append(TagDecision(name, score, cut, tagged, is_close(score, cut), review))
    return tuple(found)
