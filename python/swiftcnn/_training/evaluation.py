"""`Model.evaluate` and `Model.predict`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._base.checks import batch_size as chosen_batch_size
from .._base.checks import counted
from .._base.memory_maps import MappedFiles
from .._batches import samples as data
from .._batches.batch_source import BatchSource, makes_batches, refuse_beside_batches
from . import engine_sources as sources
from .callback_list import CallbackList
from .compiling import choice_of, reported
from .model_arrays import ModelArrays
from .validation_data import warn_if_too_few

if TYPE_CHECKING:
    from .._batches.samples import Arrays
    from .trained_model import TrainedModel


def evaluate(
    model: TrainedModel,
    x: Any,
    y: Any,
    batch_size: int | None,
    verbose: Any = "auto",
    sample_weight: Any = None,
    steps: int | None = None,
    callbacks: Any = None,
    return_dict: bool = False,
) -> Any:
    """Loss and metrics; the arguments are those of `Model.evaluate`."""
    compiled, arrays = choice_of(model), ModelArrays(model)
    if makes_batches(x):
        refuse_beside_batches(y=y, sample_weight=sample_weight)
        stream = BatchSource("x", x, counted("steps", steps), receiver=arrays)
        values = CallbackList(model, callbacks, verbose).run(sources.evaluate, model, stream)
        return reported(model, values, return_dict, compiled)
    samples, labels = arrays.pair(x, y)
    weights = arrays.sample_weights("sample_weight", sample_weight)
    engine = sources.compiled_engine(model, samples)
    size, steps = _chosen_batches(samples, batch_size, steps)
    listeners = CallbackList(model, callbacks, verbose)
    listeners.files = MappedFiles({**data.named("x", samples), **data.named("y", labels), **data.named("sample_weight", weights)})
    if listeners.callbacks or listeners.files:
        values = listeners.run(engine.evaluate, samples, labels, weights, size, steps)
    else:
        values = engine.evaluate(samples, labels, weights, size, steps)
    return reported(model, values, return_dict, compiled)


def predict(
    model: TrainedModel, x: Any, batch_size: int | None, verbose: Any = "auto", steps: int | None = None, callbacks: Any = None
) -> Any:
    """The outputs; the arguments are those of `Model.predict`."""
    model.stop_predicting = False
    arrays = ModelArrays(model)
    if makes_batches(x):
        stream = BatchSource("x", x, counted("steps", steps), receiver=arrays)
        return arrays.packed(sources.predict(model, stream, CallbackList(model, callbacks, verbose)))
    samples = arrays.samples("x", x)
    engine = model._engine_for(samples)
    size, steps = _chosen_batches(samples, batch_size, steps)
    count = data.count(samples)
    wanted = min(count, steps * size) if steps and size > 0 else count
    outputs = data.empty(wanted, arrays.output_shapes_for(samples))
    listeners = CallbackList(model, callbacks, verbose)
    listeners.files = MappedFiles(data.named("x", samples))
    if listeners.callbacks or listeners.files:
        listeners.begin_prediction(outputs, size)
        listeners.run(engine.predict, samples, size, steps, outputs)
        listeners.tell("on_predict_end")
    else:
        engine.predict(samples, size, steps, outputs)
    if model.stop_predicting:
        outputs = data.part(outputs, slice(listeners.predicted_samples))
    return arrays.packed(outputs)


def _chosen_batches(samples: Arrays, size: int | None, steps: int | None) -> tuple[int, int]:
    """Samples in a batch, and steps, of which 0 are all; warns if there are fewer batches than steps."""
    number, count = counted("steps", steps), data.count(samples)
    chosen = chosen_batch_size("batch_size", size, count, number)
    warn_if_too_few("x", count, chosen, number, "steps")
    return chosen, number
