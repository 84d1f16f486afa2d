"""What training minimizes: loss classes, and the same losses as functions of arrays. The arithmetic is the engine's."""

from __future__ import annotations

from typing import Any, TypeVar

from .._base.configurable import resolve
from .._base.row_functions import Function, named
from . import _classes
from ._classes import *
from ._loss import Loss, describe

T = TypeVar("T", bound=Loss)


def _function(name: str, kind: type[T]) -> Function[T]:
    return Function(name, kind, describe)


# Keras has these as functions too: of arrays, with one value a sample, and for compile().
categorical_crossentropy = _function("categorical_crossentropy", _classes.CategoricalCrossentropy)
sparse_categorical_crossentropy = _function("sparse_categorical_crossentropy", _classes.SparseCategoricalCrossentropy)
binary_crossentropy = _function("binary_crossentropy", _classes.BinaryCrossentropy)
binary_focal_crossentropy = _function("binary_focal_crossentropy", _classes.BinaryFocalCrossentropy)
categorical_focal_crossentropy = _function("categorical_focal_crossentropy", _classes.CategoricalFocalCrossentropy)
mean_squared_error = _function("mean_squared_error", _classes.MeanSquaredError)
mean_absolute_error = _function("mean_absolute_error", _classes.MeanAbsoluteError)
mean_absolute_percentage_error = _function("mean_absolute_percentage_error", _classes.MeanAbsolutePercentageError)
mean_squared_logarithmic_error = _function("mean_squared_logarithmic_error", _classes.MeanSquaredLogarithmicError)
huber = _function("huber", _classes.Huber)
log_cosh = _function("log_cosh", _classes.LogCosh)
hinge = _function("hinge", _classes.Hinge)
squared_hinge = _function("squared_hinge", _classes.SquaredHinge)
categorical_hinge = _function("categorical_hinge", _classes.CategoricalHinge)
kl_divergence = _function("kl_divergence", _classes.KLDivergence)
poisson = _function("poisson", _classes.Poisson)
cosine_similarity = _function("cosine_similarity", _classes.CosineSimilarity)
_FUNCTIONS = [value for value in list(globals().values()) if isinstance(value, Function)]

mse = MSE = _function("mse", _classes.MeanSquaredError)
mae = MAE = _function("mae", _classes.MeanAbsoluteError)
mape = MAPE = _function("mape", _classes.MeanAbsolutePercentageError)
msle = MSLE = _function("msle", _classes.MeanSquaredLogarithmicError)
kld = KLD = _function("kld", _classes.KLDivergence)
bce = BCE = _function("bce", _classes.BinaryCrossentropy)

__all__ = [
    "Loss",
    *_classes.__all__,
    *(name for name, value in list(globals().items()) if isinstance(value, Function)),
    "get",
]

_KNOWN: dict[str, type[Loss]] = {function.__name__: function._kind for function in [*_FUNCTIONS, mse, mae, mape, msle, kld, bce]}


def get(identifier: Any) -> Loss:
    """The loss that a name, a class, a function, an object or a dict of `class_name` and `config` means."""
    return resolve("loss", named(identifier), Loss, _KNOWN)
