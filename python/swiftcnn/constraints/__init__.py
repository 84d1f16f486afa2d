"""What weights are brought back to after every step: `MaxNorm`, `NonNeg`, `UnitNorm`, `MinMaxNorm`.

The arithmetic is the engine's. Norms are Euclidean, over the axes that `axis` names: 0 gives every unit of a Dense kernel
(in, out) its norm, [0, 1, 2] every filter of a Conv2D kernel (kH, kW, in, out).
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
    """The constraint that a name, a class, an object or a dict of `class_name` and `config` means; None stays None."""
    return None if identifier is None else resolve("constraint", identifier, Constraint, _KNOWN)
