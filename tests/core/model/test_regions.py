import numpy as np
import pytest

from core.errors import ModelError
from core.model import regions
from core.model.answering import answering
from core.model.network import build
from core.model.recipe import Recipe

RECIPE = Recipe(backbone="small_cnn", weights="none", height=96, width=112, pooling="regions")


def test_fixed_regions__are_thirds_from_top_to_bottom_in_the_middle_and_at_the_sides():
    found = regions.fixed_regions(9, 7).T.reshape(6, 9, 7)
    assert (found[0] > 0).astype(int).tolist() == [[0, 0, 1, 1, 1, 0, 0]] * 3 + [[0] * 7] * 6
    assert (found[5] > 0).astype(int).tolist() == [[0] * 7] * 6 + [[1, 1, 0, 0, 0, 1, 1]] * 3
    assert (found.reshape(6, -1) > 0).sum(axis=0).tolist() == [1] * 63  # no place in two
    np.testing.assert_allclose(found.sum(axis=(1, 2)), 1, rtol=1e-6)


@pytest.mark.parametrize(("grid", "count"), [((1, 1), 1), ((2, 2), 2), ((3, 1), 3), ((7, 7), 6)])
def test_fixed_regions__of_a_small_map_leave_out_those_without_a_place(grid, count):
    found = regions.fixed_regions(*grid)
    assert found.shape == (grid[0] * grid[1], count)
    np.testing.assert_allclose(found.sum(axis=0), 1, rtol=1e-6)
    assert (found.sum(axis=1) > 0).all()


def test_region_shares__give_half_to_the_strong_places():
    np.testing.assert_allclose(regions.region_shares("regions", (9, 7)), [1 / 12] * 6 + [1 / 2])
    assert regions.region_shares("average", (9, 7)).tolist() == [1]


def test_weights_of_places__follow_the_squared_length_of_the_last_features():
    places = np.zeros((2, 1, 2, 3), np.float32)
    places[0, 0, :, :2] = [[3, 4], [0, 5]]  # both 25
    places[1, 0, :, :2] = [[1, 0], [1, 1]]  # 1 and 2
    places[..., 2] = 100  # a tap: counts for nothing
    found = np.asarray(regions.weights_of_places(places, 2))
    np.testing.assert_allclose(found[..., -1], [[0.5, 0.5], [1 / 3, 2 / 3]], atol=1e-5)
    read = np.asarray(regions.averages(places, found))
    np.testing.assert_allclose(read[1, -1], [1, 2 / 3, 100], atol=1e-4)


def test_network__of_an_even_photo_reads_the_same_in_every_region():
    network = build(RECIPE, {"category": 2})
    black = np.zeros((1, 96, 112, 3), np.float32)
    read = network.features(black).numpy().reshape(7, -1)
    whole = answering(network)(black.astype(np.uint8))["embedding"].numpy()[0]
    assert read.shape[1] == len(whole) == 256
    np.testing.assert_allclose((read[:6] * np.tile([3, 4], 3)[:, None]).sum(axis=0) / 21, whole,
                               atol=1e-4)  # fmt: skip


def test_logits__are_those_of_the_network_that_answers():
    network = build(RECIPE, {"category": 3, "tags": 2})
    photos = np.random.default_rng(0).integers(0, 256, (4, 96, 112, 3), dtype=np.uint8)
    features = network.features(photos.astype(np.float32)).numpy()
    logits = network.logits("tags", features)
    answered = answering(network)(photos)["tags"].numpy()
    assert network.width("tags") == 2
    np.testing.assert_allclose(1 / (1 + np.exp(-logits)), answered, atol=1e-5)


def test_recipe__refuses_a_hidden_layer_after_regions():
    with pytest.raises(ModelError, match="pooling regions has linear heads; choose hidden 0"):
        RECIPE.changed(hidden=8)
