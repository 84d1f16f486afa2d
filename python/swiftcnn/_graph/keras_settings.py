"""Reads Keras's descriptions of a layer's settings: initializers, regularizers, constraints and activations."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from .. import constraints, initializers, regularizers
from .._base.activation_names import KNOWN
from .._base.bounded_json import brief
from .._base.keras_configs import ANY, class_name, configuration, function_name, naming, settings
from .._base.user_warnings import warn_user
from .hooks import layer_classes

SLOTS: dict[str, ModuleType] = {"_initializer": initializers, "_regularizer": regularizers, "_constraint": constraints}


def read(key: str, described: Mapping[str, Any], what: str) -> Any:
    """The value of a setting of this name. ANY means that it is omitted; None means that it has no special description."""
    module = slot(key)
    if module is not None:
        return _read_object(module, described, what)
    return _read_activation(described, what) if key == "activation" else None


def slot(key: str) -> ModuleType | None:
    """The module of the objects that a setting of this name contains."""
    return next((module for suffix, module in SLOTS.items() if key.endswith(suffix)), None)


def _read_object(module: ModuleType, described: Mapping[str, Any], what: str) -> Any:
    name = class_name(described, what)
    if name not in (kind.__name__ for kind in module._KNOWN.values()):
        if module is not initializers:
            raise ValueError(f"{what} is of the class {name!r:.80}, which {module.__name__} does not have")
        warn_user(
            f"{what} is {name!r:.80}, which swiftcnn does not have: the weights are read, but fresh ones would begin otherwise"
        )
        return ANY
    with_name = {"class_name": name, "config": configuration(described, what)}
    return naming(what, module.get, with_name)


def _read_activation(described: Mapping[str, Any], what: str) -> Any:
    """The name of one of Keras's functions, or a layer; functions that the description itself contains are refused."""
    name = class_name(described, what)
    if name in layer_classes:
        return layer_classes[name](**settings(layer_classes[name], configuration(described, what), what))
    function = function_name(described, what)
    if isinstance(function, str) and function.lower() in KNOWN:
        return function
    raise ValueError(f"{what} is {brief(described)}: only Keras's own activations, by name, and layers can be read")
