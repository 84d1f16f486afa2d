"""Layers that are there in training only, against overfitting."""

from __future__ import annotations

from typing import Any

from .._base.checks import real
from .._graph.layer import Layer
from ._arguments import random_seed, require_channels_last


class Dropout(Layer):
    """During training drops each input with probability `rate` and scales the others by 1 / (1 - rate).

    Args:
        rate: share that is dropped, in [0, 1].
        noise_shape: None.
        seed: an integer gives this layer a random stream of its own.

    Reference: Srivastava et al., 2014. Shapes: unchanged.
    """

    _fields = ("rate", "seed")

    def __init__(self, rate: float, noise_shape: None = None, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        if noise_shape is not None:
            raise ValueError(f"noise_shape must be None, received {noise_shape!r}: use SpatialDropout2D to drop whole channels")
        self.rate = real("rate", rate)
        self.seed = random_seed(seed)


class AlphaDropout(Layer):
    """During training replaces each input with probability `rate` by SELU's least value, -1.758, and scales and shifts all so
    that inputs of mean 0 and variance 1 keep both.

    Args:
        rate: share that is replaced, in [0, 1].
        noise_shape: None.
        seed: an integer gives this layer a random stream of its own.

    Reference: Klambauer et al., 2017. Shapes: unchanged.
    """

    _fields = ("rate", "seed")

    def __init__(self, rate: float, noise_shape: None = None, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        if noise_shape is not None:
            raise ValueError(f"noise_shape must be None, received {noise_shape!r}: each element is drawn by itself")
        self.rate = real("rate", rate)
        self.seed = random_seed(seed)


class SpatialDropout2D(Layer):
    """During training drops whole channels of an image, each with probability `rate`; scales the others by 1 / (1 - rate).

    Args:
        rate: share that is dropped, in [0, 1].
        data_format: None or "channels_last".
        seed: an integer gives this layer a random stream of its own.

    Reference: Tompson et al., 2015. Shapes: (N, H, W, C), unchanged.
    """

    _fields = ("rate", "seed")

    def __init__(self, rate: float, data_format: str | None = None, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        require_channels_last(data_format)
        self.rate = real("rate", rate)
        self.seed = random_seed(seed)


class GaussianNoise(Layer):
    """During training adds normal noise of mean 0.

    Args:
        stddev: the noise's standard deviation.
        seed: an integer gives this layer a random stream of its own.

    Shapes: unchanged.
    """

    _fields = ("stddev", "seed")

    def __init__(self, stddev: float, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.stddev = real("stddev", stddev)
        self.seed = random_seed(seed)


class GaussianDropout(Layer):
    """During training multiplies by normal noise of mean 1 and standard deviation sqrt(rate / (1 - rate)).

    Args:
        rate: of the dropout with the same moments, in [0, 1).
        seed: an integer gives this layer a random stream of its own.

    Reference: Srivastava et al., 2014. Shapes: unchanged.
    """

    _fields = ("rate", "seed")

    def __init__(self, rate: float, seed: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.rate = real("rate", rate)
        self.seed = random_seed(seed)


class ActivityRegularization(Layer):
    """Passes its input on, and adds a penalty on it to the loss.

    That is l1 times the sum of its magnitudes, and l2 times that of its squares, over all samples of a batch, divided by their
    number.

    Args:
        l1, l2: the factors.

    Shapes: unchanged.
    """

    _fields = ("l1", "l2")

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **options: Any) -> None:
        super().__init__(**options)
        self.l1, self.l2 = real("l1", l1), real("l2", l2)
