"""One call of `fit`: over arrays in the engine's loop, over batches in Python's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _data as data
from . import _stream_runs as stream_runs
from ._advice import CollapseWatch, warn_if_sorted
from ._arrays import warn_if_unscaled
from ._checks import batch_size, boolean, counted, real
from ._events import Listeners
from ._mapped import MappedFiles
from ._stream import Stream, makes_batches
from ._validation import Frequency, Validation, named, warn_if_too_few

if TYPE_CHECKING:
    from ._training import Trainable
    from .callbacks import History


class Call(NamedTuple):
    """The arguments that arrays and batches have in common."""

    batch_size: int | None
    epochs: int
    verbose: Any
    callbacks: Any
    validation_split: float
    validation_data: Any
    shuffle: bool
    class_weight: Mapping[int, float] | None
    initial_epoch: int
    steps_per_epoch: int | None
    validation_steps: int | None
    validation_batch_size: int | None
    validation_freq: Any

    @property
    def span(self) -> range:
        """The epochs that are to be trained."""
        return stream_runs.epoch_range(self.initial_epoch, self.epochs)

    @property
    def steps(self) -> int:
        return counted("steps_per_epoch", self.steps_per_epoch)

    @property
    def validation_size(self) -> int | None:
        return self.batch_size if self.validation_batch_size is None else self.validation_batch_size

    def validation(self, model: Trainable, data: Any) -> Validation:
        """The validation that Python does."""
        frequency = Frequency(self.validation_freq)
        return Validation(model, data, self.validation_size, self.validation_steps, frequency, self.span)

    def listeners(self, model: Trainable) -> Listeners:
        return Listeners(model, self.callbacks, self.verbose, self.epochs, history=True)


def fit_batches(model: Trainable, x: Any, call: Call) -> History:
    """Trains on what makes batches."""
    span, shuffle = call.span, boolean("shuffle", call.shuffle)
    stream = Stream("x", x, call.steps, "steps_per_epoch", len(span), shuffle, goes_on=True, model=model)
    validation = call.validation(model, call.validation_data)
    listeners = call.listeners(model)
    listeners.validate, listeners.files = validation, MappedFiles(named(validation.arrays))
    with model._recording(listeners.history):
        stream_runs.engine_for(model, stream)
        first = listeners.first_epoch(span.start)
        stream.skip(first - span.start)
        with model._changing():
            listeners.run(stream_runs.fit, model, stream, range(first, span.stop), call.class_weight)
    history: History = listeners.history
    return history


class ArrayFit:
    """Trains on arrays."""

    def __init__(self, model: Trainable, x: Any, y: Any, sample_weight: Any, call: Call) -> None:
        self._model, self._call = model, call
        self._x, self._y = model._pair(x, y)
        self._weights = model._sample_weights("sample_weight", sample_weight)
        model._compiled_engine(self._x)
        self._every = Frequency(call.validation_freq).every
        self._split = 0.0 if call.validation_data is not None else real("validation_split", call.validation_split)
        self._held: Any = call.validation_data
        self._split_here()

    def run(self) -> History:
        call, model = self._call, self._model
        options = self._options()
        validation = None if "validation" in options else call.validation(model, self._held)
        listeners = call.listeners(model)
        listeners.validate, listeners.steps = validation, call.steps
        with model._recording(listeners.history):
            self._advise(options["batch_size"])
            listeners.watch = CollapseWatch(model, self._x, self._y)
            listeners.files = self._files(options["validation"] if validation is None else validation.arrays)
            options["first_epoch"] = call.span.start
            options["initial_epoch"] = listeners.first_epoch(call.span.start)
            engine = model._compiled_engine(self._x)  # which a callback may have replaced by one that it saved
            with model._changing():
                listeners.run(engine.fit, self._x, self._y, self._weights, **options)
        history: History = listeners.history
        return history

    def _split_here(self) -> None:
        """The engine splits the data itself, but where Python validates."""
        count = data.count(self._x)
        point = int(count * (1 - self._split))
        if self._every is None and 0 < point < count == data.count(self._y):
            whole = self._x, self._y, self._weights
            self._held = tuple(data.part(each, slice(point, None)) for each in whole)
            self._x, self._y, self._weights = (data.part(each, slice(point)) for each in whole)
            self._split = 0.0

    def _options(self) -> dict[str, Any]:
        """What the engine is told."""
        call = self._call
        count = data.count(self._x)
        trained = count if self._split == 0 else int(count * (1 - self._split))
        options: dict[str, Any] = {
            "batch_size": batch_size("batch_size", call.batch_size, trained, call.steps),
            "epochs": call.span.stop,
            "steps_per_epoch": call.steps,
            "shuffle": boolean("shuffle", call.shuffle),
            "class_weight": self._model._class_weights(call.class_weight),
            "validation_split": self._split,
        }
        if self._every is not None and not makes_batches(self._held):
            options |= self._engine_validation(self._every, count - trained)
        return options

    def _engine_validation(self, every: int, split_off: int) -> dict[str, Any]:
        """The validation that the engine's loop does, of arrays or of the part of the data that it splits off."""
        call = self._call
        steps = counted("validation_steps", call.validation_steps)
        held = None if self._held is None else self._model._validation(self._held)
        count = split_off if held is None else data.count(held[0])
        size = batch_size("validation_batch_size", call.validation_size, count, steps)
        if count:
            warn_if_too_few("validation_data", count, size, steps, "validation_steps")
        return {"validation": held, "validation_steps": steps, "validation_batch_size": size, "validation_freq": every}

    def _files(self, held: Any) -> MappedFiles:
        own = {"x": self._x, "y": self._y, "sample_weight": self._weights}
        return MappedFiles(
            {key: array for name, each in own.items() for key, array in data.named(name, each).items()} | named(held)
        )

    def _advise(self, size: int) -> None:
        if isinstance(self._x, tuple) or isinstance(self._y, tuple):
            return
        if not self._model._scales_its_inputs():
            warn_if_unscaled(self._x)
        if not self._call.shuffle:
            warn_if_sorted(self._model, self._y, size)
