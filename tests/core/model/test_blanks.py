import numpy as np
import pytest
from PIL import Image

from core.model.blanks import KINDS, blank, draw_blanks


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
