"""Grad-CAM: the regions of an image that contribute to a class (Selvaraju et al., 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._base.checks import integer, of_class
from .._graph.layer import Layer
from .._graph.symbolic_tensor import SymbolicTensor, call_layer
from .._training.model_arrays import ModelArrays
from ..layers import Activation, Softmax
from ..models import Model
from ._figures import grid, images, named, show
from ._inside import layer_of, samples

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def grad_cam(
    model: Model, x: Any, class_index: int | None = None, layer: Layer | Model | str | int | None = None
) -> NDArray[np.float32]:
    """Heat maps, (n, height, width) of the layer's output, from 0 to 1: the contribution of each position to the class.

    Args:
        model: a classifier.
        x: one image or several. For a model with several inputs, an array for each, in a list or a dict by name.
        class_index: the class; None uses the predicted class of each image.
        layer: the convolution, as an object, a name or an index; None for the last one. If a layer is called several times, its
            first call is used.
    """
    of_class("model", model, Model)
    chosen = _last_convolution(model) if layer is None else layer_of(model, layer)
    shape, behind = chosen.output_shape, model.output_shape
    if not all(isinstance(each, tuple) for each in (shape, behind)) or len(shape) != 4 or len(behind) != 2:
        raise ValueError(
            f"Grad-CAM needs a layer that puts out an image and a model that puts out classes; layer "
            f"{chosen.name!r} puts out {_without_batch(shape)}, the model {_without_batch(behind)}"
        )
    classes = int(behind[-1] or 0)
    if class_index is not None and not 0 <= integer("class_index", class_index) < classes:
        raise ValueError(f"class_index must be 0 to {classes - 1}, received {class_index}")
    maps = model._call_of(chosen).outputs[0]
    whole = Model(model.inputs, [maps, _scores(model)])
    head = Model([*model.inputs, maps], whole.outputs[1])
    given = ModelArrays(model).by_place("x", samples(model, x))
    return np.stack([_heat(whole, head, [each[n : n + 1] for each in given], class_index) for n in range(len(given[0]))])


def _without_batch(shape: Any) -> Any:
    return shape[1:] if isinstance(shape, tuple) else shape


def plot_grad_cam(
    model: Model,
    x: Any,
    class_index: int | None = None,
    layer: Layer | str | int | None = None,
    class_names: Sequence[str] | None = None,
) -> Figure:
    """Plots images, each with an overlay of the regions that contribute to its class.

    Args:
        model: a classifier.
        x: one image or several.
        class_index: the class; None uses the predicted class of each image.
        layer: the convolution; None for the last one.
        class_names: names to write instead of the class numbers.
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


def _scores(model: Model) -> SymbolicTensor:
    """The scores of the classes before softmax: the output of the last layer without its activation."""
    output: SymbolicTensor = model.outputs[0]
    last = output.node.item
    if not isinstance(last, Layer):
        return output
    if isinstance(last, (Activation, Softmax)):
        return output.node.inputs[0]
    if getattr(last, "activation", "linear") == "linear":
        return output
    linear = type(last).from_config({**last.get_config(), "name": None, "activation": None})
    scores = call_layer(linear, output.node.inputs)
    Model(list(output.node.inputs), scores).set_weights(last.get_weights())
    return scores


def _heat(whole: Model, head: Model, x: list[NDArray[Any]], class_index: int | None) -> NDArray[np.float32]:
    maps, scores = whole.predict(x, verbose=0)
    direction = np.zeros_like(scores)
    direction[0, int(scores.argmax()) if class_index is None else class_index] = 1
    gradients = head.differentiate([*x, maps], direction).inputs[-1]
    heat: NDArray[np.float32] = np.maximum(maps[0] @ gradients[0].mean((0, 1)), 0)
    return heat / max(float(heat.max()), 1e-12)
