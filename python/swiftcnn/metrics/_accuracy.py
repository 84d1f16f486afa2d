"""How many answers are right."""

from __future__ import annotations

from typing import Any

from .._checks import integer, real
from ._metric import Metric


class CategoricalAccuracy(Metric):
    """Share of samples whose largest output is where the one-hot label is."""

    _default_name = "categorical_accuracy"


class SparseCategoricalAccuracy(Metric):
    """Share of samples whose largest output is at the integer label."""

    _default_name = "sparse_categorical_accuracy"


class BinaryAccuracy(Metric):
    """Share of outputs on the right side of the threshold.

    Args:
        name: what the progress line and the history call it.
        threshold: outputs above it count as 1.
    """

    _fields = ("name", "threshold")
    _default_name = "binary_accuracy"

    def __init__(self, name: str | None = None, *, threshold: float = 0.5, **unknown: Any) -> None:
        super().__init__(name, **unknown)
        self.threshold = real("threshold", threshold)


class TopKCategoricalAccuracy(Metric):
    """Share of samples where the output at the one-hot label is among the k largest.

    Args:
        k: how many.
        name: what the progress line and the history call it.
    """

    _fields = ("name", "k")
    _default_name = "top_k_categorical_accuracy"

    def __init__(self, k: int = 5, name: str | None = None, **unknown: Any) -> None:
        super().__init__(name, **unknown)
        self.k = integer("k", k)


class SparseTopKCategoricalAccuracy(TopKCategoricalAccuracy):
    """Share of samples where the output at the integer label is among the k largest.

    Args:
        k: how many.
        name: what the progress line and the history call it.
    """

    _default_name = "sparse_top_k_categorical_accuracy"


class AnyAccuracy(Metric):
    """`metrics=["accuracy"]`: the engine picks the kind that fits the loss and the shapes."""

    _default_name = "accuracy"
    _engine_class = "accuracy"
