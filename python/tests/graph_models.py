"""Models of the extension module with several inputs and outputs, written as JSON by hand."""

import json

import numpy as np
from swiftcnn import _native

SGD = {"class": "SGD", "config": {"learning_rate": 0.05}}
ACCURACY = {"class": "accuracy", "name": "accuracy"}


def dense(name, units, activation="linear"):
    return {"class": "Dense", "name": name, "config": {"units": units, "activation": activation}}


# The inputs are the values 0 and 1, what the layers return 2, 3, 4 and 5.
TWO_AND_TWO = {
    "format": 2,
    "class": "Functional",
    "inputs": [{"name": "left", "shape": [4]}, {"name": "right", "shape": [3]}],
    "layers": [
        {"class": "Concatenate", "name": "both"},
        dense("hidden", 5, "tanh"),
        dense("kind", 2, "softmax"),
        dense("size", 1),
    ],
    "nodes": [[0, 0, 1], [1, 2], [2, 3], [3, 3]],
    "outputs": [4, 5],
}

KIND_AND_SIZE = {
    "optimizer": SGD,
    "heads": [
        {"loss": {"class": "SparseCategoricalCrossentropy"}, "metrics": [ACCURACY]},
        {"loss": {"class": "MeanSquaredError"}, "loss_weight": 0.5},
    ],
}
ONLY_KIND = {"optimizer": SGD, "heads": [KIND_AND_SIZE["heads"][0], {"loss": None}]}


def two_and_two(configuration=KIND_AND_SIZE):
    model = _native.Model(json.dumps(TWO_AND_TWO), 1)
    model.compile(json.dumps(configuration))
    return model


def inputs(samples=6):
    random = np.random.default_rng(5)
    return random.normal(size=(samples, 4)).astype(np.float32), random.normal(size=(samples, 3)).astype(np.float32)


def targets(samples=6):
    return np.arange(samples) % 2, np.linspace(-1, 1, samples, dtype=np.float32)[:, None]


def room(samples=6):
    return np.empty((samples, 2), np.float32), np.empty((samples, 1), np.float32)


def weights_of(engine):
    """All weights end to end."""
    shapes = [weight["shape"] for weight in json.loads(engine.describe())["weights"]]
    parts = [np.empty(shape, np.float32) for shape in shapes]
    for i, part in enumerate(parts):
        engine.get_weight(i, part)
    return np.concatenate([part.ravel() for part in parts])
