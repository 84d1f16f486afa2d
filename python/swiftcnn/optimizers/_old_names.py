"""Keras 2's arguments `lr` and `decay`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._base.checks import real
from .._base.user_warnings import warn_user
from ._schedule import LearningRateSchedule


def rate_by_old_names(rate: Any, given: dict[str, Any]) -> Any:
    """The learning rate from Keras 2's arguments `lr` and `decay`, which are removed from the arguments; without them `rate`."""
    if "lr" in given:
        warn_of_lr()
        rate = given.pop("lr")
    decay = given.pop("decay", None)
    if not decay:
        return rate
    if isinstance(rate, (LearningRateSchedule, Mapping)):
        raise TypeError(f"decay is for a learning rate that is a number, received {rate!r}, which falls by itself: omit it")
    falling = Decaying(real("learning_rate", rate), real("decay", decay))
    warn_user(
        "decay is a name of Keras 2, which newer releases lack: use "
        f"learning_rate=schedules.InverseTimeDecay({rate}, decay_steps=1, decay_rate={decay})"
    )
    return falling


class Decaying(LearningRateSchedule):
    """rate / (1 + decay · step), as in Keras 2: a callback may set the rate, and the decay continues."""

    def __init__(self, rate: float, decay: float) -> None:
        if decay < 0:
            raise ValueError(f"decay must be at least 0, received {decay}")
        super().__init__()
        self.rate, self.decay = rate, decay

    def __call__(self, step: int) -> float:
        return self.rate / (1 + self.decay * step)

    def get_config(self) -> dict[str, Any]:
        return {"rate": self.rate, "decay": self.decay}


def warn_of_lr() -> None:
    warn_user("lr is a name of Keras 2, which newer releases lack: use learning_rate")
