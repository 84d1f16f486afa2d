"""Grad-CAM: where in an image a network sees a class (Selvaraju et al., 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._checks import integer, of_class
from .._layer import Layer
from .._symbols import Symbol, call_layer
from ..layers import Activation, Conv2D, Softmax, revive
from ..models import Model, Sequential, clone_model
from ._figures import grid, images, named, show
from ._inside import layer_of, part, samples, some

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GATE = "unchanged_maps"


def grad_cam(
    model: Model, x: Any, class_index: int | None = None, layer: Layer | Model | str | int | None = None
) -> NDArray[np.float32]:
    """Heat maps, (n, height, width) of the layer's output, from 0 to 1: how much each place speaks for the class.

    Args:
        model: a classifier.
        x: one image or many; for several inputs an array for each, in a list or a dict by name.
        class_index: the class; None for the one that the model takes each image for.
        layer: the convolution to look at, itself, its name or its index; None for the last. Of a layer that is called several
            times, the first call counts.
    """
    of_class("model", model, Model)
    chosen = _last_convolution(model) if layer is None else layer_of(model, layer)
    shape, behind = chosen.output_shape, model.output_shape
    if not all(isinstance(each, tuple) for each in (shape, behind)) or len(shape) != 4 or len(behind) != 2:
        raise ValueError(
            f"Grad-CAM needs a layer that puts out an image and a model that puts out classes; layer "
            f"{chosen.name!r} puts out {_without_batch(shape)}, the model {_without_batch(behind)}"
        )
    given = samples(model, x)
    maps = part(model, chosen).predict(given, verbose=0)
    classes = int(behind[-1] or 0)
    if class_index is not None and not 0 <= integer("class_index", class_index) < classes:
        raise ValueError(f"class_index must be 0 to {classes - 1}, received {class_index}")
    gated = _gated(model, chosen)
    return np.stack([_heat(gated, some(given, slice(n, n + 1)), each, class_index) for n, each in enumerate(maps)])


def _without_batch(shape: Any) -> Any:
    return shape[1:] if isinstance(shape, tuple) else shape


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


def _last_convolution(model: Model) -> Layer:
    found = [layer for layer in model.layers if isinstance(layer, Layer) and "Conv" in layer._class_name()]
    if not found:
        raise ValueError(f"model {model.name!r} has no convolution: pass layer=..., one that puts out an image")
    return found[-1]


def _gated(model: Model, layer: Any) -> Model:
    """A copy of the model down to the classes' scores before softmax, with a convolution behind the layer that changes nothing.

    That convolution is how the engine tells a gradient with respect to the maps: the gradient of its bias is the sum of
    theirs over all places, channel by channel.
    """
    copy = clone_model(model)
    copy.set_weights(model.get_weights())
    place = next(number for number, each in enumerate(model.layers) if each is layer)
    nodes = copy._chain() if isinstance(copy, Sequential) else copy._graph.nodes
    first = next(node for node in nodes if node.item is copy.layers[place])
    gate = Conv2D(layer.output_shape[-1], 1, name=GATE)
    end = copy.outputs[0].node
    values: dict[Symbol, Symbol] = {each: each for each in copy.inputs}
    for node in nodes:
        inputs = [values[each] for each in node.inputs]
        item = _linear(node.item) if node is end else node.item
        outputs = (
            inputs if item is None else item._call(inputs).outputs if isinstance(item, Model) else [call_layer(item, inputs)]
        )
        values.update(zip(node.outputs, [call_layer(gate, outputs)] if node is first else outputs, strict=True))
    gated = Model(copy.input, values[copy.outputs[0]])
    if isinstance(end.item, Layer) and (weights := end.item.get_weights()):
        gated.layers[-1].set_weights(weights)
    channels = layer.output_shape[-1]
    gate.set_weights([np.eye(channels, dtype=np.float32)[np.newaxis, np.newaxis], np.zeros(channels, np.float32)])
    gated.compile("sgd", "mean_squared_error")
    return gated


def _linear(item: Any) -> Any:
    """A layer without its activation; None if it is nothing else."""
    if not isinstance(item, Layer) or "activation" not in item._settings():
        return None if isinstance(item, Softmax) else item
    if isinstance(item, Activation):
        return None
    description = item._describe()
    settings = {**description["config"], "activation": "linear"}
    return revive({**description, "name": "scores", "config": settings})


def _heat(gated: Model, x: Any, maps: NDArray[np.float32], class_index: int | None) -> NDArray[np.float32]:
    scores = gated.predict(x, verbose=0)
    chosen = int(scores.argmax()) if class_index is None else class_index
    # The mean squared error whose gradient is 1 at the chosen score and 0 at the others.
    targets = scores.copy()
    targets[0, chosen] -= scores.shape[-1] / 2
    _, gradients = gated.compute_gradients(x, targets)
    weights = gradients[_place_of_bias(gated)] / (maps.shape[0] * maps.shape[1])
    heat: NDArray[np.float32] = np.maximum(maps @ weights, 0)
    return heat / max(float(heat.max()), 1e-12)


def _place_of_bias(gated: Model) -> int:
    """Among the model's weights."""
    place = 0
    for layer in gated.layers:
        if layer.name == GATE:
            return place + 1
        place += len(layer.weights)
    raise AssertionError("the model has no gate")
