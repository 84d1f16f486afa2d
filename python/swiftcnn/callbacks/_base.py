"""`Callback`, the base class of all callbacks, and `LambdaCallback`, which is made of functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .._base.models import Watched

Logs = dict[str, float]


class Callback:
    """Base class of the callbacks: override the hooks that you need.

    `self.model` is the model; `self.params` has `verbose`, `epochs` and `steps`. `logs` holds the loss and the metrics: running
    means after a batch, final values after an epoch. `self.model.stop_training = True` ends training after the current batch.
    `stop_evaluating` and `stop_predicting` end `evaluate` and `predict` in the same way.
    """

    def __init__(self) -> None:
        self._model: Watched | None = None
        self.params: dict[str, Any] = {}

    @property
    def model(self) -> Any:
        """The model that `fit`, `evaluate` or `predict` runs; None before that."""
        return getattr(self, "_model", None)  # a subclass may not call super().__init__()

    def set_model(self, model: Watched) -> None:
        """Receives the model that runs. Called before the other hooks."""
        self._model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Receives `epochs`, `steps` and `verbose`. Called before the other hooks."""
        self.params = params

    def _resume(self) -> int | None:
        """Called before `fit` begins: restores the model and returns the epoch to continue with."""
        return None

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Before an epoch of `fit`. `epoch` counts from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """After an epoch. `logs` has the loss and the metrics of training, and those of validation under `val_` names."""

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """The same as `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """The same as `on_train_batch_end`."""

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a training batch. `batch` counts from 0 in each epoch."""
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a training batch. `logs` has the means over the epoch so far."""
        self.on_batch_end(batch, logs=logs)

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch of `evaluate` or of validation."""

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch of `evaluate` or of validation. `logs` has the means so far."""

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        """Before a batch of `predict`."""

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """After a batch of `predict`. `logs["outputs"]` has its outputs."""

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Before the first epoch of `fit`."""

    def on_train_end(self, logs: Logs | None = None) -> None:
        """After the last epoch of `fit`. `logs` are those of the last epoch."""

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Before the first batch of `evaluate` or of validation."""

    def on_test_end(self, logs: Logs | None = None) -> None:
        """After the last batch of `evaluate` or of validation. `logs` has the loss and the metrics."""

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Before the first batch of `predict`."""

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """After the last batch of `predict`."""


class LambdaCallback(Callback):
    """A callback that is made of functions: `LambdaCallback(on_epoch_end=lambda epoch, logs: print(logs["loss"]))`.

    Args:
        hooks: functions, each under the name of the `Callback` hook that it replaces; None is skipped. Arguments with other names
            become attributes of the callback.
    """

    def __init__(self, **hooks: Any) -> None:
        super().__init__()
        for name, function in hooks.items():
            if name.startswith("on_") and not hasattr(Callback, name):
                known = ", ".join(hook for hook in dir(Callback) if hook.startswith("on_"))
                raise TypeError(f"LambdaCallback has no hook {name!r}; the hooks are: {known}")
            if function is not None:
                setattr(self, name, function)
