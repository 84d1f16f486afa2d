"""The base class of the learning rate schedules."""

from __future__ import annotations

import json
from typing import Any

from .. import _native
from .._base.checks import integer, real, refuse_unknown
from .._base.configurable import Configurable


class LearningRateSchedule(Configurable):
    """Base class of the schedules, and of your own: a subclass with a `__call__(step)` that returns the rate of the next step.

    Your schedule is called before every step, with the number of earlier steps as an `int`. A model file contains only the last
    rate, not the schedule: compile again after loading.

    Args:
        name: has no effect; accepted for compatibility with Keras.

    Example:
        >>> class Warmup(LearningRateSchedule):
        ...     def __call__(self, step):
        ...         return 0.001 * min(1, (step + 1) / 100)
    """

    _kind = "learning_rate"
    _abstract = "give it a __call__(step) that returns the rate of the next step"

    def __init__(self, name: str | None = None, **unknown: Any) -> None:
        if unknown:
            refuse_unknown(type(self), unknown)

    @property
    def _is_own(self) -> bool:
        return type(self).__call__ is not LearningRateSchedule.__call__

    def _rate(self, step: int) -> float:
        return real(f"what {type(self).__name__} returned for step {step}", self(step))

    def __call__(self, step: int) -> float:
        """The learning rate after this number of steps."""
        return _native.learning_rate_at(json.dumps(self.describe()), integer("step", step))

    def describe(self) -> dict[str, Any]:
        """The schedule in the format of the compile configuration."""
        return {"class": self._class_name(), "config": self._settings()}
