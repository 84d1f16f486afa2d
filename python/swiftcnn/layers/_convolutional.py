"""Layers that slide a kernel over an image."""

from __future__ import annotations

from typing import Any

from .. import initializers
from .._base.checks import boolean, integer, pair, text
from .._base.engine_work import OF_CONVOLUTIONS
from .._graph.layer import Layer, Weight
from ._arguments import Size, activation_setting, require_channels_last


class _Convolution2D(Layer):
    """What all convolutions have: where the kernel goes, and what follows it."""

    _engine_computes = OF_CONVOLUTIONS
    bias = Weight()

    def __init__(
        self,
        kernel_size: Size,
        strides: Size,
        padding: str,
        data_format: str | None,
        dilation_rate: Size,
        activation: Any,
        use_bias: bool,
        bias_initializer: Any,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        require_channels_last(data_format)
        self.kernel_size = pair("kernel_size", kernel_size)
        self.strides = pair("strides", strides)
        self.padding = text("padding", padding).lower()
        self.dilation_rate = pair("dilation_rate", dilation_rate)
        self.activation = activation_setting(activation)
        self.use_bias = boolean("use_bias", use_bias)
        self.bias_initializer = initializers.describe("bias_initializer", bias_initializer)


class Conv2D(_Convolution2D):
    """2-D convolution (cross-correlation, as everywhere in deep learning), then bias, then activation.

    Args:
        filters: output channels.
        kernel_size: one integer, or (height, width).
        strides: one integer, or (height, width).
        padding: "valid", or "same" for an output of ceil(input / stride).
        data_format: None or "channels_last".
        dilation_rate: distance between the kernel's taps.
        groups: the channels are convolved in so many separate groups.
        activation: a name, or one of `swiftcnn.activations` or `layers`; None is linear.
        use_bias: whether a bias is added.
        kernel_initializer, bias_initializer: names or objects of `swiftcnn.initializers`.

    Shapes: (N, H, W, C) to (N, H', W', filters).
    """

    kernel = Weight()
    _ruled_weights = ("kernel", "bias")
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
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        **options: Any,
    ) -> None:
        super().__init__(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias, bias_initializer, **options
        )
        self.filters = integer("filters", filters)
        self.groups = integer("groups", groups)
        self.kernel_initializer = initializers.describe("kernel_initializer", kernel_initializer)


class Conv2DTranspose(_Convolution2D):
    """The transpose of a convolution, for larger images: each input pixel spreads over the kernel's window; sums where they meet.

    Args:
        filters: output channels.
        kernel_size: one integer, or (height, width).
        strides: one integer, or (height, width): distance between the windows.
        padding: "valid" for all that the kernel reaches, or "same" for an output of input * stride.
        output_padding: None, or rows and columns added to the smallest output, less than the strides.
        data_format: None or "channels_last".
        dilation_rate: distance between the kernel's taps; larger than 1 only without strides.
        activation: a name, or one of `swiftcnn.activations` or `layers`; None is linear.
        use_bias: whether a bias is added.
        kernel_initializer, bias_initializer: names or objects of `swiftcnn.initializers`.

    Reference: Zeiler et al., 2010. Shapes: (N, H, W, C) to (N, H', W', filters); the kernel is (kH, kW, filters, C).
    """

    kernel = Weight()
    _ruled_weights = ("kernel", "bias")
    _fields = (
        "filters",
        "kernel_size",
        "strides",
        "padding",
        "output_padding",
        "dilation_rate",
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
        output_padding: Size | None = None,
        data_format: str | None = None,
        dilation_rate: Size = (1, 1),
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        **options: Any,
    ) -> None:
        super().__init__(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias, bias_initializer, **options
        )
        self.filters = integer("filters", filters)
        self.output_padding = None if output_padding is None else pair("output_padding", output_padding)
        self.kernel_initializer = initializers.describe("kernel_initializer", kernel_initializer)


class DepthwiseConv2D(_Convolution2D):
    """2-D convolution of every channel by itself, then bias, then activation.

    Args:
        kernel_size: one integer, or (height, width).
        strides: one integer, or (height, width).
        padding: "valid", or "same" for an output of ceil(input / stride).
        depth_multiplier: outputs a channel.
        data_format: None or "channels_last".
        dilation_rate: distance between the kernel's taps.
        activation: a name, or one of `swiftcnn.activations` or `layers`; None is linear.
        use_bias: whether a bias is added.
        depthwise_initializer, bias_initializer: names or objects of `swiftcnn.initializers`.

    Shapes: (N, H, W, C) to (N, H', W', C * depth_multiplier); the kernel is (kH, kW, C, depth_multiplier).
    """

    kernel = Weight()
    _ruled_weights = ("depthwise", "bias")
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
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        **options: Any,
    ) -> None:
        super().__init__(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias, bias_initializer, **options
        )
        self.depth_multiplier = integer("depth_multiplier", depth_multiplier)
        self.depthwise_initializer = initializers.describe("depthwise_initializer", depthwise_initializer)


class SeparableConv2D(_Convolution2D):
    """A depthwise convolution, then a 1 x 1 convolution that mixes its outputs, then bias, then activation.

    Args:
        filters: output channels.
        kernel_size: one integer, or (height, width).
        strides: one integer, or (height, width).
        padding: "valid", or "same" for an output of ceil(input / stride).
        data_format: None or "channels_last".
        dilation_rate: distance between the depthwise kernel's taps.
        depth_multiplier: outputs of the depthwise convolution a channel.
        activation: a name, or one of `swiftcnn.activations` or `layers`; None is linear.
        use_bias: whether a bias is added.
        depthwise_initializer, pointwise_initializer, bias_initializer: names or objects of `swiftcnn.initializers`.

    Shapes: (N, H, W, C) to (N, H', W', filters); the kernels are (kH, kW, C, depth_multiplier) and
    (1, 1, C * depth_multiplier, filters).
    """

    depthwise_kernel = Weight()
    pointwise_kernel = Weight()
    _ruled_weights = ("depthwise", "pointwise", "bias")
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
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        **options: Any,
    ) -> None:
        super().__init__(
            kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias, bias_initializer, **options
        )
        self.filters = integer("filters", filters)
        self.depth_multiplier = integer("depth_multiplier", depth_multiplier)
        self.depthwise_initializer = initializers.describe("depthwise_initializer", depthwise_initializer)
        self.pointwise_initializer = initializers.describe("pointwise_initializer", pointwise_initializer)
