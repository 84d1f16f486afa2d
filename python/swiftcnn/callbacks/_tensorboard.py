"""The callback that writes TensorBoard's log files."""

from __future__ import annotations

import os
import time
from typing import Any

from .._base.checks import boolean, fixed, integer, refuse_unknown
from .._base.optional_imports import needed
from .._base.paths import FilePath
from ._base import Callback, Logs


class TensorBoard(Callback):
    """Writes the loss and the metrics for TensorBoard: `pip install 'swiftcnn[tensorboard]'`, then `tensorboard --logdir logs`.

    Training values go to the folder `train`, validation values to `validation`, under Keras's names: `epoch_loss`, `batch_loss`,
    `epoch_learning_rate`.

    Args:
        log_dir: the folder.
        histogram_freq: the number of epochs between histograms of the weights; 0 for none.
        write_graph: whether the architecture is written, as text.
        write_images, profile_batch, embeddings_freq: must be False, 0 and 0; images, profiles and embeddings are not supported.
        write_steps_per_second: whether the speed is written, as `epoch_steps_per_second`.
        update_freq: "epoch"; "batch" or a number of batches also writes the loss and the metrics within an epoch.
    """

    def __init__(
        self,
        log_dir: FilePath = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        *,
        write_steps_per_second: bool = False,
        update_freq: Any = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        **unknown: Any,
    ) -> None:
        super().__init__()
        if unknown:
            refuse_unknown(type(self), unknown)
        fixed("write_images", write_images, (False,), "weights are written as histograms, by histogram_freq")
        fixed("profile_batch", profile_batch, (0,), "there is no profiler; model.plan_info() tells how each layer is computed")
        fixed("embeddings_freq", embeddings_freq, (0,), "there are no embeddings")
        self._writer_class = needed("tensorboardX", "tensorboard", "TensorBoard").SummaryWriter
        self.log_dir = os.fsdecode(log_dir)
        self.histogram_freq = integer("histogram_freq", histogram_freq)
        self.write_graph = boolean("write_graph", write_graph)
        self.write_steps_per_second = boolean("write_steps_per_second", write_steps_per_second)
        self.update_freq = {"epoch": 0, "batch": 1}.get(update_freq) if isinstance(update_freq, str) else update_freq
        if self.update_freq is None or integer("update_freq", self.update_freq) < 0:
            raise ValueError(f"update_freq must be 'epoch', 'batch' or a number of batches, received {update_freq!r}")
        self._writers: dict[str, Any] = {}
        self._batches = 0
        self._epoch_start = 0.0

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._batches = 0
        if self.write_graph:
            self._writer("train").add_text("architecture", f"```json\n{self.model.to_json()}\n```", 0)

    def on_train_end(self, logs: Logs | None = None) -> None:
        for writer in self._writers.values():
            writer.close()
        self._writers = {}

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        self._epoch_start = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        self._batches += 1
        if self.update_freq and self._batches % self.update_freq == 0:
            self._write("train", {f"batch_{name}": value for name, value in (logs or {}).items()}, self._batches - 1)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        values = {**(logs or {}), "learning_rate": float(self.model.optimizer.learning_rate)}
        if self.write_steps_per_second:
            values["steps_per_second"] = self.params["steps"] / max(time.monotonic() - self._epoch_start, 1e-9)
        validation = {name.removeprefix("val_"): value for name, value in values.items() if name.startswith("val_")}
        train = {name: value for name, value in values.items() if not name.startswith("val_")}
        for folder, part in (("train", train), ("validation", validation)):
            self._write(folder, {f"epoch_{name}": value for name, value in part.items()}, epoch)
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_histograms(epoch)

    def _write(self, folder: str, values: dict[str, float], step: int) -> None:
        for name, value in values.items():
            self._writer(folder).add_scalar(name, value, step)
        if values:
            self._writer(folder).flush()

    def _write_histograms(self, epoch: int) -> None:
        for layer in self.model.layers:
            for index, weight in enumerate(layer.get_weights()):
                self._writer("train").add_histogram(f"{layer.name}/{index}", weight, epoch)

    def _writer(self, folder: str) -> Any:
        if folder not in self._writers:
            self._writers[folder] = self._writer_class(os.path.join(self.log_dir, folder))
        return self._writers[folder]
