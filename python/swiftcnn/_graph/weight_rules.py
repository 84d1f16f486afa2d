"""The `…_regularizer` and `…_constraint` arguments that layers with weights have in common."""

from __future__ import annotations

from typing import Any

from .. import constraints, regularizers
from .._base.configurable import named

_KINDS = {"regularizer": regularizers.get, "constraint": constraints.get}


def names(ruled: tuple[str, ...]) -> tuple[str, ...]:
    """The arguments of a layer whose weights have these names: `kernel_regularizer`, `kernel_constraint`, ..."""
    return tuple(f"{weight}_{kind}" for weight in ruled for kind in _KINDS)


def take(ruled: tuple[str, ...], options: dict[str, Any]) -> dict[str, Any]:
    """Takes these arguments out of `options`; all of them are in the result, with None for those that were not passed."""
    taken = {name: named(name, _KINDS[name.rpartition("_")[2]], options.pop(name, None)) for name in names(ruled)}
    if options.pop("activity_regularizer", None) is not None:
        raise ValueError(
            "activity_regularizer is not supported, which would penalize a layer's output: "
            "penalize its weights with kernel_regularizer instead, or leave it out"
        )
    return taken


def describe(rules: dict[str, Any]) -> dict[str, Any]:
    """The rules that are not None, in the format of the architecture."""
    return {name: {"class": rule._class_name(), "config": rule._settings()} for name, rule in rules.items() if rule is not None}
