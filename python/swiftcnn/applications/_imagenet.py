"""What networks trained on ImageNet take and say: pixels as they were trained on, and the names of their 1,000 classes."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._arrays import as_array
from .._checks import integer
from ..layers._arguments import require_channels_last
from ._weights import fetched

CLASSES = 1000
CLASS_INDEX = "https://storage.googleapis.com/download.tensorflow.org/data/imagenet_class_index.json"
CLASS_INDEX_MD5 = "c2c37ea517e94d9795004a39431a14cb"
BLUE_GREEN_RED_MEANS = (103.939, 116.779, 123.68)

Prediction = tuple[str, str, float]


def preprocess_input(x: Any, data_format: str | None = None) -> NDArray[Any]:
    """Images as VGG was trained on: blue, green, red, less the mean of ImageNet's, not scaled. A new array.

    Args:
        x: images of 0 ... 255, red, green, blue: (..., height, width, 3).
        data_format: None or "channels_last".
    """
    require_channels_last(data_format)
    images = as_array("x", x)
    if images.ndim < 3 or images.shape[-1] != 3:
        raise ValueError(f"x must be images (..., height, width, 3), received the shape {images.shape}")
    dtype = images.dtype if images.dtype.kind == "f" else np.dtype(np.float32)
    return np.subtract(images[..., ::-1], np.array(BLUE_GREEN_RED_MEANS, dtype), dtype=dtype)


def decode_predictions(preds: Any, top: int = 5) -> list[list[Prediction]]:
    """The likeliest classes of each image: [(WordNet's number, name, share), ...], the likeliest first.

    The names are looked for in Keras's cache, then on the net.

    Args:
        preds: what a network with ImageNet's classes predicts, (n, 1000).
        top: how many classes.
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
