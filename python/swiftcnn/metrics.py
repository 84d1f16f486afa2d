"""What training reports beside the loss. The counting is the engine's; these are its descriptions.

They go to `compile(metrics=[...])`, by name or as objects, or are fed by hand: `update_state`, `result`, `reset_state`.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from . import _native
from ._arrays import as_array, optional_array
from ._checks import integer, optional_integer, real, refuse_unknown, text
from ._described import Described, resolve


class Metric(Described):
    """Base of the metrics.

    Args:
        name: what the progress line and the history call it.
    """

    _fields: ClassVar[tuple[str, ...]] = ("name",)
    _default_name = ""
    _more_is_better = True

    def __init__(self, name: str | None = None, **unknown: Any) -> None:
        if unknown:
            refuse_unknown(type(self), unknown)
        self.name = self._default_name if name is None else text("name", name)
        self._tallies: list[float] | None = None
        self._weighted = False  # in a model: whether samples count as much as the loss weighs them

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch.

        Args:
            y_true: class numbers for the sparse metrics, else values of the shape of y_pred.
            y_pred: (n, ..., classes), or (n,).
            sample_weight: a weight for every sample, (n,); None for 1.
        """
        configuration = json.dumps(describe(self))
        tallies = _native.metric_tallies(configuration) if self._tallies is None else self._tallies
        targets, outputs = as_array("y_true", y_true), as_array("y_pred", y_pred)
        weights = optional_array("sample_weight", sample_weight)
        self._tallies = _native.metric_update(configuration, targets, outputs, weights, tallies)

    def result(self) -> float:
        """The value over all batches since the last `reset_state`."""
        configuration = json.dumps(describe(self))
        tallies = _native.metric_tallies(configuration) if self._tallies is None else self._tallies
        return _native.metric_value(configuration, tallies)

    def reset_state(self) -> None:
        """Forgets all batches."""
        self._tallies = None

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> float:
        """Adds a batch and returns the value over all of them."""
        self.update_state(y_true, y_pred, sample_weight)
        return self.result()


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


class _Count(Metric):
    """How many outputs, of all classes, are of one kind.

    Args:
        thresholds: outputs above it are an answer yes; None is 0.5.
        name: what the progress line and the history call it.
    """

    _fields = ("name", "thresholds")

    def __init__(self, thresholds: Any = None, name: str | None = None, **unknown: Any) -> None:
        super().__init__(name, **unknown)
        self.thresholds = _one_threshold(thresholds)


class TruePositives(_Count):
    """How many outputs are an answer yes where 1 is the label."""

    _default_name = "true_positives"


class FalsePositives(_Count):
    """How many outputs are an answer yes where 0 is the label."""

    _default_name = "false_positives"
    _more_is_better = False


class TrueNegatives(_Count):
    """How many outputs are an answer no where 0 is the label."""

    _default_name = "true_negatives"


class FalseNegatives(_Count):
    """How many outputs are an answer no where 1 is the label."""

    _default_name = "false_negatives"
    _more_is_better = False


class Precision(Metric):
    """Of the answers yes, the share that is right.

    Args:
        thresholds: outputs above it are an answer yes; None is 0.5, or with `top_k` any.
        top_k: only so many of the largest outputs of a sample can be a yes; None for all.
        class_id: only this class is looked at; None for all.
        name: what the progress line and the history call it.
    """

    _fields = ("name", "thresholds", "top_k", "class_id")
    _default_name = "precision"

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        **unknown: Any,
    ) -> None:
        super().__init__(name, **unknown)
        self.thresholds = _one_threshold(thresholds)
        self.top_k = optional_integer("top_k", top_k)
        self.class_id = optional_integer("class_id", class_id)


class Recall(Precision):
    """Of what is to be found, the share that is found.

    Args:
        thresholds: outputs above it are an answer yes; None is 0.5, or with `top_k` any.
        top_k: only so many of the largest outputs of a sample can be a yes; None for all.
        class_id: only this class is looked at; None for all.
        name: what the progress line and the history call it.
    """

    _default_name = "recall"


