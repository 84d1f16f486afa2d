"""How a step changes the weights: `SGD`, `Adam` and its kin, and learning rates that follow `schedules`.

The names of Keras 2 still work, with a warning: `lr=`, `decay=` and `optimizer.lr`.
"""

from __future__ import annotations

from typing import Any

from .._base.configurable import resolve
from . import _classes, legacy, schedules
from ._classes import *
from ._optimizer import Optimizer

__all__ = [*_classes.__all__, "Optimizer", "get", "legacy", "schedules"]

_KNOWN: dict[str, type[Optimizer]] = {name.lower(): getattr(_classes, name) for name in _classes.__all__}


def get(identifier: Any) -> Optimizer:
    """The optimizer that a name, a class, an object or a dict of `class_name` and `config` means."""
    return resolve("optimizer", identifier, Optimizer, _KNOWN)
