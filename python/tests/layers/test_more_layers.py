"""Layers that move, scale or bend values: Keras's signatures, sizes worked out by hand, and what they refuse.

Their values and gradients are among the parity cases.
"""

import math
import warnings

import numpy as np
import pytest
from swiftcnn import Input, Sequential, layers

IMAGE = (8, 6, 2)

SIGNATURES = [
    (layers.ZeroPadding2D, {"padding": [[1, 1], [1, 1]]}),
    (layers.Cropping2D, {"cropping": [[0, 0], [0, 0]]}),
    (layers.UpSampling2D, {"size": [2, 2], "interpolation": "nearest"}),
    (layers.GlobalMaxPooling2D, {"keepdims": False}),
    (layers.GlobalAveragePooling2D, {"keepdims": False}),
    (layers.ReLU, {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}),
    (layers.LeakyReLU, {"negative_slope": 0.3}),
    (layers.PReLU, {"alpha_initializer": "zeros", "shared_axes": None}),
    (layers.ELU, {"alpha": 1.0}),
    (layers.Softmax, {"axis": -1}),
    (
        layers.LayerNormalization,
        {
            "axis": -1,
            "epsilon": 0.001,
            "center": True,
            "scale": True,
            "beta_initializer": "zeros",
            "gamma_initializer": "ones",
        },
    ),
    (
        layers.GroupNormalization,
        {
            "groups": 32,
            "axis": -1,
            "epsilon": 0.001,
            "center": True,
            "scale": True,
            "beta_initializer": "zeros",
            "gamma_initializer": "ones",
        },
    ),
    (layers.UnitNormalization, {"axis": -1}),
    (layers.Normalization, {"axis": [-1], "mean": None, "variance": None, "invert": False}),
    (lambda: layers.AdaptiveAveragePooling2D(3), {"output_size": [3, 3]}),
    (lambda: layers.AdaptiveMaxPooling2D((3, 4)), {"output_size": [3, 4]}),
    (lambda: layers.CenterCrop(3, 4), {"height": 3, "width": 4}),
    (lambda: layers.RepeatVector(3), {"n": 3}),
    (lambda: layers.AlphaDropout(0.5), {"rate": 0.5, "seed": None}),
    (layers.Identity, {}),
    (
        lambda: layers.Conv2DTranspose(4, 3),
        {
            "filters": 4,
            "kernel_size": [3, 3],
            "strides": [1, 1],
            "padding": "valid",
            "output_padding": None,
            "dilation_rate": [1, 1],
            "activation": "linear",
            "use_bias": True,
            "kernel_initializer": "glorot_uniform",
            "bias_initializer": "zeros",
        },
    ),
    (
        lambda: layers.Resizing(3, 4),
        {
            "height": 3,
            "width": 4,
            "interpolation": "bilinear",
            "crop_to_aspect_ratio": False,
            "pad_to_aspect_ratio": False,
            "fill_mode": "constant",
            "fill_value": 0.0,
            "antialias": False,
        },
    ),
]


def predicted(layer, x):
    """What the layer alone makes of a batch."""
    x = np.asarray(x)
    return Sequential([Input(x.shape[1:]), layer]).predict(x, verbose=0)


@pytest.mark.parametrize(("layer", "config"), SIGNATURES)
def test_defaults_are_keras_s(layer, config):
    assert layer().get_config() == config


def test_positional_orders_are_keras_s():
    assert layers.Conv2DTranspose(4, 3, 2, "same", 1, None, 1, "relu", False).get_config()["output_padding"] == [1, 1]
    assert layers.UpSampling2D(3, None, "bilinear").interpolation == "bilinear"
    assert layers.Resizing(3, 4, "nearest", False, True, "constant", 2, True).fill_value == 2.0
    assert layers.GroupNormalization(2, 1, 0.1, False, True, "ones").beta_initializer == "ones"
    assert layers.Normalization(1, 2.0, 3.0, True).get_config() == {"axis": [1], "mean": 2.0, "variance": 3.0, "invert": True}
    assert layers.AlphaDropout(0.5, None, 3).seed == 3
    assert layers.ReLU(6, 0.1, 0.2).get_config() == {"max_value": 6.0, "negative_slope": 0.1, "threshold": 0.2}
    assert layers.GlobalMaxPooling2D(None, True).keepdims is True


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (layers.ZeroPadding2D(), (10, 8, 2)),
        (layers.ZeroPadding2D(((1, 2), (0, 3))), (11, 9, 2)),
        (layers.Cropping2D((1, 2)), (6, 2, 2)),
        (layers.UpSampling2D((2, 3)), (16, 18, 2)),
        (layers.Resizing(5, 7), (5, 7, 2)),
        (layers.AdaptiveMaxPooling2D((3, 4)), (3, 4, 2)),
        (layers.AdaptiveAveragePooling2D(9), (9, 9, 2)),
        (layers.CenterCrop(5, 7), (5, 7, 2)),
        (layers.GroupNormalization(2), IMAGE),
        (layers.Identity(), IMAGE),
        (layers.Reshape((4, -1)), (4, 24)),
        (layers.Permute((3, 1, 2)), (2, 8, 6)),
        (layers.GlobalMaxPooling2D(), (2,)),
        (layers.GlobalAveragePooling2D(keepdims=True), (1, 1, 2)),
        (layers.Conv2DTranspose(3, 3), (10, 8, 3)),
        (layers.Conv2DTranspose(3, 3, 2), (17, 13, 3)),
        (layers.Conv2DTranspose(3, 1, 2), (16, 12, 3)),
        (layers.Conv2DTranspose(3, 3, 2, "same"), (16, 12, 3)),
        (layers.Conv2DTranspose(3, 3, 2, "same", 0), (15, 11, 3)),
        (layers.Conv2DTranspose(3, 3, dilation_rate=2), (12, 10, 3)),
    ],
)
def test_output_shapes(layer, shape):
    model = Sequential([Input(IMAGE), layer])
    assert model.output_shape == (None, *shape)
    assert model.predict(np.zeros((3, *IMAGE)), verbose=0).shape == (3, *shape)


