import pytest

from core.errors import ModelError
from core.model.backbones import BACKBONES
from core.model.recipe import RECIPES, Recipe, parse_image_size, read_recipe


def test_parse_image_size__takes_height_first():
    assert parse_image_size("301x217") == (301, 217)
    assert parse_image_size(" 64 X 48 ") == (64, 48)
    assert parse_image_size("224") == (224, 224)


@pytest.mark.parametrize("text", ["", "x", "301x", "3.5x4", "-3x4", "301,217"])
def test_parse_image_size__refuses_other_forms(text):
    with pytest.raises(ModelError, match="must be HEIGHTxWIDTH in pixels, as 301x217"):
        parse_image_size(text)


def test_read_recipe__reads_every_shipped_one():
    shipped = {path.stem: read_recipe(path.stem) for path in RECIPES.glob("*.yaml")}
    assert {"default", "scratch", "published"} <= set(shipped)
    assert all(recipe.backbone in BACKBONES for recipe in shipped.values())
    assert shipped["published"].image_size == (301, 217)


def test_read_recipe__names_what_there_is():
    with pytest.raises(ModelError, match="there is no recipe 'soup'; shipped are default, "):
        read_recipe("soup")


def test_read_recipe__names_an_unknown_field(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("epoch: 3\n")
    with pytest.raises(ModelError, match="sets 'epoch', which is no part of a recipe"):
        read_recipe(path)


def test_read_recipe__reads_numbers_as_yaml_writes_them(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text("learning_rate: 1e-4\nwarm_up: 1\n")  # YAML 1.1 reads 1e-4 as text
    recipe = read_recipe(path)
    assert recipe.learning_rate == 1e-4 and recipe.warm_up == 1.0


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("dropout", 1.5, "dropout must be from 0 to 1, got 1.5"),
        ("learning_rate", float("nan"), "learning_rate must be from 0 to 10, got nan"),
        ("height", 8, "height must be from 32 to 4096, got 8"),
        ("batch_size", 0, "batch_size must be from 1 to 65536, got 0"),
        ("epochs", 2.5, "epochs must be of type int, got 2.5"),
        ("augment", "yes", "augment must be of type bool, got 'yes'"),
        ("pooling", "max", "pooling must be one of average, regions, flatten, got 'max'"),
    ],
)
def test_recipe__refuses_what_makes_no_sense(field, value, sentence):
    with pytest.raises(ModelError, match=sentence):
        Recipe(**{field: value})


def test_changed__leaves_what_is_not_given():
    recipe = Recipe().changed(epochs=3, dropout=None)
    assert (recipe.epochs, recipe.dropout) == (3, Recipe().dropout)


def test_changed__drops_the_taps_of_another_backbone():
    recipe = Recipe(taps="block6a_expand_activation")
    assert recipe.changed(backbone="vgg16").taps == ""
    assert recipe.changed(backbone="vgg16", taps="block4_pool").taps == "block4_pool"
    assert recipe.changed(backbone=recipe.backbone, epochs=3).taps == recipe.taps


def test_with_settings__takes_any_field_by_name():
    recipe = Recipe().with_settings(["warm-up=1", "category_focus=2.5", "flip=false", "taps=a"])
    assert recipe.with_settings(["taps="]).taps == ""
    assert (recipe.warm_up, recipe.category_focus, recipe.flip, recipe.taps) == (1, 2.5, False, "a")


@pytest.mark.parametrize(("text", "sentence"), [
    ("rate=1", "--set 'rate=1' must be name=value with a field of a recipe, one of backbone, "),
    ("epochs", "--set 'epochs' must be name=value"),
    ("rotation=", "rotation must be of type float, got ''"),
    ("rotation=far", "rotation must be of type float, got 'far'"),
])  # fmt: skip
def test_with_settings__says_what_it_does_not_take(text, sentence):
    with pytest.raises(ModelError, match=sentence):
        Recipe().with_settings([text])
