"""Photo measures: painted photos, what is kept, what a stop keeps."""

import numpy as np
import pytest
from PIL import Image

from core.audit import measures
from core.audit.measures import main_colour, measure, measure_photos, measures_of, unmeasured
from core.catalog.table import read_catalog
from core.progress import Cancelled
from tests.webapp.wardrobe import wardrobe


def painted(colour: tuple[int, int, int]) -> np.ndarray:
    return np.full((80, 60, 3), colour, np.uint8)


def test_measures__of_plain_photos_are_known_by_hand():
    brightness, contrast, colourfulness, sharpness, colour = measure(painted((0, 0, 0)))
    assert (brightness, contrast, colourfulness, sharpness, colour) == (0, 0, 0, 0, "black")
    brightness, _, colourfulness, _, colour = measure(painted((255, 0, 0)))
    assert brightness == pytest.approx(76, abs=1)
    assert colourfulness == pytest.approx(0.3 * np.hypot(255, 127.5))
    assert colour == "red"


def test_contrast_and_sharpness__rise_with_stripes():
    striped = np.zeros((256, 256, 3), np.uint8)
    striped[:, ::2] = 255
    _, contrast, _, sharpness, _ = measure(striped)
    assert contrast == pytest.approx(127.5)
    assert sharpness > 10_000


@pytest.mark.parametrize(("rgb", "name"), [
    ((250, 250, 250), "white"), ((128, 128, 128), "grey"), ((20, 10, 10), "black"),
    ((200, 20, 30), "red"), ((240, 140, 20), "orange"), ((110, 70, 30), "brown"),
    ((230, 220, 40), "yellow"), ((30, 150, 60), "green"), ((30, 60, 200), "blue"),
    ((120, 40, 200), "purple"), ((240, 120, 190), "pink"),
])
def test_colours__have_their_names(rgb, name):
    assert main_colour(np.full((64, 64, 3), rgb, float)) == name


def test_colour__is_that_of_the_middle():
    photo = np.full((64, 64, 3), 250.0)
    photo[20:44, 20:44] = (30, 60, 200)
    assert main_colour(photo) == "blue"


def test_photos__are_measured_once(tmp_path):
    shop = wardrobe(tmp_path / "shop", predicted=False)
    catalog = read_catalog(shop)
    assert "brightness" not in measures_of(shop, catalog)
    assert unmeasured(shop, catalog) == 11  # two items share a photo
    seen = []
    measure_photos(shop, catalog, lambda done, total: seen.append((done, total)))
    assert seen == [(11, 11)]
    found = measures_of(shop, catalog)
    for row, item in enumerate(catalog.item_ids):
        photo = np.asarray(Image.open(tmp_path / "shop-photos" / f"{item}.png"), np.uint8)
        assert found["brightness"][row] == pytest.approx(measure(photo)[0])
        assert found["colour"][row] == measure(photo)[4]
    measure_photos(shop, catalog, lambda done, total: pytest.fail("measured again"))
    assert unmeasured(shop, catalog) == 0


def test_a_stop__keeps_what_was_measured(tmp_path, monkeypatch):
    shop = wardrobe(tmp_path / "stopped", predicted=False)
    catalog = read_catalog(shop)
    monkeypatch.setattr(measures, "TOLD_EVERY", 4)

    def stop(done, total):
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        measure_photos(shop, catalog, stop)
    assert unmeasured(shop, catalog) == 7


def test_an_unreadable_photo__is_known_to_be_so(tmp_path):
    shop = wardrobe(tmp_path / "torn", predicted=False)
    (tmp_path / "torn-photos" / "b1.png").write_bytes(b"torn")
    catalog = read_catalog(shop)
    measure_photos(shop, catalog)
    assert unmeasured(shop, catalog) == 0
    found = measures_of(shop, catalog)
    assert np.isnan(found["brightness"][0]) and found["colour"][0] is None


def test_without_photos__the_catalog_is_enough(tmp_path):
    shop = wardrobe(tmp_path / "bare", predicted=False, photos=False)
    assert measures_of(shop, read_catalog(shop)) == {}
    assert unmeasured(shop, read_catalog(shop)) == 0