def test_weights_have_keras_s_shapes():
    model = Sequential([Input(IMAGE), layers.Conv2DTranspose(5, (2, 3)), layers.LayerNormalization((-2, -1)),
                        layers.PReLU(shared_axes=[1, 2]), layers.PReLU(shared_axes=1)])  # fmt: skip
    assert [weight.shape for weight in model.get_weights()] == [
        (2, 3, 5, 2), (5,), (8, 5), (8, 5), (1, 1, 5), (1, 8, 5)]  # fmt: skip


def test_bytes_are_rescaled_batch_by_batch():
    x = np.arange(256, dtype=np.uint8).reshape(4, 8, 8, 1)
    np.testing.assert_allclose(predicted(layers.Rescaling(1 / 255), x), x / 255.0, rtol=1e-6)
    np.testing.assert_allclose(predicted(layers.Rescaling(1 / 127.5, -1), x), x / 127.5 - 1, atol=1e-6)
    bright = x.repeat(3, axis=-1)
    expected = bright * np.array([1, 0.5, 2]) + np.array([0, 1, -1])
    np.testing.assert_allclose(predicted(layers.Rescaling([1, 0.5, 2], [0, 1, -1]), bright), expected, rtol=1e-6)


def test_moved_values_are_where_numpy_puts_them():
    x = np.random.default_rng(1).random((2, *IMAGE), np.float32)
    np.testing.assert_array_equal(predicted(layers.Permute((2, 3, 1)), x), x.transpose(0, 2, 3, 1))
    np.testing.assert_array_equal(predicted(layers.Reshape((3, -1)), x), x.reshape(2, 3, -1))
    padded = np.pad(x, ((0, 0), (1, 2), (3, 0), (0, 0)))
    np.testing.assert_array_equal(predicted(layers.ZeroPadding2D(((1, 2), (3, 0))), x), padded)
    np.testing.assert_array_equal(predicted(layers.Cropping2D(((1, 2), (3, 0))), x), x[:, 1:-2, 3:])
    np.testing.assert_array_equal(predicted(layers.UpSampling2D((3, 2)), x), x.repeat(3, axis=1).repeat(2, axis=2))
    np.testing.assert_array_equal(predicted(layers.GlobalMaxPooling2D(), x), x.max(axis=(1, 2)))
    np.testing.assert_array_equal(predicted(layers.CenterCrop(5, 3), x), x[:, 1:6, 1:4])
    np.testing.assert_array_equal(predicted(layers.Identity(), x), x)
    np.testing.assert_array_equal(predicted(layers.RepeatVector(3), x[:, 0, 0]), x[:, 0, :1].repeat(3, axis=1))


