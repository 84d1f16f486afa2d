"""What training reports beside the loss. The counting is the engine's; these are its descriptions.

They go to `compile(metrics=[...])`, by name or as objects, or are fed by hand: `update_state`, `result`, `reset_state`.
"""

from __future__ import annotations

import json
from typing import Any

from .. import losses
from .._base.configurable import resolve
from .._base.row_functions import Function, named
from ._accuracy import (
    Accuracy,
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
    CosineSimilarity,
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
from ._metric import Metric
from ._metric import describe as describe
from ._scores import F1Score, FBetaScore

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
    F1Score,
    FBetaScore,
    CosineSimilarity,
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


def _function(kind: type[Metric], name: str = "", by_element: bool = False) -> Function[Metric]:
    return Function(name or kind._default_name, kind, lambda metric: json.dumps(describe(metric)), by_element)


# Keras has these as functions too: of arrays, with one value a sample, and for compile().
categorical_accuracy = _function(CategoricalAccuracy)
sparse_categorical_accuracy = _function(SparseCategoricalAccuracy)
binary_accuracy = _function(BinaryAccuracy, by_element=True)
top_k_categorical_accuracy = _function(TopKCategoricalAccuracy)
sparse_top_k_categorical_accuracy = _function(SparseTopKCategoricalAccuracy)
mean_squared_error = _function(MeanSquaredError)
mean_absolute_error = _function(MeanAbsoluteError)
mean_absolute_percentage_error = _function(MeanAbsolutePercentageError)
mean_squared_logarithmic_error = _function(MeanSquaredLogarithmicError)
log_cosh = _function(LogCoshError, "log_cosh")
hinge = _function(Hinge)
squared_hinge = _function(SquaredHinge)
categorical_hinge = _function(CategoricalHinge)
kl_divergence = _function(KLDivergence)
poisson = _function(Poisson)
categorical_crossentropy = _function(CategoricalCrossentropy)
sparse_categorical_crossentropy = _function(SparseCategoricalCrossentropy)
binary_crossentropy = _function(BinaryCrossentropy)

_FUNCTIONS = [value for value in list(globals().values()) if isinstance(value, Function)]

__all__ = [
    "Accuracy",
    "Metric",
    "classes_of",
    "confusion_matrix",
    "get",
    *(kind.__name__ for kind in CLASSES),
    *(function.__name__ for function in _FUNCTIONS),
]


def get(identifier: Any) -> Metric:
    """The metric that a name, a class, a function or an object means; a name that was typed stays the metric's name."""
    if identifier is losses.cosine_similarity:
        raise ValueError("losses.cosine_similarity is minus the metric of this name: use metrics.CosineSimilarity()")
    typed = named(identifier)
    found = resolve("metric", typed, Metric, _KNOWN)
    if isinstance(typed, str):
        found.name = typed
    return found


def for_training(metric: Any) -> Metric:
    """The metric that `compile` was given, if the engine can compute it during training."""
    found = get(metric)
    found._check_for_training()
    return found


def weighted(metric: Metric, taken: list[str]) -> Metric:
    """The metric by the samples' weights, under a name that is not taken."""
    result = renamed(metric, f"weighted_{metric.name}" if metric.name in taken else metric.name)
    result._weighted = True
    return result


def renamed(metric: Metric, name: str) -> Metric:
    """The same metric under another name."""
    result = type(metric).from_config({**metric.get_config(), "name": name})
    result._weighted = metric._weighted
    return result


def revive(description: dict[str, Any]) -> Metric:
    """The opposite of `describe`."""
    kind = type(get(description["class"]))
    metric = kind(name=description["name"], **description.get("config", {}))
    metric._weighted = description.get("weighted", False)
    return metric
