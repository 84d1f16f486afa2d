"""Answers yes and no, right and wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._base.arrays import as_array
from .._base.checks import fixed, integer, optional_integer, real, text
from .._base.engine_work import OF_AUC
from ._metric import Metric


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

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch.

        Args:
            y_true: labels, of the shape of y_pred.
            y_pred: (n, ..., classes), or (n,), which with `top_k` is a single sample.
            sample_weight: a weight for every sample, (n,); None for 1.
        """
        outputs = as_array("y_pred", y_pred)
        if self.top_k is None or outputs.ndim != 1:
            super().update_state(y_true, outputs, sample_weight)
            return
        if self.class_id is not None:
            raise ValueError(f"class_id needs y_pred of the shape (n, classes), received the shape {outputs.shape}")
        counted = (Recall if isinstance(self, Recall) else Precision)()
        counted._tallies = self._tallies
        counted.update_state(y_true, self._among_the_largest(outputs), sample_weight)
        self._tallies = counted._tallies

    def _among_the_largest(self, outputs: NDArray[Any]) -> NDArray[np.float32]:
        """1 for the answers yes of a single sample, 0 for the others."""
        order = np.argsort(-outputs.astype(np.float64), kind="stable")
        answers = np.zeros(len(outputs), np.float32)
        answers[order[: self.top_k]] = 1
        return answers if self.thresholds is None else answers * (outputs > self.thresholds)


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
        dtype: None or "float32".
        thresholds, num_labels, label_weights: None.
        multi_label, from_logits: False.
    """

    _engine_computes = OF_AUC
    _fields = ("name", "num_thresholds", "curve", "summation_method")
    _default_name = "auc"

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: str | None = None,
        thresholds: None = None,
        multi_label: bool = False,
        num_labels: None = None,
        label_weights: None = None,
        from_logits: bool = False,
        **unknown: Any,
    ) -> None:
        super().__init__(name, dtype, **unknown)
        fixed("thresholds", thresholds, (None,), "num_thresholds of them are spread evenly from 0 to 1")
        for label_setting, value in (("num_labels", num_labels), ("label_weights", label_weights)):
            fixed(label_setting, value, (None,), "the answers of all labels are one set: make one metric for each label")
        fixed("multi_label", multi_label, (False,), "the answers of all labels are one set: make one metric for each label")
        fixed("from_logits", from_logits, (False,), "it takes probabilities: end the model in sigmoid or softmax")
        self.num_thresholds = integer("num_thresholds", num_thresholds)
        self.curve = text("curve", curve).upper()
        self.summation_method = text("summation_method", summation_method).lower()


def _one_threshold(value: Any) -> float | None:
    if isinstance(value, (list, tuple)):
        if len(value) != 1:
            raise ValueError(f"thresholds must be one number, received {value!r}: make one metric for each")
        value = value[0]
    return None if value is None else real("thresholds", value)
