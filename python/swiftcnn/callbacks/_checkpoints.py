"""Callbacks that save the model while it is trained: to keep the best, and to survive an interruption."""

from __future__ import annotations

import os
import re
from typing import Any

from .._base.atomic_files import remove_abandoned
from .._base.checks import boolean, integer, printable, real, verbosity
from .._base.paths import FilePath, decoded
from .._base.progress_bar import write
from ._base import Callback, Logs
from ._monitors import Monitor


class _Every:
    """Decides when to save: after every epoch, or after a number of batches."""

    def __init__(self, save_freq: Any) -> None:
        is_epoch = isinstance(save_freq, str) and save_freq == "epoch"
        self.batches = 0 if isinstance(save_freq, str) else integer("save_freq", save_freq)
        if self.batches < 1 and not is_epoch:
            raise ValueError(f"save_freq must be 'epoch' or a number of batches of at least 1, received {save_freq!r}")
        self._seen = 0

    @property
    def is_epoch(self) -> bool:
        return self.batches == 0

    def batch(self) -> bool:
        """Counts a batch and returns whether to save after it."""
        self._seen += 1
        return not self.is_epoch and self._seen % self.batches == 0


class ModelCheckpoint(Monitor):
    """Saves the model after epochs or batches.

    Args:
        filepath: the file. It may contain values: `"{epoch:02d}-{val_loss:.2f}.safetensors"`; epochs and batches count from 1.
        monitor: for `save_best_only`, the value's name in the logs.
        verbose: 1 prints a line for each saved file.
        save_best_only: True saves the model only when it is better than all before.
        save_weights_only: True saves weights (`save_weights`), False the whole model with its optimizer (`save`).
        mode: "min", "max", or "auto", which chooses by the value's name.
        save_freq: "epoch", or a number of batches.
        initial_value_threshold: for `save_best_only`, the value that the first one must improve on.
    """

    def __init__(
        self,
        filepath: FilePath,
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: Any = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        threshold = None if initial_value_threshold is None else real("initial_value_threshold", initial_value_threshold)
        super().__init__(monitor, mode, threshold)
        self.filepath = decoded(filepath)
        self.verbose = verbosity(verbose)
        self.save_best_only = boolean("save_best_only", save_best_only)
        self.save_weights_only = boolean("save_weights_only", save_weights_only)
        self.save_freq = save_freq
        self._every = _Every(save_freq)
        self._epoch = 0

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if self._every.batch():
            self._save(self._path({"batch": batch + 1, **(logs or {})}), logs)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self._every.is_epoch:
            self._save(self._path(logs or {}), logs)

    def _path(self, values: dict[str, Any]) -> str:
        known = {"epoch": self._epoch + 1, **values}
        try:
            return self.filepath.format(**known)
        except (LookupError, ValueError, AttributeError, TypeError) as error:
            raise ValueError(
                f"ModelCheckpoint cannot fill in filepath {self.filepath!r} ({type(error).__name__}: {error}); "
                f"it may name: {printable(', '.join(known))}"
            ) from None

    def _save(self, path: str, logs: Logs | None) -> None:
        if not self._is_due(path, logs):
            return
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        if self.save_weights_only:
            self.model.save_weights(path)
        else:
            self.model.save(path)

    def _is_due(self, path: str, logs: Logs | None) -> bool:
        value = self._watched(logs) if self.save_best_only else None
        if value is None:
            self._say(f"saving model to {path}")
            return True
        best = "None" if self.best is None else f"{self.best:.5f}"
        if not self._is_improvement(value, self.best):
            self._say(f"{self.monitor} did not improve from {best}")
            return False
        self._say(f"{self.monitor} improved from {best} to {value:.5f}, saving model to {path}")
        self.best = value
        return True

    def _say(self, what: str) -> None:
        if self.verbose > 0:
            write(f"\nEpoch {self._epoch + 1}: {printable(what)}\n")


class BackupAndRestore(Callback):
    """Saves the state of training in a folder. When `fit` is called again after an interruption, it continues from there.

    A training that is interrupted between two epochs and resumed gives bit-identical results. A backup is one file, written
    atomically. The file's name contains the epoch to continue with.

    Args:
        backup_dir: a folder that no other training uses.
        save_freq: "epoch", or a number of batches. After a backup within an epoch, training continues at that epoch's beginning.
        double_checkpoint: True also keeps the second-to-last backup, in case the last one cannot be read.
        delete_checkpoint: True removes the backups when training ends as planned.
    """

    def __init__(
        self,
        backup_dir: FilePath,
        save_freq: Any = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        super().__init__()
        self.backup_dir = decoded(backup_dir, "backup_dir")
        if not self.backup_dir:
            raise ValueError("backup_dir must name a folder, received an empty name")
        self.save_freq = save_freq
        self.double_checkpoint = boolean("double_checkpoint", double_checkpoint)
        self.delete_checkpoint = boolean("delete_checkpoint", delete_checkpoint)
        self._every = _Every(save_freq)
        self._epoch = 0

    def _resume(self) -> int | None:
        failure: Exception | None = None
        backups = self._backups()
        for index, (epoch, path) in enumerate(backups):
            try:
                self.model._restore(path)
            except (ValueError, OSError) as error:
                failure = failure or error
            else:
                self._remove(backups[:index])  # otherwise they would seem newer than the next backups
                return epoch
        try:
            if failure is not None:
                raise failure
        finally:
            del failure  # which holds this frame
        return None

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if self._every.batch():
            self._save(self._epoch, batch + 1)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        if self._every.is_epoch:
            self._save(epoch + 1, 0)

    def on_train_end(self, logs: Logs | None = None) -> None:
        if self.delete_checkpoint:
            self._remove(self._backups())
            remove_abandoned(self.backup_dir)
            if os.path.isdir(self.backup_dir) and not os.listdir(self.backup_dir):
                os.rmdir(self.backup_dir)

    def _save(self, epoch: int, batch: int) -> None:
        os.makedirs(self.backup_dir, exist_ok=True)
        self.model.save(os.path.join(self.backup_dir, f"epoch-{epoch:06d}-batch-{batch:09d}.safetensors"))
        self._remove(self._backups()[2 if self.double_checkpoint else 1 :])

    def _backups(self) -> list[tuple[int, str]]:
        """(epoch to continue with, path) of every backup, the newest first."""
        names = os.listdir(self.backup_dir) if os.path.isdir(self.backup_dir) else []
        found = [(match, name) for name in names if (match := re.fullmatch(r"epoch-(\d+)-batch-\d+\.safetensors", name))]
        found.sort(key=lambda each: each[1], reverse=True)
        backups = [(int(match[1]), os.path.join(self.backup_dir, name)) for match, name in found]
        return [(epoch, path) for epoch, path in backups if os.path.isfile(path)]

    def _remove(self, backups: list[tuple[int, str]]) -> None:
        for _, path in backups:
            os.remove(path)
