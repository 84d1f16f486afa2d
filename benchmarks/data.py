"""Data of the right shapes, made the same in every process: speed does not depend on what the pictures show."""

import numpy as np

CLASSES = 10


def images(network, count):
    """float32 in [0, 1), [count, height, width, channels]."""
    return np.random.default_rng(2).random((count, *network.input_shape), np.float32)


def labels(count):
    return np.random.default_rng(3).integers(0, CLASSES, count)


def channels_first(x):
    """The same images as PyTorch, ONNX Runtime and OpenVINO want them."""
    return np.ascontiguousarray(np.moveaxis(x, -1, 1)) if x.ndim == 4 else x


def channels_last(y):
    """Feature maps of those libraries as swiftcnn and Keras return them."""
    return np.moveaxis(y, 1, -1) if y.ndim == 4 else y
