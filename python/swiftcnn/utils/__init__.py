"""Helpers: one-hot labels, norms, seeds, `PyDataset`, image files, diagrams of models."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .._base import missing_names as _missing_names
from .._base import seeds as _seeds
from .._base.arrays import as_array
from .._base.checks import boolean, integer
from .._batches.py_dataset import PyDataset

if TYPE_CHECKING:
    from ..preprocessing.image import array_to_img, image_dataset_from_directory, img_to_array, load_img, save_img
    from ._get_file import get_file
    from ._mermaid import model_to_mermaid
    from ._plot_model import model_to_dot, plot_model

Sequence = PyDataset
# Imported on first use, so that only programs that use them load their dependencies.
_OF_IMAGES = ("array_to_img", "image_dataset_from_directory", "img_to_array", "load_img", "save_img")
_OF_PICTURES = ("model_to_dot", "plot_model")

__all__ = [
    "PyDataset",
    "Sequence",
    "array_to_img",
    "clear_session",
    "get_file",
    "image_dataset_from_directory",
    "img_to_array",
    "load_img",
    "model_to_dot",
    "model_to_mermaid",
    "normalize",
    "plot_model",
    "save_img",
    "set_random_seed",
    "to_categorical",
]


def to_categorical(x: Any, num_classes: int | None = None) -> NDArray[np.float64]:
    """Converts integer labels to one-hot rows.

    Args:
        x: labels 0 ... num_classes - 1 of any shape; a last axis of length 1 is dropped.
        num_classes: largest label + 1 if None.

    Returns:
        A float64 array, (*shape of x, num_classes).
    """
    labels = as_array("x", x)
    if not np.array_equal(labels, labels.astype(np.int64)):
        raise ValueError("to_categorical needs whole numbers, received fractions")
    labels = labels.astype(np.int64)
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    if not labels.size and num_classes is None:
        raise ValueError("to_categorical cannot tell the number of classes from no labels: pass num_classes")
    classes = int(labels.max()) + 1 if num_classes is None else integer("num_classes", num_classes)
    if labels.size and (labels.min() < 0 or labels.max() >= classes):
        raise ValueError(f"labels must be 0 to {classes - 1} for {classes} classes, received {labels.min()} to {labels.max()}")
    one_hot = np.zeros((labels.size, classes))
    one_hot[np.arange(labels.size), labels.ravel()] = 1
    return one_hot.reshape(*labels.shape, classes)


def normalize(x: Any, axis: int = -1, order: float = 2) -> NDArray[Any]:
    """Divides x by its norm along an axis; zeros stay zeros.

    Args:
        x: any numbers.
        axis: the axis along which the norm becomes 1.
        order: 2 for the length of a vector, 1 for the sum of its absolute values, `numpy.inf` for the largest.

    Returns:
        An array of the shape of x, in the dtype of x if that is a floating type, else float64.
    """
    array, along = np.atleast_1d(as_array("x", x)), integer("axis", axis)
    if not -array.ndim <= along < array.ndim:
        raise ValueError(f"axis must be one of x, from {-array.ndim} to {array.ndim - 1}, received {along}")
    if not isinstance(order, (int, float, np.number)) or order != order:
        raise TypeError(f"order must be a number, received {order!r:.80} (a {type(order).__name__})")
    norm = np.linalg.norm(array, order, along, keepdims=True)
    result: NDArray[Any] = array / np.where(norm == 0, 1, norm)
    return result


def clear_session(free_memory: bool = True) -> None:
    """Runs the garbage collector, which frees objects that only refer to each other.

    A model frees its memory by itself when nothing refers to it any more. There is no other state to clear: each model counts the
    names of its own layers, and the seed of `set_random_seed` stays in force.

    Args:
        free_memory: False does nothing.
    """
    if boolean("free_memory", free_memory):
        import gc

        gc.collect()


def set_random_seed(seed: int) -> None:
    """Makes the following code repeatable: seeds `random`, `numpy.random` and the models that are built from now on.

    Args:
        seed: 0 ... 2^32 - 1.
    """
    import random

    number = integer("seed", seed)
    if not 0 <= number < 2**32:
        raise ValueError(f"seed must be 0 to 4294967295, received {number}")
    random.seed(number)
    np.random.seed(number)
    _seeds.set_base(number)


def __getattr__(name: str) -> Any:
    if name in _OF_IMAGES:
        from ..preprocessing import image

        return getattr(image, name)
    if name in _OF_PICTURES:
        from . import _plot_model

        return getattr(_plot_model, name)
    if name == "model_to_mermaid":
        from ._mermaid import model_to_mermaid

        return model_to_mermaid
    if name == "get_file":
        from ._get_file import get_file

        return get_file
    raise AttributeError(_missing_names.message(sys.modules[__name__], name))
