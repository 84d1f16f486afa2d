"""Layers as values: Keras's names, defaults and positional orders, and what they refuse."""

import json
import math
import pickle

import numpy as np
import pytest
from swiftcnn import Input, Sequential, initializers, layers


def test_conv2d_positional_order_and_defaults_are_keras_s():
    spelled_out = layers.Conv2D(6, 3, 2, "same", None, 1, 1, "relu", False, "he_normal", "ones").get_config()
    assert spelled_out == {
        "filters": 6,
        "kernel_size": [3, 3],
        "strides": [2, 2],
        "padding": "same",
        "dilation_rate": [1, 1],
        "groups": 1,
        "activation": "relu",
        "use_bias": False,
        "kernel_initializer": "he_normal",
        "bias_initializer": "ones",
    }
    defaults = layers.Conv2D(6, (3, 5)).get_config()
    assert (defaults["kernel_size"], defaults["strides"], defaults["padding"]) == ([3, 5], [1, 1], "valid")
    assert (defaults["activation"], defaults["use_bias"]) == ("linear", True)
    assert (defaults["kernel_initializer"], defaults["bias_initializer"]) == ("glorot_uniform", "zeros")


def test_other_layers_positional_order_and_defaults_are_keras_s():
    assert layers.Dense(5, "relu", False).get_config()["use_bias"] is False
    assert layers.MaxPooling2D().get_config() == {"pool_size": [2, 2], "strides": None, "padding": "valid"}
    assert layers.MaxPooling2D(3, 2, "same").get_config() == {"pool_size": [3, 3], "strides": [2, 2], "padding": "same"}
    assert layers.MaxPool2D is layers.MaxPooling2D
    assert layers.Dropout(0.5, None, 3).get_config() == {"rate": 0.5, "seed": 3}


