"""What training makes smaller. The arithmetic is the engine's; these are its descriptions."""

from __future__ import annotations

import json
from typing import Any, ClassVar, TypeVar

from . import _native
from ._base.arrays import sample_array, weights_of
from ._base.checks import boolean, fixed, real, refuse_unknown, text
from ._base.configurable import Configurable, resolve
from ._base.engine_work import OF_LOSSES
from ._base.row_functions import Function, named
from ._base.tensor_like import Number


class Loss(Configurable):
    """Base of the losses. Each is the mean over the batch.

    Args:
        reduction: "sum_over_batch_size", which is that mean; "auto", its name in Keras 2.
        name: for a reader; nothing depends on it.
        dtype: None or "float32".
    """

    _kind = "loss"
    _engine_computes = OF_LOSSES
    _abstract = "use one of swiftcnn.losses, such as MeanSquaredError"
    _fields: ClassVar[tuple[str, ...]] = ()
    _is_of_rows = False  # whether a value is that of all outputs of a sample: of outputs without an axis for samples there is one

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
        """The loss of predictions, (n, ..., classes), or (n,), which for losses of classes is a single sample."""
        configuration = _describe(self)
        targets, outputs = sample_array("y_true", y_true), sample_array("y_pred", y_pred)
        if self._is_of_rows and outputs.ndim == 1:
            targets, outputs = targets[None], outputs[None]
        weights = weights_of(len(outputs), sample_weight)
        total = _native.metric_update(configuration, targets, outputs, weights, None)[0]
        if outputs.size == 0:  # as in Keras
            return Number(0.0)
        return Number(total * (outputs.shape[-1] if outputs.ndim > 1 else 1) / outputs.size)


class SparseCategoricalCrossentropy(Loss):
    """Cross-entropy against integer labels 0 ... classes - 1.

    Args:
        from_logits: True if the model's output is not a probability. A model that ends in softmax or sigmoid is trained from
            what that receives, its logits, either way, and by softmax either way, as in Keras.
        ignore_class: None.
        axis: -1.
    """

    _fields: ClassVar[tuple[str, ...]] = ("from_logits",)

    def __init__(self, from_logits: bool = False, ignore_class: None = None, *, axis: int = -1, **unknown: Any) -> None:
        super().__init__(**unknown)
        fixed("ignore_class", ignore_class, (None,), "all classes count: give the samples of that class a sample_weight of 0")
        _last(axis)
        self.from_logits = boolean("from_logits", from_logits)


class CategoricalCrossentropy(SparseCategoricalCrossentropy):
    """Cross-entropy against one-hot labels (or probabilities) of the shape of the output.

    Args:
        from_logits: True if the model's output is not a probability. A model that ends in softmax or sigmoid is trained from
            what that receives, its logits, either way, and by softmax either way, as in Keras.
        label_smoothing: in [0, 1]; the share of every label that is spread evenly over the classes.
    """

    _fields = ("from_logits", "label_smoothing")
    _is_of_rows = True

    def __init__(self, from_logits: bool = False, label_smoothing: float = 0.0, **unknown: Any) -> None:
        super().__init__(from_logits, **unknown)
        self.label_smoothing = real("label_smoothing", label_smoothing)


class BinaryCrossentropy(CategoricalCrossentropy):
    """Cross-entropy of independent yes/no answers, labels 0 or 1.

    Args:
        from_logits: True if the model's output is not a probability. A model that ends in sigmoid or softmax is trained from
            what that receives, its logits, either way, and by sigmoid either way, as in Keras.
        label_smoothing: in [0, 1]; moves the labels towards 0.5.
    """

    _is_of_rows = False


class CategoricalFocalCrossentropy(Loss):
    """Cross-entropy that counts less where the answer is right anyway (Lin et al., 2017), one-hot labels.

    Args:
        alpha: what all of it is multiplied by.
        gamma: the exponent of what the probability of the right class lacks to 1.
        from_logits: True if the model's output is not a probability.
        label_smoothing: in [0, 1]; the share of every label that is spread evenly over the classes.
    """

    _fields: ClassVar[tuple[str, ...]] = ("alpha", "gamma", "from_logits", "label_smoothing")
    _is_of_rows = True

    def __init__(
        self,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        *,
        axis: int = -1,
        **unknown: Any,
    ) -> None:
        super().__init__(**unknown)
        _last(axis)
        self.alpha, self.gamma = real("alpha", alpha), real("gamma", gamma)
        self.from_logits = boolean("from_logits", from_logits)
        self.label_smoothing = real("label_smoothing", label_smoothing)


class BinaryFocalCrossentropy(CategoricalFocalCrossentropy):
    """The same of independent yes/no answers, labels 0 or 1.

    Args:
        apply_class_balancing: whether the answers yes weigh `alpha`, and those no 1 - `alpha`.
        alpha: that weight.
        gamma: the exponent of what the probability of the right answer lacks to 1.
        from_logits: True if the model's output is not a probability.
        label_smoothing: in [0, 1]; moves the labels towards 0.5.
    """

    _fields = ("apply_class_balancing", "alpha", "gamma", "from_logits", "label_smoothing")
    _is_of_rows = False

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        **unknown: Any,
    ) -> None:
        super().__init__(alpha, gamma, from_logits, label_smoothing, **unknown)
        self.apply_class_balancing = boolean("apply_class_balancing", apply_class_balancing)


