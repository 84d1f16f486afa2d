"""Calls that take one batch: a step, its loss, outputs, gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._base.checks import boolean
from .._batches import samples as data
from .._batches.samples import Arrays
from .trainable import Trainable

_BEHAVIORS = {False: 0, None: 1, True: 2}  # of layers for the `training` of a call; swiftcnn.h's scnn_behavior


class Derivatives(NamedTuple):
    """What `differentiate` returns."""

    outputs: Any
    weights: list[NDArray[np.float32]]
    inputs: Any


class TakesSingleBatches(Trainable):
    """The part of a model that is called batch by batch."""

    def __init__(self) -> None:
        super().__init__()
        self._calls = 0  # of arrays

    # What the subclass knows.

    def _by_weight(self, values: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        raise NotImplementedError

    def _parameter_count(self) -> int:
        raise NotImplementedError

    # Single batches.

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: Mapping[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """One step on x as one batch; returns this batch's loss and metrics, as `evaluate` does."""
        compiled = self._choice()
        samples, labels = self._pair(x, y)
        engine = self._compiled_engine(samples)
        weights = self._class_weights(class_weight)
        self._follow_schedule()
        self._claim()
        values = engine.train_on_batch(samples, labels, self._sample_weights("sample_weight", sample_weight), weights)
        return self._reported(values, return_dict, compiled)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """Loss and metrics of x as one batch."""
        samples = self._samples("x", x)
        return Trainable.evaluate(self, samples, y, _whole(samples), 0, sample_weight, return_dict=return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for x as one batch."""
        samples = self._samples("x", x)
        return Trainable.predict(self, samples, _whole(samples), 0)

    def _call_on_batch(self, x: Any, training: bool | None, draw: int) -> Any:
        """The outputs for x as one batch; equal draws use equal random numbers."""
        behavior = _BEHAVIORS[None if training is None else boolean("training", training)]
        samples = self._samples("x", x)
        engine = self._engine_for(samples)
        outputs = data.empty(data.count(samples), self._output_shapes_for(samples))
        engine.call(samples, behavior, draw, outputs)
        return self._packed(outputs)

    def compute_gradients(
        self, x: Any, y: Any, sample_weight: Any = None, training: bool = False
    ) -> tuple[float, list[NDArray[np.float32]]]:
        """Loss of x as one batch and its gradient for every weight, zero where it does not learn; the model stays as it is.

        Args:
            x, y, sample_weight: as for `fit`.
            training: True applies dropout, with the random numbers that the next step would use, and normalizes by the
                batch's statistics.

        Returns:
            The loss, and a list of arrays in the order and shapes of `get_weights()`.
        """
        samples, labels = self._pair(x, y)
        engine = self._compiled_engine(samples)
        gradients = np.empty(self._parameter_count(), np.float32)
        weights = self._sample_weights("sample_weight", sample_weight)
        loss = engine.gradients(samples, labels, weights, boolean("training", training), gradients)
        return loss, self._by_weight(gradients)

    def differentiate(self, x: Any, output_gradients: Any, training: bool = False) -> Derivatives:
        """The outputs for x as one batch; and for given gradients of the outputs, those of all weights and of the inputs.

        What a loss of your own needs, Grad-CAM, saliency maps or distillation: its gradient with respect to the outputs goes in.
        The model stays as it is, and need not be compiled.

        Args:
            x: as for `fit`.
            output_gradients: of the shape of the outputs, (n, *output shape); of several outputs in a list, or a dict by name,
                with None for an output that nothing depends on.
            training: True applies dropout, with the random numbers that the next step would use, and normalizes by the
                batch's statistics.

        Returns:
            `Derivatives`: `outputs` and `inputs`, in the form in which they were given to `Model`; and `weights`, a list of
            arrays in the order and shapes of `get_weights()`: sums over the samples, zero for weights that do not learn, without
            what regularizers add.
        """
        samples = self._samples("x", x)
        engine = self._engine_for(samples)
        given = self._targets("output_gradients", output_gradients)
        outputs = data.empty(data.count(samples), self._output_shapes_for(samples))
        weights = np.empty(self._parameter_count(), np.float32)
        inputs = data.each(samples, lambda array: np.empty((len(array), *array.shape[1:]), np.float32))
        behavior = _BEHAVIORS[boolean("training", training)]
        engine.differentiate(samples, given, behavior, None, outputs, weights, inputs)
        packed = self._form_of_inputs.pack(inputs if isinstance(inputs, tuple) else [inputs])
        return Derivatives(self._packed(outputs), self._by_weight(weights), packed)


def _whole(samples: Arrays) -> int:
    """The batch size that makes one batch of all."""
    return max(data.count(samples), 1)
