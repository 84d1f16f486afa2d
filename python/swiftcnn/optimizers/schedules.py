"""Learning rates that follow the number of steps, to be handed to any optimizer as `learning_rate`.

The arithmetic is the engine's; these are its descriptions. `schedule(step)` tells the rate after so many steps.
"""

from __future__ import annotations

from typing import Any

from .._base.checks import of_class
from .._base.configurable import resolve
from . import _schedule_classes
from ._schedule import LearningRateSchedule
from ._schedule_classes import *

__all__ = [*_schedule_classes.__all__, "LearningRateSchedule", "deserialize", "get", "serialize"]

_KNOWN: dict[str, type[LearningRateSchedule]] = {name: getattr(_schedule_classes, name) for name in _schedule_classes.__all__}


def serialize(learning_rate_schedule: LearningRateSchedule) -> dict[str, Any]:
    """A schedule as plain values, which `deserialize` takes."""
    schedule = of_class("learning_rate_schedule", learning_rate_schedule, LearningRateSchedule)
    return {"class_name": schedule._class_name(), "config": schedule.get_config()}


def deserialize(config: Any) -> LearningRateSchedule:
    """The schedule that `serialize` told of."""
    return get(config)


def get(schedule: Any) -> LearningRateSchedule:
    """The schedule that an object or a dict of `class_name` and `config` means."""
    return resolve("schedule", schedule, LearningRateSchedule, _KNOWN)
