"""Image backbones by name: built from constructors, never from a download by default."""

from collections.abc import Callable
from dataclasses import dataclass

import keras

from core.errors import ModelError

CAFFE_MEAN = (123.68, 116.779, 103.939)  # of R, G, B over ImageNet, in grey levels

LITE0 = {  # as keras-hub's preset efficientnet_lite0_ra_imagenet
    "stackwise_width_coefficients": [1.0] * 7,
    "stackwise_depth_coefficients": [1.0] * 7,
    "stackwise_kernel_sizes": [3, 3, 5, 3, 5, 5, 3],
    "stackwise_num_repeats": [1, 2, 2, 3, 3, 4, 1],
    "stackwise_input_filters": [32, 16, 24, 40, 80, 112, 192],
    "stackwise_output_filters": [16, 24, 40, 80, 112, 192, 320],
    "stackwise_expansion_ratios": [1, 6, 6, 6, 6, 6, 6],
    "stackwise_squeeze_and_excite_ratios": [0] * 7,
    "stackwise_strides": [1, 2, 2, 2, 1, 2, 1],
    "stackwise_block_types": ["v1"] * 7,
    "stackwise_force_input_filters": [0] * 7,
    "dropout": 0,
    "depth_divisor": 8,
    "activation": "relu6",
    "include_stem_padding": True,
    "use_depth_divisor_as_min_depth": True,
    "cap_round_filter_decrease": True,
    "stem_conv_padding": "valid",
    "batch_norm_momentum": 0.9,
    "batch_norm_epsilon": 0.001,
    "projection_activation": None,
}


@dataclass(frozen=True)
class Backbone:
    """One way from a photo to a feature map.

    Attributes:
        build: (height, width, weights) -> network from normalised photos to float
            (N, h, w, D); weights are None or ``imagenet`` (may download; raises as Keras does).
        normalise: x -> normalised x, as layers; x is float (N, H, W, 3), RGB in [0, 255].
        pretrained: ImageNet weights can be had.
    """

    build: Callable[[int, int, str | None], keras.Model]
    normalise: Callable[[keras.KerasTensor], keras.KerasTensor]
    pretrained: bool = True


def _application(name: str, **options) -> Callable[[int, int, str | None], keras.Model]:
    def build(height: int, width: int, weights: str | None) -> keras.Model:
        constructor = getattr(keras.applications, name)
        network = constructor(
            include_top=False, weights=weights, input_shape=(height, width, 3), **options
        )
        return keras.Model(network.inputs, network.outputs[0], name="backbone")

    return build


def _lite0(height: int, width: int, weights: str | None) -> keras.Model:
    from keras_hub.models import EfficientNetBackbone

    network = EfficientNetBackbone(**LITE0, input_shape=(height, width, 3))
    # A plain functional model of Keras' own layers: opened again without keras-hub.
    plain = keras.Model(network.inputs, network.outputs[0], name="backbone")
    if weights == "imagenet":
        source = EfficientNetBackbone.from_preset("efficientnet_lite0_ra_imagenet")
        plain.set_weights(source.get_weights())
    return plain


def _small_cnn(height: int, width: int, weights: str | None) -> keras.Model:
    """Four blocks of convolution, batch normalisation and pooling: the baseline from scratch."""
    photo = x = keras.Input((height, width, 3))
    for index, filters in enumerate((32, 64, 128, 256), start=1):
        x = keras.layers.Conv2D(
            filters, 3, padding="same", use_bias=False, name=f"block{index}_conv"
        )(x)
        x = keras.layers.BatchNormalization(name=f"block{index}_bn")(x)
        x = keras.layers.ReLU(name=f"block{index}_relu")(x)
        x = keras.layers.MaxPooling2D(name=f"block{index}_pool")(x)
    return keras.Model(photo, x, name="backbone")


def _pixels30(height: int, width: int, weights: str | None) -> keras.Model:
    """30 x 30 pixels in one row of 2,700 features: with linear heads, logistic regression."""
    photo = keras.Input((height, width, 3))
    # Averaging first: a bilinear resize by itself would look at a few pixels only.
    small = keras.layers.AveragePooling2D((height // 30, width // 30), name="average")(photo)
    small = keras.layers.Resizing(30, 30, name="resize")(small)
    row = keras.layers.Reshape((1, 1, 30 * 30 * 3), name="row")(small)
    return keras.Model(photo, row, name="backbone")


def _caffe(x: keras.KerasTensor) -> keras.KerasTensor:
    centred = keras.layers.Normalization(
        mean=CAFFE_MEAN, variance=(1.0, 1.0, 1.0), name="normalise"
    )(x)
    return keras.ops.flip(centred, axis=-1)  # these networks were trained on blue, green, red


def _rescaled(mean: float, deviation: float) -> Callable[[keras.KerasTensor], keras.KerasTensor]:
    """(x / 255 - mean) / deviation."""

    def normalise(x: keras.KerasTensor) -> keras.KerasTensor:
        return keras.layers.Rescaling(1 / (255 * deviation), -mean / deviation, name="normalise")(x)

    return normalise


BACKBONES = {
    "efficientnet_lite0": Backbone(_lite0, _rescaled(0.498, 0.502)),
    "mobilenet_v3_small": Backbone(
        _application("MobileNetV3Small", include_preprocessing=False), _rescaled(0.5, 0.5)
    ),
    "resnet50": Backbone(_application("ResNet50"), _caffe),
    "vgg16": Backbone(_application("VGG16"), _caffe),
    "vgg19": Backbone(_application("VGG19"), _caffe),
    "small_cnn": Backbone(_small_cnn, _rescaled(0.5, 0.25), pretrained=False),
    "pixels30": Backbone(_pixels30, _rescaled(0.5, 0.25), pretrained=False),
}


def backbone(name: str) -> Backbone:
    """The backbone called ``name``.

    Raises:
        ModelError: there is none; lists those there are.
    """
    if name not in BACKBONES:
        raise ModelError(f"backbone must be one of {', '.join(BACKBONES)}, got {name!r}")
    return BACKBONES[name]
