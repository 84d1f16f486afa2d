"""Constraints that are applied to weights after every step: `MaxNorm`, `NonNeg`, `UnitNorm`, `MinMaxNorm`.

The engine applies them. Norms are Euclidean, over the axes in `axis`: 0 is one norm for each unit of a Dense kernel
(in, out), [0, 1, 2] one for each filter of a Conv2D kernel (kH, kW, in, out).
"""

from __future__ import annotations

from typing import Any

from .._base.configurable import resolve
from . import _classes
from ._classes import *
from ._constraint import Constraint

max_norm, non_neg, unit_norm, min_max_norm = MaxNorm, NonNeg, UnitNorm, MinMaxNorm
maxnorm, nonneg, unitnorm = MaxNorm, NonNeg, UnitNorm  # as old scripts spell them

__all__ = [
    "Constraint",
    *_classes.__all__,
    "max_norm",
    "non_neg",
    "unit_norm",
    "min_max_norm",
    "maxnorm",
    "nonneg",
    "unitnorm",
    "get",
]

_KNOWN: dict[str, type[Constraint]] = {name: getattr(_classes, name) for name in _classes.__all__}


def get(identifier: Any) -> Constraint | None:
    """Returns the constraint for a name, a class, an object or a dict of `class_name` and `config`; None stays None."""
    return None if identifier is None else resolve("constraint", identifier, Constraint, _KNOWN)
