"""Settings as Keras writes them into its files."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from ... import initializers
from ..._base.configurable import Configurable


def written(value: Any) -> Any:
    """A setting as Keras writes it."""
    if isinstance(value, Mapping):  # an activation with settings
        return serialized("keras.layers", value["class"], value["config"])
    return list(value) if isinstance(value, tuple) else value


def written_object(module: ModuleType, value: Any) -> Any:
    """An initializer, a regularizer or a constraint as Keras writes it."""
    place = f"keras.{module.__name__.rpartition('.')[2]}"
    if isinstance(value, Configurable):
        return serialized(place, value._class_name(), value._settings())
    if isinstance(value, Mapping):
        name = value.get("class") or next(
            kind.__name__ for kind in vars(initializers).values() if getattr(kind, "_name", None) == value["name"]
        )
        config = value.get("config", {key: each for key, each in value.items() if key not in ("name", "class")})
        return serialized(place, name, config)
    return value


def serialized(module: str, name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    return {"module": module, "class_name": name, "config": dict(config), "registered_name": None}
