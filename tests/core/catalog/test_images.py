from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from core.catalog import images
from core.errors import PhotoError
from tests import photos

SENTENCES = {
    "corrupt.jpg": "corrupt.jpg is damaged; copy or export it again",
    "truncated.jpg": "truncated.jpg ends too early, part of it is missing; copy or export it again",
    "huge.png": "huge.png has more than 64 million pixels, too many to be opened safely;"
                " scale it down, 4,000 x 3,000 is plenty",
    "animated.gif": "animated.gif is animated; save one picture of it as JPEG or PNG",
    "animated.webp": "animated.webp is animated; save one picture of it as JPEG or PNG",
    "animated.png": "animated.png is animated; save one picture of it as JPEG or PNG",
    "empty.jpg": "empty.jpg is empty (0 bytes); copy or export it again",
    "text.jpg": "text.jpg is not a photo that can be read;"
                " use JPEG, PNG, WebP, AVIF, TIFF, BMP or GIF",
    "script.svg": "script.svg is a drawing (SVG), not a photo; export it as PNG or JPEG",
    "script.jpg": "script.jpg is a drawing (SVG), not a photo; export it as PNG or JPEG",
    "paper.pdf": "paper.pdf is a PDF document; save it as JPEG or PNG",
    "phone.heic": "phone.heic is an HEIC photo, which this program cannot read;"
                  " save it as JPEG or PNG",
}


@pytest.mark.parametrize("name", sorted(photos.bad_photos()))
def test_bad_photo__is_refused_with_a_sentence_by_every_way_in(name, tmp_path):
    data, reason = photos.bad_photos()[name]
    path = tmp_path / name
    path.write_bytes(data)
    for way_in in (
        lambda: images.read_photo(path),
        lambda: images.read_photo(data, name=name),
        lambda: images.photo_for_model(data, (32, 48), name=name),
        lambda: images.photo_info(path),
        lambda: images.thumbnail(path, 64),
    ):
        with pytest.raises(PhotoError) as caught:
            way_in()
        assert (str(caught.value), caught.value.reason) == (SENTENCES[name], reason)


@pytest.mark.parametrize("name", sorted(photos.odd_photos()))
def test_odd_photo__is_read_as_rgb(name):
    data = photos.odd_photos()[name]
    rgb = images.read_photo(data, name=name)
    assert (rgb.shape, rgb.dtype) == ((60, 40, 3), np.uint8)
    assert images.photo_for_model(data, (32, 48)).shape == (32, 48, 3)
    assert len(images.thumbnail(data, 30)) > 100


def test_read_photo__refuses_a_missing_file_and_a_folder(tmp_path):
    for path in (tmp_path / "gone.jpg", tmp_path):
        with pytest.raises(PhotoError, match="is missing; there is no such file in"):
            images.read_photo(path)


def test_read_photo__refuses_too_many_bytes_without_reading_them(tmp_path):
    path = tmp_path / "long.jpg"
    with path.open("wb") as file:
        file.truncate(images.MAX_BYTES + 2**20)
    with pytest.raises(PhotoError) as caught:
        images.read_photo(path)
    assert str(caught.value) == (
        "long.jpg has 21.0 MB, more than the 20 MB allowed; save it smaller, or as JPEG"
    )


def test_read_photo__refuses_a_photo_just_over_the_pixel_limit():
    with pytest.raises(PhotoError) as caught:
        images.read_photo(photos.huge_header(8000, 8001), name="wide.png")
    assert caught.value.reason == "too large"


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_read_photo__turns_every_orientation_upright(orientation, format, tmp_path):
    path = tmp_path / f"turned.{format}"
    path.write_bytes(photos.exif_rotated(orientation, format))
    for rgb in (images.read_photo(path), images.read_photo(path, about=(12, 12))):
        assert rgb.shape[0] / rgb.shape[1] == 1.5
        assert np.abs(rgb[1, 1] - np.array(photos.UPRIGHT_CORNERS["top_left"])).max() < 30
        assert np.abs(rgb[-2, -2] - np.array(photos.UPRIGHT_CORNERS["bottom_right"])).max() < 30
    info = images.photo_info(path)
    assert (info.width, info.height) == (40, 60)


def test_read_photo__converts_modes_to_the_colours_that_people_see():
    assert images.read_photo(photos.cmyk())[5, 5].tolist() == [255, 0, 0]  # no cyan: red
    assert images.read_photo(photos.png_16_bit())[5, [5, 35], 0].tolist() == [0x40, 0xC0]
    for data in (photos.half_transparent(), photos.palette_with_transparency()):
        assert images.read_photo(data)[5, [5, 35]].tolist() == [[255, 0, 0], [255, 255, 255]]


def test_read_photo__scales_floating_and_32_bit_values():
    def read(values):
        return images.read_photo(photos.encoded(Image.fromarray(values), "TIFF"))[0, :, 0].tolist()

    assert read(np.array([[0, 0.5, 1, np.nan]], np.float32)) == [0, 128, 255, 0]
    assert read(np.array([[0, 51, 255]], np.float32)) == [0, 51, 255]
    assert read(np.array([[0, 65535]], np.int32)) == [0, 255]


def test_read_photo__accepts_a_broken_exif_block():
    exif = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff\x01\x12"
    assert images.read_photo(photos.jpeg(exif=exif)).shape == (60, 40, 3)


def test_read_photo__accepts_a_phones_two_picture_jpeg():
    two = photos.encoded(
        photos.noise(), "MPO", save_all=True, append_images=[photos.noise(seed=1)]
    )
    assert images.read_photo(two).shape == (60, 40, 3)


