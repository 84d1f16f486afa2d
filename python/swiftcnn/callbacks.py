"""What may listen to training: `Callback` and the ready-made ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ._progress import ProgressLine

if TYPE_CHECKING:
    from ._training import Trainable

Logs = dict[str, float]


class Callback:
    """Base of the callbacks: override the hooks that matter.

    `self.model` is the model, `self.params` has `verbose`, `epochs` and `steps`. `logs` holds loss and metrics: running
    means after a batch, final values after an epoch. Setting `self.model.stop_training = True` ends training after the
    current batch.
    """

    def __init__(self) -> None:
        self._model: Trainable | None = None
        self.params: dict[str, Any] = {}

    @property
    def model(self) -> Any:
        """The model that is being trained, evaluated or asked; None before that."""
        return getattr(self, "_model", None)  # a subclass may not call super().__init__()

    def set_model(self, model: Trainable) -> None:
        self._model = model

    def set_params(self, params: dict[str, Any]) -> None:
        self.params = params

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None: ...

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None: ...

    def on_batch_begin(self, batch: int, logs: Logs | None = None) -> None: ...

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None: ...

    def on_train_batch_begin(self, batch: int, logs: Logs | None = None) -> None:
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self.on_batch_end(batch, logs=logs)

    def on_test_batch_begin(self, batch: int, logs: Logs | None = None) -> None: ...

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None: ...

    def on_predict_batch_begin(self, batch: int, logs: Logs | None = None) -> None: ...

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None: ...

    def on_train_begin(self, logs: Logs | None = None) -> None: ...

    def on_train_end(self, logs: Logs | None = None) -> None: ...

    def on_test_begin(self, logs: Logs | None = None) -> None: ...

    def on_test_end(self, logs: Logs | None = None) -> None: ...

    def on_predict_begin(self, logs: Logs | None = None) -> None: ...

    def on_predict_end(self, logs: Logs | None = None) -> None: ...


class History(Callback):
    """Keeps every epoch's values: `.history` (name to list of floats), `.epoch`, `.params`. `fit` returns one."""

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)


class LambdaCallback(Callback):
    """A callback made of functions: `LambdaCallback(on_epoch_end=lambda epoch, logs: print(logs["loss"]))`.

    Args:
        hooks: functions by the name of the hook of `Callback` that they replace; None is skipped.
    """

    def __init__(self, **hooks: Callable[..., Any] | None) -> None:
        super().__init__()
        for name, function in hooks.items():
            if not name.startswith("on_") or not hasattr(Callback, name):
                known = ", ".join(hook for hook in dir(Callback) if hook.startswith("on_"))
                raise TypeError(f"LambdaCallback has no hook {name!r}; the hooks are: {known}")
            if function is not None:
                setattr(self, name, function)


class ProgbarLogger(Callback):
    """Prints the progress line; `fit`, `evaluate` and `predict` add one unless `verbose=0`."""

    def __init__(self) -> None:
        super().__init__()
        self._line: ProgressLine | None = None
        self._fitting = False

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._fitting = True

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._start()
        if self._line and self.params["epochs"] > 1:
            self._line.announce(f"Epoch {epoch + 1}/{self.params['epochs']}")

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._update(batch, logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self._finish(logs)

    def on_test_begin(self, logs: Logs | None = None) -> None:
        if not self._fitting:
            self._start()

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if not self._fitting:
            self._update(batch, logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        if not self._fitting:
            self._finish(logs)

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        self._start()

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._update(batch, None)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        self._finish(logs)

    def interrupt(self) -> None:
        """Ends a half-drawn line, so that what is printed next starts on its own."""
        if self._line:
            self._line.break_off()

    def _start(self) -> None:
        verbose = 1 if self.params["verbose"] == "auto" else int(self.params["verbose"])
        self._line = ProgressLine(self.params["steps"], verbose) if verbose else None

    def _update(self, batch: int, logs: Logs | None) -> None:
        if self._line:
            self._line.update(batch + 1, logs or {})

    def _finish(self, logs: Logs | None) -> None:
        if self._line:
            self._line.finish(logs or {})
