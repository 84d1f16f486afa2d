"""Activations by Keras's names: for a layer's `activation=`, or to be called on arrays.

`activations.relu` and `"relu"` mean the same to a layer.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arrays import as_array

__all__ = [
    "celu",
    "elu",
    "exponential",
    "gelu",
    "get",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "serialize",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "softsign",
    "swish",
    "tanh",
]


class Function:
    """One activation: what a layer takes, and a function of arrays."""

    def __init__(self, name: str) -> None:
        self.__name__ = name

    def __call__(self, x: Any) -> NDArray[np.float32]:
        """What a layer with this activation makes of the values x; softmax goes over the last axis."""
        from .layers import Activation

        values = as_array("x", x)
        columns = values.shape[-1] if values.ndim else 1
        result: NDArray[np.float32] = Activation(self.__name__)(values.reshape(-1, columns))
        return result.reshape(values.shape)

    def __repr__(self) -> str:
        return f"<activation {self.__name__}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return get, (self.__name__,)


linear = Function("linear")
relu = Function("relu")
softmax = Function("softmax")
sigmoid = Function("sigmoid")
tanh = Function("tanh")
leaky_relu = Function("leaky_relu")
elu = Function("elu")
gelu = Function("gelu")
relu6 = Function("relu6")
silu = Function("silu")
swish = Function("swish")
selu = Function("selu")
celu = Function("celu")
softplus = Function("softplus")
softsign = Function("softsign")
exponential = Function("exponential")
hard_sigmoid = Function("hard_sigmoid")
hard_silu = Function("hard_silu")
hard_swish = Function("hard_swish")
hard_tanh = Function("hard_tanh")
mish = Function("mish")
log_sigmoid = Function("log_sigmoid")
log_softmax = Function("log_softmax")

_KNOWN: dict[str, Function] = {value.__name__: value for value in list(globals().values()) if isinstance(value, Function)}


def get(identifier: Any) -> Function:
    """The activation of a name, of what Keras writes for one in files, or of None (linear); one stays itself."""
    if isinstance(identifier, Function):
        return identifier
    name = "linear" if identifier is None else identifier
    if isinstance(name, dict):
        name = name.get("config")
    if not isinstance(name, str):
        raise TypeError(
            f"an activation must be a name such as 'relu', one of swiftcnn.activations, or None, received {identifier!r}"
        )
    found = _KNOWN.get(name.lower())
    if found is None:
        raise ValueError(f"unknown activation {name!r}; known: {', '.join(_KNOWN)}")
    return found


def serialize(activation: Any) -> str:
    """The name of an activation."""
    return get(activation).__name__
