"""Losses, which training minimizes: as classes, and as functions of arrays. The engine computes them."""

from __future__ import annotations

from typing import Any

from .._base.configurable import resolve
from .._base.row_functions import Function, named
from . import _classes
from ._classes import *
from ._loss import Loss
from ._loss import function as _function

_FUNCTIONS = [value for value in vars(_classes).values() if isinstance(value, Function)]

mse = MSE = _function("mse", _classes.MeanSquaredError)
mae = MAE = _function("mae", _classes.MeanAbsoluteError)
mape = MAPE = _function("mape", _classes.MeanAbsolutePercentageError)
msle = MSLE = _function("msle", _classes.MeanSquaredLogarithmicError)
kld = KLD = _function("kld", _classes.KLDivergence)
bce = BCE = _function("bce", _classes.BinaryCrossentropy)

__all__ = ["Loss", *_classes.__all__, *(name for name, value in list(globals().items()) if isinstance(value, Function)), "get"]

_KNOWN: dict[str, type[Loss]] = {function.__name__: function._kind for function in [*_FUNCTIONS, mse, mae, mape, msle, kld, bce]}


def get(identifier: Any) -> Loss:
    """Returns the loss for a name, a class, a function, an object or a dict of `class_name` and `config`."""
    return resolve("loss", named(identifier), Loss, _KNOWN)
