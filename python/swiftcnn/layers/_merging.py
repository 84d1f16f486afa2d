"""The lower-case functions for the layers that combine several inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ._bases import MergingLayer
from ._merging_classes import Add, Average, Concatenate, Dot, Maximum, Minimum, Multiply, Subtract


def _function(kind: type[MergingLayer]) -> Callable[..., Any]:
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
