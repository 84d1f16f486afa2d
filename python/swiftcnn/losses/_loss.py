"""The base class of the losses. These classes hold the settings; the engine computes the losses."""

from __future__ import annotations

import json
from typing import Any, ClassVar, TypeVar

from .. import _native
from .._base.arrays import sample_array, weights_of
from .._base.checks import fixed, refuse_unknown, text
from .._base.configurable import Configurable
from .._base.engine_work import OF_LOSSES
from .._base.row_functions import Function
from .._base.tensor_like import Number


class Loss(Configurable):
    """Base class of the losses. Each loss is the mean over the batch.

    Args:
        reduction: "sum_over_batch_size", the mean over the batch; or "auto", its name in Keras 2.
        name: a label for readers; it has no effect.
        dtype: None or "float32".
    """

    _kind = "loss"
    _engine_computes = OF_LOSSES
    _abstract = "use one of swiftcnn.losses, such as MeanSquaredError"
    _fields: ClassVar[tuple[str, ...]] = ()
    _is_of_rows = False  # whether each sample has one value for all its outputs: then outputs without a batch axis are one sample

    def __init__(
        self, *, reduction: str = "sum_over_batch_size", name: str | None = None, dtype: str | None = None, **unknown: Any
    ) -> None:
        if unknown:
            refuse_unknown(type(self), unknown)
        functions = "the functions, such as losses.mean_squared_error(y_true, y_pred), give one value a sample"
        fixed("reduction", reduction, ("sum_over_batch_size", "auto"), f"a loss is the mean over the batch; {functions}")
        fixed("dtype", dtype, (None, "float32"), "losses are computed in float32")
        self.name = None if name is None else text("name", name)

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> float:
        """Computes the loss of predictions, (n, ..., classes); or (n,), which losses of classes treat as a single sample."""
        configuration = describe(self)
        targets, outputs = sample_array("y_true", y_true), sample_array("y_pred", y_pred)
        if self._is_of_rows and outputs.ndim == 1:
            targets, outputs = targets[None], outputs[None]
        weights = weights_of(len(outputs), sample_weight)
        total = _native.metric_update(configuration, targets, outputs, weights, None)[0]
        if outputs.size == 0:  # as in Keras
            return Number(0.0)
        return Number(total * (outputs.shape[-1] if outputs.ndim > 1 else 1) / outputs.size)


def describe(loss: Loss) -> str:
    """The loss in the engine's format for a metric."""
    return json.dumps({"class": "loss", "name": "loss", "config": {"class": loss._class_name(), "config": loss._settings()}})


T = TypeVar("T", bound=Loss)


def function(name: str, kind: type[T]) -> Function[T]:
    """Returns the loss as a function of arrays."""
    return Function(name, kind, describe)
