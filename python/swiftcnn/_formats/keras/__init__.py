"""Keras's own files: `.keras`, `.weights.h5`, and `.h5` as Keras has always written it.

They are read and written through h5py. Nothing in them is run; classes are looked up by name among this library's own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ..._base.atomic_files import nameless_beside, replacing
from ..._base.bounded_json import parse
from ..._base.paths import HDF5_ENDINGS, is_archive
from ..._base.user_warnings import warn_user
from ..._models.model import Model
from ..._models.sequential import Sequential
from . import _archive, _compiled_models, _legacy, _optimizers, _weights
from ._hdf5 import Source, h5py, reading, writing
from ._names import VERSION
from ._reading import model_from
from ._writing import described


def load_model(path: str, compile: bool) -> Model:
    """The model of a file of either kind."""
    h5py()
    return _load_archive(path, compile) if is_archive(path) else _load_legacy(path, compile)


def _load_archive(path: str, compile: bool) -> Model:
    config = _archive.config(path)
    model = model_from(config)
    with _weights_in(path, model) as source:
        _weights.read(source, model, skip_mismatch=False)
        if compile:
            _compiled_models.read(model, config.get("compile_config"))
            _optimizers.read(source, model)
    return model


def _load_legacy(path: str, compile: bool) -> Model:
    with open(path, "rb") as content, reading(content) as source:
        config = source.parsed("model_config")
        if config is None:
            raise ValueError("the file holds no architecture, only weights; build the model and use load_weights")
        model = model_from(config)
        _legacy.read(source, model, by_name=False, skip_mismatch=False)
        if compile:
            _compiled_models.read(model, source.parsed("training_config"))
            _optimizers.read_legacy(source, model)
    return model


@contextmanager
def _weights_in(path: str, model: Model) -> Iterator[Source]:
    """The HDF5 file that this is, or that lies in the archive."""
    content = _archive.weights(path, model._outline().parameters) if is_archive(path) else open(path, "rb")  # noqa: SIM115
    with content, reading(content) as source:
        yield source


def fresh_model(description: Mapping[str, Any], kind: type[Sequential]) -> Model:
    """The model that Keras's `get_config` or `to_json` described, with fresh weights."""
    plain = parse(json.dumps(description), "the configuration")  # which has no tuples, and no end in itself
    model = model_from(plain, kind=kind)
    model._build_if_possible()
    _compiled_models.read(model, plain.get("compile_config"))
    return model


class KerasFile:
    """A model on its way to a file of Keras, or weights of one on their way into it."""

    def __init__(self, model: Model) -> None:
        h5py()
        self._model = model

    def save(self, path: str) -> None:
        """Writes the whole model; the ending of the path says in which format."""
        self._model._built_store()
        config, chosen = described(self._model), _compiled_models.written(self._model)
        _warn_of_copies(self._model)
        if path.endswith(HDF5_ENDINGS):
            with replacing(path) as content, writing(content) as file:
                self._write_legacy(file, config, chosen)
            return
        if chosen is not None:
            config["compile_config"] = chosen
        with replacing(path) as content, nameless_beside(path) as hdf5:
            with writing(hdf5) as file:
                self._write_weights(file)
            _archive.write(content, config, hdf5)

    def _write_legacy(self, file: Any, config: dict[str, Any], chosen: dict[str, Any] | None) -> None:
        file.attrs["backend"], file.attrs["keras_version"] = "tensorflow", VERSION
        file.attrs["model_config"] = json.dumps(config)
        if chosen is not None:
            chosen["optimizer_config"] = chosen.pop("optimizer")
            file.attrs["training_config"] = json.dumps(chosen)
        _legacy.write(file.create_group("model_weights"), self._model)
        _optimizers.write_legacy(file, self._model)

    def _write_weights(self, file: Any) -> None:
        _weights.write(file, self._model)
        _optimizers.write(file, self._model)

    def save_weights(self, path: str) -> None:
        """Writes the weights alone: as Keras 3 does for `.weights.h5`, as Keras always did for any other `.h5`."""
        self._model._built_store()
        with replacing(path) as content, writing(content) as file:
            if path.endswith(".weights.h5"):
                self._write_weights(file)
            else:
                _legacy.write(file, self._model)

    def load_weights(self, path: str, by_name: bool, skip_mismatch: bool) -> None:
        """Replaces the model's weights by those of a file of any kind."""
        with _weights_in(path, self._model) as source:
            if _legacy.is_legacy(source):
                _legacy.read(source, self._model, by_name, skip_mismatch)
            elif by_name:
                raise ValueError("by_name=True is for files of the older layout (.h5); this one numbers its layers by class")
            else:
                _weights.read(source, self._model, skip_mismatch)


def _warn_of_copies(model: Model) -> None:
    known = set()
    for _, item in _weights.groups(model):
        if id(item) in known:
            warn_user(f"{item.name!r:.80} lies in several models, which no file of Keras holds: it has a copy in each")
            return
        known.add(id(item))
