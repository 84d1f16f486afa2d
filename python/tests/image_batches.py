"""What the tests of image batches share: a folder of images, and its batches in both ways of reading it."""

import numpy as np
import pytest
from image_files import write_folder
from swiftcnn import preprocessing
from swiftcnn._batches.batch_source import BatchSource
from swiftcnn.preprocessing.image import ImageDataGenerator

SIZE = (8, 6)


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "images")


def flow(folder, **options):
    return ImageDataGenerator(rescale=1 / 255).flow_from_directory(folder, target_size=SIZE, **options)


def one_pass(data):
    return [(batch.x, batch.y) for batch in BatchSource("x", data, 0).epoch()]


def assert_equal_batches(one, other):
    assert len(one) == len(other)
    for (x, y), (u, v) in zip(one, other, strict=True):
        np.testing.assert_array_equal(x, u)
        np.testing.assert_array_equal(y, v)


MAKERS = {
    "flow_from_directory": lambda folder, **o: ImageDataGenerator(rotation_range=20, zoom_range=0.3).flow_from_directory(
        folder, target_size=SIZE, batch_size=5, **o
    ),
    "image_dataset_from_directory": lambda folder, **o: preprocessing.image_dataset_from_directory(
        folder, image_size=SIZE, batch_size=5, verbose=False, **o
    ),
}
