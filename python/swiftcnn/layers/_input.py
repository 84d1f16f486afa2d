"""The shape of a model's samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .._layer import Layer


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


def Input(shape: Sequence[int] | None = None, *, name: str | None = None) -> InputLayer:  # noqa: N802 (Keras's name)
    """The shape of one sample, as the first item of a model: `Sequential([Input(shape=(28, 28, 1)), ...])`."""
    return InputLayer(shape, name=name)
