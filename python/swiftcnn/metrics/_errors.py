"""How far answers are from what is right: errors, and the losses as metrics."""

from __future__ import annotations

from typing import Any, ClassVar

from .._base.checks import boolean, fixed, real
from ._metric import Metric


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


class MeanAbsolutePercentageError(Metric):
    """Mean of 100 |prediction - label| / |label|."""

    _default_name = "mean_absolute_percentage_error"
    _more_is_better = False


class MeanSquaredLogarithmicError(Metric):
    """Mean of (ln(prediction + 1) - ln(label + 1))²."""

    _default_name = "mean_squared_logarithmic_error"
    _more_is_better = False


class LogCoshError(Metric):
    """Mean of ln cosh(prediction - label)."""

    _default_name = "logcosh"
    _engine_class = "LogCosh"
    _more_is_better = False


class Hinge(Metric):
    """Mean of max(1 - prediction · label, 0), labels -1 and 1, or 0 and 1."""

    _default_name = "hinge"
    _more_is_better = False


class SquaredHinge(Metric):
    """Mean of max(1 - prediction · label, 0)², labels -1 and 1, or 0 and 1."""

    _default_name = "squared_hinge"
    _more_is_better = False


class CategoricalHinge(Metric):
    """Mean of what the output at the one-hot label is not ahead by 1 of the greatest other one."""

    _default_name = "categorical_hinge"
    _more_is_better = False
    _is_of_rows = True


class KLDivergence(Metric):
    """Mean over samples of the sum of label · ln(label / prediction)."""

    _default_name = "kl_divergence"
    _more_is_better = False
    _is_of_rows = True


class Poisson(Metric):
    """Mean of prediction - label · ln prediction."""

    _default_name = "poisson"
    _more_is_better = False


class CosineSimilarity(Metric):
    """Mean cosine of the angle between prediction and label; the loss of this name is minus that.

    Args:
        name: what the progress line and the history call it.
        dtype: None or "float32".
        axis: -1.
    """

    _default_name = "cosine_similarity"
    _is_of_rows = True

    def __init__(self, name: str | None = None, dtype: str | None = None, axis: int = -1, **unknown: Any) -> None:
        super().__init__(name, dtype, **unknown)
        fixed("axis", axis, (-1,), "vectors lie along the last axis")


class SparseCategoricalCrossentropy(Metric):
    """The loss of this name, as a metric.

    Args:
        name: what the progress line and the history call it.
        dtype: None or "float32".
        from_logits: True if predictions are no probabilities.
        ignore_class: None.
        axis: -1.
    """

    _fields: ClassVar[tuple[str, ...]] = ("name", "from_logits")
    _default_name = "sparse_categorical_crossentropy"
    _more_is_better = False

    def __init__(
        self,
        name: str | None = None,
        dtype: str | None = None,
        from_logits: bool = False,
        ignore_class: None = None,
        axis: int = -1,
        **unknown: Any,
    ) -> None:
        super().__init__(name, dtype, **unknown)
        fixed("ignore_class", ignore_class, (None,), "all classes count: give the samples of that class a sample_weight of 0")
        fixed("axis", axis, (-1,), "classes are the last axis")
        self.from_logits = boolean("from_logits", from_logits)


class CategoricalCrossentropy(SparseCategoricalCrossentropy):
    """The loss of this name, as a metric.

    Args:
        name: what the progress line and the history call it.
        dtype: None or "float32".
        from_logits: True if predictions are no probabilities.
        label_smoothing: in [0, 1], as of the loss.
    """

    _fields = ("name", "from_logits", "label_smoothing")
    _default_name = "categorical_crossentropy"
    _is_of_rows = True

    def __init__(
        self,
        name: str | None = None,
        dtype: str | None = None,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        **unknown: Any,
    ) -> None:
        super().__init__(name, dtype, from_logits, **unknown)
        self.label_smoothing = real("label_smoothing", label_smoothing)


class BinaryCrossentropy(CategoricalCrossentropy):
    """The loss of this name, as a metric.

    Args:
        name: what the progress line and the history call it.
        dtype: None or "float32".
        from_logits: True if predictions are no probabilities.
        label_smoothing: in [0, 1], as of the loss.
    """

    _default_name = "binary_crossentropy"
    _is_of_rows = False
