"""Penalties on large weights that join the loss: `L1`, `L2`, `L1L2`. The arithmetic is the engine's."""

from __future__ import annotations

from typing import Any

from ._base.checks import real
from ._base.configurable import Configurable, resolve
from ._base.engine_work import OF_REGULARIZERS


class Regularizer(Configurable):
    """Base of the regularizers."""

    _kind = "regularizer"
    _engine_computes = OF_REGULARIZERS
    _abstract = "use L1, L2 or L1L2 of swiftcnn.regularizers"


class L1(Regularizer):
    """l1 · Σ|w|.

    Args:
        l1: factor; None is 0.01.
    """

    _fields = ("l1",)

    def __init__(self, l1: float | None = 0.01) -> None:
        self.l1 = real("l1", 0.01 if l1 is None else l1)


class L2(Regularizer):
    """l2 · Σw².

    Args:
        l2: factor; None is 0.01.
    """

    _fields = ("l2",)

    def __init__(self, l2: float | None = 0.01) -> None:
        self.l2 = real("l2", 0.01 if l2 is None else l2)


class L1L2(Regularizer):
    """l1 · Σ|w| + l2 · Σw².

    Args:
        l1: factor; None is 0.
        l2: factor; None is 0.
    """

    _fields = ("l1", "l2")

    def __init__(self, l1: float | None = 0.0, l2: float | None = 0.0) -> None:
        self.l1 = real("l1", 0.0 if l1 is None else l1)
        self.l2 = real("l2", 0.0 if l2 is None else l2)


l1, l2, l1_l2 = L1, L2, L1L2

_KNOWN: dict[str, type[Regularizer]] = {"l1": L1, "l2": L2, "l1_l2": L1L2}


def get(identifier: Any) -> Regularizer | None:
    """The regularizer that a name, a class, an object or a dict of `class_name` and `config` means; None stays None."""
    if identifier is None:
        return None
    if isinstance(identifier, str) and identifier.lower() in ("l1_l2", "l1l2"):
        return L1L2(l1=0.01, l2=0.01)  # by its name alone both factors are those of L1 and L2
    return resolve("regularizer", identifier, Regularizer, _KNOWN)
