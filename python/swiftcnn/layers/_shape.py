"""Layers that move values or change the shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._base.checks import integer, integers, pair, text
from .._graph.layer import Layer
from ._arguments import Edges, Size, margins, require_channels_last


class Identity(Layer):
    """Passes its input on.

    Shapes: unchanged.
    """


class Flatten(Layer):
    """Lays the axes of a sample end to end.

    Args:
        data_format: None or "channels_last".

    Shapes: (N, ...) to (N, product of ...).
    """

    def __init__(self, data_format: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        require_channels_last(data_format)


class Reshape(Layer):
    """The same values in the same order, under another shape.

    Args:
        target_shape: sizes without the batch axis; one of them may be -1, for whatever is left.

    Shapes: (N, ...) to (N, *target_shape).
    """

    _fields = ("target_shape",)

    def __init__(self, target_shape: Sequence[int], **options: Any) -> None:
        super().__init__(**options)
        self.target_shape = integers("target_shape", target_shape)


class Permute(Layer):
    """The axes of a sample in another order.

    Args:
        dims: for each axis of the output, the number of the input's, counted from 1: `(2, 1, 3)` swaps height and width.

    Shapes: (N, d1, d2, ...) to (N, d[dims[0]], d[dims[1]], ...).
    """

    _fields = ("dims",)

    def __init__(self, dims: Sequence[int], **options: Any) -> None:
        super().__init__(**options)
        self.dims = integers("dims", dims)


class RepeatVector(Layer):
    """The input `n` times, one below the other.

    Args:
        n: how often.

    Shapes: (N, features) to (N, n, features).
    """

    _fields = ("n",)

    def __init__(self, n: int, **options: Any) -> None:
        super().__init__(**options)
        self.n = integer("n", n)


class ZeroPadding2D(Layer):
    """Rows and columns of zeros around each image.

    Args:
        padding: one integer for every edge, two (height, width), or ((top, bottom), (left, right)).
        data_format: None or "channels_last".

    Shapes: (N, H, W, C) to (N, top + H + bottom, left + W + right, C).
    """

    _fields = ("padding",)

    def __init__(self, padding: Edges = (1, 1), data_format: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        require_channels_last(data_format)
        self.padding = margins("padding", padding)


class Cropping2D(Layer):
    """Each image without its outermost rows and columns.

    Args:
        cropping: one integer for every edge, two (height, width), or ((top, bottom), (left, right)).
        data_format: None or "channels_last".

    Shapes: (N, H, W, C) to (N, H - top - bottom, W - left - right, C).
    """

    _fields = ("cropping",)

    def __init__(self, cropping: Edges = ((0, 0), (0, 0)), data_format: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        require_channels_last(data_format)
        self.cropping = margins("cropping", cropping)


class UpSampling2D(Layer):
    """Larger images: every row and column a whole number of times, repeated or interpolated.

    Args:
        size: how many times, one integer or (height, width).
        data_format: None or "channels_last".
        interpolation: "nearest" or "bilinear".

    Shapes: (N, H, W, C) to (N, H * height, W * width, C).
    """

    _fields = ("size", "interpolation")

    def __init__(
        self, size: Size = (2, 2), data_format: str | None = None, interpolation: str = "nearest", **options: Any
    ) -> None:
        super().__init__(**options)
        require_channels_last(data_format)
        self.size = pair("size", size)
        self.interpolation = text("interpolation", interpolation).lower()
