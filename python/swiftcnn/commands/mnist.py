"""`python -m swiftcnn.mnist`: trains one of the tutorials' networks on MNIST and shows what it learned."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

import numpy as np

from ..datasets import mnist
from ..layers import Conv2D, Dense, Dropout, Flatten, Layer, MaxPooling2D
from .training_command import Command, Data, of_arrays, scaled


def dropout() -> list[Layer]:
    """Two convolutions with dropout: 225,034 parameters."""
    return [
        Conv2D(32, 3, activation="relu"),
        MaxPooling2D(),
        Dropout(0.25),
        Conv2D(64, 3, activation="relu"),
        MaxPooling2D(),
        Dropout(0.25),
        Flatten(),
        Dense(128, activation="relu"),
        Dropout(0.5),
        Dense(10, activation="softmax"),
    ]


def two_conv() -> list[Layer]:
    """Two convolutions without dropout: 515,146 parameters."""
    return [
        Conv2D(32, 3, activation="relu"),
        MaxPooling2D(),
        Conv2D(64, 3, activation="relu"),
        Flatten(),
        Dense(64, activation="relu"),
        Dense(10, activation="softmax"),
    ]


def one_conv() -> list[Layer]:
    """One convolution whose whole output goes to a dense layer: 1,691,360 parameters."""
    return [
        Conv2D(25, 3, activation="relu"),
        MaxPooling2D(1),
        Flatten(),
        Dense(100, activation="relu"),
        Dense(10, activation="softmax"),
    ]


def mlp() -> list[Layer]:
    """One hidden layer and no convolution: 79,510 parameters."""
    return [Flatten(), Dense(100, activation="relu"), Dense(10, activation="softmax")]


MODELS = {"dropout": dropout, "two-conv": two_conv, "mlp": mlp, "one-conv": one_conv}


def main(arguments: Sequence[str] | None = None) -> None:
    COMMAND.run(arguments)


def _load(options: Namespace) -> Data:
    ((x_train, y_train), (x_test, y_test)), source = mnist.load_data(options.data, return_source=True)
    training, test = (scaled(x_train)[..., np.newaxis], y_train), (scaled(x_test)[..., np.newaxis], y_test)
    return of_arrays(training, test, [str(digit) for digit in range(10)], source)


COMMAND = Command(
    module="swiftcnn.mnist",
    title="MNIST",
    data_help="mnist.npz, or a folder with it or with the IDX files",
    input_shape=(28, 28, 1),
    models=MODELS,
    epochs=5,
    batch_size=128,
    load=_load,
)
