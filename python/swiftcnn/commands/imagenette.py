"""`python -m swiftcnn.imagenette`: trains the tutorials' network on the image files of Imagenette and shows what it learned."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from functools import partial

import numpy as np

from ..datasets import imagenette
from ..layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, Layer, MaxPooling2D
from ..preprocessing.image import DirectoryIterator, ImageDataGenerator
from .training_command import SHOWN_PREDICTIONS, Command, Data, Images, Part

SIDE = 224
SIZES: dict[str, int | str] = {"160": 160, "320": 320, "full": "full"}


def normalized() -> list[Layer]:
    """Three convolutions with batch normalization: 419,460 parameters, of which 240 are not trained."""
    return [
        Conv2D(25, 5, padding="same", activation="relu"),
        MaxPooling2D(),
        Conv2D(50, 5, strides=2, padding="same", activation="relu"),
        MaxPooling2D(),
        BatchNormalization(),
        Conv2D(70, 3, strides=2, padding="same", activation="relu"),
        MaxPooling2D(),
        BatchNormalization(),
        Flatten(),
        Dense(100, activation="relu"),
        Dense(100, activation="relu"),
        Dropout(0.25),
        Dense(10, activation="softmax"),
    ]


MODELS = {"normalized": normalized}


def main(arguments: Sequence[str] | None = None) -> None:
    COMMAND.run(arguments)


def _load(options: Namespace) -> Data:
    folders = imagenette.load_data(SIZES[options.size], options.data)
    generator = ImageDataGenerator(rescale=1 / 255)
    flow = partial(
        generator.flow_from_directory,
        target_size=(SIDE, SIDE),
        class_mode="sparse",
        batch_size=options.batch_size,
        interpolation="bilinear",
    )
    train = flow(folders.train)
    test = flow(folders.val, classes=list(train.class_indices), shuffle=False)
    names = [imagenette.CLASS_NAMES.get(folder, folder) for folder in train.class_indices]
    source = str(folders.train.parent)
    return Data(Part(train, None, train.samples), Part(test, None, test.samples), _some(test), names, source)


def _some(test: DirectoryIterator) -> tuple[Images, list[int]]:
    """Images from all over the data, and their labels."""
    chosen = np.linspace(0, test.samples - 1, SHOWN_PREDICTIONS).astype(int)
    size = test.batch_size
    images = np.concatenate([test[index // size][0][[index % size]] for index in chosen])
    return images, [int(label) for label in test.labels[chosen]]


def _add_options(parser: ArgumentParser) -> None:
    parser.add_argument("--size", choices=SIZES, default="320", help="pixels of the shorter side of the files (default 320)")


COMMAND = Command(
    module="swiftcnn.imagenette",
    title="Imagenette",
    data_help="the archive imagenette2-320.tgz, its unpacked folder, or a folder with one of them",
    input_shape=(SIDE, SIDE, 3),
    models=MODELS,
    epochs=10,
    batch_size=32,
    load=_load,
    add_options=_add_options,
)
