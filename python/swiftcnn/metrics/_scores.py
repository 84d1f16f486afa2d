"""The base class of the F scores, which combine precision and recall in one number."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from .. import _native
from .._base.arrays import as_array
from .._base.tensor_like import as_values
from ._metric import Metric, describe

_PER_CLASS = 3  # the engine's sums, class after class


class Score(Metric):
    """Base class of `F1Score` and `FBetaScore`. Without an average the result is an array with a score for each class."""

    average: str | None

    def _to_check(self, kind: Any, settings: dict[str, Any]) -> dict[str, Any]:
        return super()._to_check(kind, {**settings, "average": self.average or "macro"})

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch.

        Args:
            y_true: one-hot labels, or 0 and 1, (n, classes).
            y_pred: outputs, (n, classes).
            sample_weight: a weight for each sample, (n,); None means 1.
        """
        true, outputs = as_array("y_true", y_true), as_array("y_pred", y_pred)
        if outputs.ndim != 2 or true.shape != outputs.shape:
            raise ValueError(
                f"{type(self).__name__} needs labels and outputs of one shape (n, classes), received {true.shape} and "
                f"{outputs.shape}: make rows of class numbers with utils.to_categorical(y_true)"
            )
        super().update_state(true, outputs, sample_weight)

    def result(self) -> Any:
        """The score as a float; without an average, an array with the score of each class."""
        if self.average is not None:
            return super().result()
        configuration, tallies = self._configuration(), self._tallies or []
        classes = [tallies[first : first + _PER_CLASS] for first in range(0, len(tallies), _PER_CLASS)]
        return as_values(np.array([_native.metric_value(configuration, each) for each in classes], np.float32))

    def _configuration(self) -> str:
        """The engine supports only averages; for a single class each average equals the score."""
        described = describe(self)
        described["config"]["average"] = self.average or "macro"
        return json.dumps(described)

    def _check_for_training(self) -> None:
        super()._check_for_training()
        if self.average is None:
            raise ValueError(
                f"{type(self).__name__} has a score for each class, and a history holds one number: compile with "
                f"{type(self).__name__}(average='macro') (or 'weighted', 'micro'), and feed one without an average by hand"
            )
