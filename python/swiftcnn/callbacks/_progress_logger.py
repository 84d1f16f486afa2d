"""The callback that draws the progress line."""

from __future__ import annotations

from .._base.progress_bar import ProgressLine
from ._base import Callback, Logs


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
        """Ends an unfinished progress line, so that the next output starts on a new line."""
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
