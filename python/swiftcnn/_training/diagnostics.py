"""Advice to a training that gets nowhere: one warning, with the remedy, for each of the mistakes that are made most."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .._base.arrays import Array, warn_if_unscaled
from .._base.memory_maps import readable, samples
from .._base.user_warnings import warn_user
from ..losses import (
    BinaryCrossentropy,
    BinaryFocalCrossentropy,
    CategoricalCrossentropy,
    CategoricalFocalCrossentropy,
    SparseCategoricalCrossentropy,
)
from .compiling import choice_of
from .single_batches import call_on_batch

if TYPE_CHECKING:
    from .._batches.batch_source import Batch
    from .._batches.samples import Arrays
    from .trained_model import TrainedModel

SCALING_LAYERS = ("Rescaling", "Normalization", "BatchNormalization", "LayerNormalization")
SAMPLES = 256
FEWEST_STEPS = 100
PART = 1 << 16  # labels that are looked at together
MOST_LABELS = 1 << 24  # whose order is looked at
# A model that always answers with the classes' shares has a loss of their entropy; one that learns is soon below this part of it.
PART_OF_ENTROPY = 0.98
_CROSS_ENTROPIES = (
    SparseCategoricalCrossentropy,
    CategoricalCrossentropy,
    BinaryCrossentropy,
    CategoricalFocalCrossentropy,
    BinaryFocalCrossentropy,
)


class CollapseWatch:
    """Looks, after each epoch, whether the model answers every sample with one class, and says so once.

    It predicts only if the loss is no better than that of the classes' shares after at least FEWEST_STEPS steps, so a
    training that learns costs nothing.

    Args:
        x, y: what is trained on; None if it comes in batches, which `see` is shown.
    """

    def __init__(self, model: TrainedModel, x: Arrays | None = None, y: Arrays | None = None) -> None:
        self._model = model
        self._x: Array | None = None
        self._counts: Array | None = np.zeros(0, np.int64)  # samples of each class; None if y is no classes
        self._steps = self._seen = 0
        self._warned = False
        if isinstance(x, tuple) or isinstance(y, tuple):  # several inputs or outputs
            x = y = self._counts = None
        if x is not None and y is not None and x.ndim and y.ndim and len(x) == len(y) > 0:
            chosen = np.linspace(0, len(x) - 1, min(len(x), SAMPLES)).astype(np.int64)
            some, labels = samples(x, chosen), samples(y, chosen)
            if some is not None and labels is not None:
                self._see(some, labels)

    def see(self, batch: Batch) -> None:
        """A batch that is about to be trained on."""
        if isinstance(batch.x, tuple) or isinstance(batch.y, tuple):
            return
        if self._x is None and not scales_its_inputs(self._model):
            warn_if_unscaled(batch.x)
        self._seen += 1
        if batch.y is not None and not self._warned:
            self._see(batch.x, batch.y)

    def after_epoch(self, steps: int, loss: float) -> None:
        """Called at the end of every epoch of so many steps; 0 if only the batches seen tell."""
        self._steps = max(self._steps + steps, self._seen)
        if self._warned or self._x is None or self._steps < FEWEST_STEPS or not loss >= PART_OF_ENTROPY * self._entropy() > 0:
            return
        outputs = call_on_batch(self._model, self._x, training=False, draw=0)
        if outputs.ndim != 2 or outputs.shape[-1] < 2 or len(set(outputs.argmax(-1).tolist())) > 1:
            return
        self._warned = True
        warn_user(
            f"after {self._steps} steps the model takes every sample for class {int(outputs[0].argmax())}: it has learned only "
            "how frequent the classes are. Scale the inputs to 0...1 (x / 255), lower the learning rate, and see that the "
            "labels belong to the images and come in mixed order"
        )

    def _see(self, x: Array, y: Array) -> None:
        self._x = x
        classes = None if self._counts is None else _classes(self._model, y)
        if classes is None:
            self._counts = None
            return
        counts = np.bincount(classes, minlength=max(self._model._output_shapes()[0][-1] or 0, 2))
        self._counts = counts if self._counts is None or not len(self._counts) else self._counts + counts

    def _entropy(self) -> float:
        """Of the classes' shares; 0 where y is no classes."""
        if self._counts is None or not self._counts.any():
            return 0.0
        shares = self._counts[self._counts > 0] / self._counts.sum()
        return float(-(shares * np.log(shares)).sum())


def scales_its_inputs(model: TrainedModel) -> bool:
    """Whether a layer before the first that multiplies brings the inputs to a common scale."""
    for layer, facts in zip(model._layers_in_order(), model._built_store().facts, strict=True):
        if layer._class_name() in SCALING_LAYERS:
            return True
        if facts.weights:
            return False
    return False


def warn_if_sorted(model: TrainedModel, labels: Array | None, batch_size: int) -> None:
    """Warns of labels that are trained on class by class. `labels`: in the order of training, None if that is mixed."""
    if labels is not None and len(labels) > batch_size and _is_sorted(model, labels, batch_size):
        warn_user(
            "the training data come sorted by class, and shuffle=False keeps them so: a batch shows one class only, and the "
            "network forgets the others. Pass shuffle=True; shuffle=False is for evaluate and predict"
        )


def _is_sorted(model: TrainedModel, labels: Array, batch_size: int) -> bool:
    """Whether the classes rise or fall, and the first batch has but one; most labels are mixed in the first part already."""
    part, rises, falls, changes = max(PART, batch_size), True, True, False
    for start in range(0, min(len(labels), MOST_LABELS), part):
        classes = _classes(model, labels[start : start + part + 1])
        if classes is None:
            return False
        steps = np.diff(classes)
        rises, falls = rises and bool((steps >= 0).all()), falls and bool((steps <= 0).all())
        if not (rises or falls) or (start == 0 and steps[: batch_size - 1].any()):
            return False
        changes = changes or bool(steps.any())
    return changes


def labels_in_order(data: Any) -> tuple[Array | None, int]:
    """What `warn_if_sorted` wants to know of a data set that makes batches."""
    tell = getattr(data, "_labels_in_order", None)
    return (None, 1) if tell is None else tell()


def _classes(model: TrainedModel, y: Array) -> Array | None:
    """The class of each sample; None where the targets are no classes, as those of a regression are not."""
    *positions, outputs = model._output_shapes()[0]
    chosen = choice_of(model).heads
    if len(chosen) > 1 or positions or y.ndim not in (1, 2) or not isinstance(chosen[0].loss, _CROSS_ENTROPIES):
        return None
    labels = readable(y)
    if labels is None:
        return None
    if labels.ndim == 2 and labels.shape[1] > 1:
        return labels.argmax(-1) if labels.shape[1] == outputs else None
    numbers = labels.ravel()
    if not ((numbers >= 0) & (numbers < max(outputs or 0, 2))).all() or (numbers != numbers.astype(np.int64)).any():
        return None
    return numbers.astype(np.int64)
