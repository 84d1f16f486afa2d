"""The architecture of models in the format of the engine and of files, without the parts that only Python uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .hooks import layer_classes

INITIALIZER = "_initializer"


def plain(architecture: Mapping[str, Any]) -> dict[str, Any]:
    """The architecture in the format of the engine and of files: users' initializers are replaced by the layers' defaults."""
    layers = [{**each, "config": _plain_config(each["class"], each["config"])} for each in architecture["layers"]]
    return {**architecture, "layers": layers}


def default(kind: str, field: str) -> Any:
    """The default settings of a layer of this class."""
    import inspect  # here, so that importing swiftcnn stays quick

    return inspect.signature(layer_classes[kind]).parameters[field].default


def _plain_config(kind: str, config: Mapping[str, Any]) -> dict[str, Any]:
    own = [field for field, value in config.items() if field.endswith(INITIALIZER) and callable(value)]
    return {**config, **{field: default(kind, field) for field in own}}
