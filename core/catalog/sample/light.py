"""Folds, the light that falls on them, and the camera that sees it."""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from core.catalog.sample.fields import Rng, between, choose, clouds, smooth, soften


@dataclass(frozen=True)
class Light:
    """How a seller's room is lit and with what it is photographed.

    Attributes:
        angle: radians; where the light comes from in the picture.
        hardness: 0 an overcast window, 1 a bare lamp.
        warmth: gain of red over blue, about -0.1 to 0.15.
        exposure: gain of everything.
        fall: how much darker the far side of the picture is.
        vignette: how much darker the corners are.
        noise: standard deviation of the sensor's noise in levels of 255.
        blur: standard deviation of the lens's blur in pixels.
        quality: of the JPEG.
        contrast: 1 leaves the tones as they are.
    """

    angle: float
    hardness: float
    warmth: float
    exposure: float
    fall: float
    vignette: float
    noise: float
    blur: float
    quality: int
    contrast: float

    @property
    def toward(self) -> tuple[float, float]:
        """Unit vector (x, y) towards the light."""
        return float(np.cos(self.angle)), float(np.sin(self.angle))


def room(rng: Rng) -> Light:
    """Light and camera of one seller."""
    return Light(
        angle=-np.pi / 2 + rng.normal(0, 0.9),
        hardness=between(rng, 0.25, 1),
        warmth=rng.normal(0.025, 0.05),
        exposure=between(rng, 0.86, 1.1),
        fall=between(rng, 0.05, 0.32),
        vignette=between(rng, 0.02, 0.3),
        noise=between(rng, 1, 4.5),
        blur=between(rng, 0.2, 0.75),
        quality=int(rng.integers(66, 93)),
        contrast=between(rng, 0.9, 1.15),
    )


def on_the_day(rng: Rng, light: Light) -> Light:
    """The same room for one photo: another hour, another hand."""
    return Light(
        angle=light.angle + rng.normal(0, 0.2),
        hardness=light.hardness * between(rng, 0.8, 1.2),
        warmth=light.warmth + rng.normal(0, 0.015),
        exposure=light.exposure * between(rng, 0.92, 1.08),
        fall=light.fall * between(rng, 0.6, 1.4),
        vignette=light.vignette,
        noise=light.noise * between(rng, 0.7, 1.5),
        blur=light.blur * between(rng, 0.8, 1.3),
        quality=light.quality,
        contrast=light.contrast * between(rng, 0.96, 1.04),
    )


def crumple(rng: Rng, shape: tuple[int, int], crisp: float) -> np.ndarray:
    """Loose unevenness of cloth that was worn and folded: float32 height, in pixels."""
    height, width = shape
    large = clouds(rng, shape, between(rng, 2.5, 4.5), 2) * 4
    long = smooth(rng, shape, (between(rng, 3, 5) * height / width, between(rng, 7, 12))) * between(
        rng, 1, 3.2
    )
    ridges = np.abs(smooth(rng, shape, (between(rng, 4, 6) * height / width, between(rng, 4, 8))))
    return large + long - ridges * (0.5 + 3 * crisp) * between(rng, 0.2, 1)


def strokes(shape: tuple[int, int], lines, scale: float) -> np.ndarray:
    """Draw folds as ridges and valleys.

    Args:
        lines: (points in pixels (P, 2), depth in -1..1, width in pixels) each.
        scale: pixels per centimetre.

    Returns:
        float32 ``shape``: height in about -1..1, softened like cloth.
    """
    image = Image.new("L", (shape[1], shape[0]), 128)
    pen = ImageDraw.Draw(image)
    for points, depth, width in lines:
        fade = np.sin(np.linspace(0.12, np.pi - 0.12, len(points) - 1))
        ends = [tuple(p) for p in points]
        for k, strength in enumerate(fade):
            pen.line(
                ends[k : k + 2],
                fill=round(128 + 120 * depth * float(strength)),
                width=max(1, round(width * (0.5 + float(strength)))),
            )
    field = (np.asarray(image, np.float32) - 128) / 128
    return soften(field, max(1.7, 0.6 * scale)) * 0.35 + soften(field, max(3.5, 1.7 * scale)) * 1.7


def gathers(rng: Rng, x: np.ndarray, y: np.ndarray, top: float, half: float, strength: float):
    """Folds that fan out below a seam.

    Args:
        x, y: the garment's centimetres at each pixel, float32 (H, W).
        top: height of the seam; half: the half width there.
    """
    below = np.maximum(y - top, 0)
    spread = x / (half + 0.32 * below)
    count = between(rng, 7, 13)
    wander = 1.3 * np.sin(below * 0.05 + spread * 3 + rng.random() * 6)
    wave = np.sin(spread * count + wander) + 0.5 * np.sin(spread * count * 1.7 + 2 * wander)
    return (wave * strength * np.clip(below / 12, 0, 1)).astype(np.float32)


def relit(slope_x: np.ndarray, slope_y: np.ndarray, light: Light, gloss: float) -> np.ndarray:
    """How bright cloth of these slopes is: float32, 1 where it lies flat."""
    x, y = light.toward
    facing = (slope_x * x + slope_y * y) * (0.5 + 0.6 * light.hardness)
    facing = np.tanh(facing * 1.6) * 0.42
    return 1 + facing + gloss * 1.1 * np.clip(facing - 0.08, 0, 1)


def cast_shadow(mask: np.ndarray, light: Light, scale: float, height: float) -> np.ndarray:
    """How much light reaches the ground around a mask (float32 in 0..1) lying on it."""
    x, y = light.toward
    near = soften(mask, 1.6 * scale)
    reach = height * scale
    far = _moved(soften(mask, 1.2 * reach + 2), -x * reach, -y * reach)
    return (1 - 0.26 * near) * (1 - (0.14 + 0.34 * light.hardness) * far)


def _moved(field: np.ndarray, dx: float, dy: float) -> np.ndarray:
    return np.roll(field, (round(dy), round(dx)), axis=(0, 1))


def photographed(rng: Rng, picture: np.ndarray, light: Light) -> Image.Image:
    """What the camera makes of a lit scene.

    Args:
        picture: float32 (H, W, 3) in 0..1.
    """
    height, width = picture.shape[:2]
    gain = _room_light(rng, (height, width), light)
    white = np.array([1 + light.warmth, 1.0, 1 - light.warmth], np.float32) * light.exposure
    lit = picture * gain[..., None] * white
    lit = (lit - 0.5) * light.contrast + 0.5
    lit -= np.maximum(lit - 0.82, 0) * 0.5
    seen = Image.fromarray((np.clip(lit, 0, 1) * 255).astype(np.uint8))
    seen = np.asarray(seen.filter(ImageFilter.BoxBlur(light.blur)))
    noise = rng.standard_normal((height, width), np.float32) * light.noise
    noisy = seen + noise[..., None]
    for channel, shift in enumerate((101, 211, 307)):
        noisy[..., channel] += 0.45 * np.roll(noise, shift, axis=channel % 2)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def _room_light(rng: Rng, shape: tuple[int, int], light: Light) -> np.ndarray:
    height, width = shape
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None]
    toward = x * light.toward[0] + y * light.toward[1]
    uneven = clouds(rng, shape, choose(rng, (1.5, 2.5)), 1) * 0.035
    return 1 + light.fall * 0.5 * toward - light.vignette * 0.5 * (x * x + y * y) * 0.8 + uneven