@pytest.mark.parametrize("size", [(1, 1), (1, 4), (3, 4), (5, 6), (8, 6), (2, 3), (11, 13)])
def test_adaptive_windows_are_where_numpy_puts_them(size):
    """Keras refuses windows as high or as wide as the image within a model, so that the parity cases have none."""
    x = np.random.default_rng(1).random((2, *IMAGE), np.float32)
    windows = [
        [slice(i * length // count, -(-(i + 1) * length // count)) for i in range(count)]
        for length, count in zip(IMAGE, size, strict=False)
    ]
    for layer, function in ((layers.AdaptiveMaxPooling2D, np.max), (layers.AdaptiveAveragePooling2D, np.mean)):
        rows = [np.stack([function(x[:, y, x_], axis=(1, 2)) for x_ in windows[1]], axis=1) for y in windows[0]]
        np.testing.assert_allclose(predicted(layer(size), x), np.stack(rows, axis=1), rtol=1e-6)


def test_adaptive_windows_that_fit_are_a_pooling():
    model = Sequential([Input(IMAGE), layers.AdaptiveMaxPooling2D((4, 3)), layers.AdaptiveAveragePooling2D((2, 2))])
    steps = model.plan_info(4)["training"]
    assert [step["algorithm"] for step in steps] == ["max pooling", "adaptive average pooling"]


def test_a_group_of_one_value_is_its_shift():
    model = Sequential([Input((6,)), layers.Dense(4), layers.GroupNormalization(-1, beta_initializer="ones")])
    model.compile("sgd", "mse")
    x = np.random.default_rng(2).random((3, 6), np.float32)
    np.testing.assert_array_equal(model.predict(x, verbose=0), np.ones((3, 4)))
    _, gradients = model.compute_gradients(x, np.zeros((3, 4)))
    assert not gradients[0].any()
    assert not gradients[1].any()


def test_groups_may_lie_far_from_zero():
    """Sums of squares in float32 would lose the variance."""
    x = np.random.default_rng(3).normal(1000, 0.5, (2, 30, 20, 4)).astype(np.float32)
    split = x.reshape(2, 600, 2, 2).astype(np.float64)
    expected = (split - split.mean((1, 3), keepdims=True)) / np.sqrt(split.var((1, 3), keepdims=True) + 1e-3)
    np.testing.assert_allclose(predicted(layers.GroupNormalization(2), x), expected.reshape(x.shape), atol=1e-4)


def test_vectors_too_short_for_a_direction_are_keras_s():
    x = np.array([[0, 0], [3e-13, 4e-13], [3e-11, 4e-11], [3, -4]], np.float32)
    np.testing.assert_allclose(predicted(layers.UnitNormalization(), x), [[0, 0], [0.3, 0.4], [0.6, 0.8], [0.6, -0.8]], rtol=1e-6)


def test_layers_that_change_nothing_cost_nothing():
    still = [
        layers.Identity(),
        layers.CenterCrop(8, 6),
        layers.AlphaDropout(0),
        layers.Cropping2D(),
        layers.Resizing(8, 6),
        layers.Permute((1, 2, 3)),
        layers.Reshape((96,)),
    ]
    model = Sequential([Input(IMAGE), *still, layers.Dense(2)])
    assert [step["layer"] for step in model.plan_info(4)["training"]] == ["dense"]


def test_a_permutation_of_single_rows_moves_nothing():
    model = Sequential([Input((1, 6, 2)), layers.Permute((2, 1, 3)), layers.Conv2D(2, 1)])
    assert [step["layer"] for step in model.plan_info(4)["training"]] == ["conv2d"]


def test_a_softmax_layer_gives_the_loss_its_logits():
    x, y = np.full((4, 3), 1e3, np.float32), np.array([0, 1, 2, 0])
    model = Sequential([Input((3,)), layers.Dense(3, use_bias=False), layers.Softmax()])
    model.set_weights([np.diag([1.0, -1.0, 0.0])])
    model.compile("sgd", "sparse_categorical_crossentropy")
    assert model.evaluate(x, y, verbose=0) == pytest.approx((0 + 2000 + 1000 + 0) / 4)


def test_relu_in_the_older_spelling():
    with pytest.warns(DeprecationWarning, match="alpha is now called negative_slope"):
        assert layers.LeakyReLU(alpha=0.1).negative_slope == 0.1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert layers.LeakyReLU(0.1).negative_slope == 0.1


def test_rectifiers_of_huge_and_missing_values():
    x = np.array([[-np.float32(3e38), -1, 0, 1, np.float32(3e38)]])
    np.testing.assert_array_equal(predicted(layers.ReLU(6.0), x), [[0, 0, 0, 1, 6]])
    np.testing.assert_array_equal(predicted(layers.ReLU(6.0, 0, 0.5), x), [[0, 0, 0, 1, 6]])
    np.testing.assert_array_equal(predicted(layers.Activation("log_softmax"), x)[0, -1], 0)


def test_saved_and_loaded(tmp_path):
    model = Sequential([Input(IMAGE), layers.Rescaling([0.5, 2]), layers.ZeroPadding2D(),
                        layers.Conv2DTranspose(3, 3, 2, "same", 0),
                        layers.PReLU("ones", shared_axes=[1, 2]), layers.LayerNormalization(), layers.Resizing(6, 5, "nearest"),
                        layers.Permute((2, 1, 3)), layers.Reshape((-1, 3)), layers.Flatten(), layers.Dense(3), layers.ReLU(2),
                        layers.Softmax()])  # fmt: skip
    x = np.random.default_rng(2).random((5, *IMAGE), np.float32)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, np.arange(5) % 3, epochs=2, verbose=0)
    model.save(tmp_path / "m.safetensors")
    again = load(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    assert again.get_config()["layers"] == model.get_config()["layers"]
    for one in (model, again):
        one.fit(x, np.arange(5) % 3, epochs=1, verbose=0)
    for mine, its in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, its)


def load(path):
    from swiftcnn.models import load_model

    return load_model(path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: layers.Reshape(3.0), r"target_shape must be a tuple of integers, received 3\.0 \(a float\)"),
        (lambda: layers.Reshape((2.0,)), r"target_shape must be an integer, received 2\.0"),
        (lambda: layers.Permute("213"), r"dims must be a tuple of integers, received '213'"),
        (lambda: layers.ZeroPadding2D(True), "padding must be an integer, received True"),
        (lambda: layers.Cropping2D(math.nan), "cropping must be an integer, received nan"),
        (lambda: layers.UpSampling2D(1.5), r"size must be an integer, received 1\.5"),
        (lambda: layers.Resizing(True, 3), "height must be an integer, received True"),
        (lambda: layers.Resizing(3, 3, antialias=1), "antialias must be True or False, received 1"),
        (lambda: layers.Rescaling("1/255"), "scale must be a number, received '1/255'"),
        (lambda: layers.Rescaling([1, True]), "scale must be a number, received True"),
        (lambda: layers.LeakyReLU(None), "negative_slope must be a number, received None"),
        (lambda: layers.ReLU(True), "max_value must be a number, received True"),
        (lambda: layers.Softmax(1.0), r"axis must be an integer, received 1\.0"),
        (lambda: layers.PReLU(shared_axes=[True]), "shared_axes must be an integer, received True"),
        (lambda: layers.Conv2DTranspose(2, 3, output_padding=0.5), r"output_padding must be an integer, received 0\.5"),
        (lambda: layers.GlobalMaxPooling2D(keepdims=1), "keepdims must be True or False, received 1"),
    ],
)
def test_types_are_checked(make, message):  # bad input 20
    with pytest.raises(TypeError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: layers.ZeroPadding2D((1, 2, 3)),
            r"padding must be one integer, two \(height, width\), or .* received \(1, 2, 3\)",
        ),
        (lambda: layers.Rescaling(math.inf), "scale must be a finite number, received inf"),
        (lambda: layers.UpSampling2D(interpolation="cubic"), 'interpolation must be .nearest. or .bilinear., got "cubic"'),
        (
            lambda: layers.Resizing(2, 2, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True),
            "Resizing has both crop_to_aspect_ratio and pad_to_aspect_ratio",
        ),
        (lambda: layers.Resizing(2, 2, fill_mode="reflect"), "fill_mode must be .constant., got"),
        (lambda: layers.Cropping2D(4), r"leaves nothing of an input of shape \(8, 6, 2\)"),
        (lambda: layers.Reshape((5, -1)), "cannot hold the 96 values"),
        (lambda: layers.Permute((1, 3)), "dims must be the numbers from 1 on, each once"),
        (lambda: layers.Softmax(1), r"axis must name the last axis \(-1\)"),
        (lambda: layers.PReLU(shared_axes=4), "shared_axes must be from 1 to 3"),
        (lambda: layers.Conv2DTranspose(2, 3, 2, output_padding=2), "output_padding must be from 0 to the stride - 1"),
        (lambda: layers.Conv2DTranspose(2, 3, data_format="channels_first"), "received 'channels_first'"),
        (lambda: layers.Resizing(2, 2, data_format="channels_first"), "received 'channels_first'"),
        (lambda: layers.CenterCrop(2, 2, data_format="channels_first"), "received 'channels_first'"),
        (lambda: layers.AdaptiveMaxPooling2D(2, "channels_first"), "received 'channels_first'"),
        (lambda: layers.AdaptiveMaxPooling2D((1, 2, 3)), r"output_size must be one integer or two \(height, width\)"),
        (lambda: layers.RepeatVector(2), r"expects vectors \(features,\), got an input of shape \(8, 6, 2\)"),
        (
            lambda: layers.GroupNormalization(),
            "2 channels .* cannot be cut into 32 groups .*; let groups divide 2, or use -1",
        ),
        (lambda: layers.GroupNormalization(1, axis=4), "from 1 to 3, or from -1 to -3"),
        (lambda: layers.UnitNormalization((1, -3)), "each once"),
        (lambda: layers.Normalization(mean=[1, 2, 3], variance=[1, 2, 3]), r"do not fit the sizes \(2,\) of axis \(-1,\)"),
        (lambda: layers.Normalization(4), "from 1 to 3, or from -1 to -3"),
    ],
)
def test_values_are_checked(make, message):
    with pytest.raises(ValueError, match=message):
        Sequential([Input(IMAGE), make()])
