"""A stream of batches as the engine's loop reads it, and what is done with one beside `fit`."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from .._batches import samples as data
from .._batches.batch_source import GENERATOR_FORMS, Batch, BatchSource
from .callback_list import STOP, CallbackList, Kind
from .compiling import choice_of
from .model_arrays import ModelArrays

if TYPE_CHECKING:
    from collections.abc import Callable

    from .._batches.samples import Arrays, Inputs
    from .._native import Model
    from .trained_model import TrainedModel


class Source:
    """A stream of batches to train on or to test with: what `_native` calls a source.

    Args:
        see: is shown each batch before the engine computes it.
    """

    def __init__(self, model: TrainedModel, stream: BatchSource, see: Callable[[Batch], None] = lambda batch: None) -> None:
        self.name, self.steps = stream.name, stream.steps
        self._arrays, self._stream, self._see = ModelArrays(model), stream, see
        self._batches = _numbered(stream)

    def begin(self, epoch: int) -> bool:
        """Whether there is another epoch; its batches are asked for later."""
        self._batches = _numbered(self._stream)
        return self._stream.has_more()

    def next(self) -> tuple[Inputs, Arrays, Arrays | None] | None:
        """The next batch of the epoch."""
        for number, batch in self._batches:
            self._see(batch)
            with _naming(self.name, number):
                if batch.y is None:
                    raise ValueError(f"there are no labels, expected {GENERATOR_FORMS}")
                return self._arrays.samples("x", batch.x), batch.y, batch.sample_weight
        return None

    def end(self) -> None:
        """Leaves the epoch, at its end or before."""
        self._batches.close()

    def close(self) -> None:
        """Leaves the epoch, if one was begun, and the pass over the data."""
        self.end()
        self._stream.close()


def evaluate(model: TrainedModel, stream: BatchSource, callback: CallbackList) -> list[float]:
    """Loss, metrics and their tallies over the stream's next epoch."""
    engine = engine_for(model, stream)
    with closing(Source(model, stream)) as source:
        return engine.evaluate_source(source, callback)


def predict(model: TrainedModel, stream: BatchSource, listeners: CallbackList) -> Any:
    """The outputs for all samples of the stream's next epoch, in its order."""
    listeners.begin(stream.steps)
    listeners.tell("on_predict_begin")
    outputs = listeners.run(_predict, model, stream)
    listeners.tell("on_predict_end")
    return outputs


def _predict(model: TrainedModel, stream: BatchSource, callback: CallbackList) -> Any:
    """Here goes the loop over batches, as here lies the memory of the outputs, of which each batch makes more."""
    engine, arrays = engine_for(model, stream), ModelArrays(model)
    parts: list[Any] = []
    samples = 0
    with closing(stream), closing(_numbered(stream)) as batches:
        for number, batch in batches:
            callback.tell("on_predict_batch_begin", number)
            with _naming(stream.name, number):
                x = arrays.samples("x", batch.x)
                size = data.count(x)
                part = data.empty(size, arrays.output_shapes_for(x))
                engine.predict(x, max(size, 1), 0, part)
            parts.append(part)
            samples += size
            callback.predicted = parts.__getitem__
            if callback(Kind.PREDICT_BATCH_END, 0, 0, number, stream.steps, samples, ()) == STOP:
                break
    if isinstance(parts[0], tuple):
        return tuple(np.concatenate(several) for several in zip(*parts, strict=True))
    return np.concatenate(parts)


def engine_for(model: TrainedModel, stream: BatchSource) -> Model:
    """The engine's model, built from the first batch if need be."""
    return model._engine_for(np.empty(0) if model.built else stream.first().x)


def compiled_engine(model: TrainedModel, samples: Inputs) -> Model:
    """The engine's model, built for these samples if need be, of a model that was compiled."""
    choice_of(model)
    return model._engine_for(samples)


def _numbered(stream: BatchSource) -> Generator[tuple[int, Batch], None, None]:
    with closing(stream.epoch()) as batches:
        yield from enumerate(batches)


@contextmanager
def _naming(name: str, number: int) -> Iterator[None]:
    """Adds to what is wrong with a batch which batch it is; the engine does so itself where it takes them from a source."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise type(error)(f"batch {number} of {name}: {error}") from None
