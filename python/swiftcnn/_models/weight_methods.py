"""Keras's methods of models that have weights."""

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
    """The methods; what they need of the model says `AnyModel`."""

    @property
    def trainable(self: AnyModel) -> bool:
        """Whether any layer learns; setting it freezes all layers, or lets all learn, from the next batch on."""
        return not self._line or any(item.trainable for item in self._line)

    @trainable.setter
    def trainable(self: AnyModel, value: bool) -> None:
        for item in self._line:
            item.trainable = value

    @property
    def weights(self: AnyModel) -> Weights:
        """Read-only copies of all weights, in the order of `get_weights`; none before the model knows its input's shape."""
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
        """Read-only copies of the weights that learn."""
        return _read_only(self, trainable=True)

    @property
    def non_trainable_weights(self: AnyModel) -> Weights:
        """Read-only copies of the weights that do not learn: those of frozen layers, and moving statistics."""
        return _read_only(self, trainable=False)

    def count_params(self: AnyModel) -> int:
        """How many numbers the model has."""
        return self._built_store().parameters

    def get_weights(self: AnyModel) -> Weights:
        """Copies of all weights, layer by layer: kernel, bias; or gamma, beta, moving mean, moving variance.

        There are none before the model knows its input's shape.
        """
        try:
            store = self._built_store()
        except UnbuiltError:
            return []
        return store.read(range(len(store.shapes)))

    def set_weights(self: AnyModel, weights: Sequence[ArrayLike]) -> None:
        """Replaces all weights; shapes as `get_weights` returns them. Nothing changes if one does not fit.

        During a fit, the next batch is the first with the new weights.
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
