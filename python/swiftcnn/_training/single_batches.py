"""Calls that take one batch: a step, its loss, outputs, gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .._base.checks import boolean
from .._batches import samples as data
from .compiling import choice_of, follow_schedule, reported
from .engine_sources import compiled_engine
from .evaluation import evaluate, predict
from .model_arrays import ModelArrays

if TYPE_CHECKING:
    from .._batches.samples import Arrays
    from .trained_model import TrainedModel

_BEHAVIORS = {False: 0, None: 1, True: 2}  # of layers for the `training` of a call; swiftcnn.h's scnn_behavior


class Derivatives(NamedTuple):
    """The results of `Model.differentiate`."""

    outputs: Any
    weights: list[NDArray[np.float32]]
    inputs: Any


def train_on_batch(
    model: TrainedModel, x: Any, y: Any, sample_weight: Any, class_weight: Mapping[int, float] | None, return_dict: bool
) -> Any:
    compiled, arrays = choice_of(model), ModelArrays(model)
    samples, labels = arrays.pair(x, y)
    engine = compiled_engine(model, samples)
    weights = arrays.class_weights(class_weight)
    follow_schedule(model)
    model._claim()
    values = engine.train_on_batch(samples, labels, arrays.sample_weights("sample_weight", sample_weight), weights)
    return reported(model, values, return_dict, compiled)


def test_on_batch(model: TrainedModel, x: Any, y: Any, sample_weight: Any, return_dict: bool) -> Any:
    samples = ModelArrays(model).samples("x", x)
    return evaluate(model, samples, y, _whole(samples), 0, sample_weight, return_dict=return_dict)


def predict_on_batch(model: TrainedModel, x: Any) -> Any:
    samples = ModelArrays(model).samples("x", x)
    return predict(model, samples, _whole(samples), 0)


def call_on_batch(model: TrainedModel, x: Any, training: bool | None, draw: int) -> Any:
    """The outputs for x as one batch; equal draws use equal random numbers."""
    behavior = _BEHAVIORS[None if training is None else boolean("training", training)]
    arrays = ModelArrays(model)
    samples = arrays.samples("x", x)
    engine = model._engine_for(samples)
    outputs = data.empty(data.count(samples), arrays.output_shapes_for(samples))
    engine.call(samples, behavior, draw, outputs)
    return arrays.packed(outputs)


def compute_gradients(
    model: TrainedModel, x: Any, y: Any, sample_weight: Any, training: bool
) -> tuple[float, list[NDArray[np.float32]]]:
    choice_of(model)
    arrays = ModelArrays(model)
    samples, labels = arrays.pair(x, y)
    engine = compiled_engine(model, samples)
    store = model._built_store()
    gradients = np.empty(store.parameters, np.float32)
    weights = arrays.sample_weights("sample_weight", sample_weight)
    loss = engine.gradients(samples, labels, weights, boolean("training", training), gradients)
    return loss, store.by_weight(gradients)


def differentiate(model: TrainedModel, x: Any, output_gradients: Any, training: bool) -> Derivatives:
    arrays = ModelArrays(model)
    samples = arrays.samples("x", x)
    engine = model._engine_for(samples)
    given = arrays.targets("output_gradients", output_gradients)
    outputs = data.empty(data.count(samples), arrays.output_shapes_for(samples))
    store = model._built_store()
    weights = np.empty(store.parameters, np.float32)
    inputs = data.each(samples, lambda array: np.empty((len(array), *array.shape[1:]), np.float32))
    behavior = _BEHAVIORS[boolean("training", training)]
    engine.differentiate(samples, given, behavior, None, outputs, weights, inputs)
    packed = model._form_of_inputs.pack(inputs if isinstance(inputs, tuple) else [inputs])
    return Derivatives(arrays.packed(outputs), store.by_weight(weights), packed)


def _whole(samples: Arrays) -> int:
    """The batch size that makes one batch of all."""
    return max(data.count(samples), 1)
