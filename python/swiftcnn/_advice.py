"""Advice to a training that gets nowhere: one warning, with the remedy, where all predictions are the same class."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from ._arrays import Array
from .metrics import classes_of

if TYPE_CHECKING:
    from ._training import Trainable

SAMPLES = 256
FEWEST_STEPS = 100
# A model that always answers with the classes' shares has a loss of their entropy; one that learns is soon below this part of it.
PART_OF_ENTROPY = 0.98


class CollapseWatch:
    """Looks, after each epoch, whether the model answers every sample with one class, and says so once.

    It predicts only if the loss is no better than that of the classes' shares after at least FEWEST_STEPS steps, so a
    training that learns costs nothing.

    Args:
        x, y: what is trained on.
    """

    def __init__(self, model: Trainable, x: Array, y: Array) -> None:
        self._model = model
        chosen = np.linspace(0, max(len(x) - 1, 0), min(len(x), SAMPLES)).astype(np.int64) if x.ndim else np.zeros(0, np.int64)
        self._x = x[chosen] if len(chosen) else x
        self._entropy = _entropy(y[chosen]) if len(chosen) and len(y) == len(x) else 0.0
        self._steps = 0
        self._warned = False

    def after_epoch(self, steps: int, loss: float) -> None:
        """Called at the end of every epoch of so many steps."""
        self._steps += steps
        if self._warned or self._steps < FEWEST_STEPS or not loss >= PART_OF_ENTROPY * self._entropy > 0:
            return
        outputs = self._model.predict(self._x, verbose=0)
        if outputs.ndim != 2 or outputs.shape[-1] < 2 or len(set(outputs.argmax(-1).tolist())) > 1:
            return
        self._warned = True
        warnings.warn(
            f"after {self._steps} steps the model takes every sample for class {int(outputs[0].argmax())}: it has learned only "
            "how frequent the classes are. Scale the inputs to 0...1 (x / 255), lower the learning rate, and see that the "
            "labels belong to the images and come in mixed order",
            UserWarning,
            stacklevel=5,
        )


def _entropy(y: Array) -> float:
    """Of the classes' shares; 0 where y is no classes."""
    if y.ndim > 2 or (y.ndim == 2 and y.shape[1] == 1 and y.dtype.kind == "f" and not np.array_equal(y, y.astype(np.int64))):
        return 0.0
    try:
        counts = np.bincount(classes_of("y", y))
    except ValueError:
        return 0.0
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum())
