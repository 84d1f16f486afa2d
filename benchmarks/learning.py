"""What is learned from real data, and how far the other library's result may be: see accuracy.py."""

import itertools
from dataclasses import dataclass

import numpy as np

from benchmarks.networks import NETWORKS


@dataclass(frozen=True)
class Task:
    """`tolerance`: how far, in points, the mean of swiftcnn's test accuracies may lie from Keras's; none: they shall overlap."""

    network: str
    images: str
    batch: int
    epochs: int
    seeds: int
    tolerance: float | None = None


TASKS = (
    Task("mnist dropout cnn", "mnist", 128, 5, 3, 0.3),
    Task("mnist two-conv cnn", "mnist", 128, 5, 3, 0.3),
    Task("mnist one-conv cnn", "mnist", 128, 5, 3, 0.3),
    Task("mlp", "mnist", 128, 5, 3, 0.3),
    Task("cifar-10 cnn", "cifar10", 128, 10, 2, 1.0),
    Task("imagenette cnn", "imagenette", 32, 10, 3),
)


def load(task):
    """Training images and labels, then test images and labels: images are bytes in the shape that the network reads."""
    x_train, y_train, x_test, y_test = LOADERS[task.images]()
    shape = NETWORKS[task.network].input_shape
    return x_train.reshape(-1, *shape), y_train.ravel(), x_test.reshape(-1, *shape), y_test.ravel()


def mnist():
    from swiftcnn import datasets

    return itertools.chain(*datasets.mnist.load_data())


def cifar10():
    from swiftcnn import datasets

    return itertools.chain(*datasets.cifar10.load_data())


def imagenette():
    from swiftcnn import datasets

    return itertools.chain.from_iterable(folder_images(folder) for folder in datasets.imagenette.load_data())


def folder_images(folder, size=(224, 224)):
    """All images of a folder with a subfolder for each class, in memory."""
    from swiftcnn.preprocessing.image import ImageDataGenerator

    flow = ImageDataGenerator().flow_from_directory(folder, target_size=size, class_mode="sparse", shuffle=False)
    batches = [next(flow) for _ in range(len(flow))]
    return np.concatenate([x for x, _ in batches]).astype(np.uint8), np.concatenate([y for _, y in batches])


LOADERS = {"mnist": mnist, "cifar10": cifar10, "imagenette": imagenette}
