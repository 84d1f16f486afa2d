"""Fit, evaluate, predict: the arguments are Keras's, the work is the engine's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import _stream_runs as stream_runs
from ._advice import CollapseWatch, warn_if_sorted
from ._arrays import Array, as_array, optional_array, warn_if_unscaled, weights_by_class
from ._checks import boolean, counted, integer, optional_integer, real
from ._compiling import Compilable
from ._events import Listeners
from ._generator_names import GeneratorNames
from ._mapped import MappedFiles
from ._stream import Stream, makes_batches, refuse_beside_batches
from ._stream_runs import Validation, epoch_range
from .callbacks import History

if TYPE_CHECKING:
    from ._native import Model

DEFAULT_BATCH_SIZE = 32
_BEHAVIORS = {False: 0, None: 1, True: 2}  # of layers for the `training` of a call; swiftcnn.h's scnn_behavior


class Trainable(Compilable, GeneratorNames):
    """The part of a model that learns; the part that has layers is its subclass."""

    def __init__(self) -> None:
        super().__init__()
        self.history: History | None = None
        self.stop_training = False
        self._calls = 0  # of arrays

    # What the subclass knows.

    @property
    def built(self) -> bool:
        raise NotImplementedError

    def _engine_for(self, x: Array) -> Model:
        raise NotImplementedError

    def _fitting_shape(self, x: Array) -> Array:
        raise NotImplementedError

    def _only_input(self, x: Any) -> Any:
        raise NotImplementedError

    def _outputs(self) -> tuple[int, ...]:
        raise NotImplementedError

    def _scales_its_inputs(self) -> bool:
        raise NotImplementedError

    def _by_weight(self, values: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        raise NotImplementedError

    # Whole data sets.

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: Mapping[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int = 1,
    ) -> History:
        """Trains the model.

        Args:
            x: samples, (n, *input shape), of any integer or floating-point dtype; float32 in C order is read in place. Or
                batches, (x, y) or (x, y, sample_weight) each: a generator, an iterator, a `swiftcnn.utils.PyDataset`.
            y: labels, as the loss wants them.
            batch_size: samples per step; 32 if None. Batches keep the size they have.
            epochs: the epoch to stop before.
            verbose: 0 is silent, 1 (and "auto") a progress line, 2 one line an epoch.
            callbacks: objects of `swiftcnn.callbacks`.
            validation_split: this last fraction of the data is not trained on, but evaluated after every epoch.
            validation_data: (x, y) or (x, y, sample_weight) to evaluate instead, or batches.
            shuffle: whether every epoch has its own order: of samples, or of the batches of a `PyDataset`.
            class_weight: {class: weight} for the loss; classes not named weigh 1.
            sample_weight: a weight for every sample's loss.
            initial_epoch: the epoch to start with, to resume.
            steps_per_epoch: steps in an epoch; None is the whole data once. A generator goes on in the next epoch where it
                was, and so does a `PyDataset`, which begins again at its end.
            validation_steps: steps of a validation; None is all.
            validation_batch_size: `batch_size` if None.
            validation_freq: validates every so many epochs.

        Returns:
            The `History`: `.history["loss"]` and so on hold one float per epoch. It is also `model.history`, which keeps
            the finished epochs if training is interrupted.
        """
        if makes_batches(x):
            refuse_beside_batches(y=y, sample_weight=sample_weight, validation_split=validation_split or None)
            span = epoch_range(initial_epoch, epochs)
            self._choice()
            stream = Stream("x", x, counted("steps_per_epoch", steps_per_epoch), "steps_per_epoch", len(span), shuffle, True)
            validation = Validation(
                self, validation_data, validation_batch_size or batch_size, validation_steps, validation_freq, span
            )
            listeners, history = self._fit_listeners(callbacks, verbose, epochs, validation)
            stream_runs.engine_for(self, stream)
            span = range(listeners.first_epoch(span.start), span.stop)
            with self._changing():
                listeners.run(stream_runs.fit, self, stream, span, class_weight)
            return history
        samples, labels = self._pair(x, y)
        options: dict[str, Any] = {
            "batch_size": _batch_size(batch_size),
            "epochs": integer("epochs", epochs),
            "initial_epoch": integer("initial_epoch", initial_epoch),
            "steps_per_epoch": counted("steps_per_epoch", steps_per_epoch),
            "shuffle": boolean("shuffle", shuffle),
            "validation_split": 0.0 if validation_data is not None else real("validation_split", validation_split),
            "validation_batch_size": optional_integer("validation_batch_size", validation_batch_size),
            "validation_steps": counted("validation_steps", validation_steps),
            "validation_freq": integer("validation_freq", validation_freq),
        }
        self._compiled_engine(samples)
        validator: Validation | None = None
        if makes_batches(validation_data):
            validator = Validation(
                self, validation_data, None, validation_steps, validation_freq, epoch_range(initial_epoch, epochs)
            )
        else:
            options["validation"] = self._validation(validation_data)
        options["class_weight"] = weights_by_class(class_weight, self._outputs()[-1])
        listeners, history = self._fit_listeners(callbacks, verbose, epochs, validator)
        if not self._scales_its_inputs():
            warn_if_unscaled(samples)
        if not options["shuffle"]:
            warn_if_sorted(labels, options["batch_size"])
        listeners.files = MappedFiles({"x": samples, "y": labels})
        listeners.watch = CollapseWatch(self, samples, labels)
        options["initial_epoch"] = listeners.first_epoch(options["initial_epoch"])
        engine = self._compiled_engine(samples)  # which a callback may have replaced by one that it saved
        with self._changing():
            listeners.run(engine.fit, samples, labels, optional_array("sample_weight", sample_weight), **options)
        return history

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Loss and metrics on a data set, as `[loss, *metrics]`, as a dict, or as the loss alone without metrics."""
        if makes_batches(x):
            refuse_beside_batches(y=y, sample_weight=sample_weight)
            self._choice()
            stream = Stream("x", x, counted("steps", steps))
            values = Listeners(self, callbacks, verbose).run(stream_runs.evaluate, self, stream)
            return self._reported(values, return_dict)
        samples, labels = self._pair(x, y)
        engine = self._compiled_engine(samples)
        listeners = Listeners(self, callbacks, verbose)
        weights = optional_array("sample_weight", sample_weight)
        if listeners.callbacks:
            values = listeners.run(engine.evaluate, samples, labels, weights, _batch_size(batch_size), counted("steps", steps))
        else:
            values = engine.evaluate(samples, labels, weights, _batch_size(batch_size), counted("steps", steps))
        return self._reported(values, return_dict)

    def predict(
        self, x: Any, batch_size: int | None = None, verbose: Any = "auto", steps: int | None = None, callbacks: Any = None
    ) -> NDArray[np.float32]:
        """The outputs for every sample of x: a new float32 array, (n, *output shape). Labels in batches are left alone."""
        if makes_batches(x):
            stream = Stream("x", x, counted("steps", steps))
            return stream_runs.predict(self, stream, Listeners(self, callbacks, verbose))
        samples = self._samples("x", x)
        engine = self._engine_for(samples)
        size, steps = _batch_size(batch_size), counted("steps", steps)
        count = len(samples) if samples.ndim else 0
        if steps:
            count = min(count, steps * max(size, 1))
        outputs = np.empty((count, *self._outputs()), np.float32)
        listeners = Listeners(self, callbacks, verbose)
        if listeners.callbacks:
            listeners.begin(-(-count // max(size, 1)))
            listeners.outputs = outputs
            listeners.tell("on_predict_begin")
            listeners.tell("on_predict_batch_begin", 0)
            listeners.run(engine.predict, samples, size, steps, outputs)
            listeners.tell("on_predict_end")
        else:
            engine.predict(samples, size, steps, outputs)
        return outputs

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
        samples, labels = self._pair(x, y)
        engine = self._compiled_engine(samples)
        weights = weights_by_class(class_weight, self._outputs()[-1])
        self._follow_schedule()
        with self._changing():
            values = engine.train_on_batch(samples, labels, optional_array("sample_weight", sample_weight), weights)
        return self._reported(values, return_dict)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """Loss and metrics of x as one batch."""
        samples = self._samples("x", x)
        return Trainable.evaluate(self, samples, y, _whole(samples), 0, sample_weight, return_dict=return_dict)

    def predict_on_batch(self, x: Any) -> NDArray[np.float32]:
        """The outputs for x as one batch."""
        samples = self._samples("x", x)
        return Trainable.predict(self, samples, _whole(samples), 0)

    def _call_on_batch(self, x: Array, training: bool | None, draw: int) -> NDArray[np.float32]:
        """The outputs for x as one batch; equal draws use equal random numbers."""
        behavior = _BEHAVIORS[None if training is None else boolean("training", training)]
        samples = self._fitting_shape(x)
        engine = self._engine_for(samples)
        outputs = np.empty((len(samples) if samples.ndim else 0, *self._outputs()), np.float32)
        with self._changing() if training else nullcontext():
            engine.call(samples, behavior, draw, outputs)
        return outputs

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
        weights = optional_array("sample_weight", sample_weight)
        loss = engine.gradients(samples, labels, weights, boolean("training", training), gradients)
        return loss, self._by_weight(gradients)

    # Inside.

    def _parameter_count(self) -> int:
        raise NotImplementedError

    def _pair(self, x: Any, y: Any) -> tuple[Array, Array]:
        self._choice()
        return self._samples("x", x), as_array("y", y)

    def _samples(self, name: str, x: Any) -> Array:
        return self._fitting_shape(as_array(name, self._only_input(x)))

    def _compiled_engine(self, samples: Array) -> Model:
        self._choice()
        return self._engine_for(samples)

    def _validation(self, data: Any) -> tuple[Array, Array, Array | None] | None:
        if data is None:
            return None
        if not isinstance(data, Sequence) or len(data) not in (2, 3):
            raise TypeError(f"validation_data must be (x, y) or (x, y, sample_weight), received a {type(data).__name__}")
        x, y, *rest = data
        weight = optional_array("validation_data[2]", rest[0]) if rest else None
        return self._samples("validation_data[0]", x), as_array("validation_data[1]", y), weight

    def _fit_listeners(
        self, callbacks: Any, verbose: Any, epochs: int, validation: Validation | None
    ) -> tuple[Listeners, History]:
        """The listeners of a `fit` that is about to begin."""
        listeners = Listeners(self, callbacks, verbose, epochs, history=True)
        listeners.validate = validation
        history: History = listeners.history
        self.history, self.stop_training = history, False
        return listeners, history


def _batch_size(value: int | None) -> int:
    return DEFAULT_BATCH_SIZE if value is None else integer("batch_size", value)


def _whole(samples: Array) -> int:
    """The batch size that makes one batch of all."""
    return max(len(samples), 1) if samples.ndim else 1
