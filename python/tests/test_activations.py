"""`swiftcnn.activations`: functions of arrays that layers take too."""

import pickle

import numpy as np
import pytest
from swiftcnn import Input, Sequential, activations, layers

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


@pytest.mark.parametrize("layer", [layers.LeakyReLU(0.1), layers.LeakyReLU, layers.PReLU(), layers.ReLU(5), layers.Flatten()])
def test_a_layer_that_no_activation_is(layer):
    message = r"activation=(\w+\(.*\)) has no name.*: leave activation away, and add layers\.\1 as the next layer"
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
    with pytest.raises(TypeError, match=r"activation must be a name .*swiftcnn.activations.relu, or None, received <function"):
        layers.Dense(3, activation=lambda x: x)
