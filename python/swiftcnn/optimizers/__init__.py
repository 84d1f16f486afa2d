"""Optimizers: `SGD`, `Adam` and others, and learning rates that follow `schedules`.

Keras 2's names still work, with a warning: `lr=`, `decay=` and `optimizer.lr`.
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
    """Returns the optimizer for a name, a class, an object or a dict of `class_name` and `config`."""
    return resolve("optimizer", identifier, Optimizer, _KNOWN)