@pytest.mark.parametrize("progressive", [False, True])
def test_photo_info__finds_damage_although_it_decodes_few_pixels(progressive, tmp_path):
    whole = photos.jpeg(400, 300, progressive=progressive)
    path = tmp_path / "cut.jpg"
    for lost in (2, 50, len(whole) // 2):
        path.write_bytes(whole[:-lost])
        with pytest.raises(PhotoError, match="^cut.jpg ends too early"):
            images.photo_info(path)


def test_photo_info__gives_whole_size_and_content(tmp_path):
    path = tmp_path / "one.jpg"
    path.write_bytes(photos.jpeg(600, 400))
    copy = tmp_path / "two.jpg"
    copy.write_bytes(photos.jpeg(600, 400))
    info = images.photo_info(path)
    assert (info.width, info.height) == (400, 600)
    assert info == images.photo_info(copy)
    assert info.content == images.content_hash(path) == images.content_hash(path.read_bytes())
    assert len(info.content) == 32


def test_read_photo__about__reduces_but_fills_the_box():
    data = photos.encoded(photos.corners(1600, 1200), "JPEG")
    assert images.read_photo(data, about=(224, 224)).shape == (400, 300, 3)
    assert images.read_photo(data, about=(900, 900)).shape == (1600, 1200, 3)
    full = images.letterbox(images.read_photo(data), 224, 224)
    reduced = images.photo_for_model(data, (224, 224))
    assert np.abs(full.astype(int) - reduced).mean() < 1


def test_letterbox__centres_on_the_pinned_grey():
    red = np.full((2, 4, 3), (255, 0, 0), np.uint8)
    boxed = images.letterbox(red, 6, 4)
    assert boxed[2:4].tolist() == red.tolist()
    assert (boxed[[0, 1, 4, 5]] == images.PADDING).all()


def test_letterbox__puts_the_odd_pixel_below():
    boxed = images.letterbox(np.zeros((2, 4, 3), np.uint8), 5, 4)
    assert (boxed[:, 0, 0] == 127).tolist() == [True, False, False, True, True]


sides = st.integers(1, 90)
patient = partial(settings, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patient(max_examples=60)
@given(sides, sides, sides, sides, st.integers(0, 255))
def test_letterbox__keeps_proportions_and_covers_the_rest_with_padding(h, w, height, width, value):
    rgb = np.full((h, w, 3), (value, 255 - value, 255), np.uint8)
    boxed = images.letterbox(rgb, height, width)
    assert (boxed.shape, boxed.dtype) == ((height, width, 3), np.uint8)
    inside = (boxed == rgb[0, 0]).all(axis=-1)
    assert ((boxed == images.PADDING).all(axis=-1) | inside).all()
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    assert inside.sum() == len(rows) * len(columns)  # one rectangle
    scale = min(height / h, width / w)
    assert abs(len(rows) - max(1, h * scale)) <= 0.5
    assert abs(len(columns) - max(1, w * scale)) <= 0.5
    assert abs(rows[0] - (height - 1 - rows[-1])) <= 1
    assert abs(columns[0] - (width - 1 - columns[-1])) <= 1


@patient(max_examples=25)
@given(sides, sides)
def test_letterbox__leaves_a_photo_of_the_right_size_alone(h, w):
    rgb = np.random.default_rng(h).integers(0, 256, (h, w, 3), dtype=np.uint8)
    assert (images.letterbox(rgb, h, w) == rgb).all()


@pytest.mark.parametrize("size", [(64, 64), (48, 80), (301, 217)])
def test_photo_for_model__is_read_and_letterbox(size):
    for data in (photos.jpeg(500, 400), photos.exif_rotated(6), photos.half_transparent()):
        expected = images.letterbox(images.read_photo(data, about=size), *size)
        assert (images.photo_for_model(data, size) == expected).all()


@pytest.mark.parametrize("photo", [(400, 300), (300, 400), (224, 224), (1, 999), (37, 11)])
@pytest.mark.parametrize("image", [(224, 224), (256, 192), (301, 217)])
def test_photo_region__is_where_letterbox_puts_the_photo(photo, image):
    white = images.letterbox(np.full((*photo, 3), 255, np.uint8), *image)
    top, left, height, width = images.photo_region(photo, image)
    expected = np.zeros(image, bool)
    expected[top : top + height, left : left + width] = True
    assert np.array_equal(white.min(axis=2) == 255, expected)


def test_photo_and_region__are_of_the_upright_photo():
    upright = images.read_photo(photos.exif_rotated(6)).shape[:2]
    pixels, region = images.photo_and_region(photos.exif_rotated(6), (64, 48))
    assert (pixels == images.photo_for_model(photos.exif_rotated(6), (64, 48))).all()
    assert region == images.photo_region(upright, (64, 48))
    assert upright[0] != upright[1]


def test_thumbnail__shows_the_whole_photo_and_never_enlarges():
    import io

    def size(data, longest):
        return Image.open(io.BytesIO(images.thumbnail(data, longest))).size

    assert size(photos.jpeg(600, 400), 150) == (100, 150)
    assert size(photos.jpeg(60, 40), 150) == (40, 60)
    assert size(photos.exif_rotated(6), 30) == (20, 30)


def test_read_photo__answers_the_same_from_many_threads():
    data = [*photos.odd_photos().values()] * 8
    expected = [images.read_photo(one).sum() for one in data]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda one: images.read_photo(one).sum(), data)) == expected


@patient(max_examples=150)
@given(st.sampled_from(sorted(photos.odd_photos())), st.data())
def test_read_photo__of_damaged_bytes__reads_or_refuses(name, data):
    whole = bytearray(photos.odd_photos()[name])
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert images.read_photo(bytes(whole), name="x.jpg").dtype == np.uint8
    except PhotoError as error:
        assert str(error).startswith("x.jpg ")
