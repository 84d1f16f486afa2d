"""Layers that change images at random in training, each image by amounts of its own, and let them pass otherwise.

What is drawn is a function of (seed, layer, training step, image), the same at any number of threads. Gradients go through
them, which matters only where a layer with weights comes before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._base.checks import integer, real, text
from .._base.engine_work import OF_IMAGE_LAYERS
from .._graph.layer import Layer
from ._arguments import random_seed, require_channels_last

Factor = float | Sequence[float]


class _ImageLayer(Layer):
    """Base of the layers that change images."""

    _engine_computes = OF_IMAGE_LAYERS


class RandomFlip(_ImageLayer):
    """Flips an image with probability 1/2.

    Args:
        mode: "horizontal", "vertical", or "horizontal_and_vertical" for both at once.
        seed: an integer gives this layer a random stream of its own.
        data_format: None or "channels_last".

    Shapes: (N, H, W, C), unchanged.
    """

    _fields = ("mode", "seed")

    def __init__(
        self, mode: str = "horizontal_and_vertical", seed: int | None = None, data_format: str | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        require_channels_last(data_format)
        self.mode = text("mode", mode).lower()
        self.seed = random_seed(seed)


class _Sampling(_ImageLayer):
    """What the layers that move pixels have in common."""

    def __init__(
        self, fill_mode: str, interpolation: str, seed: int | None, fill_value: float, data_format: str | None, **options: Any
    ) -> None:
        super().__init__(**options)
        require_channels_last(data_format)
        self.fill_mode = text("fill_mode", fill_mode).lower()
        self.interpolation = text("interpolation", interpolation).lower()
        self.fill_value = real("fill_value", fill_value)
        self.seed = random_seed(seed)


class RandomRotation(_Sampling):
    """Turns an image around its center.

    Args:
        factor: shares of a full turn: one number for -factor ... factor, or two bounds; positive is counterclockwise.
        fill_mode: what lies outside: "reflect", "wrap", "constant" or "nearest".
        interpolation: "bilinear" or "nearest".
        seed: an integer gives this layer a random stream of its own.
        fill_value: of the fill mode "constant".
        data_format: None or "channels_last".

    Shapes: (N, H, W, C), unchanged.
    """

    _fields = ("factor", "fill_mode", "interpolation", "seed", "fill_value")

    def __init__(
        self,
        factor: Factor,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **options)
        self.factor = _factor("factor", factor)


class RandomTranslation(_Sampling):
    """Shifts an image.

    Args:
        height_factor: shares of the height: one number for -factor ... factor, or two bounds; positive is down.
        width_factor: shares of the width alike; positive is to the right.
        fill_mode: what lies outside: "reflect", "wrap", "constant" or "nearest".
        interpolation: "bilinear" or "nearest".
        seed: an integer gives this layer a random stream of its own.
        fill_value: of the fill mode "constant".
        data_format: None or "channels_last".

    Shapes: (N, H, W, C), unchanged.
    """

    _fields = ("height_factor", "width_factor", "fill_mode", "interpolation", "seed", "fill_value")

    def __init__(
        self,
        height_factor: Factor,
        width_factor: Factor,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **options)
        self.height_factor = _factor("height_factor", height_factor)
        self.width_factor = _factor("width_factor", width_factor)


class RandomZoom(_Sampling):
    """Shows a smaller or larger part of an image.

    Args:
        height_factor: by how much more of the height is shown: one number for -factor ... factor, or two bounds; positive
            zooms out, negative in.
        width_factor: the same of the width; None keeps the aspect ratio.
        fill_mode: what lies outside: "reflect", "wrap", "constant" or "nearest".
        interpolation: "bilinear" or "nearest".
        seed: an integer gives this layer a random stream of its own.
        fill_value: of the fill mode "constant".
        data_format: None or "channels_last".

    Shapes: (N, H, W, C), unchanged.
    """

    _fields = ("height_factor", "width_factor", "fill_mode", "interpolation", "seed", "fill_value")

    def __init__(
        self,
        height_factor: Factor,
        width_factor: Factor | None = None,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(fill_mode, interpolation, seed, fill_value, data_format, **options)
        self.height_factor = _factor("height_factor", height_factor)
        self.width_factor = None if width_factor is None else _factor("width_factor", width_factor)


class RandomContrast(_ImageLayer):
    """Moves an image's values away from the mean of their channel, or towards it.

    Args:
        factor: two numbers (lower, upper), or one for both: distances are multiplied by 1 - lower ... 1 + upper.
        value_range: what values are brought back into.
        seed: an integer gives this layer a random stream of its own.

    Shapes: (N, H, W, C), unchanged.
    """

    _fields = ("factor", "value_range", "seed")

    def __init__(self, factor: Factor, value_range: Sequence[float] = (0, 255), seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.factor = _factor("factor", factor)
        self.value_range = _pair("value_range", value_range)
        self.seed = random_seed(seed)


class RandomBrightness(_ImageLayer):
    """Adds the same number to all values of an image.

    Args:
        factor: shares of the value range's length: one number for -factor ... factor, or two bounds.
        value_range: what values are brought back into.
        seed: an integer gives this layer a random stream of its own.

    Shapes: (N, H, W, C), unchanged.
    """

    _fields = ("factor", "value_range", "seed")

    def __init__(self, factor: Factor, value_range: Sequence[float] = (0, 255), seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.factor = _factor("factor", factor)
        self.value_range = _pair("value_range", value_range)
        self.seed = random_seed(seed)


class RandomCrop(_ImageLayer):
    """Cuts a part out of an image, in training at a place that is drawn.

    Otherwise, and from images that are too small, it takes the largest part in the middle that has this aspect ratio, and
    resizes it (bilinear).

    Args:
        height: of the part.
        width: of the part.
        seed: an integer gives this layer a random stream of its own.
        data_format: None or "channels_last".

    Shapes: (N, H, W, C) to (N, height, width, C).
    """

    _fields = ("height", "width", "seed")

    def __init__(self, height: int, width: int, seed: int | None = None, data_format: str | None = None, **options: Any) -> None:
        super().__init__(**options)
        require_channels_last(data_format)
        self.height = integer("height", height)
        self.width = integer("width", width)
        self.seed = random_seed(seed)


def _factor(what: str, value: Any) -> float | tuple[float, float]:
    return _pair(what, value) if isinstance(value, Sequence) else real(what, value)


def _pair(what: str, value: Any) -> tuple[float, float]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        raise ValueError(f"{what} must be two numbers, received {value!r}")
    return real(what, value[0]), real(what, value[1])
