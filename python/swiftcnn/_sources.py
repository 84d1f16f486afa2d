"""`fit`, `evaluate` and `predict` over a stream of batches.

The engine computes each batch; it tells callbacks the same events as for arrays, in the same order.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import _data as data
from . import _native, metrics
from ._advice import CollapseWatch, labels_in_order, warn_if_sorted
from ._checks import integer
from ._events import STOP, Kind, Listeners
from ._stream import GENERATOR_FORMS, Batch, Stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ._native import Model
    from ._training import Trainable

Values = list[float]


class Means:
    """Running means of loss and metrics: the loss weighted by batch size, a metric from its tallies."""

    def __init__(self, model: Trainable) -> None:
        self._metrics = [json.dumps(metrics.describe(metric)) for metric in model._choice().metrics]
        self._tallies = [np.zeros(count) for count in model._tally_counts()]
        self._losses = [0.0] * (len(model._told_names()) - len(self._metrics))  # the total, and of several outputs each one's
        self.samples = 0

    def add(self, values: Sequence[float], samples: int) -> Values:
        """The means with one more batch, of which the engine told loss, metrics and the metrics' tallies."""
        self._losses = [sum + value * samples for sum, value in zip(self._losses, values, strict=False)]
        self.samples += samples
        start = len(self._losses) + len(self._metrics)
        for tallies in self._tallies:
            tallies += values[start : start + len(tallies)]
            start += len(tallies)
        return self.values

    @property
    def values(self) -> Values:
        told = [_native.metric_value(metric, sums.tolist()) for metric, sums in zip(self._metrics, self._tallies, strict=True)]
        return [*(loss / max(self.samples, 1) for loss in self._losses), *told]


class Teller:
    """Tells the listeners what happens in one epoch, or in one evaluation."""

    def __init__(self, listeners: Listeners, steps: int, epoch: int = 0, epochs: int = 0) -> None:
        self._listeners, self._steps = listeners, steps
        self.epoch, self._epochs = epoch, epochs
        self.stopped = False

    def __call__(self, kind: Kind, batch: int = 0, samples: int = 0, values: Sequence[float] = ()) -> None:
        answer = self._listeners(kind, self.epoch, self._epochs, batch, self._steps, samples, tuple(values))
        self.stopped = self.stopped or answer == STOP


def fit(
    model: Trainable,
    stream: Stream,
    epochs: range,
    class_weight: Mapping[int, float] | None,
    callback: Listeners,
) -> None:
    """Trains on the stream."""
    engine = engine_for(model, stream)
    weights = model._class_weights(class_weight)
    warn_if_sorted(model, *labels_in_order(stream.data))
    callback.watch = watch = CollapseWatch(model)
    tell = Teller(callback, stream.steps, epochs.start, epochs.stop)
    tell(Kind.TRAIN_BEGIN)
    with closing(stream):
        for epoch in epochs:
            if tell.stopped or not stream.has_more():
                break
            tell.epoch = epoch
            tell(Kind.EPOCH_BEGIN)
            tell(Kind.EPOCH_END, values=_train_epoch(model, engine, stream, weights, tell, watch))
    engine.adopt_weight_average()
    tell(Kind.TRAIN_END)


def _train_epoch(
    model: Trainable, engine: Model, stream: Stream, class_weight: Values | None, tell: Teller, watch: CollapseWatch
) -> Values:
    means = Means(model)
    with closing(_numbered(stream)) as batches:
        for number, batch in batches:
            watch.see(batch)
            tell(Kind.TRAIN_BATCH_BEGIN, number, means.samples)
            with _naming(stream, number):
                x, y = model._samples("x", batch.x), _labels(batch)
                values = means.add(engine.train_on_batch(x, y, batch.sample_weight, class_weight), data.count(x))
            tell(Kind.TRAIN_BATCH_END, number, means.samples, values)
            if tell.stopped:
                break
    return means.values


def evaluate(model: Trainable, stream: Stream, callback: Listeners, epoch: int = 0, epochs: int = 0) -> Values:
    """Loss and metrics over the stream's next epoch."""
    engine = engine_for(model, stream)
    tell, means, last = Teller(callback, stream.steps, epoch, epochs), Means(model), 0
    tell(Kind.TEST_BEGIN)
    with closing(stream), closing(_numbered(stream)) as batches:
        for number, batch in batches:
            tell(Kind.TEST_BATCH_BEGIN, number, means.samples)
            with _naming(stream, number):
                x, y = model._samples("x", batch.x), _labels(batch)
                size = data.count(x)
                values = means.add(engine.evaluate(x, y, batch.sample_weight, max(size, 1), 0), size)
            tell(Kind.TEST_BATCH_END, number, means.samples, values)
            last = number
            if tell.stopped:
                break
    tell(Kind.TEST_END, last, means.samples, means.values)
    return means.values


def predict(model: Trainable, stream: Stream, listeners: Listeners) -> Any:
    """The outputs for all samples of the stream's next epoch, in its order."""
    listeners.begin(stream.steps)
    listeners.tell("on_predict_begin")
    outputs = listeners.run(_predict, model, stream)
    listeners.tell("on_predict_end")
    return outputs


def _predict(model: Trainable, stream: Stream, callback: Listeners) -> Any:
    engine = engine_for(model, stream)
    tell, parts, samples = Teller(callback, stream.steps), [], 0
    with closing(stream), closing(_numbered(stream)) as batches:
        for number, batch in batches:
            callback.tell("on_predict_batch_begin", number)
            with _naming(stream, number):
                x = model._samples("x", batch.x)
                size = data.count(x)
                part = data.empty(size, model._output_shapes())
                engine.predict(x, max(size, 1), 0, part)
            parts.append(part)
            samples += size
            callback.predicted = parts.__getitem__
            tell(Kind.PREDICT_BATCH_END, number, samples)
            if tell.stopped:
                break
    if isinstance(parts[0], tuple):
        return tuple(np.concatenate(several) for several in zip(*parts, strict=True))
    return np.concatenate(parts)


def epoch_range(initial_epoch: Any, epochs: Any) -> range:
    first, end = integer("initial_epoch", initial_epoch), integer("epochs", epochs)
    for name, number in (("initial_epoch", first), ("epochs", end)):
        if number < 0:
            raise ValueError(f"{name} must not be negative, got {number}")
    return range(first, end)


def engine_for(model: Trainable, stream: Stream) -> Model:
    """The engine's model, built from the first batch if need be."""
    return model._engine_for(np.empty(0) if model.built else stream.first().x)


def _numbered(stream: Stream) -> Generator[tuple[int, Batch], None, None]:
    with closing(stream.epoch()) as batches:
        yield from enumerate(batches)


def _labels(batch: Batch) -> NDArray[np.generic]:
    if batch.y is None:
        raise ValueError(f"there are no labels, expected {GENERATOR_FORMS}")
    return batch.y


@contextmanager
def _naming(stream: Stream, number: int) -> Iterator[None]:
    """The engine says what is wrong with a batch; here is added which batch."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise type(error)(f"batch {number} of {stream.name}: {error}") from None
