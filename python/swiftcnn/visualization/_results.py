"""Plots of predictions: the confusion matrix, and the misclassified images."""

from __future__ import annotations

from collections.abc import Sequence, Sized
from typing import TYPE_CHECKING, Any

import numpy as np

from ..metrics import classes_of, confusion_matrix
from ._figures import at_least_one, grid, images, named, show

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_confusion_matrix(y_true: Any, y_pred: Any, class_names: Sequence[str] | None = None) -> Figure:
    """Plots how often each actual class (row) was predicted as each class (column); the colour is the share of the row.

    Args:
        y_true: class numbers, or one-hot rows.
        y_pred: class numbers, or the model's outputs.
        class_names: names to write instead of the class numbers.
    """
    if class_names is not None and not isinstance(class_names, Sized):
        raise TypeError(f"class_names must be a list of names, received {class_names!r:.80} (a {type(class_names).__name__})")
    counts = confusion_matrix(y_true, y_pred, None if class_names is None else len(class_names))
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    figure, (axes,) = grid(1, 1, max(4.0, 0.6 * len(counts) + 1))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    labels = [named(index, class_names) for index in range(len(counts))]
    axes.set_xticks(range(len(counts)), labels, rotation=45, ha="right")
    axes.set_yticks(range(len(counts)), labels)
    axes.set(xlabel="predicted", ylabel="true")
    for (row, column), count in np.ndenumerate(counts):
        axes.text(column, row, str(count), ha="center", va="center", color="white" if shares[row, column] > 0.5 else "black")
    return figure


def plot_misclassified(x: Any, y_true: Any, y_pred: Any, class_names: Sequence[str] | None = None, count: int = 25) -> Figure:
    """Plots misclassified images with their predicted and actual classes; those with the largest scores come first.

    Args:
        x: the images.
        y_true: class numbers, or one-hot rows.
        y_pred: class numbers, or the model's outputs, which also contain the scores.
        class_names: names to write instead of the class numbers.
        count: the largest number of images to show.
    """
    pictures, true, called = images(x), classes_of("y_true", y_true), classes_of("y_pred", y_pred)
    if not len(pictures) == len(true) == len(called):
        raise ValueError(f"x, y_true and y_pred must be as many, received {len(pictures)}, {len(true)} and {len(called)}")
    scores = np.asarray(y_pred)
    sure = scores.max(-1) if scores.ndim == 2 else np.zeros(len(true))
    wrong = sorted(np.flatnonzero(true != called), key=lambda index: -sure[index])[: at_least_one("count", count)]
    figure, places = grid(len(wrong), 5, 1.8)
    for axes, index in zip(places, wrong, strict=True):
        title = f"predicted {named(called[index], class_names)}\nactual {named(true[index], class_names)}"
        show(axes, pictures[index], title)
    return figure
