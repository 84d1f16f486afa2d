"""`Model.fit`, over arrays or over batches; the loop is the engine's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from .._base.arrays import warn_if_unscaled
from .._base.checks import batch_size, boolean, counted, integer, real
from .._base.memory_maps import MappedFiles
from .._base.running import fits
from .._batches import samples as data
from .._batches.batch_source import BatchSource, makes_batches, refuse_beside_batches
from ..callbacks import History
from ..callbacks._records import LastHistory
from .callback_list import CallbackList
from .compiling import choice_of
from .diagnostics import CollapseWatch, labels_in_order, scales_its_inputs, warn_if_sorted
from .engine_sources import Source, compiled_engine, engine_for
from .model_arrays import ModelArrays
from .validation_data import Frequency, Validation, named

if TYPE_CHECKING:
    from .trained_model import TrainedModel


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
        first, end = integer("initial_epoch", self.initial_epoch), integer("epochs", self.epochs)
        for name, number in (("initial_epoch", first), ("epochs", end)):
            if number < 0:
                raise ValueError(f"{name} must not be negative, got {number}")
        return range(first, end)

    @property
    def steps(self) -> int:
        return counted("steps_per_epoch", self.steps_per_epoch)

    def validation(self, model: TrainedModel, split_off: int | None = None) -> Validation:
        """Of the data given for it; without, of what is split off the arrays."""
        size = self.batch_size if self.validation_batch_size is None else self.validation_batch_size
        frequency = Frequency(self.validation_freq)
        return Validation(model, self.validation_data, size, self.validation_steps, frequency, self.span, split_off)

    def listeners(self, model: TrainedModel) -> CallbackList:
        return CallbackList(model, self.callbacks, self.verbose, self.epochs, history=True)


def fit(model: TrainedModel, x: Any, y: Any, sample_weight: Any, call: Call) -> History:
    """Trains the model."""
    with _fitting(model):
        choice_of(model)
        if not makes_batches(x):
            return ArrayFit(model, x, y, sample_weight, call).run()
        refuse_beside_batches(y=y, sample_weight=sample_weight, validation_split=call.validation_split or None)
        return fit_batches(model, x, call)


@contextmanager
def _fitting(model: TrainedModel) -> Iterator[None]:
    """Around a fit, of which a model has one at a time."""
    if model in fits:
        raise RuntimeError(
            f"model {model.name!r} is already being fitted by another call; wait for it, or use a copy of the model"
        )
    with fits.during(model):
        yield


@contextmanager
def _recording(model: TrainedModel, history: History) -> Iterator[None]:
    """Around a fit that fills this history."""
    model._history, model.stop_training = LastHistory(history), False
    try:
        yield
    finally:
        model._history = LastHistory(history)


def fit_batches(model: TrainedModel, x: Any, call: Call) -> History:
    """Trains on what makes batches."""
    span, shuffle = call.span, boolean("shuffle", call.shuffle)
    stream = BatchSource("x", x, call.steps, "steps_per_epoch", len(span), shuffle, goes_on=True, receiver=ModelArrays(model))
    validation = call.validation(model)
    listeners = call.listeners(model)
    listeners.files = MappedFiles(named(validation.arrays))
    listeners.watch = watch = CollapseWatch(model)
    with _recording(model, listeners.history), closing(Source(model, stream, watch.see)) as source, closing(validation):
        engine_for(model, stream)
        first = listeners.first_epoch(span.start)
        stream.skip(first - span.start)
        engine = engine_for(model, stream)  # which a callback may have replaced by one that it saved
        warn_if_sorted(model, *labels_in_order(x))
        options = {"class_weight": ModelArrays(model).class_weights(call.class_weight), **validation.options}
        model._claim()
        listeners.run(engine.fit_source, source, initial_epoch=first, epochs=span.stop, **options)
    history: History = listeners.history
    return history


class ArrayFit:
    """Trains on arrays."""

    def __init__(self, model: TrainedModel, x: Any, y: Any, sample_weight: Any, call: Call) -> None:
        self._model, self._call, self._arrays = model, call, ModelArrays(model)
        self._x, self._y = self._arrays.pair(x, y)
        self._weights = self._arrays.sample_weights("sample_weight", sample_weight)
        compiled_engine(model, self._x)
        self._split = 0.0 if call.validation_data is not None else real("validation_split", call.validation_split)

    def run(self) -> History:
        call, model = self._call, self._model
        count = data.count(self._x)
        trained = count if self._split == 0 else int(count * (1 - self._split))
        options = self._options(trained)
        validation = call.validation(model, split_off=count - trained)
        listeners = call.listeners(model)
        listeners.steps = call.steps
        with _recording(model, listeners.history), closing(validation):
            self._advise(options["batch_size"])
            listeners.watch = CollapseWatch(model, self._x, self._y)
            listeners.files = self._files(validation)
            options["first_epoch"] = call.span.start
            options["initial_epoch"] = listeners.first_epoch(call.span.start)
            engine = compiled_engine(model, self._x)  # which a callback may have replaced by one that it saved
            model._claim()
            listeners.run(engine.fit, self._x, self._y, self._weights, **options, **validation.options)
        history: History = listeners.history
        return history

    def _options(self, trained: int) -> dict[str, Any]:
        """The options of the training for the engine."""
        call = self._call
        return {
            "batch_size": batch_size("batch_size", call.batch_size, trained, call.steps),
            "epochs": call.span.stop,
            "steps_per_epoch": call.steps,
            "shuffle": boolean("shuffle", call.shuffle),
            "class_weight": self._arrays.class_weights(call.class_weight),
            "validation_split": self._split,
        }

    def _files(self, validation: Validation) -> MappedFiles:
        own = {"x": self._x, "y": self._y, "sample_weight": self._weights}
        arrays = {key: array for name, each in own.items() for key, array in data.named(name, each).items()}
        return MappedFiles(arrays | named(validation.arrays))

    def _advise(self, size: int) -> None:
        if isinstance(self._x, tuple) or isinstance(self._y, tuple):
            return
        if not scales_its_inputs(self._model):
            warn_if_unscaled(self._x)
        if not self._call.shuffle:
            warn_if_sorted(self._model, self._y, size)
