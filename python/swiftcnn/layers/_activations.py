"""Functions of each value, as layers of their own."""

from __future__ import annotations

from typing import Any

from .._layer import Layer
from ._arguments import activation_name


class Activation(Layer):
    """Applies an activation.

    Args:
        activation: "relu", "softmax", "sigmoid", "tanh", "linear", "leaky_relu", "elu" or "gelu".

    Shapes: unchanged.
    """

    _fields = ("activation",)

    def __init__(self, activation: str, **options: Any) -> None:
        super().__init__(**options)
        self.activation = activation_name(activation)
