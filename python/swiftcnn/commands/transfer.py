"""`python -m swiftcnn.transfer`: puts a new head on a trained network and teaches it the classes of Imagenette."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import Sequential
from ..applications import VGG16, VGG19
from ..applications.vgg16 import preprocess_input
from ..datasets import imagenette
from ..layers import BatchNormalization, Dense, Dropout, Flatten, Layer
from ..models import Model
from ..preprocessing.image import DirectoryIterator, ImageDataGenerator
from .imagenette import SIZES
from .training_command import SHOWN_PREDICTIONS, Command, Data, Images, Part

SIDE = 224
FEATURES = (7, 7, 512)
NETWORKS = {"vgg16": VGG16, "vgg19": VGG19}


def head() -> list[Layer]:
    """What learns: 2,510,310 parameters, of which 200 are not trained."""
    return [
        Flatten(),
        Dense(100, activation="relu"),
        BatchNormalization(),
        Dropout(0.5),
        Dense(10, activation="softmax"),
    ]


class Features(NamedTuple):
    """What the network makes of images, their labels, and the names of the classes' folders."""

    x: Images
    y: NDArray[np.int64]
    folders: list[str]


class Transfer:
    """The network stays as it is, so that it sees each image once; the head learns from its features."""

    base: Model

    def load(self, options: Namespace) -> Data:
        weights = None if options.weights == "none" else options.weights
        self.base = NETWORKS[options.model](include_top=False, weights=weights, input_shape=(SIDE, SIDE, 3))
        self.base.trainable = False
        folders = imagenette.load_data(SIZES[options.size], options.data)
        train = self._features(folders.train, options.batch_size)
        test = self._features(folders.val, options.batch_size, train.folders)
        chosen = np.linspace(0, len(test.x) - 1, SHOWN_PREDICTIONS).astype(int)
        shown = test.x[chosen], [int(label) for label in test.y[chosen]]
        names = [imagenette.CLASS_NAMES.get(folder, folder) for folder in train.folders]
        train_part, test_part = (Part(each.x, each.y, len(each.x)) for each in (train, test))
        return Data(train_part, test_part, shown, names, str(folders.train.parent))

    def _features(self, folder: Path, batch_size: int, classes: Sequence[str] | None = None) -> Features:
        flow: DirectoryIterator = ImageDataGenerator(preprocessing_function=preprocess_input).flow_from_directory(
            folder,
            target_size=(SIDE, SIDE),
            class_mode="sparse",
            batch_size=batch_size,
            shuffle=False,
            classes=None if classes is None else list(classes),
            interpolation="bilinear",
        )
        features = self.base.predict(flow)
        return Features(features, np.asarray(flow.labels), list(flow.class_indices))

    def whole(self, learned: Sequential) -> Model:
        """The network with its head: a model from images to classes."""
        return Sequential([self.base, *learned.layers], name="transfer")


def main(arguments: Sequence[str] | None = None) -> None:
    transfer = Transfer()
    Command(
        module="swiftcnn.transfer",
        title="Imagenette, from features of a network trained on ImageNet",
        data_help="the archive imagenette2-320.tgz, its unpacked folder, or a folder with one of them",
        input_shape=FEATURES,
        models=dict.fromkeys(NETWORKS, head),
        epochs=10,
        batch_size=32,
        load=transfer.load,
        add_options=_add_options,
        whole=transfer.whole,
    ).run(arguments)


def _add_options(parser: ArgumentParser) -> None:
    add: Any = parser.add_argument
    add("--size", choices=SIZES, default="320", help="pixels of the shorter side of the files (default 320)")
    add(
        "--weights",
        metavar="imagenet|none|FILE",
        default="imagenet",
        help="what the network knows: imagenet (from Keras's cache or the net), none, or a file of weights (default imagenet)",
    )
