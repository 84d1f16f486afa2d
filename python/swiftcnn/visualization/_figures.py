"""Helpers of all plots: matplotlib, a grid of axes, and images in matplotlib's format."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from .._base.arrays import Array, as_array
from .._base.checks import integer
from .._base.optional_imports import needed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def grid(count: int, columns: int, size: float) -> tuple[Figure, list[Axes]]:
    """A figure with `count` axes, at most `columns` in a row, each `size` inches wide."""
    pyplot = needed("matplotlib.pyplot", "plot", "swiftcnn.visualization")
    columns = max(1, min(columns, count))
    rows = max(1, math.ceil(count / columns))
    figure, axes = pyplot.subplots(rows, columns, figsize=(columns * size, rows * size), squeeze=False, layout="constrained")
    if "inline" in pyplot.get_backend():  # a notebook would show it twice: as the cell's result, and as an open figure
        pyplot.close(figure)
    places = list(axes.ravel())
    for unused in places[count:]:
        unused.remove()
    return figure, places[:count]


def show(axes: Axes, image: Array, title: str = "", **options: Any) -> None:
    """Draws (H, W), (H, W, 1) or (H, W, 3): bytes, or numbers of any range."""
    picture = image[..., 0] if image.ndim == 3 and image.shape[-1] == 1 else image
    if picture.ndim == 3 and picture.dtype.kind == "f" and (picture.min() < 0 or picture.max() > 1):
        picture = (picture - picture.min()) / max(float(np.ptp(picture)), 1e-12)
    axes.imshow(picture, **({"cmap": "gray"} | options))
    axes.set_title(title, fontsize="small")
    axes.set_axis_off()


def images(x: Any) -> Array:
    """Converts one image or several to (n, H, W, C)."""
    array = as_array("x", x)
    if array.ndim == 3 and array.shape[-1] in (1, 3):
        array = array[np.newaxis]
    elif array.ndim in (2, 3):
        array = array[np.newaxis, ..., np.newaxis] if array.ndim == 2 else array[..., np.newaxis]
    if array.ndim != 4 or array.shape[-1] not in (1, 3) or not len(array):
        raise ValueError(f"x must be images, (n, height, width, 1 or 3), or one of them; received shape {np.shape(x)}")
    return array


def named(index: int, class_names: Any) -> str:
    """The name of a class, or its number if there are no names."""
    if class_names is None:
        return str(index)
    try:
        return str(class_names[index])
    except (LookupError, TypeError):
        raise ValueError(f"class_names must have a name for class {index}, received {class_names!r:.80}") from None


def at_least_one(what: str, value: Any) -> int:
    """The number of pictures to show, at least 1."""
    number = integer(what, value)
    if number < 1:
        raise ValueError(f"{what} must be at least 1, received {number}")
    return number
