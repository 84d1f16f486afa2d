"""What rooms below the models ask of one."""

from __future__ import annotations

from typing import Any, Protocol


class Stepped(Protocol):
    """A model, as far as its optimizer knows it."""

    def _set_learning_rate(self, rate: float) -> None: ...

    def _iterations(self) -> int:
        """Steps taken so far."""

    def _adopt_weight_average(self) -> None:
        """Puts the running mean of the weights in their place."""


class Watched(Protocol):
    """A model, as far as callbacks know it."""

    stop_training: bool
    stop_evaluating: bool
    stop_predicting: bool

    @property
    def optimizer(self) -> Any: ...

    @property
    def layers(self) -> list[Any]: ...

    def get_weights(self) -> list[Any]: ...

    def set_weights(self, weights: Any) -> None: ...

    def save(self, filepath: Any) -> None: ...

    def save_weights(self, filepath: Any) -> None: ...

    def to_json(self) -> str: ...

    def _restore(self, filepath: Any) -> None:
        """Takes over what `save` wrote of this model at another time."""
