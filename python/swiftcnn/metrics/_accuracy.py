"""How many answers are right."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._base.arrays import as_array, weights_of
from .._base.checks import integer, real
from .._base.tensor_like import Number
from ._metric import Metric


class CategoricalAccuracy(Metric):
    """Share of samples whose largest output is where the one-hot label is."""

    _default_name = "categorical_accuracy"
    _is_of_rows = True


class SparseCategoricalAccuracy(Metric):
    """Share of samples whose largest output is at the integer label."""

    _default_name = "sparse_categorical_accuracy"


class BinaryAccuracy(Metric):
    """Share of outputs on the right side of the threshold.

    Args:
        name: what the progress line and the history call it.
        dtype: None or "float32".
        threshold: outputs above it count as 1.
    """

    _fields = ("name", "threshold")
    _default_name = "binary_accuracy"

    def __init__(self, name: str | None = None, dtype: str | None = None, threshold: float = 0.5, **unknown: Any) -> None:
        super().__init__(name, dtype, **unknown)
        self.threshold = real("threshold", threshold)


class TopKCategoricalAccuracy(Metric):
    """Share of samples where the output at the one-hot label is among the k largest.

    Args:
        k: how many.
        name: what the progress line and the history call it.
    """

    _fields = ("name", "k")
    _default_name = "top_k_categorical_accuracy"
    _is_of_rows = True

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
    _is_of_rows = False


class AnyAccuracy(Metric):
    """`metrics=["accuracy"]`: the engine picks the kind that fits the loss and the shapes."""

    _default_name = "accuracy"
    _engine_class = "accuracy"


class Accuracy(Metric):
    """Share of predictions that equal their label: of class numbers, not of outputs, so it is fed by hand only."""

    _default_name = "accuracy"

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch.

        Args:
            y_true: labels of any shape.
            y_pred: predictions of that shape.
            sample_weight: a weight for every sample, (n,); None for 1.
        """
        true, called = as_array("y_true", y_true), as_array("y_pred", y_pred)
        if true.size != called.size or not true.ndim:
            raise ValueError(f"y_true and y_pred must have the same shape, received {true.shape} and {called.shape}")
        right = (true.ravel() == called.ravel()).reshape(len(true), -1).mean(1)
        weights = weights_of(len(right), sample_weight)
        if weights is not None and weights.size != len(right):
            raise ValueError(f"sample_weight must have the shape ({len(right)},), one weight a sample; got {weights.shape}")
        each = np.ones(len(right)) if weights is None else weights.ravel()
        before = self._tallies or [0.0, 0.0]
        self._tallies = [before[0] + float(right @ each), before[1] + float(each.sum())]

    def result(self) -> float:
        right, all_ = self._tallies or [0.0, 0.0]
        return Number(right / all_ if all_ else 0.0)

    def _check_for_training(self) -> None:
        super()._check_for_training()
        raise ValueError(
            "Accuracy is not computed during training: compile with metrics=['accuracy'], which compares classes, and feed "
            "this one by hand, Accuracy()(y_true, y_pred)"
        )
