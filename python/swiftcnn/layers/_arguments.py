"""Checks of arguments that only layers have. The generated classes call the functions that take the argument's name first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn

from .. import initializers
from .._base.activation_names import NamedFunction, name_of
from .._base.checks import axes, integer, pair, real
from .._base.user_warnings import warn_user
from .._graph.hooks import layer_classes
from .._graph.layer import Layer
from .._graph.symbolic_tensor import Node, SymbolicTensor

Size = int | Sequence[int]
Edges = int | Sequence[int | Sequence[int]]
Axes = int | Sequence[int]
Factor = float | Sequence[float]

# Activations that also exist as layers in Keras: class and settings.
_AS_LAYERS: dict[str, tuple[str, dict[str, Any]]] = {
    "relu": ("ReLU", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}),
    "relu6": ("ReLU", {"max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0}),
    "leaky_relu": ("LeakyReLU", {"negative_slope": 0.2}),
    "elu": ("ELU", {"alpha": 1.0}),
    "softmax": ("Softmax", {"axis": -1}),
}
# Layers that other layers compute as their activation, whatever their settings.
_WITHIN_LAYERS = ("ReLU", "LeakyReLU", "ELU")


def activation_setting(what: str, value: Any) -> str | dict[str, Any]:
    """An activation's name. For a layer with settings that no name describes, its class and config."""
    if value is None:
        return "linear"
    if isinstance(value, NamedFunction):
        return value.__name__
    if isinstance(value, Mapping):
        return _of_description(value)
    if isinstance(value, Layer) or (isinstance(value, type) and issubclass(value, Layer)):
        return _of_layer(value() if isinstance(value, type) else value)
    if callable(value):
        return _of_function(value)
    if not isinstance(value, str):
        raise TypeError(
            f"{what} must be a name such as 'relu', a function such as swiftcnn.activations.relu, or None, received {value!r}"
        )
    return value.lower()


def _of_layer(layer: Layer) -> str | dict[str, Any]:
    """A layer, such as `ReLU(max_value=6)`, as an activation within another layer."""
    kind, config = layer._class_name(), layer._settings()
    if kind == "Activation":
        return activation_setting("activation", config["activation"])
    for name, same in _AS_LAYERS.items():
        if (kind, config) == same:
            return name
    if kind in _WITHIN_LAYERS:
        return {"class": kind, "config": config}
    raise ValueError(
        f"activation={layer!r} is none that is computed within a layer: omit activation, and add layers.{layer!r} as the "
        "next layer"
    )


def _of_description(described: Mapping[str, Any]) -> str | dict[str, Any]:
    """Reads the result of `activation_setting`, or Keras's description of a layer or a function."""
    name = described.get("class", described.get("class_name"))
    if name in _WITHIN_LAYERS:
        return _of_layer(layer_classes[name].from_config(described.get("config", {})))
    return name_of(described)


class _Anywhere(SymbolicTensor):
    """A start without shape or values: an activation is the same for all of them."""

    @property
    def shape(self) -> NoReturn:
        raise AttributeError("an activation has to compute the same for every shape")

    def __bool__(self) -> NoReturn:
        raise TypeError("an activation has to compute the same for every value")


def _of_function(function: Callable[[Any], Any]) -> str | dict[str, Any]:
    """The activation that a function of users calls, such as `lambda x: activations.relu(x, max_value=6)`.

    The function is called on the start of a chain of layers. Only layers and activations accept that, and each adds itself to
    the chain that it returns. So a chain with one layer describes everything that the function computes.
    """
    from ._input import InputLayer

    start = _Anywhere(Node(InputLayer((1,)), (), [(1,)]))
    message = (
        f"activation={function!r:.80} must call one activation and nothing else, as lambda x: relu(x, max_value=6) does, since "
        "the engine runs no Python: omit activation, and add layers that compute the same as the next ones"
    )
    try:
        end = function(start)
    except Exception as error:  # any error of the user's function
        raise ValueError(f"{message} (it raised {type(error).__name__}: {error})") from error
    if end is start:
        return "linear"
    if not isinstance(end, SymbolicTensor) or end.node.inputs != (start,) or not isinstance(end.node.item, Layer):
        raise ValueError(message)
    return _of_layer(end.node.item)


def random_seed(what: str, value: Any) -> int:
    """A layer's own seed."""
    number = integer(what, value)
    if number < 0:
        raise ValueError(f"{what} must be at least 0, or None, received {number}")
    return number


def initializer(what: str, value: Any) -> Any:
    """Initial values of a weight."""
    return initializers.describe(what, value)


def require_channels_last(data_format: str | None) -> None:
    if data_format not in (None, "channels_last"):
        raise ValueError(
            f"data_format must be None or 'channels_last', received {data_format!r}: move the channels to the last axis, "
            "as in numpy.moveaxis(x, 1, -1)"
        )


def margins(what: str, value: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    """((top, bottom), (left, right)), from this form, from one integer, or from two (height, width)."""
    edges = tuple(value) if isinstance(value, Iterable) and not isinstance(value, (str, bytes)) else (value, value)
    if len(edges) != 2:
        raise ValueError(
            f"{what} must be one integer, two (height, width), or ((top, bottom), (left, right)), received {value!r}"
        )
    height, width = (pair(what, edge) for edge in edges)
    return height, width


def axis_pair(what: str, value: Axes) -> int | tuple[int, ...]:
    """One axis for two inputs, or one of each."""
    chosen = axes(what, value) if isinstance(value, (list, tuple)) else integer(what, value)
    if isinstance(chosen, tuple) and len(chosen) != 2:
        raise ValueError(f"{what} must be one axis, or one of each of the two inputs, received {value!r}")
    return chosen


def bounds(what: str, value: Any) -> float | tuple[float, float]:
    """The bounds, from one number or two."""
    return number_pair(what, value) if isinstance(value, Sequence) else real(what, value)


def number_pair(what: str, value: Any) -> tuple[float, float]:
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
        raise ValueError(f"{what} must be two numbers, received {value!r}")
    return real(what, value[0]), real(what, value[1])


def renamed(layer: Layer, options: dict[str, Any], old: str, new: str, value: Any) -> Any:
    """The value of the argument `new`, which older scripts call `old`."""
    if old not in options:
        return value
    warn_user(f"{type(layer).__name__}'s {old} is now called {new}", DeprecationWarning)
    return options.pop(old)
