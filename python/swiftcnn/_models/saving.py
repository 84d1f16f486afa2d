"""What a model has to do with files: its configuration, its copies, and the formats it is saved in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from .. import _native
from .._base.checks import fixed, text
from .._base.paths import HDF5_ENDINGS, KERAS_ENDINGS, FilePath, existing, is_of_keras, naming, writable
from .._base.running import fits
from .._graph.architecture import plain
from .._graph.user_initializers import warn_of_loss
from .._training.compiled import Compiled
from .engine_binding import EngineBinding

if TYPE_CHECKING:
    from .._formats.keras import KerasFile
    from .model import Model


ENDINGS_OF_FORMATS = {"keras": (".keras",), "h5": HDF5_ENDINGS}


class Saved(EngineBinding):
    """The part of a model that is written and read."""

    def save(
        self, filepath: FilePath, overwrite: bool = True, *, include_optimizer: bool = True, save_format: str | None = None
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
        fixed("include_optimizer", include_optimizer, (True,), "save_weights writes a file without it")
        path = writable(filepath, overwrite)
        if save_format is not None and not path.endswith(ENDINGS_OF_FORMATS.get(text("save_format", save_format), ())):
            raise ValueError(
                f"save_format={save_format!r} does not go with {path!r}: end the name in .keras or .h5, which tells it"
            )
        warn_of_loss(path, self._layers_in_order())
        if path.endswith(KERAS_ENDINGS):
            self._between_batches()._keras_file.save(path)
        else:
            self._built_engine().save(path)

    def save_weights(self, filepath: FilePath, overwrite: bool = True) -> None:
        """Writes the weights alone; during a fit those between two batches.

        Args:
            filepath: `.weights.h5` gives a file as Keras 3 writes it, any other `.h5` one as Keras always did, any other
                name a safetensors file.
            overwrite: False refuses to replace a file.
        """
        path = writable(filepath, overwrite)
        if path.endswith(HDF5_ENDINGS):
            self._between_batches()._keras_file.save_weights(path)
        else:
            self._built_engine().save_weights(path)

    def load_weights(self, filepath: FilePath, skip_mismatch: bool = False, *, by_name: bool = False) -> None:
        """Reads weights from a file that `save_weights` or `save` wrote, or Keras's.

        Nothing changes if a shape does not fit; then the file's layers and the model's are told. During a fit, the next batch
        is the first with the new weights.

        Args:
            filepath: the file; its content tells its kind.
            skip_mismatch: layers that a file of Keras does not fit keep their weights, with a warning.
            by_name: reads an `.h5` file's layers into those of the same names, and leaves the others.
        """
        path = existing(filepath)
        if is_of_keras(path):
            with naming(path):
                self._keras_file.load_weights(path, by_name, skip_mismatch)
            return
        if by_name or skip_mismatch:
            raise ValueError(f"{path}: by_name and skip_mismatch are for files of Keras (.h5, .keras), and this is none")
        with naming(path):
            self._built_engine().load_weights(path)

    @property
    def _keras_file(self) -> KerasFile:
        """This model as Keras's files have it; the code for that is imported when it is used."""
        from .._formats.keras import KerasFile

        return KerasFile(cast("Model", self))

    def _between_batches(self) -> Saved:
        """This model as it is between two batches: a copy, if another thread trains it while its weights are read one by one."""
        if not fits.is_elsewhere(self):
            return self
        copy = self._from_engine(_native.Model.deserialize(self._built_engine().serialize()), compiled=False)
        copy._compiled = self._compiled
        return copy

    # Configuration.

    def get_config(self) -> dict[str, Any]:
        """The architecture as plain values; `from_config` builds it anew, with fresh weights.

        Layers of a model within the model are listed under their path (`vgg16/block1_conv1`), and `models` tells of it.
        Initializers of your own are among the values as they are.
        """
        return self._flat_config()

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Model:
        """The model that `get_config` described, here or in Keras, with fresh weights."""
        from .configurations import model_from_config

        return model_from_config(config, cls)

    def to_json(self) -> str:
        """`get_config` as JSON; see `model_from_json`."""
        warn_of_loss("JSON", self._layers_in_order())
        config = self.get_config()
        return json.dumps(plain(config) if "layers" in config else config)

    def _flat_config(self) -> dict[str, Any]:
        from .configurations import describe_model

        return describe_model(cast("Model", self))

    # Copies.

    def __reduce__(self) -> tuple[Any, ...]:
        if self._store is None:
            return _unpickle_unbuilt, (type(self), self.get_config(), self._compiled)
        warn_of_loss("a copy", self._layers_in_order())
        return _unpickle, (type(self), self._built_engine().serialize())

    @classmethod
    def _from_engine(cls, engine: _native.Model, compiled: bool = True) -> Model:
        from .configurations import revive_model

        model = revive_model(json.loads(engine.architecture()), cls, build=False)
        model._adopt(engine)
        choice = json.loads(engine.describe())["compiled"] if compiled else None
        if choice is not None:
            model._remember(Compiled.from_description(choice))
        return model

    def _restore(self, filepath: FilePath) -> None:
        """Takes over what `save` wrote of this model at another time: weights, optimizer, counters and seed."""
        path, engine = existing(filepath), self._built_engine()
        with naming(path):
            saved = _native.Model.load(path)
            if _identity(saved) != _identity(engine):
                raise ValueError(
                    "this is a model with other layers or compiled otherwise: build and compile it as it was, or remove the file"
                )
        self._seed = json.loads(saved.architecture())["seed"]
        self._adopt(saved)
        rate = json.loads(saved.describe())["compiled"]["optimizer"]["config"]["learning_rate"]
        if not isinstance(rate, dict) and self.optimizer._own_schedule is None:  # a schedule goes on by the number of steps
            self.optimizer.learning_rate = rate


def _identity(engine: _native.Model) -> tuple[Any, Any]:
    """What must be equal for one model to go on where another stopped: all but the seed and a learning rate that was set."""
    architecture, compiled = json.loads(engine.architecture()), json.loads(engine.describe())["compiled"]
    architecture.pop("seed")
    if compiled is not None and not isinstance(compiled["optimizer"]["config"]["learning_rate"], dict):
        compiled["optimizer"]["config"].pop("learning_rate")
    return architecture, compiled


def _unpickle(kind: type[Saved], data: bytes) -> Model:
    return kind._from_engine(_native.Model.deserialize(data))


def _unpickle_unbuilt(kind: type[Saved], config: dict[str, Any], compiled: Compiled | None) -> Model:
    model = kind.from_config(config)
    if compiled is not None:
        model._remember(compiled)
    return model
