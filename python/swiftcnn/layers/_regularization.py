"""Layers that are there in training only, against overfitting."""

from __future__ import annotations

from typing import Any

from .._checks import real
from .._layer import Layer


class Dropout(Layer):
    """During training drops each input with probability `rate` and scales the others by 1 / (1 - rate).

    Args:
        rate: share that is dropped, in [0, 1].

    Reference: Srivastava et al., 2014. Shapes: unchanged.
    """

    _fields = ("rate",)

    def __init__(self, rate: float, **options: Any) -> None:
        super().__init__(**options)
        self.rate = real("rate", rate)
