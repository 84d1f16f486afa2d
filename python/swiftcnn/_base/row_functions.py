"""Losses and metrics as functions of arrays, `losses.mean_squared_error(y_true, y_pred)`: one value for each sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from .. import _native
from .arrays import as_array, sample_array
from .configurable import Configurable
from .tensor_like import as_values

T = TypeVar("T", bound=Configurable)


class Function(Generic[T]):
    """A loss or a metric under the name of Keras's function. It can be called on arrays or passed to `compile`."""

    def __init__(self, name: str, kind: type[T], describe: Callable[[Any], str], by_element: bool = False) -> None:
        """`describe` returns the engine's metric for an object of the class `kind`. `by_element`: one value for each element."""
        self.__name__ = name
        self.__doc__ = kind.__doc__
        self._kind = kind
        self._describe = describe
        self._by_element = by_element

    def __call__(self, y_true: Any, y_pred: Any, *settings: Any, **named: Any) -> NDArray[np.float32]:
        """The value of each sample, in the shape of y_pred without its last axis.

        Args:
            y_true: class indices for sparse functions, otherwise values in the shape of y_pred.
            y_pred: (..., classes), or (..., values).
            settings, named: the settings of the class, such as `from_logits`, `delta` or `k`.
        """
        fields = [field for field in self._kind._fields if field != "name"]
        chosen = self._kind(**dict(zip(fields, settings, strict=False)), **named)
        targets, outputs = as_array("y_true", y_true), sample_array("y_pred", y_pred)
        if self._by_element:
            targets, outputs = targets[..., np.newaxis], outputs[..., np.newaxis]
        values: NDArray[np.float32] = as_values(by_row(self._describe(chosen), targets, outputs))
        return values

    def __repr__(self) -> str:
        return f"<function {self.__name__} of arrays>"


def by_row(configuration: str, targets: NDArray[Any], outputs: NDArray[Any]) -> NDArray[np.float32]:
    """The value of an engine's metric for each row separately."""
    samples = outputs.shape[:-1]
    if outputs.ndim == 1:  # one sample: without a sample axis, the engine would treat each value as a sample
        outputs, targets = outputs[np.newaxis], targets[np.newaxis]
    _native.metric_update(configuration, targets, outputs, None, None)  # which refuses shapes that do not match
    rows = outputs.reshape(-1, outputs.shape[-1])
    wanted = targets.reshape(len(rows), -1)
    values = [
        _native.metric_update(configuration, wanted[row : row + 1], rows[row : row + 1], None, None)[0]
        for row in range(len(rows))
    ]
    return np.array(values, np.float32).reshape(samples)


def named(identifier: Any) -> Any:
    """The name of such a function, or of one that Keras describes; any other value is returned unchanged."""
    if isinstance(identifier, Mapping):
        from .keras_configs import function_name

        return function_name(identifier, "the loss or metric")
    return identifier.__name__ if isinstance(identifier, Function) else identifier
