"""Keras's methods that save and load models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import saving

if TYPE_CHECKING:
    from .._base.paths import FilePath
    from .any_model import AnyModel


class FileMethods:
    """The methods. `AnyModel` declares the attributes of the model that they use."""

    def save(
        self: AnyModel,
        filepath: FilePath,
        overwrite: bool = True,
        *,
        include_optimizer: bool = True,
        save_format: str | None = None,
    ) -> None:
        """Saves the whole model, including the optimizer, to one file; see `load_model`.

        Called during `fit`, from a callback or another thread, it saves the state between two batches.

        Args:
            filepath: a name that ends in `.keras` or `.h5` writes a Keras file (`pip install 'swiftcnn[keras]'`). Any other name,
                such as `model.safetensors`, writes this library's format, from which training continues bit-identically.
            overwrite: False refuses to replace a file.
            include_optimizer: must be True; `save_weights` omits the optimizer.
            save_format: "keras" or "h5", the same as the extension; "tf" is not supported.
        """
        saving.save(self, filepath, overwrite, include_optimizer, save_format)

    def save_weights(self: AnyModel, filepath: FilePath, overwrite: bool = True) -> None:
        """Saves the weights only; during `fit`, the weights between two batches.

        Args:
            filepath: `.weights.h5` writes Keras 3's format, any other `.h5` Keras's older format, any other name a safetensors
                file.
            overwrite: False refuses to replace a file.
        """
        saving.save_weights(self, filepath, overwrite)

    def load_weights(self: AnyModel, filepath: FilePath, skip_mismatch: bool = False, *, by_name: bool = False) -> None:
        """Loads weights from a file that `save_weights`, `save` or Keras wrote.

        If a shape does not fit, no weight changes, and the error lists the layers of the file and of the model. During `fit`, the
        next batch is the first to use the new weights.

        Args:
            filepath: the file; its content determines its format.
            skip_mismatch: layers that do not match a Keras file keep their weights, with a warning.
            by_name: loads an `.h5` file's layers into the layers of the same names; the others do not change.
        """
        saving.load_weights(self, filepath, skip_mismatch, by_name)

    def get_config(self: AnyModel) -> dict[str, Any]:
        """The architecture as plain values. `from_config` builds a model from it, with new weights.

        Layers of nested models are listed under their path (`vgg16/block1_conv1`); `models` describes the nested models. Your own
        initializers are included as objects.
        """
        return self._flat_config()

    def to_json(self: AnyModel) -> str:
        """`get_config` as JSON; see `model_from_json`."""
        return saving.to_json(self)

    def __reduce__(self: AnyModel) -> tuple[Any, ...]:
        return saving.reduced(self)

    def _restore(self: AnyModel, filepath: FilePath) -> None:
        """Restores the state that `save` wrote for this model: weights, optimizer, counters and seed."""
        saving.restore(self, filepath)
