"""Grad-CAM: where in an image a network sees a class (Selvaraju et al., 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._checks import integer, of_class
from .._layer import Layer
from ..layers import Conv2D, Input, revive
from ..models import Model, Sequential
from ._figures import grid, images, named, show
from ._inside import index_of, part

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def grad_cam(model: Model, x: Any, class_index: int | None = None, layer: Layer | str | int | None = None) -> NDArray[np.float32]:
    """Heat maps, (n, height, width) of the layer's output, from 0 to 1: how much each place speaks for the class.

    Args:
        model: a classifier.
        x: one image or many.
        class_index: the class; None for the one that the model takes each image for.
        layer: the convolution to look at, itself, its name or its index; None for the last.
    """
    of_class("model", model, Model)
    place = _last_convolution(model) if layer is None else index_of(model, layer)
    shape = model.layers[place].output_shape
    if len(shape) != 4 or len(model.output_shape) != 2:
        raise ValueError(
            f"Grad-CAM needs a layer that puts out an image and a model that puts out classes; layer "
            f"{model.layers[place].name!r} puts out {shape[1:]}, the model {model.output_shape[1:]}"
        )
    maps = part(model, 0, place + 1).predict(images(x), verbose=0)
    inputs = len(model.layers) - len(model._line)  # a functional model counts its input as a layer
    head = _head(model, place + 1 - inputs, maps.shape[1:])
    classes = int(model.output_shape[-1] or 0)
    if class_index is not None and not 0 <= integer("class_index", class_index) < classes:
        raise ValueError(f"class_index must be 0 to {classes - 1}, received {class_index}")
    return np.stack([_heat(head, each[np.newaxis], class_index) for each in maps])


def plot_grad_cam(
    model: Model,
    x: Any,
    class_index: int | None = None,
    layer: Layer | str | int | None = None,
    class_names: Sequence[str] | None = None,
) -> Figure:
    """Images, and over each the places that speak for its class.

    Args:
        model: a classifier.
        x: one image or many.
        class_index: the class; None for the one that the model takes each image for.
        layer: the convolution to look at; None for the last.
        class_names: what to write instead of the numbers.
    """
    pictures = images(x)
    heats = grad_cam(model, pictures, class_index, layer)
    called = model.predict(pictures, verbose=0).argmax(-1) if class_index is None else [class_index] * len(pictures)
    figure, places = grid(len(pictures), 5, 2.2)
    for axes, picture, heat, index in zip(places, pictures, heats, called, strict=True):
        show(axes, picture, named(index, class_names))
        extent = (-0.5, picture.shape[1] - 0.5, picture.shape[0] - 0.5, -0.5)
        axes.imshow(heat, cmap="jet", alpha=0.4, extent=extent, interpolation="bilinear", vmin=0, vmax=1)
    return figure


def _last_convolution(model: Model) -> int:
    found = [index for index, layer in enumerate(model.layers) if isinstance(layer, Layer) and "Conv" in layer._class_name()]
    if not found:
        raise ValueError(f"model {model.name!r} has no convolution: pass layer=..., one that puts out an image")
    return found[-1]


def _head(model: Model, start: int, shape: tuple[int, ...]) -> Sequential:
    """The layers from the `start`-th on, down to the classes' scores before softmax, behind a convolution that changes nothing.

    That convolution is how the engine tells a gradient with respect to the maps: the gradient of its bias is the sum of
    theirs over all places, channel by channel.
    """
    channels = shape[-1]
    descriptions = model._flat_config()["layers"][start:]
    if descriptions and descriptions[-1]["class"] in ("Activation", "Softmax"):
        descriptions = descriptions[:-1]
    elif descriptions and "activation" in descriptions[-1]["config"]:
        last = descriptions[-1]
        descriptions = [*descriptions[:-1], {**last, "config": {**last["config"], "activation": "linear"}}]
    gate = Conv2D(channels, 1, name="unchanged_maps")
    head = Sequential([Input(shape), gate, *(revive(description) for description in descriptions)])
    gate.set_weights([np.eye(channels, dtype=np.float32)[np.newaxis, np.newaxis], np.zeros(channels, np.float32)])
    for mine, its in zip(head.layers[1:], model._line[start:], strict=False):
        if weights := its.get_weights():
            mine.set_weights(weights)
    head.compile("sgd", "mean_squared_error")
    return head


def _heat(head: Sequential, maps: NDArray[np.float32], class_index: int | None) -> NDArray[np.float32]:
    scores = head.predict(maps, verbose=0)
    chosen = int(scores.argmax()) if class_index is None else class_index
    # The mean squared error whose gradient is 1 at the chosen score and 0 at the others.
    targets = scores.copy()
    targets[0, chosen] -= scores.shape[-1] / 2
    _, gradients = head.compute_gradients(maps, targets)
    weights = gradients[1] / (maps.shape[1] * maps.shape[2])
    heat: NDArray[np.float32] = np.maximum(maps[0] @ weights, 0)
    return heat / max(float(heat.max()), 1e-12)
