"""The fully connected layer."""

from __future__ import annotations

from typing import Any

from .. import initializers
from .._base.checks import boolean, integer
from .._graph.layer import Layer, Weight
from ._arguments import activation_setting


class Dense(Layer):
    """Every output is a weighted sum of all inputs, plus bias, then activation.

    Args:
        units: outputs.
        activation: a name, or one of `swiftcnn.activations` or `layers`; None is linear.
        use_bias: whether a bias is added.
        kernel_initializer, bias_initializer: names or objects of `swiftcnn.initializers`.

    Shapes: (N, inputs) to (N, units); the kernel is (inputs, units).
    """

    kernel = Weight()
    bias = Weight()
    _ruled_weights = ("kernel", "bias")
    _fields = ("units", "activation", "use_bias", "kernel_initializer", "bias_initializer")

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        *,
        input_dim: int | None = None,
        **options: Any,
    ) -> None:
        if input_dim is not None:
            options["input_shape"] = (input_dim,)
        super().__init__(**options)
        self.units = integer("units", units)
        self.activation = activation_setting(activation)
        self.use_bias = boolean("use_bias", use_bias)
        self.kernel_initializer = initializers.describe("kernel_initializer", kernel_initializer)
        self.bias_initializer = initializers.describe("bias_initializer", bias_initializer)
