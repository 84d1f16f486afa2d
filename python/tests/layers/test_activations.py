"""`swiftcnn.activations`: functions of arrays that layers take too."""

import pickle
import re
from functools import partial

import numpy as np
import pytest
from swiftcnn import Input, Model, Sequential, activations, layers, utils

X = np.linspace(-3, 3, 24).reshape(2, 3, 4)
FORMULAS = {
    "linear": X,
    "relu": np.maximum(X, 0),
    "sigmoid": 1 / (1 + np.exp(-X)),
    "tanh": np.tanh(X),
    "softmax": np.exp(X) / np.exp(X).sum(-1, keepdims=True),
    "elu": np.where(X > 0, X, np.expm1(X)),
    "leaky_relu": np.where(X > 0, X, 0.2 * X),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_values(name):
    function = activations.get(name)
    np.testing.assert_allclose(function(X), FORMULAS[name], rtol=1e-5, atol=1e-7)
    assert function(X[0, 0]).shape == (4,)
    assert function(X).dtype == np.float32


@pytest.mark.parametrize("name", [name for name in activations.__all__ if name not in ("get", "serialize")])
def test_a_layer_takes_the_function_as_the_name(name):
    function = getattr(activations, name)
    assert layers.Dense(3, activation=function).activation == name
    assert layers.Activation(function).activation == name
    model = Sequential([Input((4,)), layers.Activation(function)])
    np.testing.assert_array_equal(model.predict(X[0], verbose=0), function(X[0]))


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (layers.ReLU(), "relu"),
        (layers.ReLU, "relu"),
        (layers.ReLU(max_value=6), "relu6"),
        (layers.LeakyReLU(negative_slope=0.2), "leaky_relu"),
        (layers.ELU(), "elu"),
        (layers.Softmax(), "softmax"),
        (layers.Activation("tanh"), "tanh"),
    ],
)
def test_a_layer_as_the_activation_of_another(layer, name):
    assert layers.Conv2D(3, 2, activation=layer).activation == name
    alone = layer() if isinstance(layer, type) else layer
    np.testing.assert_array_equal(alone(X[0]), activations.get(name)(X[0]))


WITH_ACTIVATION = [
    lambda activation: [layers.Conv2D(3, 2, activation=activation)],
    lambda activation: [layers.Dense(5, activation=activation)],
    lambda activation: [layers.DepthwiseConv2D(2, activation=activation)],
    lambda activation: [layers.SeparableConv2D(3, 2, activation=activation)],
    lambda activation: [layers.Conv2DTranspose(3, 2, activation=activation)],
    lambda activation: [layers.Activation(activation)],
]


@pytest.mark.parametrize("make", WITH_ACTIVATION)
@pytest.mark.parametrize(
    "layer", [layers.LeakyReLU(0.1), layers.LeakyReLU, layers.ReLU(0.5, 0.1, 0.2), layers.ELU(0.3), activations.leaky_relu]
)
def test_within_a_layer_as_behind_it(layer, make):
    def trained(items):
        utils.set_random_seed(1)
        model = Sequential([Input((4, 4, 2)), *items, layers.Flatten(), layers.Dense(3)])
        model.compile("sgd", "mse")
        model.fit(np.linspace(-3, 3, 128).reshape(4, 4, 4, 2), np.eye(4, 3), epochs=3, verbose=0)
        return model

    alone = layers.Activation(layer) if callable(layer) and not isinstance(layer, (type, layers.Layer)) else layer
    alone = alone() if isinstance(alone, type) else type(alone).from_config(alone.get_config())
    within, behind = trained(make(layer)), trained([*make(None), alone])
    for mine, its in zip(within.get_weights(), behind.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, its)


def test_a_layer_within_a_layer_is_described():
    layer = layers.Dense(3, activation=layers.LeakyReLU(0.1))
    assert layer.activation == {"class": "LeakyReLU", "config": {"negative_slope": 0.1}}
    assert layers.Dense.from_config(layer.get_config()).get_config() == layer.get_config()
    as_keras = {"module": "keras.layers", "class_name": "LeakyReLU", "config": {"negative_slope": 0.1}}
    assert layers.Dense(3, activation=as_keras).activation == layer.activation
    assert layers.Dense(3, activation={"class_name": "function", "config": "tanh"}).activation == "tanh"
    with pytest.raises(
        ValueError, match="LeakyReLU: negative_slope must be a number of at least 0 that float32 can hold, got -1"
    ):
        Sequential([Input((4,)), layers.Dense(3, activation=layers.LeakyReLU(-1))])


@pytest.mark.parametrize("layer", [layers.PReLU(), layers.Flatten(), layers.Softmax(axis=(1, 2))])
def test_a_layer_that_no_activation_is(layer):
    message = r"activation=(\w+\(.*\)) is none .*: omit activation, and add layers\.\1 as the next layer"
    with pytest.raises(ValueError, match=message):
        layers.Dense(3, activation=layer)


def test_get():
    assert activations.get(None) is activations.linear
    assert activations.get(activations.relu) is activations.relu
    assert activations.get("ReLU") is activations.relu
    assert activations.get({"class_name": "function", "config": "relu"}) is activations.relu
    assert activations.serialize(activations.tanh) == "tanh"
    assert pickle.loads(pickle.dumps(activations.gelu)) is activations.gelu
    with pytest.raises(ValueError, match=r"unknown activation 'rellu'; known: .*relu"):
        activations.get("rellu")
    with pytest.raises(TypeError, match=r"an activation must be a name .*received 3"):
        activations.get(3)
    with pytest.raises(TypeError, match=r"activation must be a name .*swiftcnn.activations.relu, or None, received 3"):
        layers.Dense(3, activation=3)


