"""A network's inside: the kernels that its convolutions learned, and what its layers make of an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._checks import of_class
from .._layer import Layer
from ..models import Model
from ._figures import at_least_one, grid, images, show

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def part(model: Model, place: int) -> Model:
    """A model from the inputs to a layer's output, with the same weights."""
    return Model(model.input, model.layers[place].output)


def index_of(model: Model, layer: Layer | str | int) -> int:
    """The place of a layer that is given itself, by name or by index."""
    of_class("model", model, Model)
    if isinstance(layer, str):
        found: Layer = model.get_layer(layer)
    else:
        found = layer if isinstance(layer, Layer) else model.get_layer(index=layer)
    if found not in model.layers:
        raise ValueError(f"layer {found.name!r} is not one of model {model.name!r}")
    return model.layers.index(found)


def feature_maps(model: Model, x: Any, layer: Layer | str | int) -> NDArray[np.float32]:
    """What a layer makes of images: its outputs, (n, *output shape).

    Args:
        model: the model.
        x: what the model takes: one image or many.
        layer: the layer, its name or its index.
    """
    return part(model, index_of(model, layer)).predict(images(x), verbose=0)


def plot_feature_maps(model: Model, x: Any, layer: Layer | str | int, count: int = 32) -> Figure:
    """What a layer makes of one image, channel by channel.

    Args:
        model: the model.
        x: one image.
        layer: the layer, its name or its index; its output must be an image.
        count: at most so many channels.
    """
    maps = feature_maps(model, images(x)[:1], layer)
    if maps.ndim != 4:
        raise ValueError(f"layer {layer!r} puts out {maps.shape[1:]}, which is no image: choose one before the Flatten")
    figure, places = grid(min(at_least_one("count", count), maps.shape[-1]), 8, 1.3)
    for channel, axes in enumerate(places):
        show(axes, maps[0, :, :, channel], str(channel), cmap="viridis")
    return figure


def plot_filters(layer: Layer, count: int = 64) -> Figure:
    """The kernels of a convolution: in colour for three input channels, else the mean over the input channels.

    Args:
        layer: a convolution that has its weights.
        count: at most so many filters.
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
