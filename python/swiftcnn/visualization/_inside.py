"""A network's inside: the kernels that its convolutions learned, and what its layers make of an image."""

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
    """A model from the inputs to a layer's output, the first if it is called several times, with the same weights."""
    return Model(model.input, model._call_of(layer).outputs[0])


def layer_of(model: Model, layer: Layer | Model | str | int) -> Any:
    """A layer, or a model inside, that is given itself, by name or by index."""
    of_class("model", model, Model)
    if isinstance(layer, str):
        return model.get_layer(layer)
    found = layer if isinstance(layer, (Layer, Model)) else model.get_layer(index=layer)
    if not any(found is each for each in model.layers):
        raise ValueError(f"layer {found.name!r} is not one of model {model.name!r}")
    return found


def samples(model: Model, x: Any) -> Any:
    """What a model takes: images; for several inputs an array for each, in a list or a dict by name."""
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
    """What a layer makes of images: its outputs, (n, *output shape); the first, if it is called several times.

    Args:
        model: the model.
        x: what the model takes: one image or many; for several inputs an array for each, in a list or a dict by name.
        layer: the layer, its name or its index.
    """
    found: NDArray[np.float32] = part(model, layer_of(model, layer)).predict(samples(model, x), verbose=0)
    return found


def plot_feature_maps(model: Model, x: Any, layer: Layer | Model | str | int, count: int = 32) -> Figure:
    """What a layer makes of one image, channel by channel.

    Args:
        model: the model.
        x: one image; for several inputs an array for each, of which the first sample counts.
        layer: the layer, its name or its index; its output must be an image.
        count: at most so many channels.
    """
    maps = feature_maps(model, some(samples(model, x), slice(1)), layer)
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
