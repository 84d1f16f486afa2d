"""What weights are brought back to after every step: `MaxNorm`, `NonNeg`, `UnitNorm`, `MinMaxNorm`.

The arithmetic is the engine's. Norms are Euclidean, over the axes that `axis` names: 0 gives every unit of a Dense kernel
(in, out) its norm, [0, 1, 2] every filter of a Conv2D kernel (kH, kW, in, out).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._base.checks import integer, real
from ._base.configurable import Configurable, resolve
from ._base.engine_work import OF_CONSTRAINTS

Axes = int | Sequence[int]


class Constraint(Configurable):
    """Base of the constraints."""

    _kind = "constraint"
    _engine_computes = OF_CONSTRAINTS
    _abstract = "use one of swiftcnn.constraints, such as MaxNorm"


class MaxNorm(Constraint):
    """A norm above `max_value` becomes `max_value` (Srivastava et al., 2014).

    Args:
        max_value: the greatest norm.
        axis: the axis, or the axes, that a norm runs over.
    """

    _fields = ("max_value", "axis")

    def __init__(self, max_value: float = 2, axis: Axes = 0) -> None:
        self.max_value = real("max_value", max_value)
        self.axis = _axes(axis)


class NonNeg(Constraint):
    """Negative weights become 0."""

    def __init__(self) -> None: ...


class UnitNorm(Constraint):
    """The norm becomes 1.

    Args:
        axis: the axis, or the axes, that a norm runs over.
    """

    _fields = ("axis",)

    def __init__(self, axis: Axes = 0) -> None:
        self.axis = _axes(axis)


class MinMaxNorm(Constraint):
    """The norm is brought between `min_value` and `max_value`.

    Args:
        min_value: the least norm.
        max_value: the greatest norm.
        rate: the share of the way that a step goes; 1 is all of it.
        axis: the axis, or the axes, that a norm runs over.
    """

    _fields = ("min_value", "max_value", "rate", "axis")

    def __init__(self, min_value: float = 0.0, max_value: float = 1.0, rate: float = 1.0, axis: Axes = 0) -> None:
        self.min_value = real("min_value", min_value)
        self.max_value = real("max_value", max_value)
        self.rate = real("rate", rate)
        self.axis = _axes(axis)


max_norm, non_neg, unit_norm, min_max_norm = MaxNorm, NonNeg, UnitNorm, MinMaxNorm
maxnorm, nonneg, unitnorm = MaxNorm, NonNeg, UnitNorm  # as old scripts spell them

_KNOWN: dict[str, type[Constraint]] = {
    "max_norm": MaxNorm,
    "non_neg": NonNeg,
    "unit_norm": UnitNorm,
    "min_max_norm": MinMaxNorm,
}


def get(identifier: Any) -> Constraint | None:
    """The constraint that a name, a class, an object or a dict of `class_name` and `config` means; None stays None."""
    return None if identifier is None else resolve("constraint", identifier, Constraint, _KNOWN)


def _axes(value: Any) -> int | list[int]:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [integer("axis", each) for each in value]
    return integer("axis", value)