class AUC(Metric):
    """Area under the curve that two rates draw as the threshold for a yes goes from 0 to 1.

    Args:
        num_thresholds: points of the curve.
        curve: "ROC" (recall over false positives' share) or "PR" (precision over recall).
        summation_method: "interpolation", "minoring" or "majoring".
        name: what the progress line and the history call it.
    """

    _fields = ("name", "num_thresholds", "curve", "summation_method")
    _default_name = "auc"

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        **unknown: Any,
    ) -> None:
        super().__init__(name, **unknown)
        self.num_thresholds = integer("num_thresholds", num_thresholds)
        self.curve = text("curve", curve).upper()
        self.summation_method = text("summation_method", summation_method).lower()


class MeanSquaredError(Metric):
    """Mean of (prediction - label)²."""

    _default_name = "mean_squared_error"
    _more_is_better = False


class MeanAbsoluteError(Metric):
    """Mean of |prediction - label|."""

    _default_name = "mean_absolute_error"
    _more_is_better = False


class RootMeanSquaredError(Metric):
    """Root of the mean of (prediction - label)²."""

    _default_name = "root_mean_squared_error"
    _more_is_better = False


class _AnyAccuracy(Metric):
    """`metrics=["accuracy"]`: the engine picks the kind that fits the loss and the shapes."""

    _default_name = "accuracy"


_KNOWN: dict[str, type[Metric]] = {
    "accuracy": _AnyAccuracy,
    "acc": _AnyAccuracy,
    "mse": MeanSquaredError,
    "mae": MeanAbsoluteError,
} | {
    kind._default_name: kind
    for kind in (
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
    )
}


def get(metric: Any) -> Metric:
    """The metric that a name, a class or an object means; a name that was typed stays the metric's name."""
    found = resolve("metric", metric, Metric, _KNOWN)
    if isinstance(metric, str):
        found.name = metric
    return found


def describe(metric: Metric) -> dict[str, Any]:
    """The metric as the compile configuration writes it."""
    config = metric.get_config()
    name = config.pop("name")
    kind = "accuracy" if isinstance(metric, _AnyAccuracy) else type(metric).__name__
    weighted = {"weighted": True} if metric._weighted else {}
    return {"class": kind, "name": name, **weighted, **({"config": config} if config else {})}


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


def confusion_matrix(y_true: Any, y_pred: Any, num_classes: int | None = None) -> NDArray[np.int64]:
    """How often each class was taken for which: element [i, j] counts samples of class i that were called j.

    Args:
        y_true: class numbers (n,), or one-hot rows (n, classes).
        y_pred: class numbers (n,), or the model's outputs (n, classes).
        num_classes: largest class + 1 if None.
    """
    true, called = classes_of("y_true", y_true), classes_of("y_pred", y_pred)
    if true.shape != called.shape:
        raise ValueError(f"y_true and y_pred must be as many, received {len(true)} and {len(called)} samples")
    present = int(max(true.max(initial=-1), called.max(initial=-1))) + 1
    classes = present if num_classes is None else integer("num_classes", num_classes)
    if present > classes or min(true.min(initial=0), called.min(initial=0)) < 0:
        raise ValueError(f"classes must be 0 to {classes - 1} for num_classes={classes}, received others in y_true or y_pred")
    return np.bincount(true * classes + called, minlength=classes * classes).reshape(classes, classes)


def classes_of(name: str, value: Any) -> NDArray[np.int64]:
    """Class numbers of class numbers, or of rows of scores."""
    array = as_array(name, value)
    if array.ndim == 2 and array.shape[1] > 1:
        return np.asarray(array.argmax(-1), np.int64)
    if array.ndim not in (1, 2) or not np.array_equal(array, array.astype(np.int64)):
        raise ValueError(f"{name} must be class numbers (n,) or rows of scores (n, classes), received shape {array.shape}")
    return array.astype(np.int64).ravel()


def _one_threshold(value: Any) -> float | None:
    if isinstance(value, (list, tuple)):
        if len(value) != 1:
            raise ValueError(f"thresholds must be one number, received {value!r}: make one metric for each")
        value = value[0]
    return None if value is None else real("thresholds", value)
