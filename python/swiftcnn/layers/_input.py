"""The shape of a model's samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._layer import Layer
from .._symbols import Symbol


class InputLayer(Layer):
    """Says the shape of one sample. Not counted among `model.layers`.

    Args:
        shape: such as `(28, 28, 1)`; `input_shape=` means the same.
        name: name of the input.
    """

    def __init__(
        self,
        shape: Sequence[int] | None = None,
        *,
        name: str | None = None,
        input_shape: Sequence[int] | None = None,
        **unknown: Any,
    ) -> None:
        declared = input_shape if shape is None else shape
        if declared is None:
            raise ValueError("an input needs the shape of one sample, such as Input(shape=(28, 28, 1))")
        super().__init__(name=name, input_shape=declared, **unknown)

    @property
    def input(self) -> Symbol:
        """The beginning of a line."""
        return Symbol(self, ())

    @property
    def output(self) -> Symbol:
        """The beginning of a line, as Keras lets one write it."""
        return Symbol(self, ())

    @property
    def shape(self) -> tuple[int | None, ...]:
        """Shape of a batch; the batch axis is None."""
        return (None, *(self._declared_input or ()))


def Input(shape: Sequence[int] | None = None, *, name: str | None = None) -> InputLayer:  # noqa: N802 (Keras's name)
    """The shape of one sample, as the first item of a model: `Sequential([Input(shape=(28, 28, 1)), ...])`."""
    return InputLayer(shape, name=name)
