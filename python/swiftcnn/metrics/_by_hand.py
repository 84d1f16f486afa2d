"""Metrics that are fed by hand only: the engine does not compute them during training."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from .._arrays import as_array, optional_array
from .._checks import real, text
from .._values import Number, as_values
from ._confusion import Recall
from ._metric import Metric

AVERAGES = (None, "micro", "macro", "weighted")


class ByHand(Metric):
    """Base of these; `compile` refuses them."""

    _instead = ""  # what to compile with


class Accuracy(ByHand):
    """Share of predictions that equal their label: of class numbers, not of outputs."""

    _default_name = "accuracy"
    _instead = "metrics=['accuracy'], which compares classes"

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
        weights = optional_array("sample_weight", sample_weight)
        each = np.ones(len(right)) if weights is None else weights.reshape(len(right))
        before = self._tallies or [0.0, 0.0]
        self._tallies = [before[0] + float(right @ each), before[1] + float(each.sum())]

    def result(self) -> float:
        right, all_ = self._tallies or [0.0, 0.0]
        return Number(right / all_ if all_ else 0.0)


class CosineSimilarity(ByHand):
    """Mean cosine of the angle between prediction and label; the loss of this name is minus that."""

    _default_name = "cosine_similarity"
    _instead = "loss='cosine_similarity', which is minus this"

    def result(self) -> float:
        return Number(0.0 - super().result())


class FBetaScore(ByHand):
    """Precision and recall in one number, their weighted harmonic mean.

    Args:
        average: None for a score of each class; "macro" for their mean, "weighted" for that by the classes' sizes, "micro"
            for the score of all answers together.
        beta: how many times as much recall counts.
        threshold: outputs above it are an answer yes; None makes the largest output of each sample the yes.
        name: what prints call it.
    """

    _fields: ClassVar[tuple[str, ...]] = ("name", "average", "beta", "threshold")
    _default_name = "fbeta_score"
    _instead = "metrics.Precision() and metrics.Recall()"

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = None,
        **unknown: Any,
    ) -> None:
        super().__init__(name, **unknown)
        if average not in AVERAGES:
            raise ValueError(f"average must be one of {', '.join(map(str, AVERAGES))}, received {average!r}")
        self.average = average if average is None else text("average", average)
        self.beta = real("beta", beta)
        if self.beta <= 0:
            raise ValueError(f"beta must be greater than 0, received {beta}")
        self.threshold = None if threshold is None else real("threshold", threshold)
        self._counts: list[Recall] = []

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Adds a batch.

        Args:
            y_true: one-hot labels, or 0 and 1, (n, classes).
            y_pred: outputs, (n, classes).
            sample_weight: a weight for every sample, (n,); None for 1.
        """
        true, outputs = as_array("y_true", y_true), as_array("y_pred", y_pred)
        if outputs.ndim != 2 or true.shape != outputs.shape:
            raise ValueError(
                f"{type(self).__name__} needs labels and outputs of one shape (n, classes), received {true.shape} and "
                f"{outputs.shape}: make rows of class numbers with utils.to_categorical(y_true)"
            )
        classes = outputs.shape[1]
        if self._counts and len(self._counts) != classes:
            raise ValueError(f"the batches before had {len(self._counts)} classes, this one has {classes}: call reset_state()")
        largest = 1 if self.threshold is None else None
        counts = self._counts or [Recall(self.threshold, largest, class_id) for class_id in range(classes)]
        for count in counts:
            count.update_state(true, outputs, sample_weight)
        self._counts = counts

    def result(self) -> Any:
        """The score, a float; or without an average an array with one of each class."""
        tallies = np.array([count._tallies for count in self._counts]).reshape(-1, 4)
        right, wrong, _, missed = (tallies.sum(0, keepdims=True) if self.average == "micro" else tallies).T
        precision, recall = _quotient(right, right + wrong), _quotient(right, right + missed)
        square = self.beta**2
        scores = (1 + square) * _quotient(precision * recall, square * precision + recall)
        if self.average is None:
            return as_values(scores.astype(np.float32))
        sizes = right + missed if self.average == "weighted" else np.ones(len(scores))
        return Number(_quotient(np.sum(scores * sizes), np.sum(sizes)))

    def reset_state(self) -> None:
        self._counts = []


class F1Score(FBetaScore):
    """The harmonic mean of precision and recall.

    Args:
        average: None for a score of each class; "macro" for their mean, "weighted" for that by the classes' sizes, "micro"
            for the score of all answers together.
        threshold: outputs above it are an answer yes; None makes the largest output of each sample the yes.
        name: what prints call it.
    """

    _fields = ("name", "average", "threshold")
    _default_name = "f1_score"

    def __init__(
        self, average: str | None = None, threshold: float | None = None, name: str | None = None, **unknown: Any
    ) -> None:
        super().__init__(average, 1.0, threshold, name, **unknown)


def _quotient(part: Any, whole: Any) -> NDArray[np.float64]:
    """part / whole, or 0 of nothing."""
    return np.asarray(part) / np.where(np.asarray(whole) == 0, 1, whole)
