"""Images at another size, by what lies around single points: the values of TensorFlow's `tf.image.resize`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._files import Size

Floats = NDArray[np.float32]
Taps = list[tuple[NDArray[np.intp], Floats]]  # for every place: from where to read, and how much it weighs

INTERPOLATIONS = ("nearest", "bilinear", "bicubic")


def resized(pixels: NDArray[Any], size: Size, interpolation: str) -> Floats:
    """An image (height, width, channels) at `size` (height, width), float32.

    Unlike Pillow's `resize` it does not average over an area when an image gets smaller.
    """
    rows, columns = (_taps(interpolation, old, new) for old, new in zip(pixels.shape[:2], size, strict=True))
    return _along(_along(pixels, rows, 0), columns, 1)


def _along(pixels: NDArray[Any], taps: Taps, axis: int) -> Floats:
    shape = (-1, 1, 1) if axis == 0 else (-1, 1)
    parts = (pixels.take(index, axis).astype(np.float32) * weight.reshape(shape) for index, weight in taps)
    total: Floats = next(parts)
    for part in parts:
        total += part
    return total


def _taps(interpolation: str, old: int, new: int) -> Taps:
    scale = np.float32(old) / np.float32(new)
    middles = (np.arange(new, dtype=np.float32) + np.float32(0.5)) * scale
    if interpolation == "nearest":
        return [(np.minimum(middles.astype(np.intp), old - 1), np.ones(new, np.float32))]
    places = middles - np.float32(0.5)
    first = np.floor(places)
    share = places - first
    if interpolation == "bilinear":
        steps, weights = (0, 1), [1 - share, share]
        return [(np.clip(first + step, 0, old - 1).astype(np.intp), weight) for step, weight in zip(steps, weights, strict=True)]
    return _cubic(first, share, old)


def _cubic(first: Floats, share: Floats, old: int) -> Taps:
    """Keys' cubic, R. Keys (1981), with a = -0.5; what lies outside weighs nothing."""
    indices = [first + step for step in (-1, 0, 1, 2)]
    distances = [1 + share, share, 1 - share, 2 - share]
    near = [(1.5 * d - 2.5) * d * d + 1 for d in distances]
    far = [((-0.5 * d + 2.5) * d - 4) * d + 2 for d in distances]
    weights = np.where(np.array(distances) <= 1, near, far) * [(each >= 0) & (each < old) for each in indices]
    weights = (weights / weights.sum(0)).astype(np.float32)
    return [(np.clip(each, 0, old - 1).astype(np.intp), weight) for each, weight in zip(indices, weights, strict=True)]
