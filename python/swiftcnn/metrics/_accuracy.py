"""The accuracy of class numbers, which the engine does not compute."""

from __future__ import annotations

from typing import Any

import numpy as np

from .._base.arrays import as_array, weights_of
from .._base.tensor_like import Number
from ._metric import Metric


class Accuracy(Metric):
    """Share of predictions that equal their label. Predictions are class numbers, not outputs: `compile` refuses it."""

    _default_name = "accuracy"

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch.

        Args:
            y_true: labels of any shape.
            y_pred: predictions of that shape.
            sample_weight: a weight for each sample, (n,); None means 1.
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
