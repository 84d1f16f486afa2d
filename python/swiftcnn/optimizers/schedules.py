"""Learning rates that depend on the number of steps. Pass them to any optimizer as `learning_rate`.

The engine computes them; these classes hold the settings. `schedule(step)` returns the rate after that number of steps.
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
    """Converts a schedule to plain values, for `deserialize`."""
    schedule = of_class("learning_rate_schedule", learning_rate_schedule, LearningRateSchedule)
    return {"class_name": schedule._class_name(), "config": schedule.get_config()}


def deserialize(config: Any) -> LearningRateSchedule:
    """Creates the schedule that `serialize` described."""
    return get(config)


def get(schedule: Any) -> LearningRateSchedule:
    """Returns the schedule for an object or a dict of `class_name` and `config`."""
    return resolve("schedule", schedule, LearningRateSchedule, _KNOWN)
