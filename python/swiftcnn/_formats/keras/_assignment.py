"""Weights of a file on their way into a model: all are looked at before the first is put there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..._base.user_warnings import warn_user
from ..._graph.layer import Layer
from ..._models.model import Model
from ._hdf5 import Array, Source


class Assignment:
    """Which arrays of a file become which layers' weights.

    Args:
        source: the open file.
        model: whose weights they become; it takes memory for them when all is found right.
        skip_mismatch: layers that the file does not fit keep their weights, with a warning.
    """

    def __init__(self, source: Source, model: Model, skip_mismatch: bool) -> None:
        self._source, self._model, self._skip_mismatch = source, model, skip_mismatch
        self._outline = model._outline()
        self._chosen: list[tuple[int, Array]] = []
        leaves = model._leaves()
        self._paths = [path for path, _ in leaves]
        self._indices = {id(layer): index for index, (_, layer) in enumerate(leaves)}

    def shapes(self, item: Any) -> list[tuple[int, ...]]:
        """The shapes of a layer's weights; none of what is no layer of the model."""
        index = self._indices.get(id(item))
        return [] if index is None else [self._outline.shapes[weight] for weight in self._outline.facts[index].weights]

    def put(self, layer: Layer, arrays: Sequence[Array]) -> None:
        """The arrays are the weights of the layer, in their order."""
        index = self._indices[id(layer)]
        expected, received = self.shapes(layer), [array.shape for array in arrays]
        if expected == received:
            self._chosen += zip(self._outline.facts[index].weights, arrays, strict=True)
        else:
            self.complain(
                f"the layer {self._paths[index]!r} has weights of the shapes {expected}, but the file has {received} for it"
            )

    def complain(self, problem: str) -> None:
        if not self._skip_mismatch:
            raise ValueError(f"{problem}. Build the model as it was when the file was written, or pass skip_mismatch=True")
        warn_user(f"{problem}: skipped")

    def carry_out(self) -> None:
        """Reads the arrays, and then replaces the weights."""
        self._source.require_room([array for _, array in self._chosen])
        values = [(index, array.read()) for index, array in self._chosen]
        store = self._model._built_store()
        for index, array in values:
            store.engine.set_weight(index, array)
