"""What training makes smaller. The arithmetic is the engine's; these are its descriptions."""

from __future__ import annotations

from typing import Any

from ._checks import boolean, real, refuse_unknown
from ._described import Described, resolve


class Loss(Described):
    """Base of the losses. Each is the mean over the batch (`sum_over_batch_size`)."""

    def __init__(self, **unknown: Any) -> None:
        if unknown:
            refuse_unknown(type(self), unknown)


class CategoricalCrossentropy(Loss):
    """Cross-entropy against one-hot labels (or probabilities) of the shape of the output.

    Args:
        from_logits: True if the model's output is not a probability. A model that ends in softmax is trained from its
            logits either way.
        label_smoothing: in [0, 1]; the share of every label that is spread evenly over the classes.
    """

    _fields = ("from_logits", "label_smoothing")

    def __init__(self, from_logits: bool = False, label_smoothing: float = 0.0, **unknown: Any) -> None:
        super().__init__(**unknown)
        self.from_logits = boolean("from_logits", from_logits)
        self.label_smoothing = real("label_smoothing", label_smoothing)


class SparseCategoricalCrossentropy(Loss):
    """Cross-entropy against integer labels 0 ... classes - 1.

    Args:
        from_logits: True if the model's output is not a probability. A model that ends in softmax is trained from its
            logits either way.
    """

    _fields = ("from_logits",)

    def __init__(self, from_logits: bool = False, **unknown: Any) -> None:
        super().__init__(**unknown)
        self.from_logits = boolean("from_logits", from_logits)


class BinaryCrossentropy(Loss):
    """Cross-entropy of independent yes/no answers, labels 0 or 1.

    Args:
        from_logits: True if the model's output is not a probability. A model that ends in sigmoid is trained from its
            logits either way.
        label_smoothing: in [0, 1]; moves the labels towards 0.5.
    """

    _fields = ("from_logits", "label_smoothing")

    def __init__(self, from_logits: bool = False, label_smoothing: float = 0.0, **unknown: Any) -> None:
        super().__init__(**unknown)
        self.from_logits = boolean("from_logits", from_logits)
        self.label_smoothing = real("label_smoothing", label_smoothing)


class MeanSquaredError(Loss):
    """Mean of (prediction - label)²."""


# Keras has these as functions too; both spellings may be handed to compile().
categorical_crossentropy = CategoricalCrossentropy
sparse_categorical_crossentropy = SparseCategoricalCrossentropy
binary_crossentropy = BinaryCrossentropy
mean_squared_error = MeanSquaredError

_KNOWN: dict[str, type[Loss]] = {
    "categorical_crossentropy": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
    "binary_crossentropy": BinaryCrossentropy,
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
}


def get(loss: Any) -> Loss:
    """The loss that a name, a class, an object or a dict of `class_name` and `config` means."""
    return resolve("loss", loss, Loss, _KNOWN)
