"""What a model has to do with files: the formats it is saved in, its copies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from .. import _native
from .._base.checks import fixed, text
from .._base.paths import HDF5_ENDINGS, KERAS_ENDINGS, FilePath, existing, is_of_keras, naming, writable
from .._base.running import fits
from .._graph.architecture import plain
from .._graph.user_initializers import warn_of_loss
from .._training.compiled import Compiled
from .._training.compiling import remember
from . import hooks
from .configurations import revive_model

if TYPE_CHECKING:
    from .any_model import AnyModel


ENDINGS_OF_FORMATS = {"keras": (".keras",), "h5": HDF5_ENDINGS}


def save(model: AnyModel, filepath: FilePath, overwrite: bool, include_optimizer: bool, save_format: str | None) -> None:
    """`Model.save`."""
    fixed("include_optimizer", include_optimizer, (True,), "save_weights writes a file without it")
    path = writable(filepath, overwrite)
    if save_format is not None and not path.endswith(ENDINGS_OF_FORMATS.get(text("save_format", save_format), ())):
        raise ValueError(f"save_format={save_format!r} does not go with {path!r}: end the name in .keras or .h5, which tells it")
    warn_of_loss(path, model._layers_in_order())
    if path.endswith(KERAS_ENDINGS):
        _keras_file(_between_batches(model)).save(path)
    else:
        model._built_engine().save(path)


def save_weights(model: AnyModel, filepath: FilePath, overwrite: bool) -> None:
    """`Model.save_weights`."""
    path = writable(filepath, overwrite)
    if path.endswith(HDF5_ENDINGS):
        _keras_file(_between_batches(model)).save_weights(path)
    else:
        model._built_engine().save_weights(path)


def load_weights(model: AnyModel, filepath: FilePath, skip_mismatch: bool, by_name: bool) -> None:
    """`Model.load_weights`."""
    path = existing(filepath)
    if is_of_keras(path):
        with naming(path):
            _keras_file(model).load_weights(path, by_name, skip_mismatch)
        return
    if by_name or skip_mismatch:
        raise ValueError(f"{path}: by_name and skip_mismatch are for files of Keras (.h5, .keras), and this is none")
    with naming(path):
        model._built_engine().load_weights(path)


def _keras_file(model: AnyModel) -> hooks.KerasFile:
    """This model as Keras's files have it; the code for that is imported when it is used."""
    return hooks.keras_files().KerasFile(model)


def _between_batches(model: AnyModel) -> AnyModel:
    """This model as it is between two batches: a copy, if another thread trains it while its weights are read one by one."""
    if not fits.is_elsewhere(model):
        return model
    copy = from_engine(type(model), _native.Model.deserialize(model._built_engine().serialize()), compiled=False)
    copy._compiled = model._compiled
    return copy


def to_json(model: AnyModel) -> str:
    """`Model.to_json`."""
    warn_of_loss("JSON", model._layers_in_order())
    config = model.get_config()
    return json.dumps(plain(config) if "layers" in config else config)


# Copies.


def reduced(model: AnyModel) -> tuple[Any, ...]:
    """What `pickle` and `copy` make the model of."""
    if model._binding.store is None:
        return _unpickle_unbuilt, (type(model), model.get_config(), model._compiled)
    warn_of_loss("a copy", model._layers_in_order())
    return _unpickle, (type(model), model._built_engine().serialize())


def from_engine(kind: type[Any], engine: _native.Model, compiled: bool = True) -> AnyModel:
    """The model of this class that the engine has."""
    model = revive_model(json.loads(engine.architecture()), kind, build=False)
    model._adopt(engine)
    choice = json.loads(engine.describe())["compiled"] if compiled else None
    if choice is not None:
        remember(model, Compiled.from_description(choice))
    return model


def restore(model: AnyModel, filepath: FilePath) -> None:
    """Takes over what `save` wrote of this model at another time: weights, optimizer, counters and seed."""
    path, engine = existing(filepath), model._built_engine()
    with naming(path):
        saved = _native.Model.load(path)
        if _identity(saved) != _identity(engine):
            raise ValueError(
                "this is a model with other layers or compiled otherwise: build and compile it as it was, or remove the file"
            )
    model._binding.seed = json.loads(saved.architecture())["seed"]
    model._adopt(saved)
    rate = json.loads(saved.describe())["compiled"]["optimizer"]["config"]["learning_rate"]
    if not isinstance(rate, dict) and model.optimizer._own_schedule is None:  # a schedule goes on by the number of steps
        model.optimizer.learning_rate = rate


def _identity(engine: _native.Model) -> tuple[Any, Any]:
    """What must be equal for one model to go on where another stopped: all but the seed and a learning rate that was set."""
    architecture, compiled = json.loads(engine.architecture()), json.loads(engine.describe())["compiled"]
    architecture.pop("seed")
    if compiled is not None and not isinstance(compiled["optimizer"]["config"]["learning_rate"], dict):
        compiled["optimizer"]["config"].pop("learning_rate")
    return architecture, compiled


def _unpickle(kind: type[Any], data: bytes) -> AnyModel:
    made: AnyModel = kind._from_engine(_native.Model.deserialize(data))
    return made


def _unpickle_unbuilt(kind: type[Any], config: dict[str, Any], compiled: Compiled | None) -> AnyModel:
    model: AnyModel = kind.from_config(config)
    if compiled is not None:
        remember(model, compiled)
    return model
