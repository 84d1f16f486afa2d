"""The layers: plain values that say what the engine is to compute. Shapes are N H W C, kernels kH kW I O.

A layer's numbers live in the model that it was added to; until that model is built, the layer has no weights.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from .._base import missing_names as _missing_names
from .._base.configurable import named
from .._graph.layer import Layer
from ._activation_classes import ELU, LeakyReLU, PReLU, ReLU, Softmax
from ._augmentation_classes import (
    RandomBrightness,
    RandomContrast,
    RandomCrop,
    RandomFlip,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
)
from ._convolution_classes import Conv2D, Conv2DTranspose, DepthwiseConv2D, SeparableConv2D
from ._core_classes import Activation, Dense, Identity
from ._image_classes import CenterCrop, Rescaling, Resizing
from ._input import Input, InputLayer
from ._merging import add, average, concatenate, dot, maximum, minimum, multiply, subtract
from ._merging_classes import Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract
from ._normalization_classes import (
    BatchNormalization,
    GroupNormalization,
    LayerNormalization,
    Normalization,
    UnitNormalization,
)
from ._operators import Operation as Operation
from ._pooling_classes import (
    AdaptiveAveragePooling2D,
    AdaptiveMaxPooling2D,
    AveragePooling2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    MaxPooling2D,
)
from ._regularization_classes import (
    ActivityRegularization,
    AlphaDropout,
    Dropout,
    GaussianDropout,
    GaussianNoise,
    SpatialDropout2D,
)
from ._reshaping_classes import Cropping2D, Flatten, Permute, RepeatVector, Reshape, UpSampling2D, ZeroPadding2D

if TYPE_CHECKING:
    from . import experimental as experimental

__all__ = [
    "ELU",
    "Activation",
    "ActivityRegularization",
    "AdaptiveAveragePooling2D",
    "AdaptiveMaxPooling2D",
    "Add",
    "AlphaDropout",
    "Average",
    "AveragePooling2D",
    "AvgPool2D",
    "BatchNormalization",
    "CenterCrop",
    "Concatenate",
    "Conv2D",
    "Conv2DTranspose",
    "Convolution2D",
    "Convolution2DTranspose",
    "Cropping2D",
    "Dense",
    "DepthwiseConv2D",
    "Dot",
    "Dropout",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling2D",
    "GlobalAvgPool2D",
    "GlobalMaxPool2D",
    "GlobalMaxPooling2D",
    "GroupNormalization",
    "Identity",
    "Input",
    "InputLayer",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "MaxPool2D",
    "MaxPooling2D",
    "Maximum",
    "Minimum",
    "Multiply",
    "Normalization",
    "PReLU",
    "Permute",
    "RandomBrightness",
    "RandomContrast",
    "RandomCrop",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "ReLU",
    "RepeatVector",
    "Rescaling",
    "Reshape",
    "Resizing",
    "SeparableConv2D",
    "SeparableConvolution2D",
    "Softmax",
    "SpatialDropout2D",
    "Subtract",
    "UnitNormalization",
    "UpSampling2D",
    "ZeroPadding2D",
    "add",
    "average",
    "concatenate",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "subtract",
]

MaxPool2D = MaxPooling2D
AvgPool2D = AveragePooling2D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalMaxPool2D = GlobalMaxPooling2D
Convolution2D = Conv2D
Convolution2DTranspose = Conv2DTranspose
SeparableConvolution2D = SeparableConv2D

_KNOWN: dict[str, type[Layer]] = {
    kind.__name__: kind
    for kind in map(globals().get, __all__)
    if isinstance(kind, type) and issubclass(kind, Layer) and kind not in (Layer, InputLayer, Operation)
}


def revive(description: Mapping[str, Any]) -> Layer:
    """The layer that an architecture's entry describes."""
    name = description.get("class")
    if name not in _KNOWN:
        raise ValueError(f"unknown layer class {name!r}; known: {', '.join(_KNOWN)}")
    common = {"name": description.get("name"), "trainable": description.get("trainable", True)}
    config = {**common, **description.get("config", {})}
    if common["name"] is None:
        return _KNOWN[name].from_config(config)
    return cast("Layer", named(f"layer {common['name']!r}", _KNOWN[name].from_config, config))


if not TYPE_CHECKING:  # which would take every name for one that there is

    def __getattr__(name: str) -> Any:
        if name == "experimental":
            from importlib import import_module

            return import_module(".experimental", __name__)
        raise AttributeError(_missing_names.message(sys.modules[__name__], name))
