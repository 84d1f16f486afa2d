"""Resizes images with the values of TensorFlow's `tf.image.resize`: even float32 sums are computed in the same order.

All methods except Lanczos agree bit for bit. Lanczos needs a sine: TensorFlow calls the C library's float32 function, while this
module rounds a float64 sine. The results sometimes differ in the last place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ._files import Size

Floats = NDArray[np.float32]
Kernel = Callable[[Floats], Floats]

TABLE = 1024  # TensorFlow reads the cubic's weights from a table with this many positions between two pixels
PI = np.float32(3.14159265359)


class Taps(NamedTuple):
    """The indices of the pixels to read and their weights, both (taps, positions), for every new position along an axis."""

    indices: NDArray[np.intp]
    weights: Floats


def resized(pixels: NDArray[Any], size: Size, interpolation: str) -> Floats:
    """An image (height, width, channels) at `size` (height, width), float32.

    "area" averages. The other methods read only the pixels around a position, even if the image becomes smaller.
    """
    if interpolation in DIRECT:
        return DIRECT[interpolation](pixels, size)
    height, width = pixels.shape[:2]
    rows, columns = (TAPS[interpolation](old, new) for old, new in zip((height, width), size, strict=True))
    if interpolation == "area":
        covered = np.float32(height) / np.float32(size[0]) * (np.float32(width) / np.float32(size[1]))
        return _along(_along(pixels, columns, 1), rows, 0) * (np.float32(1) / covered)
    return _along(_along(pixels, rows, 0), columns, 1)


def cropped(pixels: NDArray[Any], size: Size) -> NDArray[Any]:
    """The largest centred part with the aspect ratio of `size`. The borders are computed in float32, as in Keras."""
    cuts = []
    for axis, other in ((0, 1), (1, 0)):
        length = int(np.float32(pixels.shape[other] * size[axis]) / np.float32(size[other]))
        length = max(min(pixels.shape[axis], length), 1)
        start = (pixels.shape[axis] - length) // 2
        cuts.append(slice(start, start + length))
    return pixels[cuts[0], cuts[1]]


def padded(pixels: NDArray[Any], size: Size, interpolation: str) -> Floats:
    """The whole image, undistorted, centred on a black image of `size`; computed in float32 as in `tf.image.resize_with_pad`."""
    lengths = [np.float32(each) for each in pixels.shape[:2]]
    ratio = max(length / np.float32(target) for length, target in zip(lengths, size, strict=True))
    inner = [length / ratio for length in lengths]
    height, width = (int(each) for each in inner)
    if not height or not width:
        raise ValueError(
            f"it has {pixels.shape[0]} x {pixels.shape[1]} pixels, and less than one row or column of it would be left in "
            f"{size[0]} x {size[1]}: do without pad_to_aspect_ratio"
        )
    top, left = (max(int(np.floor((np.float32(target) - each) / 2)), 0) for target, each in zip(size, inner, strict=True))
    canvas = np.zeros((*size, pixels.shape[2]), np.float32)
    canvas[top : top + height, left : left + width] = resized(pixels, (height, width), interpolation)
    return canvas


def _along(pixels: NDArray[Any], taps: Taps, axis: int) -> Floats:
    shape = (-1, 1, 1) if axis == 0 else (-1, 1)
    parts = (pixels.take(index, axis).astype(np.float32) * weight.reshape(shape) for index, weight in zip(*taps, strict=True))
    total: Floats = next(parts)
    for part in parts:
        total += part
    return total


def _nearest(pixels: NDArray[Any], size: Size) -> Floats:
    rows, columns = (
        np.minimum(_centers(old, new).astype(np.intp), old - 1) for old, new in zip(pixels.shape[:2], size, strict=True)
    )
    nearest: Floats = pixels.take(rows, 0).take(columns, 1).astype(np.float32)
    return nearest


def _bilinear(pixels: NDArray[Any], size: Size) -> Floats:
    above, below, down = _neighbors(pixels.shape[0], size[0])
    left, right, along = _neighbors(pixels.shape[1], size[1])

    def across(rows: NDArray[Any]) -> Floats:
        before, after = rows.take(left, 1).astype(np.float32), rows.take(right, 1).astype(np.float32)
        return _mixed(before, after, along.reshape(-1, 1))

    if size[0] < pixels.shape[0]:  # most rows are not needed
        top, bottom = across(pixels.take(above, 0)), across(pixels.take(below, 0))
    else:
        rows = across(pixels)
        top, bottom = rows.take(above, 0), rows.take(below, 0)
    return _mixed(top, bottom, down.reshape(-1, 1, 1))


def _mixed(one: Floats, other: Floats, share: Floats) -> Floats:
    """one + share * (other - one), in the memory of `other`."""
    other -= one
    other *= share
    other += one
    return other


@lru_cache(256)
def _neighbors(old: int, new: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """The two old pixels around the centre of each new pixel, and the distance from the first of them."""
    places = _centers(old, new) - np.float32(0.5)
    first = np.floor(places)
    before, after = np.maximum(first, 0), np.minimum(np.ceil(places), old - 1)
    return before.astype(np.intp), after.astype(np.intp), places - first


def _centers(old: int, new: int) -> Floats:
    """The positions of the new pixels' centres in the old image."""
    centers: Floats = (np.arange(new, dtype=np.float32) + np.float32(0.5)) * (np.float32(old) / np.float32(new))
    return centers