class MeanSquaredError(Loss):
    """Mean of (prediction - label)²."""


class MeanAbsoluteError(Loss):
    """Mean of |prediction - label|."""


class MeanAbsolutePercentageError(Loss):
    """Mean of 100 |prediction - label| / |label|."""


class MeanSquaredLogarithmicError(Loss):
    """Mean of (ln(prediction + 1) - ln(label + 1))²."""


class Huber(Loss):
    """Half the square of the error up to `delta`, from where it grows as a straight line (Huber, 1964).

    Args:
        delta: the error where the line begins.
    """

    _fields = ("delta",)

    def __init__(self, delta: float = 1.0, **unknown: Any) -> None:
        super().__init__(**unknown)
        self.delta = real("delta", delta)


class LogCosh(Loss):
    """Mean of ln cosh(prediction - label)."""


class Hinge(Loss):
    """Mean of max(1 - prediction · label, 0). Labels are -1 and 1; where all of a batch are 0 or 1, 0 stands for -1."""


class SquaredHinge(Loss):
    """Mean of max(1 - prediction · label, 0)². Labels as for `Hinge`."""


class CategoricalHinge(Loss):
    """What the output at the one-hot label is not ahead by 1 of the greatest other one."""

    _is_of_rows = True


class KLDivergence(Loss):
    """Sum of label · ln(label / prediction), both probabilities."""

    _is_of_rows = True


class Poisson(Loss):
    """Mean of prediction - label · ln prediction."""


class CosineSimilarity(Loss):
    """Minus the cosine of the angle between prediction and label.

    Args:
        axis: -1.
    """

    _is_of_rows = True

    def __init__(self, axis: int = -1, **unknown: Any) -> None:
        super().__init__(**unknown)
        _last(axis)


def _last(axis: Any) -> None:
    fixed("axis", axis, (-1,), "a loss is computed along the last axis")


def _describe(loss: Loss) -> str:
    """The loss as the engine takes a metric."""
    return json.dumps({"class": "loss", "name": "loss", "config": {"class": loss._class_name(), "config": loss._settings()}})


T = TypeVar("T", bound=Loss)


def _function(name: str, kind: type[T]) -> Function[T]:
    return Function(name, kind, _describe)


# Keras has these as functions too: of arrays, with one value a sample, and for compile().
categorical_crossentropy = _function("categorical_crossentropy", CategoricalCrossentropy)
sparse_categorical_crossentropy = _function("sparse_categorical_crossentropy", SparseCategoricalCrossentropy)
binary_crossentropy = _function("binary_crossentropy", BinaryCrossentropy)
binary_focal_crossentropy = _function("binary_focal_crossentropy", BinaryFocalCrossentropy)
categorical_focal_crossentropy = _function("categorical_focal_crossentropy", CategoricalFocalCrossentropy)
mean_squared_error = _function("mean_squared_error", MeanSquaredError)
mean_absolute_error = _function("mean_absolute_error", MeanAbsoluteError)
mean_absolute_percentage_error = _function("mean_absolute_percentage_error", MeanAbsolutePercentageError)
mean_squared_logarithmic_error = _function("mean_squared_logarithmic_error", MeanSquaredLogarithmicError)
huber = _function("huber", Huber)
log_cosh = _function("log_cosh", LogCosh)
hinge = _function("hinge", Hinge)
squared_hinge = _function("squared_hinge", SquaredHinge)
categorical_hinge = _function("categorical_hinge", CategoricalHinge)
kl_divergence = _function("kl_divergence", KLDivergence)
poisson = _function("poisson", Poisson)
cosine_similarity = _function("cosine_similarity", CosineSimilarity)
_FUNCTIONS = [value for value in list(globals().values()) if isinstance(value, Function)]

mse = MSE = _function("mse", MeanSquaredError)
mae = MAE = _function("mae", MeanAbsoluteError)
mape = MAPE = _function("mape", MeanAbsolutePercentageError)
msle = MSLE = _function("msle", MeanSquaredLogarithmicError)
kld = KLD = _function("kld", KLDivergence)
bce = BCE = _function("bce", BinaryCrossentropy)

__all__ = [
    *(kind.__name__ for kind in list(globals().values()) if isinstance(kind, type) and issubclass(kind, Loss)),
    *(name for name, value in list(globals().items()) if isinstance(value, Function)),
    "get",
]

_KNOWN: dict[str, type[Loss]] = {function.__name__: function._kind for function in [*_FUNCTIONS, mse, mae, mape, msle, kld, bce]}


def get(identifier: Any) -> Loss:
    """The loss that a name, a class, a function, an object or a dict of `class_name` and `config` means."""
    return resolve("loss", named(identifier), Loss, _KNOWN)
