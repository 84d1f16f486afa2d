"""Keras's methods of models that are written and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import saving

if TYPE_CHECKING:
    from .._base.paths import FilePath
    from .any_model import AnyModel


class FileMethods:
    """The methods; what they need of the model says `AnyModel`."""

    def save(
        self: AnyModel,
        filepath: FilePath,
        overwrite: bool = True,
        *,
        include_optimizer: bool = True,
        save_format: str | None = None,
    ) -> None:
        """Writes the whole model, optimizer included, to one file; see `load_model`.

        During a fit, in a callback or another thread, the file holds the state between two batches.

        Args:
            filepath: a name that ends in `.keras` or `.h5` gives a file for Keras (`pip install 'swiftcnn[keras]'`), any
                other, such as `model.safetensors`, this library's own, from which training goes on with the same bits.
            overwrite: False refuses to replace a file.
            include_optimizer: True; `save_weights` leaves it out.
            save_format: what the ending says too, "keras" or "h5"; there is no "tf".
        """
        saving.save(self, filepath, overwrite, include_optimizer, save_format)

    def save_weights(self: AnyModel, filepath: FilePath, overwrite: bool = True) -> None:
        """Writes the weights alone; during a fit those between two batches.

        Args:
            filepath: `.weights.h5` gives a file as Keras 3 writes it, any other `.h5` one as Keras always did, any other
                name a safetensors file.
            overwrite: False refuses to replace a file.
        """
        saving.save_weights(self, filepath, overwrite)

    def load_weights(self: AnyModel, filepath: FilePath, skip_mismatch: bool = False, *, by_name: bool = False) -> None:
        """Reads weights from a file that `save_weights` or `save` wrote, or Keras's.

        Nothing changes if a shape does not fit; then the error lists the layers of the file and of the model. During a fit, the
        next batch is the first with the new weights.

        Args:
            filepath: the file; its content tells its kind.
            skip_mismatch: layers that a file of Keras does not fit keep their weights, with a warning.
            by_name: reads an `.h5` file's layers into those of the same names, and leaves the others.
        """
        saving.load_weights(self, filepath, skip_mismatch, by_name)

    def get_config(self: AnyModel) -> dict[str, Any]:
        """The architecture as plain values; `from_config` builds it anew, with fresh weights.

        Layers of a model within the model are listed under their path (`vgg16/block1_conv1`), and `models` tells of it.
        Initializers of your own are among the values as they are.
        """
        return self._flat_config()

    def to_json(self: AnyModel) -> str:
        """`get_config` as JSON; see `model_from_json`."""
        return saving.to_json(self)

    def __reduce__(self: AnyModel) -> tuple[Any, ...]:
        return saving.reduced(self)

    def _restore(self: AnyModel, filepath: FilePath) -> None:
        """Takes over what `save` wrote of this model at another time: weights, optimizer, counters and seed."""
        saving.restore(self, filepath)
