"""The layers: settings that describe the engine's computation. Shapes are N H W C, kernels kH kW I O.

A layer's weights are stored in the model that it was added to. Until that model is built, the layer has no weights.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from .._base import missing_names as _missing_names
from .._base.configurable import named
from .._graph.hooks import layer_classes as _layer_classes
from .._graph.layer import Layer
from . import (
    _activation_classes,
    _augmentation_classes,
    _convolution_classes,
    _core_classes,
    _image_classes,
    _merging_classes,
    _normalization_classes,
    _pooling_classes,
    _regularization_classes,
    _reshaping_classes,
)
from ._activation_classes import *
from ._augmentation_classes import *
from ._convolution_classes import *
from ._core_classes import *
from ._image_classes import *
from ._input import Input, InputLayer
from ._merging import add, average, concatenate, dot, maximum, minimum, multiply, subtract
from ._merging_classes import *
from ._normalization_classes import *
from ._operators import Operation as Operation
from ._pooling_classes import *
from ._regularization_classes import *
from ._reshaping_classes import *

if TYPE_CHECKING:
    from . import experimental as experimental

__all__ = [
    *_activation_classes.__all__,
    *_augmentation_classes.__all__,
    *_convolution_classes.__all__,
    *_core_classes.__all__,
    *_image_classes.__all__,
    *_merging_classes.__all__,
    *_normalization_classes.__all__,
    *_pooling_classes.__all__,
    *_regularization_classes.__all__,
    *_reshaping_classes.__all__,
    "AvgPool2D",
    "Convolution2D",
    "Convolution2DTranspose",
    "GlobalAvgPool2D",
    "GlobalMaxPool2D",
    "Input",
    "InputLayer",
    "Layer",
    "MaxPool2D",
    "SeparableConvolution2D",
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
_layer_classes.update(_KNOWN)


def revive(description: Mapping[str, Any]) -> Layer:
    """Creates the layer that an entry of an architecture describes."""
    name = description.get("class")
    if name not in _KNOWN:
        raise ValueError(f"unknown layer class {name!r}; known: {', '.join(sorted(_KNOWN))}")
    common = {"name": description.get("name"), "trainable": description.get("trainable", True)}
    config = {**common, **description.get("config", {})}
    if common["name"] is None:
        return _KNOWN[name].from_config(config)
    return cast("Layer", named(f"layer {common['name']!r}", _KNOWN[name].from_config, config))


if not TYPE_CHECKING:  # otherwise every name would seem to exist

    def __getattr__(name: str) -> Any:
        if name == "experimental":
            from importlib import import_module

            return import_module(".experimental", __name__)
        raise AttributeError(_missing_names.message(sys.modules[__name__], name))
