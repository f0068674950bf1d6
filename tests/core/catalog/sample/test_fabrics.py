import numpy as np
import pytest

from core.catalog.sample.fabrics import OTHER, TAGS, cloth
from core.catalog.sample.fields import clouds, curve, repeating, soften


@pytest.mark.parametrize("pattern", [*TAGS, *OTHER])
def test_cloth__is_tagged_by_its_pattern_alone(pattern):
    made = cloth(np.random.default_rng(3), pattern)
    assert made.tags == ({pattern} if pattern in TAGS else set())
    assert made.tile.dtype == np.uint8 and made.tile.shape[2] == 3


@pytest.mark.parametrize("pattern", TAGS)
@pytest.mark.parametrize("seed", range(8))
def test_cloth__a_tagged_pattern_stands_out(pattern, seed):
    tile = cloth(np.random.default_rng(seed), pattern).tile.astype(float)
    assert tile.std(axis=(0, 1)).max() > 15


@pytest.mark.parametrize("pattern", [*TAGS, "leopard", "brush", "tie-dye", "zig-zag"])
def test_cloth__repeats_without_an_edge(pattern):
    tile = cloth(np.random.default_rng(4), pattern).tile.astype(float)
    inside = np.abs(np.diff(tile, axis=0)).mean(axis=(1, 2))
    seam = np.abs(tile[0] - tile[-1]).mean()
    assert seam <= inside.max() * 1.05


def test_packed__reads_the_tile_around_its_edges():
    made = cloth(np.random.default_rng(0), "plain")
    height, width = made.tile.shape[:2]
    packed, beyond = made.packed
    seen = packed.view(np.uint8).reshape(height + beyond, width + beyond, 4)[..., :3]
    assert (seen == np.pad(made.tile, ((0, beyond), (0, beyond), (0, 0)), mode="wrap")).all()


def test_repeating__meets_itself_at_the_edges():
    field = repeating(np.random.default_rng(0), 120, 5)
    steps = np.abs(np.diff(field, axis=1)).max()
    assert np.abs(field[:, 0] - field[:, -1]).max() <= 1.5 * steps


def test_clouds__are_about_standard_normal():
    field = clouds(np.random.default_rng(0), (400, 300), 12)
    assert abs(field.mean()) < 0.3 and 0.5 < field.std() < 1.4


def test_soften__keeps_a_flat_field():
    assert np.allclose(soften(np.full((40, 30), 0.7, np.float32), 5), 0.7, atol=1e-5)


def test_curve__goes_through_its_points():
    points = np.array([[0, 0], [1, 2], [3, 1]])
    line = curve(points, 4)
    assert all(np.isclose(line, point).all(axis=1).any() for point in points)
