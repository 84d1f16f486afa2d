"""Layers that join several inputs, and their functions in small letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .._base.checks import boolean, integer, integers
from .._graph.layer import Layer


class Merge(Layer):
    """Base of the layers that join several inputs, which they take in a list."""

    _joins = True


class Add(Merge):
    """The sum of the inputs, element by element.

    Shapes of all inputs: (N, ...); an axis of size 1, or one that is missing in front, is repeated as in NumPy.

    Example:
        >>> x = Add()([x, shortcut])
    """


class Subtract(Merge):
    """The first of two inputs less the second, element by element. Shapes as for `Add`."""


class Multiply(Merge):
    """The product of the inputs, element by element. Shapes as for `Add`."""


class Average(Merge):
    """The mean of the inputs, element by element. Shapes as for `Add`."""


class Maximum(Merge):
    """The largest of the inputs, element by element. Shapes as for `Add`."""


class Minimum(Merge):
    """The smallest of the inputs, element by element. Shapes as for `Add`."""


class Concatenate(Merge):
    """The inputs side by side.

    Args:
        axis: the axis along which, counted with the batch axis: from 1, or backwards from -1. All others must be equal.

    Example:
        >>> x = Concatenate()([upsampled, skipped])
    """

    _fields = ("axis",)

    def __init__(self, axis: int = -1, **options: Any) -> None:
        super().__init__(**options)
        self.axis = integer("axis", axis)


class Dot(Merge):
    """The products of two inputs, summed along an axis of each.

    Args:
        axes: that axis, counted with the batch axis: one for both inputs, or one of each.
        normalize: whether each input is divided by its length along the axis first, which gives the cosine of the angle.

    Shapes: (N, ..., K, ...) and (N, ..., K, ...) to (N, the first one's other axes, the second one's), or (N, 1).
    """

    _fields = ("axes", "normalize")

    def __init__(self, axes: int | Sequence[int], normalize: bool = False, **options: Any) -> None:
        super().__init__(**options)
        if isinstance(axes, (list, tuple)):
            self.axes: int | tuple[int, ...] = integers("axes", axes)
            if len(self.axes) != 2:
                raise ValueError(f"axes must be one axis, or one of each of the two inputs, received {axes!r}")
        else:
            self.axes = integer("axes", axes)
        self.normalize = boolean("normalize", normalize)


def _function(kind: type[Merge]) -> Callable[..., Any]:
    def join(inputs: Sequence[Any], **options: Any) -> Any:
        return kind(**options)(inputs)

    join.__name__ = join.__qualname__ = kind.__name__.lower()
    join.__doc__ = f"`{kind.__name__}(**options)(inputs)`."
    return join


add = _function(Add)
subtract = _function(Subtract)
multiply = _function(Multiply)
average = _function(Average)
maximum = _function(Maximum)
minimum = _function(Minimum)


def concatenate(inputs: Sequence[Any], axis: int = -1, **options: Any) -> Any:
    """`Concatenate(axis)(inputs)`."""
    return Concatenate(axis, **options)(inputs)


def dot(inputs: Sequence[Any], axes: int | Sequence[int] = -1, **options: Any) -> Any:
    """`Dot(axes)(inputs)`."""
    return Dot(axes, **options)(inputs)
