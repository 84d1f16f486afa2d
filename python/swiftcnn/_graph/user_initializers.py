"""Initial weights that Python makes: by a user's initializer, or by one of this library that is called by hand."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .. import _native
from .._base.arrays import as_array
from .._base.checks import sample_shape
from .._base.user_warnings import warn_user

if TYPE_CHECKING:
    from .._models.parameter_store import ParameterStore
    from .layer import Layer

SUFFIX = "_initializer"


def initialize(store: ParameterStore, layers: Sequence[Layer]) -> None:
    """Asks the users' initializers for the weights of layers that have none yet."""
    for index, layer in enumerate(layers):
        if layer._slot is not None:
            continue
        for field, function in _of(layer):
            weight = _weight(store, index, field.removesuffix(SUFFIX))
            if weight is not None:
                store.engine.set_weight(weight, _asked(f"{field} of layer {layer.name!r}", function, store.shapes[weight]))


def plain(architecture: Mapping[str, Any]) -> dict[str, Any]:
    """The architecture as the engine and files have it: users' initializers give way to the defaults of their layers."""
    layers = [{**each, "config": _plain_config(each["class"], each["config"])} for each in architecture["layers"]]
    return {**architecture, "layers": layers}


def default(kind: str, field: str) -> Any:
    """What a layer of this class begins with if it is told nothing else."""
    import inspect  # here, so that importing swiftcnn stays quick

    from ..layers import _KNOWN

    return inspect.signature(_KNOWN[kind]).parameters[field].default


def warn_of_loss(what: str, layers: Sequence[Layer]) -> None:
    """Tells of the users' initializers that a file or a text does not hold."""
    lost = [f"{field} of {layer.name!r}" for layer in layers for field, _ in _of(layer)]
    if lost:
        warn_user(
            f"{what} does not hold the initializers of your own ({', '.join(lost[:5])}): a model that gets fresh weights from "
            "its architecture begins with the layers' default ones"
        )


def drawn(description: str | Mapping[str, Any], shape: Any, seed: int, dtype: Any) -> NDArray[Any]:
    """What an initializer of this library makes for a weight of this shape: the engine draws it for a layer that has one."""
    sizes, kind = sample_shape("shape", shape), _floating(dtype)
    if min(sizes, default=1) < 1:
        raise ValueError(f"shape must have sizes of at least 1, received {shape!r}")
    name, samples, settings = _layer_with(sizes)
    stem = "kernel" if len(sizes) > 1 else "bias"
    config = {**settings, f"{stem}{SUFFIX}": description}
    layer = {"class": name, "name": "initializer", "config": config}
    architecture = {"format": 1, "class": "Sequential", "name": "initializer", "input": {"shape": samples}, "layers": [layer]}
    values = np.empty(sizes, np.float32)
    _native.Model(json.dumps(architecture), seed).get_weight(("kernel", "bias").index(stem), values)
    return values.astype(kind, copy=False)


def _floating(dtype: Any) -> np.dtype[Any]:
    """The type of the values; None is float32."""
    try:
        kind = np.dtype(np.float32 if dtype is None else dtype)
    except (TypeError, ValueError):
        kind = np.dtype(object)
    if kind.kind != "f":
        raise TypeError(f"dtype must be a type of floating-point numbers, such as 'float32', received {dtype!r:.80}")
    return kind


def _layer_with(sizes: tuple[int, ...]) -> tuple[str, tuple[int, ...], dict[str, Any]]:
    """Class, samples and settings of a layer with a weight of these sizes: a bias, or a kernel, whose fans are to be right."""
    if len(sizes) < 2:
        return "Dense", (1,), {"units": math.prod(sizes)}
    if len(sizes) == 2:
        return "Dense", sizes[:1], {"units": sizes[1]}
    window = (math.prod(sizes[:-3]), sizes[-3])
    return "Conv2D", (*window, sizes[-2]), {"filters": sizes[-1], "kernel_size": window}


def _of(layer: Layer) -> Iterator[tuple[str, Any]]:
    return ((field, value) for field in layer._fields if field.endswith(SUFFIX) and callable(value := getattr(layer, field)))


def _weight(store: ParameterStore, layer: int, stem: str) -> int | None:
    """The number of the weight that `kernel` of `kernel_initializer` means; the layer may do without it, as with a bias."""
    names = {store.names[index].rpartition("/")[2]: index for index in store.facts[layer].weights}
    if stem == "depthwise" and "depthwise_kernel" not in names:
        stem = "kernel"
    return names.get(stem, names.get(f"{stem}_kernel"))


def _asked(what: str, function: Any, shape: tuple[int, ...]) -> NDArray[np.float32]:
    values = as_array(f"what {what} returned", function(shape, dtype="float32"))
    if values.shape != shape:
        raise ValueError(f"{what} must return an array of the shape {shape}, which it was given, received {values.shape}")
    weights = np.ascontiguousarray(values, np.float32)
    if not np.isfinite(weights).all():
        raise ValueError(f"{what} must return finite numbers, received {weights[~np.isfinite(weights)][0]}")
    return weights


def _plain_config(kind: str, config: Mapping[str, Any]) -> dict[str, Any]:
    return {
        field: default(kind, field) if field.endswith(SUFFIX) and callable(value) else value for field, value in config.items()
    }
