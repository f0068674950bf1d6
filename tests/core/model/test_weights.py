import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from core.errors import ModelError
from core.model import backbones, weights
from core.model.answering import answering
from core.model.export import export
from core.model.network import build
from core.model.recipe import Recipe
from core.workspace import ASSETS

CNN = Recipe(backbone="small_cnn", weights="none", height=40, width=32, seed=1)
PHOTOS = np.random.default_rng(0).integers(0, 256, (2, 40, 32, 3)).astype(np.float32)
WIDTHS = {"category": 2}


@pytest.fixture(scope="module")
def source():
    """A network whose batch normalisation does something."""
    network = build(CNN, WIDTHS)
    rng = np.random.default_rng(2)
    for layer in network.backbone.layers:
        if layer.name.endswith("_bn"):
            layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
    return network


def restarted(file):
    return weights.build_with_weights(CNN.changed(weights=str(file), seed=9), {"category": 5})


def same_features(one, other):
    np.testing.assert_allclose(one.features(PHOTOS), other.features(PHOTOS), atol=2e-4)
    return True


def test_load_weights__takes_a_keras_backbone(source, tmp_path):
    source.backbone.save(tmp_path / "backbone.keras")
    assert same_features(source, restarted(tmp_path / "backbone.keras"))


def test_load_weights__takes_the_backbone_out_of_a_whole_model(source, tmp_path):
    answering(source).save(tmp_path / "model.keras")
    assert same_features(source, restarted(tmp_path / "model.keras"))


def test_load_weights__takes_weights_files(source, tmp_path):
    source.backbone.save_weights(tmp_path / "one.weights.h5")
    assert same_features(source, restarted(tmp_path / "one.weights.h5"))


def test_load_weights__takes_them_back_out_of_litert(source, tmp_path):
    export(answering(source), tmp_path)
    assert same_features(source, restarted(tmp_path / "model.tflite"))


def test_default_weights__are_those_of_the_shipped_model():
    path = ASSETS / "models" / "default" / "model.tflite"
    interpreter = Interpreter(str(path))
    run = interpreter.get_signature_runner()
    _, height, width, _ = run.get_input_details()["photo"]["shape"]
    photo = np.random.default_rng(0).integers(0, 256, (1, height, width, 3), dtype=np.uint8)
    recipe = Recipe(weights="default", height=int(height), width=int(width))
    network = weights.build_with_weights(recipe, WIDTHS)
    found = network.features(photo.astype(np.float32)).numpy()
    expected = run(photo=photo)["embedding"][:, : found.shape[1]]
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_load_weights__refuses_a_missing_file():
    with pytest.raises(ModelError, match="there is no weights file .*none.keras; check --weights"):
        restarted("/nowhere/none.keras")


def test_load_weights__refuses_weights_of_another_backbone(source, tmp_path):
    source.backbone.save(tmp_path / "cnn.keras")
    source.backbone.save_weights(tmp_path / "cnn.weights.h5")
    for file in ("cnn.keras", "cnn.weights.h5"):
        recipe = CNN.changed(backbone="mobilenet_v3_small", weights=str(tmp_path / file))
        with pytest.raises(ModelError, match="does not hold weights of mobilenet_v3_small"):
            weights.build_with_weights(recipe, WIDTHS)
    recipe = CNN.changed(
        backbone="vgg16", weights=str(ASSETS / "models" / "default" / "model.tflite")
    )
    with pytest.raises(ModelError, match="does not hold weights of this backbone"):
        weights.build_with_weights(recipe, WIDTHS)


def test_load_weights__refuses_a_file_cut_short(source, tmp_path):
    source.backbone.save(tmp_path / "whole.keras")
    data = (tmp_path / "whole.keras").read_bytes()
    (tmp_path / "cut.keras").write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelError, match="cut.keras cannot be loaded as a Keras model"):
        restarted(tmp_path / "cut.keras")


def test_load_weights__refuses_other_kinds_of_files(tmp_path):
    (tmp_path / "weights.zip").write_bytes(b"")
    with pytest.raises(ModelError, match="must be imagenet, none, default, a .keras, .h5 or"):
        restarted(tmp_path / "weights.zip")


def test_default_weights__fit_their_own_backbone_only():
    with pytest.raises(ModelError, match="model 'default' is a efficientnet_lite0, not a vgg16"):
        weights.build_with_weights(CNN.changed(backbone="vgg16", weights="default"), WIDTHS)


def test_imagenet__turns_a_failed_download_into_a_sentence(monkeypatch):
    def refused(*arguments):
        raise OSError("URL fetch failure: connection refused")

    kind = backbones.Backbone(refused, backbones.BACKBONES["vgg16"].normalise)
    monkeypatch.setitem(backbones.BACKBONES, "vgg16", kind)
    with pytest.raises(ModelError) as found:
        weights.build_with_weights(CNN.changed(backbone="vgg16", weights="imagenet"), WIDTHS)
    assert str(found.value) == (
        "ImageNet weights of vgg16 could not be downloaded (URL fetch failure: connection"
        " refused); get the file on another machine and name it by --weights FILE, or use"
        " --weights default or --weights none"
    )


def test_imagenet__does_not_exist_for_the_small_network():
    with pytest.raises(ModelError, match="small_cnn has no ImageNet weights; train it with"):
        weights.build_with_weights(CNN.changed(weights="imagenet"), WIDTHS)
