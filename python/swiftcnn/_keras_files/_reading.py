"""Models from Keras's descriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from .. import layers
from .._json import brief
from .._keras_configs import class_name, configuration, naming, settings
from .._layer import Layer
from .._model import Model
from .._sequential import Sequential
from .._warnings import warn_user
from ..layers import InputLayer

DEEPEST = 16
MODELS = ("Sequential", "Functional", "Model")
DEEPEST_ENDS = 3  # lists around ["dense", 0, 0]
T = TypeVar("T")
NOUNS: dict[type, str] = {list: "a list", str: "a string", dict: "settings by name"}


def model_from(described: Any, depth: int = 0, kind: type[Sequential] = Sequential) -> Model:
    """The model that a `config.json` or the attribute `model_config` describes, not yet built.

    Args:
        described: the description.
        depth: how many models are around this one.
        kind: the class of a sequential model.
    """
    if depth > DEEPEST:
        raise ValueError(f"models lie within models more than {DEEPEST} deep")
    name = class_name(described, "the model")
    if name not in MODELS:
        raise ValueError(f"the model is of the class {name!r:.80}; Sequential and Functional models can be read")
    config = described.get("config")
    if isinstance(config, list):  # as Keras wrote it before 2.2.3
        config = {"layers": config}
    if not isinstance(config, Mapping):
        raise ValueError(f"the model's description is not as Keras writes it: its config is {brief(config)}")
    model = _sequential(config, depth, kind) if name == "Sequential" else _functional(config, depth)
    if config.get("trainable", True) is False:
        model.trainable = False
    return model


def _sequential(config: Mapping[str, Any], depth: int, kind: type[Sequential]) -> Model:
    model = kind(name=config.get("name"))
    model._add_all(_item(described, depth) for described in _member(config, "layers", list, "the model"))
    shape = config.get("build_input_shape")
    if model._input is None and shape is not None:
        model._input = naming("build_input_shape", InputLayer, batch_shape=shape)._declared_input
    return model


def _functional(config: Mapping[str, Any], depth: int) -> Model:
    from ._graph_reading import GraphReader

    def make(described: Any) -> Layer | Model:
        return _item(described, depth)

    return GraphReader(config, make).model()


def _member(holder: Any, key: str, kind: type[T], what: str) -> T:
    """The value of a key, which must be of this type."""
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, kind):
        raise ValueError(f"{what} must have '{key}', {NOUNS[kind]}, as Keras writes it, received {brief(value)}")
    return value


# Layers.


def _item(described: Any, depth: int) -> Layer | Model:
    config = described.get("config") if isinstance(described, Mapping) else None
    name = config.get("name") if isinstance(config, Mapping) else None
    what = f"the layer {brief(name)}" if name else "a layer"
    kind = class_name(described, what)
    if kind in MODELS:
        return model_from(described, depth + 1)
    found = InputLayer if kind == "InputLayer" else layers._KNOWN.get(kind)
    if found is None:
        reason = "it would run code from the file" if "Lambda" in kind else "swiftcnn does not have it"
        raise ValueError(
            f"{what} is of the class {kind!r:.80}, which cannot be read: {reason}. Known: {', '.join(layers._KNOWN)}"
        )
    config = configuration(described, what)
    if found is InputLayer:
        config.pop("dtype", None)  # arrays of any type are taken
    made: Layer = naming(what, found, **settings(found, config, what))
    return made
