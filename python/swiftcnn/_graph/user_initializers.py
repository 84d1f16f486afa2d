"""Initial weights from users' initializers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._base.arrays import as_array
from .._base.user_warnings import warn_user
from .architecture import INITIALIZER
from .layer import Layer
from .parameter_store import ParameterStore


def initialize(store: ParameterStore, layers: Sequence[Layer]) -> None:
    """Calls the users' initializers for layers that have no weights yet."""
    for index, layer in enumerate(layers):
        if layer._slot is not None:
            continue
        for field, function in _of(layer):
            weight = _weight(store, index, field.removesuffix(INITIALIZER))
            if weight is not None:
                store.engine.set_weight(weight, _asked(f"{field} of layer {layer.name!r}", function, store.shapes[weight]))


def warn_of_loss(what: str, layers: Sequence[Layer]) -> None:
    """Warns of users' initializers that a file or a text cannot contain."""
    lost = [f"{field} of {layer.name!r}" for layer in layers for field, _ in _of(layer)]
    if lost:
        warn_user(
            f"{what} does not hold the initializers of your own ({', '.join(lost[:5])}): a model that gets fresh weights from "
            "its architecture begins with the layers' default ones"
        )


def _of(layer: Layer) -> Iterator[tuple[str, Any]]:
    return ((field, value) for field in layer._fields if field.endswith(INITIALIZER) and callable(value := getattr(layer, field)))


def _weight(store: ParameterStore, layer: int, stem: str) -> int | None:
    """The index of the weight that `kernel` of `kernel_initializer` names. The layer may lack it, for example a bias."""
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
