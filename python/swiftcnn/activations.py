"""Activations under Keras's names: for a layer's `activation=`, or to call on arrays.

For a layer, `activations.relu` and `"relu"` are the same, and `lambda x: activations.relu(x, max_value=6)` is "relu6". With
`max_value=5` the function equals `layers.ReLU(max_value=5)`, which layers accept as an activation too.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import layers as _layers
from ._base import activation_names as _names
from ._base.arrays import as_array
from ._base.checks import axes as _axes
from ._graph.symbolic_tensor import is_symbolic

if TYPE_CHECKING:
    from ._graph.layer import Layer

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


class Function(_names.NamedFunction):
    """One activation: a value for a layer's `activation=`, and a function of arrays and symbolic tensors."""

    def __call__(self, x: Any) -> Any:
        """Applies the activation to x. Returns a NumPy array; for an `Input` or an `.output`, a symbolic tensor."""
        return _applied(_layers.Activation(self.__name__), x)

    def __repr__(self) -> str:
        return f"<activation {self.__name__}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return get, (self.__name__,)


class _Relu(Function):
    """`negative_slope * (x - threshold)` below `threshold`, else x, but at most `max_value`."""

    def __call__(self, x: Any, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0) -> Any:
        """Applies `layers.ReLU` with these settings to x."""
        return _applied(_layers.ReLU(max_value, negative_slope, threshold), x)


class _LeakyRelu(Function):
    """`negative_slope * x` below 0, else x."""

    def __call__(self, x: Any, negative_slope: float = 0.2) -> Any:
        """Applies `layers.LeakyReLU` with this slope to x."""
        return _applied(_layers.LeakyReLU(negative_slope), x)


class _Elu(Function):
    """`alpha * (exp(x) - 1)` below 0, else x."""

    def __call__(self, x: Any, alpha: float = 1.0) -> Any:
        """Applies `layers.ELU` with this alpha to x."""
        return _applied(_layers.ELU(alpha), x)


class _Gelu(Function):
    """x · Φ(x), where Φ is the distribution function of the normal distribution."""

    def __call__(self, x: Any, approximate: bool = False) -> Any:
        """Applies the exact function to x, as a layer with this activation does.

        Raises:
            ValueError: for `approximate=True`.
        """
        if approximate:
            raise ValueError("gelu is exact here, received approximate=True: omit it, the values differ by less than 0.0005")
        return super().__call__(x)


class _Softmax(Function):
    """`exp(x)`, divided by its sum over the axis."""

    def __call__(self, x: Any, axis: int | Sequence[int] = -1) -> Any:
        """exp(x), divided by its sum over the axis, or over several axes. For an array, any axis is allowed."""
        return _layers.Softmax(axis)(x) if is_symbolic(x) else _along(axis, _layers.Softmax(), as_array("x", x))


def _applied(layer: Layer, x: Any) -> Any:
    """Applies the layer to x. The first axis of x need not be the batch axis."""
    if is_symbolic(x):
        return layer(x)
    values = as_array("x", x)
    columns = values.shape[-1] if values.ndim else 1
    return layer(values.reshape(-1, columns)).reshape(values.shape)


def _along(axis: int | Sequence[int], layer: Layer, values: NDArray[Any]) -> Any:
    """Applies the layer to the rows that the axes form together."""
    checked = _axes("axis", axis)
    which = checked if isinstance(checked, tuple) else (checked,)
    last = range(-len(which), 0)
    try:
        moved = np.moveaxis(values, which, last)
    except (ValueError, OverflowError):  # which of them, NumPy decides by the size
        raise ValueError(f"axis must name axes of x, each once, received {axis!r} for x of shape {values.shape}") from None
    rows = moved.reshape(-1, prod(moved.shape[-len(which) :]))
    return np.moveaxis(layer(rows).reshape(moved.shape), last, which)


linear = Function("linear")
relu = _Relu("relu")
softmax = _Softmax("softmax")
sigmoid = Function("sigmoid")
tanh = Function("tanh")
leaky_relu = _LeakyRelu("leaky_relu")
elu = _Elu("elu")
gelu = _Gelu("gelu")
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

_KNOWN: dict[str, Function] = {name: globals()[name] for name in _names.KNOWN}


def get(identifier: Any) -> Function:
    """Returns the activation for a name, for Keras's description in a file, or for None (linear); keeps an activation."""
    if isinstance(identifier, Function):
        return identifier
    return _KNOWN[_names.name_of(identifier)]


def serialize(activation: Any) -> str:
    """The name of an activation."""
    return get(activation).__name__
