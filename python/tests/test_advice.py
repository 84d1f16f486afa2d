"""Warnings to a reader whose accuracy stays where it is: one, with the remedy, and never without need."""

import warnings

import numpy as np
import pytest
from swiftcnn import Input, Sequential, layers
from swiftcnn.layers import Dense, Flatten

REMEDY = r"takes every sample for class \d.*Scale the inputs to 0\.\.\.1"


def network(optimizer="sgd", loss="sparse_categorical_crossentropy"):
    model = Sequential([Input((8, 8, 1)), Flatten(), Dense(4, activation="softmax")])
    model.compile(optimizer, loss, metrics=["accuracy"])
    return model


def constant(model):
    """Makes the model answer everything with class 1."""
    model.set_weights([np.zeros((64, 4), np.float32), np.array([0, 1e-3, 0, 0], np.float32)])
    model.optimizer.learning_rate = 0
    return model


@pytest.mark.parametrize("one_hot", [False, True])
def test_a_model_that_knows_one_class_is_told_of_once(data, one_hot):
    x, y = data
    model = constant(network(loss="categorical_crossentropy" if one_hot else "sparse_categorical_crossentropy"))
    with pytest.warns(UserWarning, match=REMEDY) as caught:
        model.fit(x, np.eye(4)[y] if one_hot else y, batch_size=1, epochs=9, verbose=0)
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_a_short_or_successful_training_is_left_alone(data):
    x, y = data
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        constant(network()).fit(x, y, batch_size=1, epochs=2, verbose=0)  # 80 steps
        network("adam").fit(x, y, batch_size=8, epochs=60, verbose=0)
        constant(network()).fit(x, np.ones(40), batch_size=1, epochs=9, verbose=0)  # there is but one class
        binary = Sequential([Input((8, 8, 1)), Flatten(), Dense(1)])
        binary.compile("sgd", "mse")
        binary.fit(x, np.random.default_rng(1).random(40), batch_size=1, epochs=4, verbose=0)


def test_pixels_are_no_surprise_to_a_model_that_scales_them(data):
    pixels, y = (data[0] * 200).astype(np.uint8), data[1]
    model = Sequential([Input((8, 8, 1)), layers.BatchNormalization(), Flatten(), Dense(4, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(pixels, y, verbose=0)
    with pytest.warns(UserWarning, match="unscaled"):
        network().fit(pixels, y, verbose=0)
