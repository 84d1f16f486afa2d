"""Settings that the engine has been told: setting them on the object is refused, since it would change nothing."""

import numpy as np
import pytest
from swiftcnn import Input, Sequential, layers, optimizers, regularizers


def network(optimizer="sgd"):
    model = Sequential([Input((4,)), layers.Dense(3, "relu", kernel_regularizer="l2", name="mine"), layers.Dropout(0.5)])
    model.compile(optimizer, "mse")
    return model


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("units", 5),
        ("activation", "linear"),
        ("use_bias", False),
        ("kernel_initializer", "ones"),
        ("kernel_regularizer", regularizers.L1(0.5)),
        ("bias_constraint", "non_neg"),
    ],
)
def test_a_layer_in_use_keeps_its_settings(name, value):
    free = layers.Dense(3, "relu")
    setattr(free, name, value)  # which the model that it will be added to is told
    model = network()
    before = getattr(model.layers[0], name)
    with pytest.raises(AttributeError, match=rf"{name} of this Dense is in use already.*Dense\.from_config\("):
        setattr(model.layers[0], name, value)
    assert getattr(model.layers[0], name) == before


def test_settings_that_are_set_before_count():
    layer = layers.Dense(3)
    layer.units, layer.use_bias = 5, False
    assert [weight.shape for weight in Sequential([Input((4,)), layer]).get_weights()] == [(4, 5)]


def test_what_may_be_set_at_any_time(data):
    model = network()
    model.layers[0].trainable = False
    model.layers[0].mine = 3
    model.optimizer.learning_rate = 0.5
    assert model.optimizer.learning_rate == 0.5


def test_a_weight_is_no_setting():
    model = network()
    for layer in (model.layers[0], layers.Dense(2)):
        for name in ("kernel", "bias"):
            with pytest.raises(AttributeError, match=rf"{name} is a copy of the layer's weight, which layer\.set_weights"):
                setattr(layer, name, np.zeros((4, 3)))
    assert model.layers[0].kernel.any()


@pytest.mark.parametrize(("name", "value"), [("momentum", 0.9), ("nesterov", True), ("clipnorm", 1.0), ("use_ema", True)])
def test_an_optimizer_in_use_keeps_its_settings(name, value):
    optimizer = optimizers.SGD(0.1)
    setattr(optimizer, name, value)
    setattr(optimizer, name, getattr(optimizers.SGD(0.1), name))
    model = network(optimizer)
    with pytest.raises(AttributeError, match=f"{name} of this SGD is in use already"):
        setattr(model.optimizer, name, value)
    model.compile("adam", "mse")
    setattr(optimizer, name, value)  # now that no model uses it


def test_an_optimizer_that_was_replaced_leaves_the_model_alone():
    first, second = optimizers.SGD(0.1), optimizers.SGD(0.2)
    model = network(first)
    model.compile(second, "mse")
    first.learning_rate = 7.0
    assert second.learning_rate == pytest.approx(0.2)
    assert model._engine.learning_rate == pytest.approx(0.2)
