"""Layers that make one value of many."""

from __future__ import annotations

from typing import Any

from .._base.checks import boolean, pair, text
from .._graph.layer import Layer
from ._arguments import Size, require_channels_last


class _Pooling2D(Layer):
    _fields = ("pool_size", "strides", "padding")

    def __init__(
        self,
        pool_size: Size = (2, 2),
        strides: Size | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        require_channels_last(data_format)
        self.pool_size = pair("pool_size", pool_size)
        self.strides = None if strides is None else pair("strides", strides)
        self.padding = text("padding", padding).lower()


class MaxPooling2D(_Pooling2D):
    """Largest value of every window and channel.

    Args:
        pool_size: one integer, or (height, width).
        strides: the pool size if None.
        padding: "valid" or "same"; padding never wins.
        data_format: None or "channels_last".

    Shapes: (N, H, W, C) to (N, H', W', C).
    """


class AveragePooling2D(_Pooling2D):
    """Mean of every window and channel; padding is not counted.

    Args:
        pool_size: one integer, or (height, width).
        strides: the pool size if None.
        padding: "valid" or "same".
        data_format: None or "channels_last".

    Shapes: (N, H, W, C) to (N, H', W', C).
    """


class _GlobalPooling2D(Layer):
    _fields = ("keepdims",)

    def __init__(self, data_format: str | None = None, keepdims: bool = False, **options: Any) -> None:
        super().__init__(**options)
        require_channels_last(data_format)
        self.keepdims = boolean("keepdims", keepdims)


class GlobalAveragePooling2D(_GlobalPooling2D):
    """Mean of every channel over height and width.

    Args:
        data_format: None or "channels_last".
        keepdims: whether height and width stay, with the size 1.

    Shapes: (N, H, W, C) to (N, C), or (N, 1, 1, C).
    """


class GlobalMaxPooling2D(_GlobalPooling2D):
    """Largest value of every channel over height and width.

    Args:
        data_format: None or "channels_last".
        keepdims: whether height and width stay, with the size 1.

    Shapes: (N, H, W, C) to (N, C), or (N, 1, 1, C).
    """


class _AdaptivePooling2D(Layer):
    _fields = ("output_size",)

    def __init__(self, output_size: Size, data_format: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        require_channels_last(data_format)
        self.output_size = pair("output_size", output_size)


class AdaptiveAveragePooling2D(_AdaptivePooling2D):
    """Mean of every channel over as many windows as the output has pixels, whatever the size of the image.

    Window i of n goes from floor(i * size / n) to ceil((i + 1) * size / n).

    Args:
        output_size: one integer, or (height, width).
        data_format: None or "channels_last".

    Shapes: (N, H, W, C) to (N, height, width, C).
    """


class AdaptiveMaxPooling2D(_AdaptivePooling2D):
    """Largest value of every channel over as many windows as the output has pixels, whatever the size of the image.

    Window i of n goes from floor(i * size / n) to ceil((i + 1) * size / n).

    Args:
        output_size: one integer, or (height, width).
        data_format: None or "channels_last".

    Shapes: (N, H, W, C) to (N, height, width, C).
    """
