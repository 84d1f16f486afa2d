"""What may be set on layers and optimizers, and what belongs to nobody any more."""

import numpy as np
import pytest
from swiftcnn import Input, Sequential, layers, optimizers


def network(optimizer="sgd"):
    model = Sequential([Input((4,)), layers.Dense(3, "relu", kernel_regularizer="l2", name="mine"), layers.Dropout(0.5)])
    model.compile(optimizer, "mse")
    return model


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


def test_an_optimizer_that_was_replaced_leaves_the_model_alone():
    first, second = optimizers.SGD(0.1), optimizers.SGD(0.2)
    model = network(first)
    model.compile(second, "mse")
    first.learning_rate = 7.0
    assert second.learning_rate == pytest.approx(0.2)
    assert model._engine.learning_rate == pytest.approx(0.2)
