"""Photo bytes to an RGB picture, safely: what cannot be read is refused with a sentence.

Every photo enters here, from a catalog, a batch or an upload. Nothing of Pillow's
module-wide settings is changed, and every function may run in many threads at once.
Pillow's warnings (odd metadata, many pixels) are silenced: what matters becomes an error.
"""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

# Imported for their names in ``Image.open(formats=...)``: Pillow then needs no plugin search,
# and formats that could start other programs (EPS) are never tried.
from PIL import (
    AvifImagePlugin,  # noqa: F401
    BmpImagePlugin,  # noqa: F401
    GifImagePlugin,  # noqa: F401
    Image,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,  # noqa: F401
    WebPImagePlugin,  # noqa: F401
)

from core.errors import PhotoError

warnings.filterwarnings("ignore", module=r"PIL\.")

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 64_000_000
"""192 MB as RGB; Pillow's own alarm rings only at 89 and 179 million."""

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "BMP", "GIF")
PHOTO_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".avif", ".tif", ".tiff", ".bmp", ".gif"}
)
BAND = 512
ORIENTATION_TAG = 274
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_OTHER_FILES = (  # (first bytes, offset, what it is)
    (b"%PDF", 0, "a PDF document"),
    (b"PK\x03\x04", 0, "a ZIP archive"),
    (b"8BPS", 0, "a Photoshop file"),
    (b"ftypheic", 4, "an HEIC photo, which this program cannot read"),
    (b"ftypheix", 4, "an HEIC photo, which this program cannot read"),
    (b"ftypmif1", 4, "an HEIC photo, which this program cannot read"),
    (b"ftyp", 4, "a video"),
    (b"\x1aE\xdf\xa3", 0, "a video"),
)
_PHOTO_STARTS = (b"\xff\xd8\xff", b"\x89PNG", b"RIFF", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")


@dataclass(frozen=True)
class Decoded:
    """An upright RGB picture and the size at which it is stored in the file.

    Attributes:
        picture: mode RGB; smaller than the file's photo when a reduced scale was allowed.
        width, height: pixels of the whole photo, upright.
    """

    picture: Image.Image
    width: int
    height: int


def photo_bytes(source: Path | bytes, name: str | None = None) -> tuple[bytes, str]:
    """The file's bytes and the name under which errors speak of it.

    Raises:
        PhotoError: missing, unreadable, empty, or more than MAX_BYTES (which are not read).
    """
    name = name or (source.name if isinstance(source, Path) else "photo")
    if isinstance(source, Path):
        try:
            if not source.is_file():
                raise PhotoError(
                    f"{name} is missing; there is no such file in {source.parent}", "missing"
                )
            _refuse_many_bytes(source.stat().st_size, name)
            source = source.read_bytes()
        except (OSError, ValueError) as error:
            raise PhotoError(
                f"{name} cannot be opened ({getattr(error, 'strerror', None) or error});"
                " check its permissions",
                "unreadable",
            ) from error
    _refuse_many_bytes(len(source), name)
    if not source:
        raise PhotoError(f"{name} is empty (0 bytes); copy or export it again", "empty")
    return source, name


def decode(data: bytes, name: str, about: tuple[int, int] | None = None) -> Decoded:
    """Decode a whole photo: upright, any mode to RGB, transparent parts on white.

    Args:
        about: (height, width) of the upright box into which the photo will be fitted; a JPEG
            is then decoded at a reduced scale, at least as large as needed to fill the box.

    Raises:
        PhotoError: not a photo, damaged, truncated, animated, or too many pixels.
    """
    with _refusing(data, name):
        image, size, orientation = _load(data, name, about)
        picture = to_rgb(image)
        if orientation in _UPRIGHT:
            picture = picture.transpose(_UPRIGHT[orientation])
        return Decoded(picture, *size)


def measure(data: bytes, name: str) -> tuple[int, int]:
    """(width, height) of the upright photo; all bytes are parsed, so that damage is found.

    Raises:
        PhotoError: as ``decode``.
    """
    with _refusing(data, name):
        return _load(data, name, about=(1, 1))[1]  # a JPEG's pixels are not all made


def _load(
    data: bytes, name: str, about: tuple[int, int] | None
) -> tuple[Image.Image, tuple[int, int], int]:
    """The loaded image, not yet upright; (width, height) of the upright photo; orientation."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        _refuse_unsafe(image, name)
        size = image.size
        reduced = about is not None and _reduce(image, about)
        image.load()
        orientation = _orientation(image)  # after load: TIFF turns itself while loading
        size = size if reduced else image.size
        return image, size[::-1] if orientation >= 5 else size, orientation


@contextmanager
def _refusing(data: bytes, name: str) -> Iterator[None]:
    try:
        yield
    except PhotoError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise _too_large(name) from error
    except Exception as error:  # on damaged bytes Pillow's decoders raise nearly anything
        raise _refusal(data, name, error) from error


def to_rgb(image: Image.Image) -> Image.Image:
    """Any of Pillow's modes to RGB.

    16-bit values keep their upper 8 bits. 32-bit and floating values are scaled from
    [0, the largest of 1, 255, 65535 that they fit] or, beyond, from [0, their maximum].
    """
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode.startswith("I;16"):
        values = np.asarray(image).astype(np.uint16)
        return Image.fromarray((values >> 8).astype(np.uint8)).convert("RGB")
    if image.mode in ("I", "F"):
        return Image.fromarray(_to_8_bits(np.array(image, dtype=np.float32))).convert("RGB")
    if image.has_transparency_data:
        return _on_white(image)
    return image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """In bands, for copies of a whole large photo would fill the memory."""
    canvas = Image.new("RGB", image.size, "white")
    for top in range(0, image.height, BAND):
        band = image.crop((0, top, image.width, min(top + BAND, image.height))).convert("RGBA")
        canvas.paste(band, (0, top), band)
    return canvas


def _to_8_bits(values: np.ndarray) -> np.ndarray:
    """Scale float32 values, in place: a large photo would not fit into memory many times."""
    np.nan_to_num(values, copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    top = values.max(initial=0.0)
    white = next((limit for limit in (1.0, 255.0, 65535.0) if top <= limit), top)
    values *= 255 / white
    return np.clip(np.rint(values, out=values), 0, 255, out=values).astype(np.uint8)


def fitted(size: tuple[int, int], box: tuple[int, int]) -> tuple[int, int]:
    """(width, height) of ``size`` scaled to just fit a ``box``; at least 1 pixel each."""
    scale = min(box[0] / size[0], box[1] / size[1])
    return tuple(min(most, max(1, int(side * scale + 0.5))) for side, most in zip(size, box))


def _reduce(image: Image.Image, about: tuple[int, int]) -> bool:
    """Ask the JPEG decoder for 1/2, 1/4 or 1/8 scale where that still fills the box."""
    if image.format not in ("JPEG", "MPO"):
        return False
    box = about[::-1] if _orientation(image) < 5 else about
    image.draft(None, fitted(image.size, box))
    return True


def _orientation(image: Image.Image) -> int:
    """EXIF orientation 1 to 8; 1 where the EXIF block is missing or broken."""
    try:
        value = image.getexif().get(ORIENTATION_TAG, 1)
    except Exception:  # a broken EXIF block does not make the photo unreadable
        return 1
    return value if value in _UPRIGHT else 1


def _refuse_many_bytes(count: int, name: str) -> None:
    if count > MAX_BYTES:
        raise PhotoError(
            f"{name} has {count / 2**20:.1f} MB, more than the {MAX_BYTES // 2**20} MB allowed;"
            " save it smaller, or as JPEG",
            "too many bytes",
        )


def _refuse_unsafe(image: Image.Image, name: str) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _too_large(name)
    # An MPO is a phone's JPEG with a second view behind the photo, not an animation.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        kind = "has several pages" if image.format == "TIFF" else "is animated"
        raise PhotoError(f"{name} {kind}; save one picture of it as JPEG or PNG", "animated")


def _too_large(name: str) -> PhotoError:
    return PhotoError(
        f"{name} has more than {MAX_PIXELS // 10**6} million pixels, too many to be opened safely;"
        " scale it down, 4,000 x 3,000 is plenty",
        "too large",
    )


def _refusal(data: bytes, name: str, error: Exception) -> PhotoError:
    """Say what the bytes are instead of a whole photo."""
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in start:
        return PhotoError(
            f"{name} is a drawing (SVG), not a photo; export it as PNG or JPEG", "not a photo"
        )
    for magic, offset, what in _OTHER_FILES:
        if data[offset : offset + len(magic)] == magic and b"ftypavi" not in data[:12]:
            return PhotoError(f"{name} is {what}; save it as JPEG or PNG", "not a photo")
    if data.startswith(_PHOTO_STARTS) or b"ftypavi" in data[:12]:
        kind = "truncated" if "truncated" in str(error) else "damaged"
        said = "is damaged" if kind == "damaged" else "ends too early, part of it is missing"
        return PhotoError(f"{name} {said}; copy or export it again", kind)
    return PhotoError(
        f"{name} is not a photo that can be read; use JPEG, PNG, WebP, AVIF, TIFF, BMP or GIF",
        "not a photo",
    )
