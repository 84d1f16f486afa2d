"""Keras's methods of models for weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from .._base.arrays import matching_weights
from .._graph.parameter_store import UnbuiltError, Weights

if TYPE_CHECKING:
    from .any_model import AnyModel


class WeightMethods:
    """The methods. `AnyModel` declares the attributes of the model that they use."""

    @property
    def trainable(self: AnyModel) -> bool:
        """Whether any layer is trainable. Setting it freezes or unfreezes all layers, from the next batch on."""
        return not self._line or any(item.trainable for item in self._line)

    @trainable.setter
    def trainable(self: AnyModel, value: bool) -> None:
        for item in self._line:
            item.trainable = value

    @property
    def weights(self: AnyModel) -> Weights:
        """Read-only copies of all weights, in the order of `get_weights`; empty before the model knows its input's shape."""
        return _read_only(self)

    @property
    def variables(self: AnyModel) -> Weights:
        """The same as `weights`."""
        return _read_only(self)

    @property
    def trainable_variables(self: AnyModel) -> Weights:
        """The same as `trainable_weights`."""
        return _read_only(self, trainable=True)

    @property
    def non_trainable_variables(self: AnyModel) -> Weights:
        """The same as `non_trainable_weights`."""
        return _read_only(self, trainable=False)

    @property
    def trainable_weights(self: AnyModel) -> Weights:
        """Read-only copies of the trainable weights."""
        return _read_only(self, trainable=True)

    @property
    def non_trainable_weights(self: AnyModel) -> Weights:
        """Read-only copies of the weights that are not trainable: those of frozen layers, and moving statistics."""
        return _read_only(self, trainable=False)

    def count_params(self: AnyModel) -> int:
        """The number of parameters of the model."""
        return self._built_store().parameters

    def get_weights(self: AnyModel) -> Weights:
        """Copies of all weights, layer by layer: kernel, bias; or gamma, beta, moving mean, moving variance.

        The list is empty before the model knows its input's shape.
        """
        try:
            store = self._built_store()
        except UnbuiltError:
            return []
        return store.read(range(len(store.shapes)))

    def set_weights(self: AnyModel, weights: Sequence[ArrayLike]) -> None:
        """Replaces all weights; the shapes must be those of `get_weights`. If one does not fit, no weight changes.

        During `fit`, the next batch is the first to use the new weights.
        """
        store = self._built_store()
        arrays = matching_weights(weights, store.shapes, f"model {self.name!r}")
        store.engine.set_weights(np.concatenate([array.ravel() for array in arrays]) if arrays else np.empty(0, np.float32))


def _read_only(model: AnyModel, trainable: bool | None = None) -> Weights:
    try:
        store = model._built_store()
    except UnbuiltError:
        return []
    return store.read_only(range(len(store.shapes)), trainable)
