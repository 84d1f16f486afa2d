"""The base class of `Precision` and `Recall`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._base.arrays import as_array
from .._base.overrides import built_in
from ._metric import Metric


class ShareOfAnswers(Metric):
    """Base class of `Precision` and `Recall`. With `top_k`, outputs with one axis are a single sample."""

    thresholds: float | None
    top_k: int | None
    class_id: int | None

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch.

        Args:
            y_true: labels, of the shape of y_pred.
            y_pred: (n, ..., classes); or (n,), which is a single sample with `top_k`.
            sample_weight: a weight for each sample, (n,); None means 1.
        """
        outputs = as_array("y_pred", y_pred)
        if self.top_k is None or outputs.ndim != 1:
            super().update_state(y_true, outputs, sample_weight)
            return
        if self.class_id is not None:
            raise ValueError(f"class_id needs y_pred of the shape (n, classes), received the shape {outputs.shape}")
        counted: Metric = built_in(type(self))()
        counted._tallies = self._tallies
        counted.update_state(y_true, self._among_the_largest(outputs), sample_weight)
        self._tallies = counted._tallies

    def _among_the_largest(self, outputs: NDArray[Any]) -> NDArray[np.float32]:
        """1 for the positive predictions of a single sample, 0 for the others."""
        order = np.argsort(-outputs.astype(np.float64), kind="stable")
        answers = np.zeros(len(outputs), np.float32)
        answers[order[: self.top_k]] = 1
        return answers if self.thresholds is None else answers * (outputs > self.thresholds)
