"""Callbacks that watch one value of the logs: the base class, `EarlyStopping` and `TerminateOnNaN`."""

from __future__ import annotations

import math
from typing import Any

from .._base.checks import boolean, integer, printable, real, text, verbosity
from .._base.progress_bar import write
from .._base.user_warnings import warn_user
from ._base import Callback, Logs


class Monitor(Callback):
    """Base class of the callbacks that watch one value of the logs.

    Args:
        monitor: the value's name in the logs, such as "val_loss" or "val_accuracy".
        mode: "min" if less is better, "max" if more is better; "auto" chooses by the value's name.
        best: the value that the first one must improve on; None accepts any first value.
        min_delta: a change of at most this size is not an improvement.
    """

    def __init__(self, monitor: str, mode: str, best: float | None = None, min_delta: float = 0) -> None:
        super().__init__()
        if mode not in ("auto", "min", "max"):
            raise ValueError(f"mode must be 'auto', 'min' or 'max', received {mode!r}")
        self.monitor = text("monitor", monitor)
        self.mode = mode
        self.best = best
        self.min_delta = abs(real("min_delta", min_delta))

    def _is_improvement(self, value: float, reference: float | None) -> bool:
        if reference is None:
            return True
        if self._more_is_better():
            return value - self.min_delta > reference
        return value + self.min_delta < reference

    def _more_is_better(self) -> bool:
        if self.mode != "auto":
            return self.mode == "max"
        name = self.monitor.removeprefix("val_")
        compiled = getattr(self.model, "_compiled", None)
        directions: dict[str, bool] = {"loss": False}
        directions |= {} if compiled is None else {metric.name: metric._more_is_better for metric in compiled.metrics}
        if name not in directions:
            raise ValueError(
                f"{type(self).__name__} cannot tell whether more or less of {self.monitor!r} is better: "
                f"pass mode='max' or mode='min', or monitor one of {printable(', '.join(directions))} (or their val_ twins)"
            )
        return directions[name]

    def _watched(self, logs: Logs | None) -> float | None:
        """The monitored value; None, with a warning, if the logs lack it."""
        value = (logs or {}).get(self.monitor)
        if value is None:
            hint = " (fit needs validation_data or validation_split for it)" if self.monitor.startswith("val_") else ""
            warn_user(
                f"{type(self).__name__} monitors {self.monitor!r}, which is not in the logs{hint}; there are: "
                f"{printable(', '.join(logs or ()))}"
            )
        return value


class EarlyStopping(Monitor):
    """Ends training when a value has stopped improving.

    Args:
        monitor: the value's name in the logs.
        min_delta: a change of at most this size is not an improvement.
        patience: the number of epochs without improvement before training stops.
        verbose: 1 prints a line when training stops.
        mode: "min", "max", or "auto", which chooses by the value's name.
        baseline: a value that the model must also improve on; None for no such value.
        restore_best_weights: True restores the weights of the best epoch when training ends.
        start_from_epoch: epochs before this one do not count.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta=min_delta)
        self.patience = integer("patience", patience)
        self.verbose = verbosity(verbose)
        self.baseline = None if baseline is None else real("baseline", baseline)
        self.restore_best_weights = boolean("restore_best_weights", restore_best_weights)
        self.start_from_epoch = integer("start_from_epoch", start_from_epoch)
        self._begin()

    def _begin(self) -> None:
        self.best = None
        self.best_epoch = self.stopped_epoch = self.wait = 0
        self.best_weights: list[Any] | None = None

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._begin()

    def get_monitor_value(self, logs: Logs | None) -> float | None:
        """Returns the value to watch, or None to ignore this epoch. Override it to watch a value that is not in the logs."""
        return self._watched(logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        value = self.get_monitor_value(logs)
        if value is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self._keep(epoch)
        self.wait += 1
        if self._is_improvement(value, self.best):
            self.best = value
            self._keep(epoch)
            if self.baseline is None or self._is_improvement(value, self.baseline):
                self.wait = 0
        elif self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def _keep(self, epoch: int) -> None:
        self.best_epoch = epoch
        if self.restore_best_weights:
            self.best_weights = self.model.get_weights()

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self.stopped_epoch > 0 and self.verbose > 0:
            write(f"Epoch {self.stopped_epoch + 1}: early stopping\n")
        if self.best_weights is not None:
            if self.verbose > 0:
                write(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.\n")
            self.model.set_weights(self.best_weights)


class TerminateOnNaN(Callback):
    """Ends training as soon as the loss is not a finite number.

    Args:
        raise_error: True raises RuntimeError instead of ending training normally.
    """

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = boolean("raise_error", raise_error)

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        loss = (logs or {}).get("loss", 0.0)
        if math.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(f"the loss is {loss} at batch {batch}: lower the learning rate, or look for flaws in the data")
        write(f"Batch {batch}: Invalid loss, terminating training\n")
        self.model.stop_training = True
