"""`python -m swiftcnn.cifar10`: trains one of the tutorials' networks on CIFAR-10 and shows what it learned."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from ..datasets import cifar10
from ..layers import Conv2D, Dense, Dropout, Flatten, Layer, MaxPooling2D
from .training_command import Command, Data, of_arrays, scaled


def dropout() -> list[Layer]:
    """Three wide convolutions with dropout: 4,247,985 parameters."""
    return [
        Conv2D(50, 3, padding="same", activation="relu"),
        Conv2D(75, 3, padding="same", activation="relu"),
        MaxPooling2D(),
        Dropout(0.25),
        Conv2D(125, 3, padding="same", activation="relu"),
        MaxPooling2D(),
        Dropout(0.25),
        Flatten(),
        Dense(500, activation="relu"),
        Dropout(0.4),
        Dense(250, activation="relu"),
        Dropout(0.3),
        Dense(10, activation="softmax"),
    ]


def small() -> list[Layer]:
    """Three narrow convolutions, quick to train: 122,570 parameters."""
    return [
        Conv2D(32, 3, activation="relu"),
        MaxPooling2D(),
        Conv2D(64, 3, activation="relu"),
        MaxPooling2D(),
        Conv2D(64, 3, activation="relu"),
        Flatten(),
        Dense(64, activation="relu"),
        Dense(10, activation="softmax"),
    ]


MODELS = {"dropout": dropout, "small": small}


def main(arguments: Sequence[str] | None = None) -> None:
    COMMAND.run(arguments)


def _load(options: Namespace) -> Data:
    ((x_train, y_train), (x_test, y_test)), source = cifar10.load_data(options.data, return_source=True)
    return of_arrays((scaled(x_train), y_train), (scaled(x_test), y_test), cifar10.CLASS_NAMES, source)


COMMAND = Command(
    module="swiftcnn.cifar10",
    title="CIFAR-10",
    data_help="cifar-10-binary.tar.gz, its unpacked folder, or a folder with one of them",
    input_shape=(32, 32, 3),
    models=MODELS,
    epochs=10,
    batch_size=128,
    load=_load,
)
