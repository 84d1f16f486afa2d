"""Keras's own files: `.keras`, `.weights.h5`, and `.h5` as Keras has always written it.

They are read and written through h5py. Nothing in them is run; classes are looked up by name among this library's own.
"""

from __future__ import annotations

import json
from typing import Any

from .._extras import needed
from .._model import Model
from .._paths import HDF5_ENDINGS, is_archive
from . import _archive, _compiled_models, _legacy, _optimizers, _weights
from ._atomic import replacing, unnamed_beside
from ._hdf5 import found, opened, parsed
from ._names import VERSION
from ._reading import model_from
from ._writing import described


def load_model(path: str, compile: bool) -> Model:
    """The model of a file of either kind."""
    return _load_archive(path, compile) if is_archive(path) else _load_legacy(path, compile)


def _load_archive(path: str, compile: bool) -> Model:
    needed("h5py", "keras", "a file of Keras")
    archive = _archive.read(path)
    model = _built(model_from(archive.config))
    with opened(archive.weights(model.count_params())) as file:
        _weights.read(file, model, skip_mismatch=False)
        if compile:
            _compiled_models.read(model, archive.config.get("compile_config"))
            _optimizers.read(file, model)
    return model


def _load_legacy(path: str, compile: bool) -> Model:
    with opened(path) as file:
        config = parsed(file, "model_config")
        if config is None:
            raise ValueError("the file holds no architecture, only weights; build the model and use load_weights")
        model = _built(model_from(config))
        _legacy.read(file, model, by_name=False, skip_mismatch=False)
        if compile:
            _compiled_models.read(model, parsed(file, "training_config"))
    return model


def _built(model: Model) -> Model:
    model._built_store()
    return model


class KerasFile:
    """A model on its way to a file of Keras, or weights of one on their way into it."""

    def __init__(self, model: Model) -> None:
        self._model = _built(model)

    def save(self, path: str) -> None:
        """Writes the whole model; the ending of the path says in which format."""
        config, chosen = described(self._model), _compiled_models.written(self._model)
        if path.endswith(HDF5_ENDINGS):
            with replacing(path) as temporary, opened(temporary, "w") as file:
                self._write_legacy(file, config, chosen)
            return
        if chosen is not None:
            config["compile_config"] = chosen
        with replacing(path) as temporary, unnamed_beside(path) as weights:
            with opened(weights, "w") as file:
                _weights.write(file, self._model)
                _optimizers.write(file, self._model)
            _archive.write(temporary, config, weights)

    def _write_legacy(self, file: Any, config: dict[str, Any], chosen: dict[str, Any] | None) -> None:
        file.attrs["backend"], file.attrs["keras_version"] = "tensorflow", VERSION
        file.attrs["model_config"] = json.dumps(config)
        if chosen is not None:
            chosen["optimizer_config"] = chosen.pop("optimizer")
            file.attrs["training_config"] = json.dumps(chosen)
        _legacy.write(file.create_group("model_weights"), self._model)

    def save_weights(self, path: str) -> None:
        """Writes the weights alone: as Keras 3 does for `.weights.h5`, as Keras always did for any other `.h5`."""
        with replacing(path) as temporary, opened(temporary, "w") as file:
            if path.endswith(".weights.h5"):
                _weights.write(file, self._model)
                _optimizers.write(file, self._model)
            else:
                _legacy.write(file, self._model)

    def load_weights(self, path: str, by_name: bool, skip_mismatch: bool) -> None:
        """Replaces the model's weights by those of a file of any kind."""
        needed("h5py", "keras", "a file of Keras")
        with opened(_archive.read(path).weights(self._model.count_params()) if is_archive(path) else path) as file:
            if found(file, "model_weights") is not None or {"layer_names", "layer_names0"} & set(file.attrs):
                _legacy.read(file, self._model, by_name, skip_mismatch)
            elif by_name:
                raise ValueError("by_name=True is for files of the older layout (.h5); this one numbers its layers by class")
            else:
                _weights.read(file, self._model, skip_mismatch)
