"""Penalties on large weights that join the loss: `L1`, `L2`, `L1L2`. The arithmetic is the engine's."""

from __future__ import annotations

from typing import Any

from .._base.configurable import resolve
from . import _classes
from ._classes import *
from ._regularizer import Regularizer

l1, l2, l1_l2 = L1, L2, L1L2

__all__ = ["Regularizer", *_classes.__all__, "l1", "l2", "l1_l2", "get"]

_KNOWN: dict[str, type[Regularizer]] = {name: getattr(_classes, name) for name in _classes.__all__}


def get(identifier: Any) -> Regularizer | None:
    """The regularizer that a name, a class, an object or a dict of `class_name` and `config` means; None stays None."""
    if identifier is None:
        return None
    if isinstance(identifier, str) and identifier.lower() in ("l1_l2", "l1l2"):
        return L1L2(l1=0.01, l2=0.01)  # by its name alone both factors are those of L1 and L2
    return resolve("regularizer", identifier, Regularizer, _KNOWN)
