"""Photo files to pixels: the one way for training, batch prediction and uploads.

All functions are pure, may run in many threads at once, and raise PhotoError with a
sentence that begins with the file's name.
"""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from core.catalog.decode import (
    MAX_BYTES,
    MAX_PIXELS,
    PHOTO_SUFFIXES,
    decode,
    fitted,
    measure,
    photo_bytes,
)
from core.errors import PhotoError

__all__ = [
    "FILTER", "MAX_BYTES", "MAX_PIXELS", "PADDING", "PHOTO_SUFFIXES", "PhotoInfo",
    "Region", "content_hash", "letterbox", "photo_and_region", "photo_for_model", "photo_info",
    "photo_region", "read_photo", "thumbnail",
]

FILTER = Image.Resampling.BICUBIC
"""Pillow's, antialiased: the support grows with the reduction."""

PADDING = (127, 127, 127)
"""Middle grey: close to 0 after the backbones' normalisation."""

THUMBNAIL_QUALITY = 85

Region = tuple[int, int, int, int]
"""(top, left, height, width) in pixels of the model's image."""


@dataclass(frozen=True)
class PhotoInfo:
    """What the catalog keeps of a photo file.

    Attributes:
        content: 32 hex digits of the file's SHA-256; equal for identical files.
        width, height: pixels as shown, after EXIF rotation.
    """

    content: str
    width: int
    height: int


def read_photo(
    source: Path | bytes, *, name: str | None = None, about: tuple[int, int] | None = None
) -> np.ndarray:
    """Read a photo: upright, RGB, transparent parts on white.

    Args:
        source: a file, or the bytes of one.
        name: how errors call it; the file's name by default.
        about: (height, width) of a box into which the photo will be fitted; allows a JPEG
            to be decoded at 1/2, 1/4 or 1/8 of its size, never smaller than it fills the box.

    Returns:
        uint8 (H, W, 3).

    Raises:
        PhotoError: missing, empty, not a photo, damaged, truncated, animated, more than
            MAX_BYTES or MAX_PIXELS.
    """
    data, name = photo_bytes(source, name)
    return np.array(decode(data, name, about).picture)


def letterbox(rgb: np.ndarray, height: int, width: int) -> np.ndarray:
    """Scale to fit, in proportion, centred on PADDING; an odd pixel goes below or right.

    Args:
        rgb: uint8 (H, W, 3); smaller photos are enlarged.

    Returns:
        uint8 (height, width, 3).
    """
    return np.array(_letterboxed(Image.fromarray(rgb), height, width))


def photo_for_model(
    source: Path | bytes, image_size: tuple[int, int], *, name: str | None = None
) -> np.ndarray:
    """A photo as every model sees it: ``letterbox(read_photo(source, about=size), *size)``.

    Args:
        image_size: (height, width) in pixels.

    Returns:
        uint8 (height, width, 3), not normalised: that is inside the model.

    Raises:
        PhotoError: as ``read_photo``.
    """
    return photo_and_region(source, image_size, name=name)[0]


def photo_and_region(
    source: Path | bytes, image_size: tuple[int, int], *, name: str | None = None
) -> tuple[np.ndarray, Region]:
    """``photo_for_model``, and where in it the photo lies; around it is PADDING.

    Raises:
        PhotoError: as ``read_photo``.
    """
    data, name = photo_bytes(source, name)
    picture = decode(data, name, image_size).picture
    region = photo_region(picture.size[::-1], image_size)
    return np.array(_letterboxed(picture, *image_size)), region


def photo_region(photo_size: tuple[int, int], image_size: tuple[int, int]) -> Region:
    """Where a letterboxed photo lies in the model's image.

    Args:
        photo_size, image_size: (height, width) in pixels.
    """
    width, height = fitted(photo_size[::-1], image_size[::-1])
    return (image_size[0] - height) // 2, (image_size[1] - width) // 2, height, width


def content_hash(source: Path | bytes) -> str:
    """32 hex digits of the SHA-256 of the file's bytes.

    Raises:
        PhotoError: the file is missing or cannot be opened.
    """
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()[:32]
    try:
        with source.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:32]
    except OSError as error:
        raise PhotoError(
            f"{source.name} cannot be opened ({error.strerror}); look in {source.parent}",
            "missing" if isinstance(error, FileNotFoundError) else "unreadable",
        ) from error


def photo_info(path: Path) -> PhotoInfo:
    """Hash a photo and read its size; every byte is decoded, so that damage is found.

    Raises:
        PhotoError: as ``read_photo``.
    """
    data, name = photo_bytes(path)
    return PhotoInfo(content_hash(data), *measure(data, name))


def thumbnail(source: Path | bytes, size: int) -> bytes:
    """The whole photo, uncropped, as a small JPEG.

    Args:
        size: pixels of the longest side; smaller photos are not enlarged.

    Raises:
        PhotoError: as ``read_photo``.
    """
    data, name = photo_bytes(source)
    decoded = decode(data, name, (size, size))
    small = min(size, max(decoded.width, decoded.height))
    picture = decoded.picture.resize(fitted(decoded.picture.size, (small, small)), FILTER)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=THUMBNAIL_QUALITY)
    return out.getvalue()


def _letterboxed(picture: Image.Image, height: int, width: int) -> Image.Image:
    top, left, *size = photo_region(picture.size[::-1], (height, width))
    size = (size[1], size[0])
    scaled = picture if size == picture.size else picture.resize(size, FILTER)
    if size == (width, height):
        return scaled
    canvas = Image.new("RGB", (width, height), PADDING)
    canvas.paste(scaled, (left, top))
    return canvas
