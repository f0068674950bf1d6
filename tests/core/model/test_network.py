import keras
import numpy as np
import pytest

from core.errors import ModelError
from core.model.answering import answering
from core.model.fold import fold_platt, fold_temperature
from core.model.network import build, head_widths, in_float32
from core.model.rates import block_of, freeze, layer_factors, rate_at
from core.model.recipe import Recipe
from core.model.train import logits
from core.tasks import Category, Tags, Tasks

TASKS = Tasks(Category("kind", ("B", "A", "C")), Tags(("x", "y")))
CNN = Recipe(backbone="small_cnn", weights="none", height=48, width=33)
PHOTOS = np.random.default_rng(0).integers(0, 256, (4, 48, 33, 3), dtype=np.uint8)
ROWS = np.arange(4)


def answers(network, photos=PHOTOS):
    return {name: values.numpy() for name, values in answering(network)(photos).items()}


def shaken(network):
    """Heads and standardisation as if fitted, not as built."""
    rng = np.random.default_rng(1)
    for head in network.heads.values():
        head.bias.assign(rng.normal(size=head.bias.shape))
    network.standard.moving_mean.assign(rng.normal(size=network.standard.moving_mean.shape))
    network.standard.moving_variance.assign(
        rng.uniform(0.5, 2, size=network.standard.moving_variance.shape)
    )
    return network


def test_head_widths__leave_out_heads_that_nothing_asks_for():
    assert head_widths(TASKS) == {"category": 3, "tags": 2}
    assert head_widths(TASKS, outside=True, donors=9) == {
        "category": 3, "tags": 2, "out_of_catalog": 1, "donor": 9,
    }  # fmt: skip
    assert head_widths(Tasks(Category("kind", ("A", "B")))) == {"category": 2}


@pytest.mark.parametrize(("classes", "tags"), [(2, 0), (3, 2), (57, 50)])
def test_build__answers_any_number_of_questions(classes, tags):
    widths = {"category": classes, **({"tags": tags} if tags else {})}
    found = answers(build(CNN, widths))
    assert found["category"].shape == (4, classes)
    np.testing.assert_allclose(found["category"].sum(axis=1), 1, rtol=1e-5)
    assert ("tags" in found) == bool(tags)
    assert found["embedding"].shape == (4, 256)
    assert found["maps"].shape == (4, 3, 2, classes + tags)


@pytest.mark.parametrize(
    "name", ["vgg16", "vgg19", "resnet50", "efficientnet_lite0", "mobilenet_v3_small"]
)
def test_build__knows_every_backbone_also_at_sizes_that_are_no_squares(name):
    recipe = Recipe(backbone=name, weights="none", height=64, width=47)
    network = build(recipe, {"category": 3})
    photos = np.full((1, 64, 47, 3), 255, np.uint8)
    photos[0, :32] = 0
    found = answers(network, photos)
    assert found["category"].shape == (1, 3) and np.isfinite(found["embedding"]).all()
    assert found["embedding"].std() > 0


def test_build__names_the_backbones_when_there_is_none_of_that_name():
    with pytest.raises(ModelError, match="backbone must be one of efficientnet_lite0, .* 'vgg20'"):
        build(CNN.changed(backbone="vgg20"), {"category": 2})


def test_build__is_the_same_for_the_same_seed():
    same = [answers(build(CNN.changed(seed=seed), {"category": 3})) for seed in (5, 5, 6)]
    np.testing.assert_array_equal(same[0]["category"], same[1]["category"])
    assert not np.allclose(same[0]["category"], same[2]["category"])


def test_build__normalises_as_the_published_weights_expect():
    grey = np.full((1, 64, 64, 3), 100.0, np.float32)
    grey[..., 0] = 200  # red
    recipe = Recipe(backbone="vgg16", weights="none", height=64, width=64)
    network = build(recipe, {"category": 2})
    first = network.fitting.get_layer("normalise")(grey).numpy()[0, 0, 0]
    np.testing.assert_allclose(first, [200 - 123.68, 100 - 116.779, 100 - 103.939], atol=1e-3)
    expected = keras.applications.vgg16.preprocess_input(grey.copy())
    np.testing.assert_allclose(first[::-1], expected[0, 0, 0], atol=1e-3)


