"""Weights of a file on their way into a model: all are looked at before the first is put there."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from .._model import Model
from ._hdf5 import Array


class Assignment:
    """Which arrays of a file become which layers' weights.

    Args:
        skip_mismatch: layers that the file does not fit keep their weights, with a warning.
    """

    def __init__(self, model: Model, skip_mismatch: bool) -> None:
        self._store, self._model = model._built_store(), model
        self._skip_mismatch = skip_mismatch
        self._paths = [path for path, _ in model._leaves()]
        self._chosen: list[tuple[int, Array]] = []

    def shapes(self, leaf: int) -> list[tuple[int, ...]]:
        return [self._store.shapes[index] for index in self._store.facts[leaf].weights]

    def put(self, leaf: int, arrays: Sequence[Array]) -> None:
        """The arrays are the weights of layer `leaf`, in their order."""
        expected, received = self.shapes(leaf), [array.shape for array in arrays]
        if expected == received:
            self._chosen += zip(self._store.facts[leaf].weights, arrays, strict=True)
        else:
            self.complain(
                f"the layer {self._paths[leaf]!r} has weights of the shapes {expected}, but the file has {received} for it"
            )

    def complain(self, problem: str) -> None:
        if not self._skip_mismatch:
            raise ValueError(f"{problem}. Build the model as it was when the file was written, or pass skip_mismatch=True")
        warnings.warn(f"{problem}: skipped", UserWarning, stacklevel=2)

    def carry_out(self) -> None:
        """Reads the arrays, and then replaces the weights."""
        values = [(index, array.read()) for index, array in self._chosen]
        with self._model._changing():
            for index, array in values:
                self._store.engine.set_weight(index, array)
