"""Plots of a network's inner values: the kernels of its convolutions, and the outputs of its layers for an image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._base.arrays import as_array
from .._base.checks import of_class
from .._graph.layer import Layer
from ..models import Model
from ._figures import at_least_one, grid, images, show

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def part(model: Model, layer: Any) -> Model:
    """A model from the inputs to a layer's output, with the same weights. The output is that of the layer's first call."""
    return Model(model.input, model._call_of(layer).outputs[0])


def layer_of(model: Model, layer: Layer | Model | str | int) -> Any:
    """A layer or a nested model, given as an object, by name or by index."""
    of_class("model", model, Model)
    if isinstance(layer, str):
        return model.get_layer(layer)
    found = layer if isinstance(layer, (Layer, Model)) else model.get_layer(index=layer)
    if not any(found is each for each in model.layers):
        raise ValueError(f"layer {found.name!r} is not one of model {model.name!r}")
    return found


def samples(model: Model, x: Any) -> Any:
    """The inputs of a model: images; for several inputs an array for each, in a list or a dict by name."""
    of_class("model", model, Model)
    if len(model.inputs) == 1:
        return images(x)
    if isinstance(x, Mapping):
        return {name: as_array(f"x[{name!r}]", each) for name, each in x.items()}
    if not isinstance(x, (list, tuple)):
        raise TypeError(
            f"model {model.name!r} has {len(model.inputs)} inputs: x must be an array for each, in a list or a dict by name, "
            f"received a {type(x).__name__}"
        )
    return [as_array(f"x[{place}]", each) for place, each in enumerate(x)]


def some(x: Any, part: slice) -> Any:
    """Some of the samples."""
    if isinstance(x, Mapping):
        return {name: each[part] for name, each in x.items()}
    return [each[part] for each in x] if isinstance(x, list) else x[part]


def feature_maps(model: Model, x: Any, layer: Layer | Model | str | int) -> NDArray[np.float32]:
    """The outputs of a layer for images, (n, *output shape); if the layer is called several times, its first output.

    Args:
        model: the model.
        x: one image or several. For a model with several inputs, an array for each, in a list or a dict by name.
        layer: the layer, as an object, a name or an index.
    """
    found: NDArray[np.float32] = part(model, layer_of(model, layer)).predict(samples(model, x), verbose=0)
    return found


def plot_feature_maps(model: Model, x: Any, layer: Layer | Model | str | int, count: int = 32) -> Figure:
    """Plots the output of a layer for one image, channel by channel.

    Args:
        model: the model.
        x: one image. For a model with several inputs, an array for each; the first sample is used.
        layer: the layer, as an object, a name or an index; its output must be an image.
        count: the largest number of channels to show.
    """
    maps = feature_maps(model, some(samples(model, x), slice(1)), layer)
    if maps.ndim != 4:
        raise ValueError(f"layer {layer!r} puts out {maps.shape[1:]}, which is no image: choose one before the Flatten")
    figure, places = grid(min(at_least_one("count", count), maps.shape[-1]), 8, 1.3)
    for channel, axes in enumerate(places):
        show(axes, maps[0, :, :, channel], str(channel), cmap="viridis")
    return figure


def plot_filters(layer: Layer, count: int = 64) -> Figure:
    """Plots the kernels of a convolution: in colour for three input channels, else their mean over the input channels.

    Args:
        layer: a convolution with weights.
        count: the largest number of filters to show.
    """
    weights = of_class("layer", layer, Layer).get_weights()
    if not weights or weights[0].ndim != 4:
        raise ValueError(f"layer {layer.name!r} has no convolution kernel (height, width, in, out)")
    kernel = weights[0]
    figure, places = grid(min(at_least_one("count", count), kernel.shape[-1]), 8, 1.2)
    limit = float(np.abs(kernel).max()) or 1.0
    for index, axes in enumerate(places):
        if kernel.shape[2] == 3:
            show(axes, kernel[..., index] / (2 * limit) + 0.5, str(index))
        else:
            show(axes, kernel[..., index].mean(-1), str(index), cmap="RdBu", vmin=-limit, vmax=limit)
    return figure