# With parameters.


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (activations.relu(X, 0.1, 2.0, 0.5), np.where(X >= 2, 2, np.where(X >= 0.5, X, 0.1 * (X - 0.5)))),
        (activations.relu(X, max_value=2), np.clip(X, 0, 2)),
        (activations.relu(X, negative_slope=0.1, threshold=1.0), np.where(X >= 1, X, 0.1 * (X - 1))),
        (activations.leaky_relu(X, negative_slope=0.3), np.where(X > 0, X, 0.3 * X)),
        (activations.elu(X, alpha=0.5), np.where(X > 0, X, 0.5 * np.expm1(X))),
        (activations.softmax(X, axis=0), np.exp(X) / np.exp(X).sum(0)),
        (activations.softmax(X, axis=1), np.exp(X) / np.exp(X).sum(1, keepdims=True)),
        (activations.softmax(X, axis=(0, -1)), np.exp(X) / np.exp(X).sum((0, 2), keepdims=True)),
        (activations.gelu(X, approximate=False), activations.gelu(X)),
    ],
)
def test_values_with_parameters(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)  # both in float32, sums of at most eight terms
    assert found.dtype == np.float32


def test_parameters_that_cannot_be():
    with pytest.raises(ValueError, match="gelu is exact here, received approximate=True: omit it"):
        activations.gelu(X, approximate=True)
    for axis in (3, (0, 0)):
        message = re.escape(f"axis must name axes of x, each once, received {axis} for x of shape (2, 3, 4)")
        with pytest.raises(ValueError, match=message):
            activations.softmax(X, axis=axis)
    with pytest.raises(TypeError, match="axis must be an integer, received None"):
        activations.softmax(X, axis=None)
    with pytest.raises(TypeError, match="max_value must be a number, received 'six'"):
        activations.relu(X, max_value="six")


@pytest.mark.parametrize(
    "function",
    [
        activations.tanh,
        activations.leaky_relu,
        lambda x: activations.relu(x, max_value=2),
        lambda x: activations.elu(x, alpha=0.5),
        activations.softmax,
    ],
)
def test_an_activation_goes_on_with_a_line(function):
    inputs = Input((4,))
    model = Model(inputs, function(inputs))
    assert len(model.layers) == 2
    np.testing.assert_array_equal(model.predict(X[0], verbose=0), function(X[0]))


# Functions of users.


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (lambda x: activations.relu(x, max_value=6), "relu6"),
        (partial(activations.relu, max_value=6), "relu6"),
        (partial(activations.leaky_relu, negative_slope=0.2), "leaky_relu"),
        (lambda x: activations.softmax(x, axis=-1), "softmax"),
        (lambda x: activations.mish(x), "mish"),
        (lambda x: layers.Activation("tanh")(x), "tanh"),
        (lambda x: x, "linear"),
    ],
)
def test_a_function_that_calls_one_activation_is_that_activation(function, name):
    assert layers.Dense(3, activation=function).activation == name
    assert layers.Activation(function).activation == name


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (lambda x: x * activations.sigmoid(x), ""),
        (lambda x: x**2, r" \(it raised TypeError: \*\* cannot be applied to a symbolic tensor"),
        (lambda x: activations.relu(activations.tanh(x)), "$"),
        (lambda x: np.ones(3), "$"),
        (lambda x: activations.relu(Input((3,))), "$"),
        (lambda x: activations.relu(x) if x.shape[-1] > 3 else x, ".*the same for every shape"),
        (lambda x: activations.relu(x) if x else x, ".*the same for every value"),
        (np.tanh, " .it raised TypeError: "),
        (print, "$"),
    ],
)
def test_a_function_that_computes_by_itself(function, why):
    message = r"activation=<.* must call one activation and nothing else, .*: omit activation, and add layers .*next ones"
    with pytest.raises(ValueError, match=message + why):
        layers.Dense(3, activation=function)


@pytest.mark.parametrize(
    ("function", "layer"),
    [
        (partial(activations.relu, max_value=5), layers.ReLU(5)),
        (lambda x: activations.elu(x, 0.5), layers.ELU(0.5)),
        (lambda x: layers.LeakyReLU(alpha=0.1)(x), layers.LeakyReLU(0.1)),
    ],
)
def test_a_function_with_settings(function, layer):
    assert layers.Dense(3, activation=function).activation == {"class": type(layer).__name__, "config": layer.get_config()}


def test_a_function_that_calls_what_no_activation_is():
    message = r"activation=(Dropout\(rate=0.5.*\)) is none .*: omit activation, and add layers\.\1"
    with pytest.raises(ValueError, match=message):
        layers.Dense(3, activation=lambda x: layers.Dropout(0.5)(x))


@pytest.mark.parametrize("axis", [2, -3, 2**40, 2**62, (0, 0), (0, 1, 2)])
def test_axes_that_an_array_does_not_have(axis):
    with pytest.raises(ValueError, match="axis must name axes of x, each once, received"):
        activations.softmax(np.ones((2, 3), "f4"), axis)
