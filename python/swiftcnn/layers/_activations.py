"""Functions of each value, as layers of their own."""

from __future__ import annotations

from typing import Any

from .. import initializers
from .._base.checks import real
from .._base.user_warnings import warn_user
from .._graph.layer import Layer, Weight
from ._arguments import Axes, activation_setting, axes


class Activation(Layer):
    """Applies an activation.

    Args:
        activation: "relu", "relu6", "leaky_relu" (slope 0.2), "elu", "selu", "celu", "gelu", "silu" or "swish", "mish",
            "hard_silu" or "hard_swish", "sigmoid", "hard_sigmoid", "log_sigmoid", "tanh", "hard_tanh", "softplus",
            "softsign", "exponential", "softmax", "log_softmax" or "linear".

    Shapes: unchanged.
    """

    _fields = ("activation",)

    def __init__(self, activation: Any, **options: Any) -> None:
        super().__init__(**options)
        self.activation = activation_setting(activation)


class ReLU(Layer):
    """x above `threshold`, but at most `max_value`; `negative_slope * (x - threshold)` below it.

    Args:
        max_value: None for no limit; 6 makes the ReLU6 of mobile networks.
        negative_slope: slope below the threshold, from 0 on.
        threshold: from 0 on.

    Shapes: unchanged.
    """

    _fields = ("max_value", "negative_slope", "threshold")

    def __init__(
        self, max_value: float | None = None, negative_slope: float = 0.0, threshold: float = 0.0, **options: Any
    ) -> None:
        super().__init__(**options)
        self.max_value = None if max_value is None else real("max_value", max_value)
        self.negative_slope = real("negative_slope", negative_slope)
        self.threshold = real("threshold", threshold)


class LeakyReLU(Layer):
    """x above 0, `negative_slope * x` below it.

    Args:
        negative_slope: from 0 on. `alpha=`, its name in older scripts, means the same.

    Shapes: unchanged.
    """

    _fields = ("negative_slope",)

    def __init__(self, negative_slope: float = 0.3, **options: Any) -> None:
        if "alpha" in options:
            warn_user("LeakyReLU's alpha is now called negative_slope", DeprecationWarning)
            negative_slope = options.pop("alpha")
        super().__init__(**options)
        self.negative_slope = real("negative_slope", negative_slope)


class PReLU(Layer):
    """x above 0, alpha * x below it, where alpha is learned.

    Args:
        alpha_initializer: name or object of `swiftcnn.initializers`.
        shared_axes: axes along which alpha is the same, counted from 1: `[1, 2]` gives images one alpha a channel.

    Reference: He et al., 2015. Shapes: unchanged; alpha has the shape of a sample, with 1 for every shared axis.
    """

    alpha = Weight()
    _ruled_weights = ("alpha",)
    _fields = ("alpha_initializer", "shared_axes")

    def __init__(self, alpha_initializer: Any = "zeros", *, shared_axes: Axes | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.alpha_initializer = initializers.describe("alpha_initializer", alpha_initializer)
        self.shared_axes = None if shared_axes is None else axes("shared_axes", shared_axes)


class ELU(Layer):
    """x above 0, `alpha * (exp(x) - 1)` below it.

    Args:
        alpha: from 0 on.

    Reference: Clevert et al., 2016. Shapes: unchanged.
    """

    _fields = ("alpha",)

    def __init__(self, alpha: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        self.alpha = real("alpha", alpha)


class Softmax(Layer):
    """`exp(x)`, divided by its sum over the axis.

    Args:
        axis: -1, or the last axes together, such as `(-2, -1)`.

    Shapes: unchanged.
    """

    _fields = ("axis",)

    def __init__(self, axis: Axes = -1, **options: Any) -> None:
        super().__init__(**options)
        self.axis = axes("axis", axis)
