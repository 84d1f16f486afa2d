"""Models: `Sequential`, `Model`, and the functions that save and load them."""

from __future__ import annotations

from typing import Any, cast

from . import _native
from ._base.bounded_json import parse
from ._base.checks import fixed, of_class
from ._base.paths import FilePath, existing, is_of_keras, naming
from ._models import hooks as _hooks
from ._models.cloning import clone_model
from ._models.configurations import model_from_description
from ._models.model import Model
from ._models.sequential import Sequential

__all__ = ["Model", "Sequential", "clone_model", "load_model", "model_from_json", "save_model"]


def save_model(model: Model, filepath: FilePath, overwrite: bool = True) -> None:
    """The same as `model.save(filepath, overwrite)`."""
    of_class("model", model, Model).save(filepath, overwrite)


def load_model(filepath: FilePath, custom_objects: Any = None, compile: bool = True, safe_mode: bool = True) -> Model:
    """Loads a model that `model.save` or Keras wrote, ready to predict and to continue training.

    Code in a file is never run, so files from untrusted sources are safe to load.

    Args:
        filepath: the file. Its content decides whether it is a Keras file (`.keras`, `.h5`), which needs
            `pip install 'swiftcnn[keras]'`.
        custom_objects: None; custom layers and functions are not supported.
        compile: False loads the model without optimizer, loss and metrics.
        safe_mode: has no effect; loading is always safe.
    """
    _refuse_custom(custom_objects)
    path = existing(filepath)
    with naming(path):
        if is_of_keras(path):
            model: Model = _keras_files().load_model(path, compile)
            return model
        return Sequential._from_engine(_native.Model.load(path), compile)


def model_from_json(json_string: str, custom_objects: Any = None) -> Model:
    """Builds the model that `model.to_json` described, here or in Keras, with new weights; `custom_objects` as in
    `load_model`."""
    _refuse_custom(custom_objects)
    if not isinstance(json_string, (str, bytes)):
        raise TypeError(f"json_string must be a string, received {json_string!r:.80} (a {type(json_string).__name__})")
    return cast("Model", model_from_description(parse(json_string, "json_string")))


def _keras_files() -> Any:
    """The package for Keras's files, imported on first use."""
    from ._formats import keras

    return keras


_hooks.keras_files = _keras_files


def _refuse_custom(objects: Any) -> None:
    fixed("custom_objects", objects, (None, {}), "the engine runs no Python, and nothing of a file is run: omit it")
