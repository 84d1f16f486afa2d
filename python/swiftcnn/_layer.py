"""What every layer has: a name, settings, and the way to its numbers in the model that it was added to."""

from __future__ import annotations

import re
import weakref
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ._checks import refuse_unknown, sample_shape, text
from ._described import Described

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from .models import Sequential


class Layer(Described):
    """Base of the layers.

    Args:
        name: unique within the model; made from the class if None (`conv2d`, `conv2d_1`).
        input_shape: on a model's first layer, the shape of one sample, such as `(28, 28, 1)`.
    """

    def __init__(self, *, name: str | None = None, input_shape: Sequence[int] | None = None, **unknown: Any) -> None:
        if unknown:
            refuse_unknown(type(self), unknown)
        self.name = None if name is None else text("name", name)
        self._declared_input = None if input_shape is None else sample_shape("input_shape", input_shape)
        self._owner: weakref.ref[Sequential] | None = None

    def get_config(self) -> dict[str, Any]:
        config: dict[str, Any] = {} if self.name is None else {"name": self.name}
        if self._declared_input is not None:
            config["input_shape"] = list(self._declared_input)
        return {**config, **super().get_config()}

    def _describe(self) -> dict[str, Any]:
        """The layer as the architecture writes it."""
        return {"class": type(self).__name__, "name": self.name, "config": super().get_config()}

    @property
    def built(self) -> bool:
        """Whether the layer has its weights."""
        model = None if self._owner is None else self._owner()
        return model is not None and model.built

    @property
    def output_shape(self) -> tuple[int | None, ...]:
        """Shape of a batch of outputs; the batch axis is None."""
        return (None, *self._model()._facts_of(self).output_shape)

    @property
    def weights(self) -> list[NDArray[np.float32]]:
        """Read-only copies of the weights, kernel first."""
        copies = self.get_weights()
        for copy in copies:
            copy.flags.writeable = False
        return copies

    def get_weights(self) -> list[NDArray[np.float32]]:
        """Copies of the weights, kernel first."""
        return self._model()._weights_of(self)

    def set_weights(self, weights: Sequence[ArrayLike]) -> None:
        """Replaces the weights; shapes as `get_weights` returns them."""
        self._model()._set_weights_of(self, weights)

    def count_params(self) -> int:
        """How many numbers the layer learns."""
        return self._model()._facts_of(self).parameters

    def _model(self) -> Sequential:
        model = None if self._owner is None else self._owner()
        if model is None:
            raise ValueError(
                f"layer {self.name or type(self).__name__!r} has no weights and no shape before it is added to a model"
            )
        return model


def free_name(layer: Layer, taken: set[str | None]) -> str:
    """`conv2d`, or `conv2d_1`, ... if that is taken."""
    stem = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(layer).__name__).lower()
    name, number = stem, 0
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    return name