@pytest.mark.parametrize(
    "layer",
    [
        layers.Conv2D(4, (3, 1), 2, "same", dilation_rate=1, kernel_initializer=initializers.HeNormal(seed=5), name="c"),
        layers.DepthwiseConv2D((3, 1), depth_multiplier=2, depthwise_initializer=initializers.HeNormal(seed=5)),
        layers.SeparableConv2D(4, 3, padding="same", use_bias=False, pointwise_initializer="he_uniform"),
        layers.MaxPooling2D(3, strides=2),
        layers.AveragePooling2D((2, 3)),
        layers.GlobalAveragePooling2D(),
        layers.Dropout(0.25),
        layers.Flatten(input_shape=(8, 8, 1)),
        layers.Dense(3, activation="gelu"),
        layers.Activation("softmax"),
        layers.Conv2DTranspose(4, (3, 2), 2, "same", (1, 0), activation="tanh", kernel_initializer="ones"),
        layers.LayerNormalization([-2, -1], 0.01, False),
        layers.GlobalMaxPooling2D(keepdims=True),
        layers.ReLU(6.0, 0.1, 0.5),
        layers.LeakyReLU(0.1),
        layers.PReLU("ones", shared_axes=[1, 2]),
        layers.ELU(0.5),
        layers.Softmax((-2, -1)),
        layers.Reshape((-1, 4)),
        layers.Permute((2, 1, 3)),
        layers.ZeroPadding2D(((1, 2), (3, 4))),
        layers.Cropping2D((1, 2)),
        layers.UpSampling2D((2, 3), interpolation="bilinear"),
        layers.Resizing(8, 9, "nearest", crop_to_aspect_ratio=True),
        layers.Rescaling([1, 2.0, 3], offset=-1),
        layers.Identity(),
        layers.GroupNormalization(-1, -2, 0.01, False, gamma_regularizer="l2"),
        layers.UnitNormalization((1, 2)),
        layers.Normalization((1, -1), [[1.0], [2.0]], [[0.5], [0.25]], invert=True),
        layers.Normalization(None),
        layers.AdaptiveAveragePooling2D(3),
        layers.AdaptiveMaxPooling2D((3, 2)),
        layers.CenterCrop(3, 4),
        layers.RepeatVector(3),
        layers.AlphaDropout(0.25, seed=3),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_a_layer_survives_its_configuration_and_pickle(layer):
    assert type(layer).from_config(layer.get_config()).get_config() == layer.get_config()
    assert pickle.loads(pickle.dumps(layer)).get_config() == layer.get_config()


def test_depthwise_and_separable_have_keras_s_orders_and_weights():
    assert layers.DepthwiseConv2D(3, 2, "same", 2, None, 1, "relu", False, "ones", "ones").get_config() == {
        "kernel_size": [3, 3],
        "strides": [2, 2],
        "padding": "same",
        "depth_multiplier": 2,
        "dilation_rate": [1, 1],
        "activation": "relu",
        "use_bias": False,
        "depthwise_initializer": "ones",
        "bias_initializer": "ones",
    }
    separable = layers.SeparableConv2D(4, (2, 3), 1, "valid", None, 2, 5, "tanh").get_config()
    assert (separable["dilation_rate"], separable["depth_multiplier"], separable["activation"]) == ([2, 2], 5, "tanh")
    model = Sequential([Input((8, 9, 3)), layers.DepthwiseConv2D(3, depth_multiplier=2), layers.SeparableConv2D(4, 2)])
    assert [weight.shape for weight in model.get_weights()] == [(3, 3, 3, 2), (6,), (2, 2, 6, 1), (1, 1, 6, 4), (4,)]


@pytest.mark.parametrize("layer", [layers.DepthwiseConv2D, lambda **options: layers.SeparableConv2D(4, **options)])
def test_a_depth_multiplier_is_positive(layer):
    with pytest.raises(ValueError, match="depth_multiplier must be a positive integer, got 0"):
        Sequential([Input((8, 8, 3)), layer(kernel_size=3, depth_multiplier=0)])


def test_names_are_made_as_keras_makes_them():
    model = Sequential(
        [
            Input((8, 8, 3)),
            layers.Conv2D(2, 3),
            layers.Conv2D(2, 3, name="mine"),
            layers.Conv2D(2, 3),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2),
        ]
    )
    assert [layer.name for layer in model.layers] == ["conv2d", "mine", "conv2d_1", "global_average_pooling2d", "dense"]


def test_names_with_capitals_in_a_row_are_keras_s():
    made = [layers.ReLU(), layers.LeakyReLU(), layers.PReLU(), layers.ELU(), layers.Conv2DTranspose(2, 3), layers.ZeroPadding2D(),
            layers.UpSampling2D(), layers.LayerNormalization(), layers.AdaptiveAveragePooling2D(9),
            layers.AdaptiveMaxPooling2D(8), layers.GroupNormalization(1), layers.UnitNormalization(), layers.Normalization(),
            layers.CenterCrop(7, 7), layers.AlphaDropout(0.5), layers.Identity(), layers.GlobalMaxPooling2D(),
            layers.RepeatVector(2)]  # fmt: skip
    model = Sequential([Input((8, 8, 3)), *made])
    assert [layer.name for layer in model.layers] == [
        "re_lu", "leaky_re_lu", "p_re_lu", "elu", "conv2d_transpose", "zero_padding2d", "up_sampling2d", "layer_normalization",
        "adaptive_average_pooling2d", "adaptive_max_pooling2d", "group_normalization", "unit_normalization", "normalization",
        "center_crop", "alpha_dropout", "identity", "global_max_pooling2d", "repeat_vector"]  # fmt: skip
    described = json.loads(model.to_json())
    for layer in described["layers"]:
        layer["name"] = None
    again = Sequential.from_config(described)
    assert [layer.name for layer in again.layers] == [layer.name for layer in model.layers]


@pytest.mark.parametrize("value", [True, np.True_, 2.0, math.nan, "2", None, [2]])
def test_an_integer_parameter_takes_integers_only(value):  # bad input 20
    with pytest.raises(TypeError, match=r"units must be an integer, received .*"):
        layers.Dense(value)
    with pytest.raises(TypeError, match=r"filters must be an integer"):
        layers.Conv2D(value, 3)


def test_numpy_integers_are_integers():
    assert layers.Dense(np.int16(7)).units == 7
    assert layers.Conv2D(np.uint8(3), np.array([3, 5])).kernel_size == (3, 5)


def test_sizes_are_one_or_two_integers():
    with pytest.raises(ValueError, match=r"kernel_size must be one integer or two \(height, width\), received \(3, 3, 3\)"):
        layers.Conv2D(4, (3, 3, 3))
    with pytest.raises(TypeError, match=r"strides must be an integer, received 1\.5"):
        layers.Conv2D(4, 3, strides=(1, 1.5))


def test_a_number_beyond_64_bits_is_refused():  # bad input 12
    with pytest.raises(ValueError, match="filters must fit in 64 bits, received 1000"):
        layers.Conv2D(10**30, 3)


def test_unknown_arguments_are_named_beside_the_known():
    with pytest.raises(TypeError, match=r"Dense has no argument kernel_size; it has: units, activation, .*name, input_shape"):
        layers.Dense(3, kernel_size=2)


def test_input_needs_a_shape_with_channels():
    with pytest.raises(
        ValueError, match=r"fixed size along the last axis, the channels, received \(28, 28, None\): replace that"
    ):
        Input((28, 28, None))
    with pytest.raises(TypeError, match=r"tuple such as \(28, 28, 1\)"):
        Input(28)
    with pytest.raises(ValueError, match="an input needs the shape of one sample"):
        Input()


def test_channels_first_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match=r"received 'channels_first': move the channels to the last axis"):
        layers.MaxPooling2D(data_format="channels_first")


def test_activation_must_be_a_name():
    with pytest.raises(TypeError, match=r"activation must be a name such as 'relu', a function .*, or None, received 0.5"):
        layers.Dense(3, activation=0.5)
    with pytest.raises(ValueError, match=r"swoosh.*relu"):
        Sequential([Input((3,)), layers.Dense(3, activation="swoosh")])


def test_initializers_by_object_and_by_name_are_the_same():
    for made, name in [
        (initializers.Zeros(), "zeros"),
        (initializers.Ones, "ones"),
        (initializers.GlorotUniform(), "glorot_uniform"),
        (initializers.GlorotNormal(), "glorot_normal"),
        (initializers.HeUniform(), "he_uniform"),
        (initializers.HeNormal(), "he_normal"),
        (initializers.LecunUniform(), "lecun_uniform"),
        (initializers.LecunNormal(), "lecun_normal"),
    ]:
        assert layers.Dense(2, kernel_initializer=made).kernel_initializer == name


def test_an_initializer_with_a_seed_ignores_the_model_s_seed():
    first, second = (
        Sequential([Input((5,)), layers.Dense(3, kernel_initializer=initializers.HeNormal(seed=4))]).get_weights()[0]
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
    other = Sequential([Input((5,)), layers.Dense(3, kernel_initializer="he_normal")]).get_weights()[0]
    assert (first != other).any()


def test_a_layer_without_a_model_has_no_weights():
    assert layers.Dense(3).get_weights() == []
    with pytest.raises(ValueError, match="has no weights and no shape before it is added to a model"):
        layers.Dense(3).count_params()
    with pytest.raises(ValueError, match="has no weights and no shape before it is added to a model"):
        layers.Dense(3).set_weights([])
