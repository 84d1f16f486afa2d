"""Callbacks that change the learning rate between epochs. For rates that change at every step see `optimizers.schedules`."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from .._base.checks import integer, real, verbosity
from .._base.progress_bar import write
from ._base import Callback, Logs
from ._monitors import Monitor


class LearningRateScheduler(Callback):
    """Calls a function before every epoch to get the learning rate. The logs contain the rate as `learning_rate`.

    Args:
        schedule: `schedule(epoch, learning_rate)` or `schedule(epoch)`, which returns the new rate.
        verbose: 1 prints each rate that it sets.
    """

    def __init__(self, schedule: Callable[..., float], verbose: int = 0) -> None:
        super().__init__()
        if not callable(schedule):
            raise TypeError(f"schedule must be a function of the epoch, received {schedule!r} (a {type(schedule).__name__})")
        self.schedule = schedule
        self.verbose = verbosity(verbose)

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        optimizer = self.model.optimizer
        arguments = (epoch, optimizer.learning_rate) if _takes_two(self.schedule) else (epoch,)
        rate = real("the learning rate that the schedule returned", self.schedule(*arguments))
        optimizer.learning_rate = rate
        if self.verbose > 0:
            write(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}.\n")

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if logs is not None:
            logs["learning_rate"] = float(self.model.optimizer.learning_rate)


def _takes_two(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(0, 0.0)
    except TypeError:
        return False
    except ValueError:  # a built-in function without a signature
        return True
    return True


class ReduceLROnPlateau(Monitor):
    """Lowers the learning rate when a value has stopped improving. The logs contain the rate as `learning_rate`.

    Args:
        monitor: the value's name in the logs.
        factor: the rate is multiplied by this; below 1.
        patience: the number of epochs without improvement before the rate is lowered.
        verbose: 1 prints a line when it lowers the rate.
        mode: "min", "max", or "auto", which chooses by the value's name.
        min_delta: a change of at most this size is not an improvement.
        cooldown: the number of epochs after a change that do not count towards `patience`.
        min_lr: the lowest rate.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.factor = real("factor", factor)
        if not 0 <= self.factor < 1:
            raise ValueError(f"factor must be at least 0 and below 1, received {factor}")
        self.patience = integer("patience", patience)
        self.verbose = verbosity(verbose)
        self.cooldown = integer("cooldown", cooldown)
        self.min_lr = real("min_lr", min_lr)
        self.cooldown_counter = self.wait = 0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.best = None
        self.cooldown_counter = self.wait = 0

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        value = self._watched(logs)
        if logs is not None:
            logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        if value is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._is_improvement(value, self.best):
            self.best = value
            self.wait = 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def in_cooldown(self) -> bool:
        """Whether the rate was lowered so recently that epochs do not count yet."""
        return self.cooldown_counter > 0

    def _reduce(self, epoch: int) -> None:
        optimizer = self.model.optimizer
        if optimizer.learning_rate > self.min_lr:
            optimizer.learning_rate = max(optimizer.learning_rate * self.factor, self.min_lr)
            self.cooldown_counter, self.wait = self.cooldown, 0
            if self.verbose > 0:
                rate = float(optimizer.learning_rate)
                write(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {rate}.\n")
