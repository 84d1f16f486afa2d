"""Layers that prepare images, as the first ones of a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._base.checks import boolean, integer, real, reals, text
from .._base.engine_work import OF_IMAGE_LAYERS
from .._graph.layer import Layer
from ._arguments import require_channels_last


class Rescaling(Layer):
    """`x * scale + offset`, such as `Rescaling(1 / 255)` for bytes.

    Args:
        scale, offset: one number each, or one for each channel.

    Shapes: unchanged.
    """

    _engine_computes = OF_IMAGE_LAYERS
    _fields = ("scale", "offset")

    def __init__(self, scale: float | Sequence[float], offset: float | Sequence[float] = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.scale = reals("scale", scale)
        self.offset = reals("offset", offset)


class Resizing(Layer):
    """Images of another size.

    Args:
        height, width: of the output.
        interpolation: "bilinear" or "nearest".
        crop_to_aspect_ratio: cut the largest part of the output's shape from the middle, instead of stretching the image.
        pad_to_aspect_ratio: surround the image instead.
        fill_mode: "constant".
        fill_value: what `pad_to_aspect_ratio` surrounds the image with.
        antialias: with "bilinear", whether a pixel of a smaller image is a mean of all that it covers.
        data_format: None or "channels_last".

    Shapes: (N, H, W, C) to (N, height, width, C).
    """

    _engine_computes = OF_IMAGE_LAYERS
    _fields = (
        "height",
        "width",
        "interpolation",
        "crop_to_aspect_ratio",
        "pad_to_aspect_ratio",
        "fill_mode",
        "fill_value",
        "antialias",
    )

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        require_channels_last(data_format)
        self.height = integer("height", height)
        self.width = integer("width", width)
        self.interpolation = text("interpolation", interpolation).lower()
        self.crop_to_aspect_ratio = boolean("crop_to_aspect_ratio", crop_to_aspect_ratio)
        self.pad_to_aspect_ratio = boolean("pad_to_aspect_ratio", pad_to_aspect_ratio)
        self.fill_mode = text("fill_mode", fill_mode)
        self.fill_value = real("fill_value", fill_value)
        self.antialias = boolean("antialias", antialias)


class CenterCrop(Layer):
    """The middle of each image.

    Of images that are too small it takes the largest part in the middle that has this aspect ratio, and resizes it (bilinear).

    Args:
        height, width: of the output.
        data_format: None or "channels_last".

    Shapes: (N, H, W, C) to (N, height, width, C).
    """

    _engine_computes = OF_IMAGE_LAYERS
    _fields = ("height", "width")

    def __init__(self, height: int, width: int, data_format: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        require_channels_last(data_format)
        self.height = integer("height", height)
        self.width = integer("width", width)
