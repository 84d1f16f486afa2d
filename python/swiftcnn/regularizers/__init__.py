"""Penalties on large weights that are added to the loss: `L1`, `L2`, `L1L2`. The engine computes them."""

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
    """Returns the regularizer for a name, a class, an object or a dict of `class_name` and `config`; None stays None."""
    if identifier is None:
        return None
    if isinstance(identifier, str) and identifier.lower() in ("l1_l2", "l1l2"):
        return L1L2(l1=0.01, l2=0.01)  # given by name only, both factors are the defaults of L1 and L2
    return resolve("regularizer", identifier, Regularizer, _KNOWN)
