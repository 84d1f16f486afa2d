"""What training reports beside the loss. The counting is the engine's; these are its descriptions.

They go to `compile(metrics=[...])`, by name or as objects, or are fed by hand: `update_state`, `result`, `reset_state`.
"""

from __future__ import annotations

from typing import Any

from .._described import resolve
from ._accuracy import (
    AnyAccuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
)
from ._confusion import AUC, FalseNegatives, FalsePositives, Precision, Recall, TrueNegatives, TruePositives
from ._confusion_matrix import classes_of, confusion_matrix
from ._errors import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    CategoricalHinge,
    Hinge,
    KLDivergence,
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    Poisson,
    RootMeanSquaredError,
    SparseCategoricalCrossentropy,
    SquaredHinge,
)
from ._metric import Metric, describe

CLASSES = (
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    BinaryAccuracy,
    TopKCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TruePositives,
    FalsePositives,
    TrueNegatives,
    FalseNegatives,
    Precision,
    Recall,
    AUC,
    MeanSquaredError,
    MeanAbsoluteError,
    RootMeanSquaredError,
    MeanAbsolutePercentageError,
    MeanSquaredLogarithmicError,
    LogCoshError,
    Hinge,
    SquaredHinge,
    CategoricalHinge,
    KLDivergence,
    Poisson,
    CategoricalCrossentropy,
    SparseCategoricalCrossentropy,
    BinaryCrossentropy,
)
_KNOWN: dict[str, type[Metric]] = {
    **{kind._default_name: kind for kind in CLASSES},
    "accuracy": AnyAccuracy,
    "acc": AnyAccuracy,
    "mse": MeanSquaredError,
    "mae": MeanAbsoluteError,
    "mape": MeanAbsolutePercentageError,
    "msle": MeanSquaredLogarithmicError,
    "bce": BinaryCrossentropy,
}

__all__ = [
    "Metric",
    "classes_of",
    "confusion_matrix",
    "describe",
    "get",
    "revive",
    "weighted",
    *(kind.__name__ for kind in CLASSES),
]


def get(metric: Any) -> Metric:
    """The metric that a name, a class or an object means; a name that was typed stays the metric's name."""
    found = resolve("metric", metric, Metric, _KNOWN)
    if isinstance(metric, str):
        found.name = metric
    return found


def weighted(metric: Metric, taken: list[str]) -> Metric:
    """The metric by the samples' weights, under a name that is not taken."""
    result = type(metric).from_config(metric.get_config())
    result._weighted = True
    if result.name in taken:
        result.name = f"weighted_{result.name}"
    return result


def revive(description: dict[str, Any]) -> Metric:
    """The opposite of `describe`."""
    kind = type(get(description["class"]))
    metric = kind(name=description["name"], **description.get("config", {}))
    metric._weighted = description.get("weighted", False)
    return metric
