"""The shape of a model's samples."""

from __future__ import annotations

from collections.abc import Sequence

from .._graph.input_layer import InputLayer as InputLayer


def Input(  # noqa: N802 (Keras's name)
    shape: Sequence[int | None] | None = None,
    batch_size: int | None = None,
    dtype: str | None = None,
    *,
    batch_shape: Sequence[int | None] | None = None,
    name: str | None = None,
) -> InputLayer:
    """Declares the shape of one sample, as a model's first item: `Sequential([Input(shape=(28, 28, 1)), ...])`; see
    `InputLayer`."""
    return InputLayer(shape, batch_size, dtype, batch_shape=batch_shape, name=name)