@pytest.mark.parametrize("pooling", ["average", "regions"])
@pytest.mark.parametrize("size", [(48, 32), (50, 33), (96, 80)])
def test_maps__average_to_the_logits_less_the_bias(size, pooling):
    recipe = CNN.changed(
        height=size[0], width=size[1], taps="block3_relu, block2_relu", pooling=pooling
    )
    network = shaken(build(recipe, {"category": 3, "tags": 2, "out_of_catalog": 1}))
    photos = np.random.default_rng(0).integers(0, 256, (4, *size, 3), dtype=np.uint8)
    raw = logits(network, photos, ROWS)
    whole = np.concatenate([raw["category"], raw["tags"]], axis=1)
    rest = whole - answers(network, photos)["maps"].mean(axis=(1, 2))
    np.testing.assert_allclose(rest, np.broadcast_to(rest[:1], rest.shape), atol=1e-4)
    assert answers(network, photos)["embedding"].shape == (4, 256 + 128 + 64)


def test_build__has_no_maps_where_they_would_not_be_exact():
    network = build(CNN.changed(pooling="flatten", hidden=8), {"category": 3})
    assert not network.linear and "maps" not in answers(network)
    assert answers(network)["embedding"].shape == (4, 8)


def test_build__names_a_layer_to_tap_that_is_not_there():
    with pytest.raises(ModelError, match="small_cnn has no layer 'block9'; its layers are"):
        build(CNN.changed(taps="block9"), {"category": 2})


def test_in_float32__keeps_the_weights_of_mixed_precision():
    recipe, widths = CNN.changed(mixed_precision=True), {"category": 3}
    mixed = build(recipe, widths)
    plain = in_float32(recipe, mixed, widths)
    assert {layer.compute_dtype for layer in mixed.backbone.layers[1:]} == {"bfloat16"}
    assert {layer.compute_dtype for layer in plain.backbone.layers} == {"float32"}
    np.testing.assert_allclose(
        answers(mixed)["category"], answers(plain)["category"], atol=0.02
    )
    assert keras.config.dtype_policy().name == "float32"


@pytest.mark.parametrize("pooling", ["average", "regions"])
def test_fold__calibrates_every_score(pooling):
    network = shaken(build(CNN.changed(pooling=pooling), {"category": 3, "tags": 2}))
    before = logits(network, PHOTOS, ROWS)
    fold_temperature(network, 2.5)
    fold_platt(network, np.array([[2.0, -1.0], [0.5, 3.0]]))
    after = logits(network, PHOTOS, ROWS)
    np.testing.assert_allclose(after["category"], before["category"] / 2.5, atol=1e-4)
    np.testing.assert_allclose(after["tags"], before["tags"] * [2, 0.5] + [-1, 3], atol=1e-4)


def learning(network):
    return {variable.path.split("/")[0] for variable in network.fitting.trainable_variables}


def test_freeze__lets_the_last_layers_learn():
    network = build(CNN, {"category": 3})
    freeze(network, CNN.changed(unfreeze=0))
    assert learning(network) == {"category_logits"}
    freeze(network, CNN.changed(unfreeze=4))
    assert learning(network) == {"category_logits", "block4_conv", "block4_bn"}
    freeze(network, CNN.changed(unfreeze=4, weights="imagenet"))
    assert learning(network) == {"category_logits", "block4_conv"}
    freeze(network, CNN.changed(batch_norm="frozen"))
    assert learning(network) == {"category_logits", *(f"block{i}_conv" for i in range(1, 5))}


def test_freeze__says_how_many_layers_there_are():
    with pytest.raises(ModelError, match="--unfreeze 99: small_cnn has only 17 layers"):
        freeze(build(CNN, {"category": 3}), CNN.changed(unfreeze=99))


def test_layer_factors__fall_from_block_to_block():
    network = build(CNN, {"category": 3})
    recipe = CNN.changed(layer_decay=0.5, head_rate=3.0)
    freeze(network, recipe)
    factors = {path.split("/")[0]: f for path, f in layer_factors(network, recipe).items()}
    assert [factors[f"block{i}_conv"] for i in (4, 3, 2, 1)] == [1, 0.5, 0.25, 0.125]
    assert factors["category_logits"] == 3


@pytest.mark.parametrize(
    ("name", "block"),
    [("block3b_project_bn", "block3"), ("conv4_block2_1_conv", "conv4"), ("stem_conv", "stem"),
     ("expanded_conv_7_expand", "expanded_conv_7"), ("top_conv", "top")],
)  # fmt: skip
def test_block_of__reads_the_names_of_each_backbone(name, block):
    assert block_of(keras.layers.Layer(name=name)) == block


def test_rate_at__rises_then_falls_along_a_cosine():
    recipe = CNN.changed(learning_rate=1.0, warm_up=1, epochs=5, final_rate=0.1)
    rates = [rate_at(step, 10, recipe) for step in range(51)]
    assert rates[0] == pytest.approx(1 / 11) and rates[9] == pytest.approx(10 / 11)
    assert rates[10] == 1 and rates[30] == pytest.approx(0.55) and rates[50] == pytest.approx(0.1)
    assert all(a > b for a, b in zip(rates[10:], rates[11:]))