@lru_cache(256)
def _cubic(old: int, new: int) -> Taps:
    """Keys' cubic (1981) with a = -0.5; pixels outside the image have weight 0."""
    places = _centers(old, new) - np.float32(0.5)
    first = np.floor(places)
    share = np.rint((places - first) * np.float32(TABLE)).astype(np.intp)
    indices = first.astype(np.intp) + np.arange(-1, 3)[:, np.newaxis]
    near, far = _cubic_table()
    weights = np.stack([far[share], near[share], near[TABLE - share], far[TABLE - share]])
    return _normalized(indices, np.where((indices >= 0) & (indices < old), weights, np.float32(0)), old)


def _cubic_table() -> tuple[Floats, Floats]:
    """The cubic at distances 0 ... 1 and 1 ... 2."""
    near = np.arange(TABLE + 1) / TABLE
    far = near + 1
    inner, outer = (1.5 * near - 2.5) * near * near + 1, ((-0.5 * far + 2.5) * far - 4) * far + 2
    return inner.astype(np.float32), outer.astype(np.float32)


@lru_cache(256)
def _area(old: int, new: int) -> Taps:
    """The share of each old pixel that a new pixel covers."""
    scale = np.float32(old) / np.float32(new)
    begin, end = (np.arange(step, new + step, dtype=np.float32) * scale for step in (0, 1))
    first, behind = np.floor(begin).astype(np.intp), np.ceil(end).astype(np.intp)
    indices = first + np.arange((behind - first).max())[:, np.newaxis]
    left = indices.astype(np.float32)
    until_end = np.where(left + 1 > end, end - left, np.float32(1))
    weights = np.where(left < begin, np.where(left + 1 > end, scale, left + 1 - begin), until_end)
    weights = np.where(indices < behind, weights, np.float32(0)).astype(np.float32)
    return Taps(np.clip(indices, 0, old - 1), weights)


def _by_kernel(kernel: Kernel, radius: float) -> Callable[[int, int], Taps]:
    """Weights from a function of the distance to the new pixel's centre; the function is 0 beyond `radius`."""

    @lru_cache(256)
    def taps(old: int, new: int) -> Taps:
        centers = np.arange(new, dtype=np.float32) + np.float32(0.5)
        centers *= np.float32(1) / (np.float32(new) / np.float32(old))
        reach, half = np.float32(radius), np.float32(0.5)
        first = np.clip(np.ceil(centers - reach - half).astype(np.intp), 0, old - 1)
        behind = np.clip(np.floor(centers + reach - half).astype(np.intp), 0, old - 1) + 1
        indices = first + np.arange((behind - first).max())[:, np.newaxis]
        weights = kernel(np.abs(indices.astype(np.float32) + half - centers))
        return _normalized(indices, np.where(indices < behind, weights, np.float32(0)), old)

    return taps


def _normalized(indices: NDArray[np.intp], weights: Floats, old: int) -> Taps:
    total = np.zeros(weights.shape[1], np.float32)
    for each in weights:  # one after the other, in TensorFlow's order
        total += each
    return Taps(np.clip(indices, 0, old - 1), weights * (np.float32(1) / total))


def _lanczos(radius: int) -> Kernel:
    """Lanczos' window of a sine (Duchon, 1979)."""
    reach = np.float32(radius)

    def kernel(x: Floats) -> Floats:
        x = np.maximum(x, np.float32(1e-3))  # its limit at 0 is 1
        waves = reach * _sine(PI * x) * _sine(PI * x / reach) / (PI * PI * x * x)
        return np.where(x > reach, np.float32(0), np.where(x <= np.float32(1e-3), np.float32(1), waves))

    return kernel


def _sine(x: Floats) -> Floats:
    return np.sin(x.astype(np.float64)).astype(np.float32)


def _gaussian(x: Floats) -> Floats:
    """Of deviation 0.5."""
    bell = np.exp((-x * x).astype(np.float64) / 0.5).astype(np.float32)
    return np.where(x >= np.float32(1.5), np.float32(0), bell)


def _mitchell(x: Floats) -> Floats:
    """The cubic of Mitchell and Netravali (1988)."""
    near = (np.float32(7 / 6) * x - 2) * x * x + np.float32(8 / 9)
    far = ((np.float32(-7 / 18) * x + 2) * x - np.float32(10 / 3)) * x + np.float32(16 / 9)
    return np.where(x >= 2, np.float32(0), np.where(x >= 1, far, near))


TAPS: dict[str, Callable[[int, int], Taps]] = {
    "bicubic": _cubic,
    "area": _area,
    "lanczos3": _by_kernel(_lanczos(3), 3),
    "lanczos5": _by_kernel(_lanczos(5), 5),
    "gaussian": _by_kernel(_gaussian, 1.5),
    "mitchellcubic": _by_kernel(_mitchell, 2),
}
DIRECT: dict[str, Callable[[NDArray[Any], Size], Floats]] = {"bilinear": _bilinear, "nearest": _nearest}
INTERPOLATIONS = (*DIRECT, *TAPS)
