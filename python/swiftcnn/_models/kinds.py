"""The classes of the models that a description tells of: `Sequential`, `Model`, or a user's subclass of either."""

from __future__ import annotations

from typing import Any

from .._base.overrides import definer, is_built_in
from .hooks import classes


def sequential_kind(kind: type[Any] | None) -> type[Any]:
    """The class if it is one of sequential models, else `Sequential`."""
    return kind if kind is not None and is_sequential(kind) else classes["Sequential"]


def functional_kind(kind: type[Any] | None) -> type[Any]:
    """The class if it can be that of a functional model, else `Model`."""
    if kind is None or is_sequential(kind):
        return classes["Functional"]
    if not is_built_in(definer(kind, "__init__") or kind):
        raise TypeError(_own_init(kind))
    return kind


def is_sequential(kind: type[Any]) -> bool:
    return issubclass(kind, classes["Sequential"])


def empty(kind: type[Any], name: str | None) -> Any:
    """A model of the class, without layers."""
    try:
        model = kind(name=name)
    except TypeError:
        if is_built_in(definer(kind, "__init__") or kind):
            raise
        raise TypeError(_own_init(kind)) from None
    if model._line or model._input is not None:
        raise TypeError(_own_init(kind))
    return model


def _own_init(kind: type) -> str:
    return (
        f"{kind.__name__} has an __init__ of its own, so that a copy of its layers cannot be made one: let __init__ take `name` "
        "and add no layers, or use clone_model, which makes a model of the built-in class"
    )
