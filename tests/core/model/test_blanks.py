import numpy as np
import pytest
from PIL import Image

from core.catalog.images import letterbox
from core.decisions.bundle import read_bundle
from core.model.blanks import KINDS, blank, draw_blanks
from core.model.card import BUNDLE, read_card
from core.model.litert_predictor import LiteRTPredictor
from core.workspace import ASSETS, DEFAULT_MODEL


def test_draw_blanks__draws_the_same_for_the_same_seed(tmp_path):
    first = draw_blanks(tmp_path / "a", 12, seed=3)
    again = draw_blanks(tmp_path / "b", 12, seed=3)
    other = draw_blanks(tmp_path / "c", 12, seed=4)
    assert [p.name for p in first][:2] == ["blank-3-0.png", "blank-3-1.png"]
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in again]
    assert len({p.read_bytes() for p in (*first, *other)}) == 24


def test_draw_blanks__keeps_what_an_interrupted_run_has_drawn(tmp_path):
    (tmp_path / "blank-0-0.png").write_bytes(b"kept")
    paths = draw_blanks(tmp_path, 2, seed=0)
    assert paths[0].read_bytes() == b"kept"
    assert Image.open(paths[1]).mode == "RGB"


@pytest.mark.parametrize("kind", KINDS)
def test_blank__is_a_photo_of_either_orientation(kind):
    drawn = [blank(np.random.default_rng([1, number]), kind) for number in range(6)]
    assert {picture.shape for picture in drawn} <= {(400, 300, 3), (300, 400, 3)}
    assert all(picture.dtype == np.uint8 for picture in drawn)
    assert len({picture.tobytes() for picture in drawn}) == 6


def test_default_model__says_none_of_these_of_empty_scenes():
    """Pictures that it did not learn from: other seeds, and gratings, which are no kind."""
    folder = ASSETS / "models" / DEFAULT_MODEL
    predictor = LiteRTPredictor(folder, read_card(folder))
    drawn = [blank(np.random.default_rng([77, n]), kind) for kind in KINDS for n in range(3)]
    y, x = np.mgrid[0:400, 0:300]
    waves = [127 + 127 * np.sin((x * a + y * (1 - a)) / 8)[..., None] for a in (0, 0.4, 1)]
    drawn += [np.repeat(wave, 3, axis=2).astype(np.uint8) for wave in waves]
    photos = [letterbox(picture, *predictor.image_size) for picture in drawn]
    scores = predictor.predict(np.stack(photos))["out_of_catalog"][:, 0]
    cut = read_bundle(folder / BUNDLE).out_of_catalog
    assert (scores >= cut).mean() >= 0.9
