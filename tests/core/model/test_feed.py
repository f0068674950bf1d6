import numpy as np
import pytest
from PIL import Image

from core.catalog.images import photo_for_model
from core.errors import StorageError
from core.model import feed
from core.model.recipe import Recipe


@pytest.fixture
def paths(tmp_path):
    found = []
    for number in range(5):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (30 + number, 40), (number * 40, 10, 200)).save(path)
        found.append(path)
    found[3].write_bytes(b"not a photo")
    return found


def test_decode__gives_the_very_pixels_that_serving_sees(paths, tmp_path):
    photos = feed.decode(paths, (36, 32), tmp_path / "photos.npy")
    assert photos.pixels.shape == (5, 36, 32, 3) and photos.pixels.dtype == np.uint8
    np.testing.assert_array_equal(photos.pixels[2], photo_for_model(paths[2], (36, 32)))


def test_decode__sets_aside_what_cannot_be_read(paths, tmp_path):
    photos = feed.decode(paths, (36, 32), tmp_path / "photos.npy")
    assert photos.readable.tolist() == [True, True, True, False, True]
    assert list(photos.reasons) == [3] and photos.reasons[3]


def test_decode__does_not_decode_again_what_is_there(paths, tmp_path):
    calls = []
    for _ in range(2):
        feed.decode(paths, (36, 32), tmp_path / "photos.npy",
                    progress=lambda done, total: calls.append(done))  # fmt: skip
    assert calls == [1, 2, 3, 4, 5]
    feed.decode(paths[:2], (36, 32), tmp_path / "photos.npy")
    assert np.load(tmp_path / "photos.npy").shape == (2, 36, 32, 3)


def test_decode__says_how_much_room_is_missing(paths, tmp_path, monkeypatch):
    usage = type("Usage", (), {"free": 5000})
    monkeypatch.setattr(feed.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(StorageError, match=r"decoded photos need 0\.0 GB in .* use a smaller"):
        feed.decode(paths, (36, 32), tmp_path / "photos.npy")
    assert not (tmp_path / "photos.npy").exists()


def test_epoch_order__is_a_seeded_permutation():
    order = feed.epoch_order(50, seed=3, epoch=2)
    assert sorted(order) == list(range(50))
    assert (order == feed.epoch_order(50, seed=3, epoch=2)).all()
    assert (order != feed.epoch_order(50, seed=3, epoch=1)).any()
    assert (order != feed.epoch_order(50, seed=4, epoch=2)).any()


@pytest.mark.parametrize(
    ("rows", "sizes"), [(0, []), (3, [3]), (8, [8]), (11, [8]), (12, [8, 4]), (16, [8, 8])]
)
def test_batches__leave_out_a_small_last_one(rows, sizes):
    assert [len(batch) for batch in feed.batches(np.arange(rows), 8)] == sizes
    assert feed.steps(rows, 8) == len(sizes)


LABELS = np.array([0] * 10 + [1] * 4 + [2] * 2 + [-1] * 20)
OPTIONAL = np.arange(36) >= 16


def counted(epoch=1, **choices):
    rows = feed.epoch_rows(LABELS, OPTIONAL, Recipe(**choices), epoch)
    return np.bincount(LABELS[rows] + 1, minlength=4).tolist()


def test_epoch_rows__take_everything_once_by_default():
    rows = feed.epoch_rows(LABELS, OPTIONAL, Recipe(), 1)
    assert sorted(rows) == list(range(36))


def test_epoch_rows__balance_the_classes():
    assert counted(downsample=True) == [20, 4, 4, 2]
    assert counted(most_per_class=3) == [20, 3, 3, 2]
    assert counted(least_per_class=5) == [20, 10, 5, 5]
    assert counted(most_per_class=5, least_per_class=5) == [20, 5, 5, 5]


def test_epoch_rows__take_other_extra_photos_in_each_epoch():
    assert counted(extra_per_epoch=6) == [6, 10, 4, 2]
    one, two = (
        {r for r in feed.epoch_rows(LABELS, OPTIONAL, Recipe(extra_per_epoch=6), e) if r >= 16}
        for e in (1, 2)
    )
    assert len(one) == len(two) == 6 and one != two


def test_epoch_rows__keep_the_same_sample_of_a_class_in_each_epoch():
    recipe = Recipe(most_per_class=3)
    one, two = (feed.epoch_rows(LABELS, OPTIONAL, recipe, epoch) for epoch in (1, 2))
    assert set(one) == set(two) and list(one) != list(two)
