"""Callbacks that record the values of every epoch: in memory, and in a file of comma-separated values."""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING, Any

from .._base.checks import boolean, text
from .._base.paths import FilePath
from ._base import Callback, Logs

if TYPE_CHECKING:
    from .._base.models import Watched


class History(Callback):
    """Records the values of every epoch: `.history` (name to list of floats), `.epoch`, `.params`. `fit` returns a `History`."""

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


class LastHistory:
    """The values of a model's last fit, without a reference to the `History` itself.

    The `History` refers to the model. Two objects that refer to each other stay in memory until the garbage collector finds them.
    """

    def __init__(self, history: History) -> None:
        self._object = weakref.ref(history)
        self._content = history.history, history.epoch, history.params

    def of(self, model: Watched) -> History:
        """The history: the same object as long as something refers to it."""
        history = self._object()
        if history is None:
            history = History()
            history.history, history.epoch, history.params = self._content
            history.set_model(model)
            self._object = weakref.ref(history)
        return history


class CSVLogger(Callback):
    """Writes a row for every epoch to a file of comma-separated values; each row is on disk before the next epoch begins.

    Args:
        filename: the file.
        separator: the text between two values.
        append: True appends to an existing file, to resume a training.
    """

    def __init__(self, filename: FilePath, separator: str = ",", append: bool = False) -> None:
        super().__init__()
        self.filename = os.fsdecode(filename)
        self.sep = text("separator", separator)
        if len(self.sep) != 1:
            raise ValueError(f"separator must be one character, such as ',' or ';', received {separator!r}")
        self.append = boolean("append", append)
        self._columns: list[str] = []

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._columns = []
        if not self.append:
            open(self.filename, "w").close()

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        import csv  # imported here, so that `import swiftcnn` stays fast

        values = logs or {}
        begins = not self._columns
        if begins:
            self._columns = ["epoch", *_with_validation(sorted(values))]
        with open(self.filename, "a", newline="") as file:
            writer = csv.writer(file, delimiter=self.sep)
            if begins and file.tell() == 0:
                writer.writerow(self._columns)
            row: dict[str, Any] = {"epoch": epoch, **values}
            writer.writerow([row.get(column, "NA") for column in self._columns])


def _with_validation(names: list[str]) -> list[str]:
    """Adds the validation columns from the start, since a later epoch may have validation even if the first has none."""
    return names if any(name.startswith("val_") for name in names) else names + [f"val_{name}" for name in names]
