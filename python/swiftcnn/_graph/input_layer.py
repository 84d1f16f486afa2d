"""The shape of a model's samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from numpy.typing import ArrayLike

from .._base.arrays import matching_weights
from .._base.checks import integer, shape_in_batch
from .layer import Layer
from .operators import Symbolic
from .symbolic_tensor import SymbolicTensor, input_symbol


class InputLayer(Symbolic, Layer):
    """Declares the shape of one sample. The `layers` of a `Model` contain it, those of a `Sequential` do not.

    Args:
        shape: such as `(28, 28, 1)`. `input_shape=` has the same effect, as has `batch_shape=(None, 28, 28, 1)`, which Keras 2
            calls `batch_input_shape`.
        batch_size: has no effect; a model accepts batches of any size.
        name: the name of the input.
    """

    def __init__(
        self,
        shape: Sequence[int | None] | None = None,
        batch_size: int | None = None,
        dtype: str | None = None,
        *,
        batch_shape: Sequence[int | None] | None = None,
        name: str | None = None,
        input_shape: Sequence[int | None] | None = None,
        **unknown: Any,
    ) -> None:
        if batch_size is not None and integer("batch_size", batch_size) < 1:
            raise ValueError(f"batch_size must be at least 1, or None, received {batch_size}")
        declared = input_shape if shape is None else shape
        by_keras_2 = unknown.pop("batch_input_shape", None)
        batch_shape = by_keras_2 if batch_shape is None else batch_shape
        if declared is not None and batch_shape is not None:
            raise ValueError(f"give shape or batch_shape, not both: received {declared!r} and {batch_shape!r}")
        if batch_shape is not None:
            declared = shape_in_batch("batch_shape", batch_shape)
        if declared is None:
            raise ValueError("an input needs the shape of one sample, such as Input(shape=(28, 28, 1))")
        super().__init__(name=name, input_shape=declared, dtype=dtype, **unknown)

    @property
    def input(self) -> SymbolicTensor:
        """The symbolic tensor of this input."""
        return input_symbol(self)

    @property
    def output(self) -> SymbolicTensor:
        """The same as `input`, for compatibility with Keras."""
        return input_symbol(self)

    @property
    def shape(self) -> tuple[int | None, ...]:
        """Shape of a batch; the batch axis is None."""
        return (None, *(self._declared_input or ()))

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """The same as `shape`."""
        return self.shape

    @property
    def built(self) -> bool:
        return True

    def count_params(self) -> int:
        return 0

    def set_weights(self, weights: Sequence[ArrayLike]) -> None:
        """Accepts the empty list that `get_weights` returns, so that scripts can copy the weights of all layers."""
        matching_weights(weights, [], f"input {self.name!r}")
