"""Transforms of one image, (height, width, channels), by given amounts.

The formulas are those of Keras's `apply_affine_transform` and related functions. The interpolation is that of
`scipy.ndimage.affine_transform` with order 0 or 1, without scipy.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._base.arrays import as_array
from .._base.checks import integer, one_of, real
from ._files import array_to_img, img_to_array

Image = NDArray[Any]
Numbers = NDArray[np.float64]

BAND = 32  # rows at a time, so that intermediate results stay in the cache
AXES = ("row_axis", "col_axis", "channel_axis")
AMOUNTS = ("theta", "tx", "ty", "shear", "zx", "zy")
FILL_MODES = ("constant", "nearest", "reflect", "wrap")


def apply_affine_transform(
    x: Image,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 0,
    col_axis: int = 1,
    channel_axis: int = 2,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> Image:
    """Rotates, shifts, shears and zooms an image about its centre.

    Args:
        theta: rotation in degrees. tx, ty: shift in pixels along columns and rows. shear: in degrees.
        zx, zy: zoom; 0.5 shows half the width or height.
        row_axis, col_axis, channel_axis: must be 0, 1 and 2 (Keras's own defaults are for channels first).
        fill_mode: how to fill positions outside the image: "nearest" (the edge), "constant" (`cval`), "reflect" or "wrap".
        order: 0 takes the nearest pixel, 1 interpolates between four pixels.
    """
    x = image_array(x)
    axes = tuple(integer(name, each) for name, each in zip(AXES, (row_axis, col_axis, channel_axis), strict=True))
    if axes != (0, 1, 2):
        raise ValueError(
            f"an image has the shape (height, width, channels), so row_axis=0, col_axis=1, channel_axis=2; received {axes}"
        )
    check_filling(fill_mode, order)
    amounts = [real(name, each) for name, each in zip(AMOUNTS, (theta, tx, ty, shear, zx, zy), strict=True)]
    matrix = _matrix(x.shape[0], x.shape[1], *amounts)
    return x if matrix is None else _resampled(x, matrix, fill_mode, real("cval", cval), order)


def apply_channel_shift(x: Image, intensity: float, channel_axis: int = 2) -> Image:
    """Adds `intensity` to every value and clips to the image's range of values, whatever the axis of its channels."""
    x = image_array(x)
    shifted: Image = np.clip(x + real("intensity", intensity), x.min(), x.max())
    return shifted


def apply_brightness_shift(x: Image, brightness: float, scale: bool = True) -> Image:
    """Multiplies the brightness: 0 is black, 1 changes nothing. It computes in 8 bits, as Keras does."""
    from PIL.ImageEnhance import Brightness

    x, factor = image_array(x), real("brightness", brightness)
    least, most = x.min(), x.max()
    is_foreign = bool(least < 0 or most > 255)
    changed = img_to_array(Brightness(array_to_img(x, scale=scale or is_foreign)).enhance(factor))
    return changed / 255 * (most - least) + least if is_foreign and not scale else changed


def image_array(x: Any) -> Image:
    """One image as an array. An image that already is an array is not copied."""
    image = x if type(x) is np.ndarray and x.dtype.kind in "biuf" else as_array("x", x)
    if image.ndim != 3 or not image.size:
        raise ValueError(f"x must be an image of the shape (height, width, channels), received the shape {image.shape}")
    return image


def check_filling(fill_mode: str, order: int) -> None:
    one_of("fill_mode", fill_mode, FILL_MODES)
    if integer("the interpolation's order", order) not in (0, 1):
        raise ValueError(f"the interpolation's order must be 0 (nearest) or 1 (linear), received {order!r}")


def _matrix(height: int, width: int, theta: float, tx: float, ty: float, shear: float, zx: float, zy: float) -> Numbers | None:
    """The matrix from a pixel (row, column) of the new image to its position in the old image; None for the identity."""
    if theta == tx == ty == shear == 0 and zx == zy == 1:
        return None
    turn, lean = np.deg2rad(theta), np.deg2rad(shear)
    rotation = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    shift = np.array([[1, 0, tx], [0, 1, ty], [0, 0, 1]])
    shearing = np.array([[1, -np.sin(lean), 0], [0, np.cos(lean), 0], [0, 0, 1]])
    zoom = np.diag([zx, zy, 1.0])
    first, second = height / 2 - 0.5, width / 2 - 0.5
    there = np.array([[1, 0, first], [0, 1, second], [0, 0, 1]])
    back = np.array([[1, 0, -first], [0, 1, -second], [0, 0, 1]])
    matrix: Numbers = there @ rotation @ shift @ shearing @ zoom @ back
    # Keras writes the matrix for (x, y) and swaps it for (row, column) only here. So `tx` moves along columns, and the centre of
    # an image that is not square is wrong. This is kept because the tutorials' results were computed with it.
    return matrix[[1, 0, 2]][:, [1, 0, 2]]


def _resampled(x: Image, matrix: Numbers, fill_mode: str, cval: float, order: int) -> Image:
    values = np.empty(x.shape, x.dtype if x.dtype.kind == "f" else np.float32)
    pixels = np.ascontiguousarray(x, values.dtype).reshape(-1, x.shape[2])
    take = _nearest if order == 0 else _between_four
    j = np.arange(x.shape[1])[None, :]
    for first in range(0, x.shape[0], BAND):
        band = values[first : first + BAND]
        i = np.arange(first, first + len(band))[:, None]
        rows, columns = (matrix[axis, 2] + matrix[axis, 0] * i + matrix[axis, 1] * j for axis in (0, 1))
        band[...] = take(pixels, _within(rows, x.shape[0], fill_mode), _within(columns, x.shape[1], fill_mode), *x.shape[:2])
        if fill_mode == "constant":
            band[(rows < 0) | (rows > x.shape[0] - 1) | (columns < 0) | (columns > x.shape[1] - 1)] = cval
    return values


def _within(places: Numbers, length: int, fill_mode: str) -> Numbers:
    """Maps coordinates into 0 ... length - 0.5; positions beyond the last pixel read that pixel."""
    if fill_mode == "wrap" and length > 1:  # scipy's period: the last pixel coincides with the first
        period = length - 1
        return np.where((places < 0) | (places > period), places % period, places)
    if fill_mode == "reflect":
        places = places % (2 * length)
        return np.maximum(np.where(places >= length, 2 * length - 1 - places, places), 0)
    return np.clip(places, 0, length - 1)


def _nearest(pixels: Image, rows: Numbers, columns: Numbers, height: int, width: int) -> Image:
    row = np.clip(np.floor(rows + 0.5).astype(np.intp), 0, height - 1)
    column = np.clip(np.floor(columns + 0.5).astype(np.intp), 0, width - 1)
    return pixels.take(row * width + column, axis=0)


def _between_four(pixels: Image, rows: Numbers, columns: Numbers, height: int, width: int) -> Image:
    """Works on flat arrays, since NumPy is many times slower at broadcasting over an axis of three channels."""
    channels = pixels.shape[1]
    row, column = rows.astype(np.intp), columns.astype(np.intp)
    down, right = (np.repeat((a - b).astype(pixels.dtype), channels) for a, b in ((rows, row), (columns, column)))
    upper, step = row * width + column, column < width - 1
    lower = upper + width * (row < height - 1)
    above, below = (
        _mixed(pixels.take(west, axis=0).ravel(), pixels.take(west + step, axis=0).ravel(), right) for west in (upper, lower)
    )
    return _mixed(above, below, down).reshape(*rows.shape, channels)


def _mixed(one: Image, other: Image, share: Image) -> Image:
    """one + share * (other - one), in the memory of `other`."""
    other -= one
    other *= share
    other += one
    return other
