"""Metrics, which training reports besides the loss. The engine computes them.

Pass them to `compile(metrics=[...])`, by name or as objects, or update them yourself: `update_state`, `result`, `reset_state`.
"""

from __future__ import annotations

import json
from typing import Any

from .. import losses
from .._base.configurable import resolve
from .._base.row_functions import Function, named
from . import _classes
from ._accuracy import Accuracy
from ._classes import *
from ._confusion_matrix import classes_of, confusion_matrix
from ._metric import Metric
from ._metric import describe as describe

CLASSES: tuple[type[Metric], ...] = tuple(getattr(_classes, name) for name in _classes.__all__ if name != "AnyAccuracy")
_KNOWN: dict[str, type[Metric]] = {
    **{kind._default_name: kind for kind in CLASSES},
    "accuracy": _classes.AnyAccuracy,
    "acc": _classes.AnyAccuracy,
    "mse": _classes.MeanSquaredError,
    "mae": _classes.MeanAbsoluteError,
    "mape": _classes.MeanAbsolutePercentageError,
    "msle": _classes.MeanSquaredLogarithmicError,
    "bce": _classes.BinaryCrossentropy,
}


def _function(kind: type[Metric], name: str = "", by_element: bool = False) -> Function[Metric]:
    return Function(name or kind._default_name, kind, lambda metric: json.dumps(describe(metric)), by_element)


# Keras also has these as functions: of arrays, with one value per sample, and for compile().
categorical_accuracy = _function(_classes.CategoricalAccuracy)
sparse_categorical_accuracy = _function(_classes.SparseCategoricalAccuracy)
binary_accuracy = _function(_classes.BinaryAccuracy, by_element=True)
top_k_categorical_accuracy = _function(_classes.TopKCategoricalAccuracy)
sparse_top_k_categorical_accuracy = _function(_classes.SparseTopKCategoricalAccuracy)
mean_squared_error = _function(_classes.MeanSquaredError)
mean_absolute_error = _function(_classes.MeanAbsoluteError)
mean_absolute_percentage_error = _function(_classes.MeanAbsolutePercentageError)
mean_squared_logarithmic_error = _function(_classes.MeanSquaredLogarithmicError)
log_cosh = _function(_classes.LogCoshError, "log_cosh")
hinge = _function(_classes.Hinge)
squared_hinge = _function(_classes.SquaredHinge)
categorical_hinge = _function(_classes.CategoricalHinge)
kl_divergence = _function(_classes.KLDivergence)
poisson = _function(_classes.Poisson)
categorical_crossentropy = _function(_classes.CategoricalCrossentropy)
sparse_categorical_crossentropy = _function(_classes.SparseCategoricalCrossentropy)
binary_crossentropy = _function(_classes.BinaryCrossentropy)

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
    """Returns the metric for a name, a class, a function or an object. A name that is passed becomes the metric's name."""
    if identifier is losses.cosine_similarity:
        raise ValueError("losses.cosine_similarity is minus the metric of this name: use metrics.CosineSimilarity()")
    typed = named(identifier)
    found = resolve("metric", typed, Metric, _KNOWN)
    if isinstance(typed, str):
        found.name = typed
    return found


def for_training(metric: Any) -> Metric:
    """The metric that was passed to `compile`, if the engine can compute it during training."""
    found = get(metric)
    found._check_for_training()
    return found


def weighted(metric: Metric, taken: list[str]) -> Metric:
    """The metric with sample weights, under an unused name."""
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
