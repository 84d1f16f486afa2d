"""The base class of the metrics: a name, settings, and the sums that the engine updates."""

from __future__ import annotations

import json
from typing import Any, ClassVar

import numpy as np

from .. import _native
from .._base.arrays import sample_array, weights_of
from .._base.checks import fixed, refuse_unknown, text
from .._base.configurable import Configurable
from .._base.engine_work import OF_AUC, OF_METRICS, OF_METRICS_IN_TRAINING
from .._base.overrides import refuse_assigned, refuse_overrides
from .._base.tensor_like import Number


class Metric(Configurable):
    """Base class of the metrics, and of your own metrics. Update these yourself: `compile` accepts only the engine's metrics.

    Args:
        name: its name in the progress line and in the history.
        dtype: None or "float32".
    """

    _kind = "metric"
    _engine_computes = OF_METRICS
    _fields: ClassVar[tuple[str, ...]] = ("name",)
    _default_name = ""
    _engine_class = ""  # empty means the class's own name
    _more_is_better = True
    _is_of_rows = False  # whether each sample has one value for all its outputs: then outputs without a batch axis are one sample

    def __init__(self, name: str | None = None, dtype: str | None = None, **unknown: Any) -> None:
        if unknown:
            refuse_unknown(type(self), unknown)
        fixed("dtype", dtype, (None, "float32"), "metrics take float32, and sum in float64")
        self.name = self._default_name if name is None else text("name", name)
        self._tallies: list[float] | None = None
        self._weighted = False  # in a model: whether the samples have the same weights as in the loss

    def _to_check(self, kind: Any, settings: dict[str, Any]) -> dict[str, Any]:
        return {"class": kind._engine_class or kind.__name__, "config": settings}

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch.

        Args:
            y_true: class numbers for the sparse metrics; for others, values of the shape of y_pred.
            y_pred: (n, ..., classes); or (n,), which metrics of classes treat as a single sample.
            sample_weight: a weight for each sample, (n,), or one for all; None means 1.
        """
        targets, outputs = sample_array("y_true", y_true), sample_array("y_pred", y_pred)
        if self._is_of_rows and outputs.ndim == 1:
            targets, outputs = targets[np.newaxis], outputs[np.newaxis]
        weights = weights_of(len(outputs), sample_weight)
        self._tallies = _native.metric_update(self._configuration(), targets, outputs, weights, self._tallies)

    def result(self) -> float:
        """The value over all batches since the last `reset_state`."""
        return Number(_native.metric_value(self._configuration(), self._tallies))

    def reset_state(self) -> None:
        """Resets the metric to the state before the first batch."""
        self._tallies = None

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> float:
        """Adds a batch and returns the value over all of them."""
        self.update_state(y_true, y_pred, sample_weight)
        return self.result()

    def _configuration(self) -> str:
        """The JSON description for the engine, for updates outside of training."""
        return json.dumps(describe(self))

    def _check_for_training(self) -> None:
        """Raises an error if the engine cannot compute the metric during training."""
        refuse_overrides(type(self), OF_METRICS_IN_TRAINING)
        refuse_assigned(self, vars(self), OF_METRICS_IN_TRAINING)
        if self._class_name() == "Metric":
            raise TypeError(f"{type(self).__name__} counts nothing that the engine knows: give compile one of swiftcnn.metrics")


class CurveMetric(Metric):
    """Base class of `AUC`."""

    _engine_computes = OF_AUC


def describe(metric: Metric) -> dict[str, Any]:
    """The metric in the format of the compile configuration."""
    config = metric._settings()
    name = config.pop("name")
    kind = metric._engine_class or metric._class_name()
    weighted = {"weighted": True} if metric._weighted else {}
    return {"class": kind, "name": name, **weighted, **({"config": config} if config else {})}
