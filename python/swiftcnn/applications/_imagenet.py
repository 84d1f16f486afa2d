"""Inputs and outputs of networks that were trained on ImageNet: preprocessing of pixels, and the names of the 1,000 classes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from .._base.arrays import as_array
from .._base.checks import integer
from .._graph.symbolic_tensor import SymbolicTensor, as_symbol, is_symbolic
from .._models.model import Model
from ..layers import AveragePooling2D, Cropping2D, Input, Rescaling, Reshape, UpSampling2D
from ..layers._arguments import require_channels_last
from ._weights import fetched

CLASSES = 1000
CLASS_INDEX = "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"
CLASS_INDEX_MD5 = "c2c37ea517e94d9795004a39431a14cb"
BLUE_GREEN_RED_MEANS = (103.939, 116.779, 123.68)

Prediction = tuple[str, str, float]


def preprocess_input(x: Any, data_format: str | None = None) -> Any:
    """Converts images to VGG's input: blue, green, red, minus ImageNet's mean, not scaled. Returns a new array.

    Args:
        x: images with values 0 ... 255, red, green, blue: (..., height, width, 3). For an `Input` or a layer's output, the
            conversion becomes a part of the model, without weights.
        data_format: None or "channels_last".
    """
    require_channels_last(data_format)
    if is_symbolic(x):
        return _preprocessed(as_symbol("x", x))
    images = as_array("x", x)
    if images.ndim < 3 or images.shape[-1] != 3:
        raise ValueError(f"x must be images (..., height, width, 3), received the shape {images.shape}")
    dtype = images.dtype if images.dtype.kind == "f" else np.dtype(np.float32)
    return np.subtract(images[..., ::-1], np.array(BLUE_GREEN_RED_MEANS, dtype), dtype=dtype)


def _preprocessed(images: SymbolicTensor) -> SymbolicTensor:
    """Extends the graph by the operations that `preprocess_input` applies to arrays."""
    if len(images.shape) != 4 or images.shape[-1] != 3:
        raise ValueError(f"x must be images (None, height, width, 3), received the shape {images.shape}")
    height, width = (int(size or 0) for size in images.shape[1:3])
    start = Input((height, width, 3))
    # No layer swaps channels. But three repetitions of red, green, blue have blue, green and red at the indices 2, 4 and 6.
    line = UpSampling2D((1, 3))(start)
    line = Reshape((height * width, 9, 1))(line)
    line = Cropping2D(((0, 0), (2, 2)))(line)
    line = AveragePooling2D(1, strides=(1, 2))(line)
    line = Reshape((height, width, 3))(line)
    line = Rescaling(1, offset=[-mean for mean in BLUE_GREEN_RED_MEANS])(line)
    swapped: SymbolicTensor = Model(start, line, name="preprocess_input")(images)
    return swapped


def decode_predictions(preds: Any, top: int = 5) -> list[list[Prediction]]:
    """The most probable classes of each image: [(WordNet's number, name, probability), ...], the most probable first.

    The names are read from Keras's cache, or else downloaded.

    Args:
        preds: predictions of a network with ImageNet's classes, (n, 1000).
        top: the number of classes to return for each image.
    """
    shares = as_array("preds", preds)
    if shares.ndim != 2 or shares.shape[1] != CLASSES:
        raise ValueError(f"preds must be predictions for ImageNet's {CLASSES} classes, (n, {CLASSES}), received {shares.shape}")
    if not 1 <= integer("top", top) <= CLASSES:
        raise ValueError(f"top must be 1 to {CLASSES}, received {top}")
    names = _names(fetched(CLASS_INDEX, CLASS_INDEX_MD5))
    likeliest = np.argsort(-shares, axis=-1, kind="stable")[:, :top]
    return [[(*names[index], float(row[index])) for index in indices] for row, indices in zip(shares, likeliest, strict=True)]


@cache
def _names(path: Path) -> list[tuple[str, str]]:
    index = json.loads(path.read_text(encoding="utf-8"))
    return [(str(index[str(number)][0]), str(index[str(number)][1])) for number in range(CLASSES)]
