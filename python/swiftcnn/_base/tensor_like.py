"""Arrays and numbers with a method `.numpy()`, for scripts that expect TensorFlow's tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Values(np.ndarray[Any, Any]):
    """A NumPy array with TensorFlow's methods. `name` is the name of a weight: kernel, bias, ..."""

    name: str = ""

    def numpy(self) -> NDArray[Any]:
        """The same numbers as a plain array; nothing is copied."""
        return np.asarray(self)

    @property
    def value(self) -> NDArray[Any]:
        """The same as `numpy()`."""
        return np.asarray(self)


class Number(float):
    """A float with TensorFlow's methods."""

    def numpy(self) -> float:
        """The same number as a plain float."""
        return float(self)

    @property
    def value(self) -> float:
        """The same as `numpy()`."""
        return float(self)


class Rate(Number):
    """A learning rate, which may also be set by `assign`, as TensorFlow's variables are."""

    assign: Callable[[Any], None]

    @classmethod
    def of(cls, rate: float, assign: Callable[[Any], None]) -> Rate:
        made = cls(rate)
        made.assign = assign
        return made

    def __reduce__(self) -> tuple[Any, ...]:  # a copy in a history is a plain number, without a reference to an optimizer
        return float, (float(self),)


def as_values(batch: Any) -> Any:
    """An array, or the arrays of a tuple, as `Values`; nothing is copied."""
    if isinstance(batch, tuple):
        return tuple(as_values(part) for part in batch)
    return batch.view(Values) if type(batch) is np.ndarray else batch


def named(array: NDArray[Any], name: str) -> Values:
    """A weight with its name."""
    values = array.view(Values)
    values.name = name
    return values
