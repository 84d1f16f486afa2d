"""The attributes of a model that lower-level packages use."""

from __future__ import annotations

from typing import Any, Protocol


class Stepped(Protocol):
    """The part of a model that its optimizer uses."""

    def _set_learning_rate(self, rate: float) -> None: ...

    def _iterations(self) -> int:
        """The number of steps so far."""

    def _adopt_weight_average(self) -> None:
        """Replaces the weights by their running mean."""


class Watched(Protocol):
    """The part of a model that callbacks use."""

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
        """Restores the state that `save` wrote for this model."""
