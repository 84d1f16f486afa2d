"""The layers: plain values that say what the engine is to compute. Shapes are N H W C, kernels kH kW I O.

A layer's numbers live in the model that it was added to; until that model is built, the layer has no weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import initializers
from ._checks import boolean, integer, pair, real, text
from ._layer import Layer

__all__ = [
    "Activation",
    "AveragePooling2D",
    "AvgPool2D",
    "BatchNormalization",
    "Conv2D",
    "Convolution2D",
    "Dense",
    "DepthwiseConv2D",
    "Dropout",
    "Flatten",
    "GlobalAveragePooling2D",
    "GlobalAvgPool2D",
    "Input",
    "InputLayer",
    "Layer",
    "MaxPool2D",
    "MaxPooling2D",
    "SeparableConv2D",
    "SeparableConvolution2D",
]

Size = int | Sequence[int]


class InputLayer(Layer):
    """Says the shape of one sample. Not counted among `model.layers`.

    Args:
        shape: such as `(28, 28, 1)`; `input_shape=` means the same.
        name: name of the input.
    """

    def __init__(
        self,
        shape: Sequence[int] | None = None,
        *,
        name: str | None = None,
        input_shape: Sequence[int] | None = None,
        **unknown: Any,
    ) -> None:
        declared = input_shape if shape is None else shape
        if declared is None:
            raise ValueError("an input needs the shape of one sample, such as Input(shape=(28, 28, 1))")
        super().__init__(name=name, input_shape=declared, **unknown)


def Input(shape: Sequence[int] | None = None, *, name: str | None = None) -> InputLayer:  # noqa: N802 (Keras's name)
    """The shape of one sample, as the first item of a model: `Sequential([Input(shape=(28, 28, 1)), ...])`."""
    return InputLayer(shape, name=name)


class Conv2D(Layer):
    """2-D convolution (cross-correlation, as everywhere in deep learning), then bias, then activation.

    Args:
        filters: output channels.
        kernel_size: one integer, or (height, width).
        strides: one integer, or (height, width).
        padding: "valid", or "same" for an output of ceil(input / stride).
        data_format: None or "channels_last".
        dilation_rate: distance between the kernel's taps.
        groups: the channels are convolved in so many separate groups.
        activation: name of an activation; None is linear.
        use_bias: whether a bias is added.
        kernel_initializer, bias_initializer: names or objects of `swiftcnn.initializers`.

    Shapes: (N, H, W, C) to (N, H', W', filters).
    """

    _fields = (
        "filters",
        "kernel_size",
        "strides",
        "padding",
        "dilation_rate",
        "groups",
        "activation",
        "use_bias",
        "kernel_initializer",
        "bias_initializer",
    )

    def __init__(
        self,
        filters: int,
        kernel_size: Size,
        strides: Size = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Size = (1, 1),
        groups: int = 1,
        activation: str | None = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        _require_channels_last(data_format)
        self.filters = integer("filters", filters)
        self.kernel_size = pair("kernel_size", kernel_size)
        self.strides = pair("strides", strides)
        self.padding = text("padding", padding).lower()
        self.dilation_rate = pair("dilation_rate", dilation_rate)
        self.groups = integer("groups", groups)
        self.activation = _activation(activation)
        self.use_bias = boolean("use_bias", use_bias)
        self.kernel_initializer = initializers.describe("kernel_initializer", kernel_initializer)
        self.bias_initializer = initializers.describe("bias_initializer", bias_initializer)


class DepthwiseConv2D(Layer):
    """2-D convolution of every channel by itself, then bias, then activation.

    Args:
        kernel_size: one integer, or (height, width).
        strides: one integer, or (height, width).
        padding: "valid", or "same" for an output of ceil(input / stride).
        depth_multiplier: outputs a channel.
        data_format: None or "channels_last".
        dilation_rate: distance between the kernel's taps.
        activation: name of an activation; None is linear.
        use_bias: whether a bias is added.
        depthwise_initializer, bias_initializer: names or objects of `swiftcnn.initializers`.

    Shapes: (N, H, W, C) to (N, H', W', C * depth_multiplier); the kernel is (kH, kW, C, depth_multiplier).
    """

    _fields = (
        "kernel_size",
        "strides",
        "padding",
        "depth_multiplier",
        "dilation_rate",
        "activation",
        "use_bias",
        "depthwise_initializer",
        "bias_initializer",
    )

    def __init__(
        self,
        kernel_size: Size,
        strides: Size = (1, 1),
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Size = (1, 1),
        activation: str | None = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        _require_channels_last(data_format)
        self.kernel_size = pair("kernel_size", kernel_size)
        self.strides = pair("strides", strides)
        self.padding = text("padding", padding).lower()
        self.depth_multiplier = integer("depth_multiplier", depth_multiplier)
        self.dilation_rate = pair("dilation_rate", dilation_rate)
        self.activation = _activation(activation)
        self.use_bias = boolean("use_bias", use_bias)
        self.depthwise_initializer = initializers.describe("depthwise_initializer", depthwise_initializer)
        self.bias_initializer = initializers.describe("bias_initializer", bias_initializer)


class SeparableConv2D(Layer):
    """A depthwise convolution, then a 1 x 1 convolution that mixes its outputs, then bias, then activation.

    Args:
        filters: output channels.
        kernel_size: one integer, or (height, width).
        strides: one integer, or (height, width).
        padding: "valid", or "same" for an output of ceil(input / stride).
        data_format: None or "channels_last".
        dilation_rate: distance between the depthwise kernel's taps.
        depth_multiplier: outputs of the depthwise convolution a channel.
        activation: name of an activation; None is linear.
        use_bias: whether a bias is added.
        depthwise_initializer, pointwise_initializer, bias_initializer: names or objects of `swiftcnn.initializers`.

    Shapes: (N, H, W, C) to (N, H', W', filters); the kernels are (kH, kW, C, depth_multiplier) and
    (1, 1, C * depth_multiplier, filters).
    """

    _fields = (
        "filters",
        "kernel_size",
        "strides",
        "padding",
        "dilation_rate",
        "depth_multiplier",
        "activation",
        "use_bias",
        "depthwise_initializer",
        "pointwise_initializer",
        "bias_initializer",
    )

    def __init__(
        self,
        filters: int,
        kernel_size: Size,
        strides: Size = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Size = (1, 1),
        depth_multiplier: int = 1,
        activation: str | None = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        _require_channels_last(data_format)
        self.filters = integer("filters", filters)
        self.kernel_size = pair("kernel_size", kernel_size)
        self.strides = pair("strides", strides)
        self.padding = text("padding", padding).lower()
        self.dilation_rate = pair("dilation_rate", dilation_rate)
        self.depth_multiplier = integer("depth_multiplier", depth_multiplier)
        self.activation = _activation(activation)
        self.use_bias = boolean("use_bias", use_bias)
        self.depthwise_initializer = initializers.describe("depthwise_initializer", depthwise_initializer)
        self.pointwise_initializer = initializers.describe("pointwise_initializer", pointwise_initializer)
        self.bias_initializer = initializers.describe("bias_initializer", bias_initializer)


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
        _require_channels_last(data_format)
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


class GlobalAveragePooling2D(Layer):
    """Mean of every channel over height and width. Shapes: (N, H, W, C) to (N, C)."""


class BatchNormalization(Layer):
    """Normalizes every channel to mean 0 and variance 1, then scales it by gamma and shifts it by beta.

    In training the mean and the (biased) variance are the batch's, and the moving ones follow them:
    `moving * momentum + batch * (1 - momentum)`. Otherwise, and where the layer is frozen, the moving ones are used.
    Sample weights do not enter.

    Args:
        axis: -1, or the number of the last axis: the channels'.
        momentum: share of the moving statistics that is kept, in [0, 1].
        epsilon: added to the variance.
        center: whether there is a beta.
        scale: whether there is a gamma.
        beta_initializer, gamma_initializer, moving_mean_initializer, moving_variance_initializer: names or objects of
            `swiftcnn.initializers`.

    Reference: Ioffe and Szegedy, 2015. Shapes: unchanged; the weights are (channels,).
    """

    _fields = (
        "axis",
        "momentum",
        "epsilon",
        "center",
        "scale",
        "beta_initializer",
        "gamma_initializer",
        "moving_mean_initializer",
        "moving_variance_initializer",
    )

    def __init__(
        self,
        axis: int = -1,
        momentum: float = 0.99,
        epsilon: float = 0.001,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = "zeros",
        gamma_initializer: Any = "ones",
        moving_mean_initializer: Any = "zeros",
        moving_variance_initializer: Any = "ones",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.axis = integer("axis", axis)
        self.momentum = real("momentum", momentum)
        self.epsilon = real("epsilon", epsilon)
        self.center = boolean("center", center)
        self.scale = boolean("scale", scale)
        self.beta_initializer = initializers.describe("beta_initializer", beta_initializer)
        self.gamma_initializer = initializers.describe("gamma_initializer", gamma_initializer)
        self.moving_mean_initializer = initializers.describe("moving_mean_initializer", moving_mean_initializer)
        self.moving_variance_initializer = initializers.describe("moving_variance_initializer", moving_variance_initializer)


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


class Flatten(Layer):
    """Lays the axes of a sample end to end. Shapes: (N, ...) to (N, product of ...)."""


class Dense(Layer):
    """Every output is a weighted sum of all inputs, plus bias, then activation.

    Args:
        units: outputs.
        activation: name of an activation; None is linear.
        use_bias: whether a bias is added.
        kernel_initializer, bias_initializer: names or objects of `swiftcnn.initializers`.

    Shapes: (N, inputs) to (N, units); the kernel is (inputs, units).
    """

    _fields = ("units", "activation", "use_bias", "kernel_initializer", "bias_initializer")

    def __init__(
        self,
        units: int,
        activation: str | None = None,
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
        self.activation = _activation(activation)
        self.use_bias = boolean("use_bias", use_bias)
        self.kernel_initializer = initializers.describe("kernel_initializer", kernel_initializer)
        self.bias_initializer = initializers.describe("bias_initializer", bias_initializer)


class Activation(Layer):
    """Applies an activation.

    Args:
        activation: "relu", "softmax", "sigmoid", "tanh", "linear", "leaky_relu", "elu" or "gelu".

    Shapes: unchanged.
    """

    _fields = ("activation",)

    def __init__(self, activation: str, **options: Any) -> None:
        super().__init__(**options)
        self.activation = _activation(activation)


MaxPool2D = MaxPooling2D
AvgPool2D = AveragePooling2D
GlobalAvgPool2D = GlobalAveragePooling2D
Convolution2D = Conv2D
SeparableConvolution2D = SeparableConv2D

_KNOWN: dict[str, type[Layer]] = {
    layer.__name__: layer
    for layer in (
        Conv2D,
        DepthwiseConv2D,
        SeparableConv2D,
        MaxPooling2D,
        AveragePooling2D,
        GlobalAveragePooling2D,
        BatchNormalization,
        Dropout,
        Flatten,
        Dense,
        Activation,
    )
}


def revive(description: Mapping[str, Any]) -> Layer:
    """The layer that an architecture's entry describes."""
    name = description.get("class")
    if name not in _KNOWN:
        raise ValueError(f"unknown layer class {name!r}; known: {', '.join(_KNOWN)}")
    common = {"name": description.get("name"), "trainable": description.get("trainable", True)}
    return _KNOWN[name].from_config({**common, **description.get("config", {})})


def _activation(value: Any) -> str:
    if value is None:
        return "linear"
    if not isinstance(value, str):
        raise TypeError(f"activation must be a name such as 'relu', or None, received {value!r}")
    return value.lower()


def _require_channels_last(data_format: str | None) -> None:
    if data_format not in (None, "channels_last"):
        raise ValueError(
            f"data_format must be None or 'channels_last', received {data_format!r}: move the channels to the last axis, "
            "as in numpy.moveaxis(x, 1, -1)"
        )
