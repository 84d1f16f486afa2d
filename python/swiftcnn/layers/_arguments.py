"""What several layers' constructors check alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .. import activations
from .._checks import integer, integers, pair

Size = int | Sequence[int]
Edges = int | Sequence[int | Sequence[int]]
Axes = int | Sequence[int]


def activation_name(value: Any) -> str:
    if value is None:
        return "linear"
    if isinstance(value, activations.Function):
        return value.__name__
    if not isinstance(value, str):
        raise TypeError(
            f"activation must be a name such as 'relu', a function such as swiftcnn.activations.relu, or None, received {value!r}"
        )
    return value.lower()


def random_seed(value: Any) -> int | None:
    """A layer's own seed; None takes the model's."""
    if value is None:
        return None
    number = integer("seed", value)
    if number < 0:
        raise ValueError(f"seed must be at least 0, or None, received {number}")
    return number


def require_channels_last(data_format: str | None) -> None:
    if data_format not in (None, "channels_last"):
        raise ValueError(
            f"data_format must be None or 'channels_last', received {data_format!r}: move the channels to the last axis, "
            "as in numpy.moveaxis(x, 1, -1)"
        )


def margins(what: str, value: Any) -> tuple[tuple[int, int], tuple[int, int]]:
    """((top, bottom), (left, right)), from one integer, two (height, width), or these."""
    edges = tuple(value) if isinstance(value, Iterable) and not isinstance(value, (str, bytes)) else (value, value)
    if len(edges) != 2:
        raise ValueError(
            f"{what} must be one integer, two (height, width), or ((top, bottom), (left, right)), received {value!r}"
        )
    height, width = (pair(what, edge) for edge in edges)
    return height, width


def axes(what: str, value: Axes) -> int | tuple[int, ...]:
    """One axis, or several."""
    return integers(what, value) if isinstance(value, Iterable) else integer(what, value)
