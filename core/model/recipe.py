"""A recipe: every choice of a training run, as one value that can be read from a YAML file."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import yaml

from core.errors import ModelError
from core.workspace import ASSETS

RECIPES = ASSETS / "recipes"


@dataclass(frozen=True)
class Recipe:
    """How a network is built and fitted.

    Network
        backbone: name in ``core.model.backbones.BACKBONES``.
        weights: ``imagenet``, ``none``, ``default`` (of the shipped model) or a file.
        height, width: pixels of the photos it takes.
        taps: further layers of the backbone whose features the heads read beside the last
            ones, by name, separated by commas.
        pooling: ``average`` (heads linear on averaged features), ``regions`` (on averages over
            regions of the photo, ``core.model.regions``) or ``flatten``.
        hidden: units of one dense layer before the heads; 0 for none (regions have none).
        dropout: share of embedding values dropped while fitting.

    Balance
        downsample: bring the largest class down to the second largest.
        most_per_class, least_per_class: down- and over-sample to these counts; 0 for no limit.
        extra_per_epoch: how many of the extra photos are learned from in an epoch; 0 for all.
        blanks: drawn pictures of nothing (bare walls and floors, plain colours, noise) that join
            photos of other things, where there are such.
        class_weights: ``none``, ``sqrt`` or ``balanced`` (inverse frequency, to that power).
        tag_weights: the same for each tag's positives.

        join_weight: how much a photo of a workspace that joins counts beside an own one.

    Heads (weight of each loss in the sum; 0 switches it off)
        category_weight, tags_weight, out_of_catalog_weight, donor_weight
        label_smoothing: share of a category label spread over all classes.
        category_focus: gamma of the focal loss; 0 for cross-entropy.
        tag_focus: gamma on negatives of the asymmetric loss; 0 for cross-entropy.

    Probe: linear heads on frozen features, by L-BFGS
        probe: fit it (only where the backbone has weights and the heads are linear).
        probe_views: augmented views of each photo beside the plain one and its mirror image.
        probe_decay: L2 penalty ``decay / 2 * sum(w**2)`` on standardised features, beside the
            mean loss.

    Fine-tuning: AdamW
        epochs: at most; 0 stops after the probe.
        batch_size, learning_rate, weight_decay
        warm_up: epochs of rising rate; then it falls along a cosine to ``final_rate`` times.
        layer_decay: factor on the rate for each block further from the heads.
        head_rate: factor on the rate of the heads.
        unfreeze: how many of the backbone's last layers learn: -1 all, 0 none.
        batch_norm: ``frozen``, ``fit``, or ``auto``: frozen unless weights are ``none``.
        average: decay of the moving average of the weights for each step; 0 for none.
        tuned_share: how far to go from the weights that fine-tuning began with to those that it
            found: 1 is all the way, 0.5 the mean of both. M. Wortsman and others, "Robust
            fine-tuning of zero-shot models", CVPR 2022.
        clip_norm: largest norm of a gradient; 0 for no limit.
        patience: epochs without a better validation loss before stopping; 0 never stops early.
        reprobe: heads to fit anew, as the probe does, on the features that fine-tuning left, by
            name, separated by commas.
        refit: fit once more on training and validation together, with the number of epochs and
            the calibration found, and keep that.
        cross_fit: choose the calibration and the cuts of heads that fine-tuning has not fitted
            on training and validation, by this many folds of people: each fold is judged by
            heads fitted without it. 0 chooses on validation.
        mixed_precision: 16-bit floats inside (float16 on a GPU, bfloat16 on a CPU).

    Augmentation (while fitting; ``augment`` switches all of it)
        flip: mirror half of the photos. rotation: degrees either way. zoom, shear, shift:
        shares either way. brightness, contrast, channel_shift: shares either way.
        erase: share of photos with a rectangle blanked.
    """

    backbone: str = "efficientnet_lite0"
    weights: str = "default"
    height: int = 224
    width: int = 224
    taps: str = ""
    pooling: str = "average"
    hidden: int = 0
    dropout: float = 0.2
    downsample: bool = False
    most_per_class: int = 0
    least_per_class: int = 0
    extra_per_epoch: int = 0
    blanks: int = 0
    join_weight: float = 1.0
    class_weights: str = "none"
    tag_weights: str = "none"
    category_weight: float = 1.0
    tags_weight: float = 1.0
    out_of_catalog_weight: float = 0.3
    donor_weight: float = 0.5
    label_smoothing: float = 0.0
    category_focus: float = 0.0
    tag_focus: float = 0.0
    probe: bool = True
    probe_views: int = 2
    probe_decay: float = 0.1
    epochs: int = 8
    batch_size: int = 32
    learning_rate: float = 1e-4
    weight_decay: float = 1e-4
    warm_up: float = 0.5
    final_rate: float = 0.05
    layer_decay: float = 0.8
    head_rate: float = 1.0
    unfreeze: int = -1
    batch_norm: str = "auto"
    average: float = 0.98
    tuned_share: float = 1.0
    clip_norm: float = 1.0
    patience: int = 4
    reprobe: str = ""
    refit: bool = False
    cross_fit: int = 0
    mixed_precision: bool = False
    augment: bool = True
    flip: bool = True
    rotation: float = 10.0
    zoom: float = 0.15
    shear: float = 0.05
    shift: float = 0.05
    brightness: float = 0.15
    contrast: float = 0.15
    channel_shift: float = 0.05
    erase: float = 0.0
    seed: int = 0

    def __post_init__(self):
        for entry in fields(self):
            value = _as(entry.type, getattr(self, entry.name))
            if value is None:
                raise ModelError(
                    f"{entry.name} must be of type {entry.type.__name__},"
                    f" got {getattr(self, entry.name)!r}"
                )
            object.__setattr__(self, entry.name, value)
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ModelError(
                    f"{name} must be one of {', '.join(allowed)}, got {getattr(self, name)!r}"
                )
        if self.hidden and self.pooling == "regions":
            raise ModelError(
                "pooling regions has linear heads; choose hidden 0, or pooling average or flatten"
            )
        for name, (least, most) in _RANGES.items():
            value = getattr(self, name)
            if not least <= value <= most:  # NaN fails too
                words = f"at least {least}" if most == _ANY else f"from {least} to {most}"
                raise ModelError(f"{name} must be {words}, got {value}")

    @property
    def image_size(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return self.height, self.width

    def changed(self, **given: Any) -> "Recipe":
        """The recipe with those of ``given`` that are not None.

        Another backbone has other layers: the taps of this one are dropped.
        """
        changes = {name: value for name, value in given.items() if value is not None}
        if changes.get("backbone", self.backbone) != self.backbone:
            changes = {"taps": ""} | changes
        return replace(self, **changes)

    def with_settings(self, texts: Sequence[str]) -> "Recipe":
        """The recipe with choices written as ``name=value``, any of its fields.

        Raises:
            ModelError: another form, no such field, or a value that it does not take.
        """
        given = {}
        for text in texts:
            name, equals, value = text.partition("=")
            name = name.strip().replace("-", "_")
            if not equals or name not in self.__dataclass_fields__:
                raise ModelError(
                    f"--set {text!r} must be name=value with a field of a recipe, one of"
                    f" {', '.join(self.__dataclass_fields__)}"
                )
            given[name] = yaml.safe_load(value) if value.strip() else ""
        return self.changed(**given)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


_ANY = float("inf")
_CHOICES = {
    "pooling": ("average", "regions", "flatten"),
    "class_weights": ("none", "sqrt", "balanced"),
    "tag_weights": ("none", "sqrt", "balanced"),
    "batch_norm": ("auto", "frozen", "fit"),
}
_SHARES = (
    "dropout", "label_smoothing", "average", "tuned_share", "erase", "final_rate", "layer_decay"
)  # fmt: skip
_COUNTS = (
    "hidden", "most_per_class", "least_per_class", "extra_per_epoch", "blanks", "probe_views",
    "epochs", "patience", "cross_fit", "seed",
)  # fmt: skip
_RANGES = {
    "height": (32, 4096),
    "width": (32, 4096),
    "batch_size": (1, 65536),
    "learning_rate": (0, 10),
    "unfreeze": (-1, 100_000),
    "zoom": (0, 0.9),
    "shear": (0, 0.9),
    "shift": (0, 0.9),
    "rotation": (0, 180),
    **dict.fromkeys(_SHARES, (0, 1)),
    **dict.fromkeys(_COUNTS, (0, _ANY)),
    **dict.fromkeys(
        ("category_weight", "tags_weight", "out_of_catalog_weight", "donor_weight",
         "category_focus", "tag_focus", "join_weight", "probe_decay", "weight_decay", "warm_up",
         "head_rate",
         "clip_norm", "brightness", "contrast", "channel_shift"),
        (0, _ANY),
    ),
}  # fmt: skip


def read_recipe(name: str | Path) -> Recipe:
    """Read a recipe: a name in ``assets/recipes``, or a YAML file of Recipe's fields.

    Raises:
        ModelError: there is no such recipe, or it is not one; names the field.
    """
    path = Path(name) if str(name).endswith((".yaml", ".yml")) else RECIPES / f"{name}.yaml"
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except FileNotFoundError as error:
        known = ", ".join(sorted(p.stem for p in RECIPES.glob("*.yaml")))
        raise ModelError(
            f"there is no recipe {str(name)!r}; shipped are {known}, or name a YAML file"
        ) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelError(f"{path} is not a readable recipe ({error})") from error
    if not isinstance(value, dict):
        raise ModelError(f"{path} is not a recipe: it must hold lines like 'epochs: 8'")
    unknown = sorted(set(map(str, value)) - {entry.name for entry in fields(Recipe)})
    if unknown:
        raise ModelError(f"{path} sets {unknown[0]!r}, which is no part of a recipe")
    return Recipe(**value)


def parse_image_size(text: str) -> tuple[int, int]:
    """``301x217`` or ``224`` to (height, width).

    Raises:
        ModelError: another form.
    """
    match = re.fullmatch(r"\s*(\d+)(?:\s*[xX×]\s*(\d+))?\s*", text)
    if not match:
        raise ModelError(f"--image-size must be HEIGHTxWIDTH in pixels, as 301x217, got {text!r}")
    height = int(match[1])
    return height, int(match[2] or height)


def _as(kind: type, value: Any) -> Any:
    """``value`` as ``kind``, or None: YAML reads 1 for 1.0 and '1e-4' as text."""
    if kind is bool or isinstance(value, bool):
        return value if isinstance(value, kind) else None
    try:
        if kind is float:
            return float(value)
        if kind is int:
            return int(value) if float(value) == int(value) else None
    except (TypeError, ValueError, OverflowError):
        return None
    return value if isinstance(value, kind) else None
