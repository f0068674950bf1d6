"""Makes every kind of photo file, good and bad, as bytes."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

UPRIGHT_CORNERS = {"top_left": (220, 30, 30), "bottom_right": (30, 30, 220)}
"""Colours of ``corners``: enough to tell every orientation from every other."""


def encoded(image: Image.Image, format: str = "JPEG", **options) -> bytes:
    """A Pillow image as the bytes of a file."""
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def noise(height: int = 60, width: int = 40, seed: int = 0) -> Image.Image:
    """A picture that compresses badly, so that cutting its file cuts the picture."""
    values = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(values)


def jpeg(height: int = 60, width: int = 40, seed: int = 0, **options) -> bytes:
    """A good photo; another seed, another content."""
    return encoded(noise(height, width, seed), "JPEG", **options)


def corners(height: int = 60, width: int = 40) -> Image.Image:
    """Grey, with a red top left and a blue bottom right quarter."""
    values = np.full((height, width, 3), 128, np.uint8)
    values[: height // 2, : width // 2] = UPRIGHT_CORNERS["top_left"]
    values[height // 2 :, width // 2 :] = UPRIGHT_CORNERS["bottom_right"]
    return Image.fromarray(values)


def exif_rotated(orientation: int, format: str = "JPEG") -> bytes:
    """``corners()`` (60 high, 40 wide when upright), stored turned, with the EXIF note."""
    turn_away = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = corners() if turn_away is None else corners().transpose(turn_away)
    exif = Image.Exif()
    exif[274] = orientation
    return encoded(stored, format, exif=exif, **({"quality": 95} if format == "JPEG" else {}))


def truncated() -> bytes:
    whole = jpeg(300, 200)
    return whole[: len(whole) // 2]


def animated(format: str = "GIF") -> bytes:
    return encoded(noise(), format, save_all=True, append_images=[noise(seed=1)], duration=100)


def huge_header(width: int = 20_000, height: int = 20_000) -> bytes:
    """A PNG of a few hundred bytes that says it has 400 million pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def svg_with_script() -> bytes:
    return (
        b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
        b"<script>alert(1)</script></svg>"
    )


def corrupt() -> bytes:
    """A JPEG's first bytes and then none of a JPEG's."""
    return jpeg()[:20] + bytes(range(256)) * 8


def cmyk() -> bytes:
    return encoded(Image.new("CMYK", (40, 60), (0, 255, 255, 0)), "JPEG", quality=95)


def png_16_bit() -> bytes:
    """Grey: the left half at 0x4000, the right half at 0xC000."""
    values = np.full((60, 40), 0x4000, np.uint16)
    values[:, 20:] = 0xC000
    return encoded(Image.fromarray(values), "PNG")


def half_transparent() -> bytes:
    """Red on the left, wholly transparent on the right."""
    values = np.zeros((60, 40, 4), np.uint8)
    values[:, :20] = (255, 0, 0, 255)
    return encoded(Image.fromarray(values), "PNG")


def palette_with_transparency() -> bytes:
    """Colour 0 is red, colour 1 (the right half) is marked transparent."""
    image = Image.new("P", (40, 60), 0)
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.paste(1, (20, 0, 40, 60))
    return encoded(image, "PNG", transparency=1)


def bad_photos() -> dict[str, tuple[bytes, str]]:
    """File name -> (bytes, reason for which PhotoError refuses them)."""
    return {
        "corrupt.jpg": (corrupt(), "damaged"),
        "truncated.jpg": (truncated(), "truncated"),
        "huge.png": (huge_header(), "too large"),
        "animated.gif": (animated("GIF"), "animated"),
        "animated.webp": (animated("WEBP"), "animated"),
        "animated.png": (animated("PNG"), "animated"),
        "empty.jpg": (b"", "empty"),
        "text.jpg": (b"hello, I am not a photo\n" * 9, "not a photo"),
        "script.svg": (svg_with_script(), "not a photo"),
        "script.jpg": (svg_with_script(), "not a photo"),
        "paper.pdf": (b"%PDF-1.7\n" + bytes(99), "not a photo"),
        "phone.heic": (b"\x00\x00\x00\x18ftypheic" + bytes(99), "not a photo"),
    }


def odd_photos() -> dict[str, bytes]:
    """File name -> bytes of unusual photos that are to be read all the same."""
    return {
        "cmyk.jpg": cmyk(),
        "16bit.png": png_16_bit(),
        "rotated.jpg": exif_rotated(6),
        "transparent.png": half_transparent(),
        "palette.png": palette_with_transparency(),
        "grey.jpg": encoded(noise().convert("L"), "JPEG"),
        "black_and_white.png": encoded(noise().convert("1"), "PNG"),
        "photo.webp": encoded(noise(), "WEBP"),
        "photo.avif": encoded(noise(), "AVIF"),
        "photo.tif": encoded(noise(), "TIFF"),
        "photo.bmp": encoded(noise(), "BMP"),
        "still.gif": encoded(noise(), "GIF"),
        "progressive.jpg": jpeg(progressive=True),
    }
