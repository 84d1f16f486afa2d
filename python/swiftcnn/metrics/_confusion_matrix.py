"""The confusion matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._base.arrays import as_array
from .._base.checks import integer

MOST_CLASSES = 2**13  # whose matrix takes 512 MiB


def confusion_matrix(y_true: Any, y_pred: Any, num_classes: int | None = None) -> NDArray[np.int64]:
    """The confusion matrix: element [i, j] is the number of samples of class i that were predicted as class j.

    Args:
        y_true: class numbers (n,), or one-hot rows (n, classes).
        y_pred: class numbers (n,), or the model's outputs (n, classes).
        num_classes: the number of classes; None means the largest class + 1.
    """
    true, called = classes_of("y_true", y_true), classes_of("y_pred", y_pred)
    if true.shape != called.shape:
        raise ValueError(f"y_true and y_pred must be as many, received {len(true)} and {len(called)} samples")
    present = int(max(true.max(initial=-1), called.max(initial=-1))) + 1
    classes = present if num_classes is None else integer("num_classes", num_classes)
    if present > classes or min(true.min(initial=0), called.min(initial=0)) < 0:
        raise ValueError(f"classes must be 0 to {classes - 1} for num_classes={classes}, received others in y_true or y_pred")
    if classes > MOST_CLASSES:
        raise ValueError(
            f"a matrix of {classes} classes is too large, {MOST_CLASSES} are the most: y_true and y_pred must hold class numbers"
        )
    return np.bincount(true * classes + called, minlength=classes * classes).reshape(classes, classes)


def classes_of(name: str, value: Any) -> NDArray[np.int64]:
    """The class numbers of an array of class numbers or of rows of scores."""
    array = as_array(name, value)
    if array.ndim == 2 and array.shape[1] > 1:
        return np.asarray(array.argmax(-1), np.int64)
    if array.ndim not in (1, 2) or not np.array_equal(array, array.astype(np.int64)):
        raise ValueError(f"{name} must be class numbers (n,) or rows of scores (n, classes), received shape {array.shape}")
    return array.astype(np.int64).ravel()
