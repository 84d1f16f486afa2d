"""Fit, evaluate, predict: the arguments are Keras's, the work is the engine's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import _stream_runs as stream_runs
from ._arrays import Array, as_array, optional_array
from ._checks import batch_size as chosen_batch_size
from ._checks import counted
from ._compiling import Compilable
from ._events import Listeners
from ._fit import ArrayFit, Call, fit_batches
from ._generator_names import GeneratorNames
from ._mapped import MappedFiles
from ._stream import Stream, makes_batches, refuse_beside_batches
from ._validation import warn_if_too_few
from .callbacks._records import LastHistory

if TYPE_CHECKING:
    from ._native import Model
    from .callbacks import History


class Trainable(Compilable, GeneratorNames):
    """The part of a model that learns; the part that has layers is its subclass."""

    def __init__(self) -> None:
        super().__init__()
        self._history: LastHistory | None = None
        self.stop_training = self.stop_evaluating = self.stop_predicting = False

    # What the subclass knows.

    @property
    def built(self) -> bool:
        raise NotImplementedError

    def _engine_for(self, x: Array) -> Model:
        raise NotImplementedError

    def _fitting(self) -> AbstractContextManager[None]:
        """Around a fit, of which a model has one at a time."""
        raise NotImplementedError

    def _fitting_shape(self, x: Array) -> Array:
        raise NotImplementedError

    def _only_input(self, x: Any) -> Any:
        raise NotImplementedError

    def _call_on_batch(self, x: Array, training: bool | None, draw: int) -> NDArray[np.float32]:
        raise NotImplementedError

    def _outputs(self) -> tuple[int, ...]:
        raise NotImplementedError

    def _scales_its_inputs(self) -> bool:
        raise NotImplementedError

    @property
    def history(self) -> History | None:
        """The `History` of the last `fit`; None before the first."""
        return None if self._history is None else self._history.of(self)

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
        validation_freq: Any = 1,
    ) -> History:
        """Trains the model.

        Args:
            x: samples, (n, *input shape), of any integer or floating-point dtype; float32 in C order is read in place. Or
                batches, (x, y) or (x, y, sample_weight) each: a generator, an iterator, a `swiftcnn.utils.PyDataset`.
            y: labels, as the loss wants them.
            batch_size: samples per step; if None 32, or what divides the data into `steps_per_epoch`. Batches keep the size they
                have.
            epochs: the epoch to stop before.
            verbose: 0 is silent, 1 (and "auto") a progress line, 2 one line an epoch.
            callbacks: objects of `swiftcnn.callbacks`.
            validation_split: this last fraction of the data is not trained on, but evaluated after every epoch.
            validation_data: (x, y) or (x, y, sample_weight) to evaluate instead, or batches.
            shuffle: whether every epoch has its own order: of samples, or of the batches of a `PyDataset`.
            class_weight: {class: weight} for the loss; classes not named weigh 1. A sample's class is its label, the largest of
                several targets, or a single target rounded as `numpy.round` does.
            sample_weight: a weight for every sample's loss.
            initial_epoch: the epoch to start with, to resume.
            steps_per_epoch: steps in an epoch; None is the whole data once. The next epoch goes on where the data were. An epoch
                in which they end is over, with a warning, and the next one begins with them anew, if they can be read again.
            validation_steps: steps of a validation, each of which begins with the first batch; None is all.
            validation_batch_size: `batch_size` if None.
            validation_freq: validates after every so many epochs, or after those of a list, which count from 1.

        Returns:
            The `History`: `.history["loss"]` and so on hold one float per epoch. It is also `model.history`, which keeps
            the finished epochs if training is interrupted.
        """
        call = Call(
            batch_size,
            epochs,
            verbose,
            callbacks,
            validation_split,
            validation_data,
            shuffle,
            class_weight,
            initial_epoch,
            steps_per_epoch,
            validation_steps,
            validation_batch_size,
            validation_freq,
        )
        with self._fitting():
            self._choice()
            if not makes_batches(x):
                return ArrayFit(self, x, y, sample_weight, call).run()
            refuse_beside_batches(y=y, sample_weight=sample_weight, validation_split=validation_split or None)
            return fit_batches(self, x, call)

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
        """Loss and metrics on a data set, as `[loss, *metrics]`, as a dict, or as the loss alone without metrics.

        Args:
            x, y, sample_weight: as for `fit`.
            batch_size: samples per step; if None 32, or what divides the data into `steps`.
            verbose: 0 is silent, 1 (and "auto") a progress line, 2 one line.
            steps: steps; None is all.
            callbacks: objects of `swiftcnn.callbacks`.
            return_dict: True returns a dict.
        """
        if makes_batches(x):
            refuse_beside_batches(y=y, sample_weight=sample_weight)
            self._choice()
            stream = Stream("x", x, counted("steps", steps))
            values = Listeners(self, callbacks, verbose).run(stream_runs.evaluate, self, stream)
            return self._reported(values, return_dict)
        samples, labels = self._pair(x, y)
        weights = optional_array("sample_weight", sample_weight)
        engine = self._compiled_engine(samples)
        size, steps = _chosen_batches(samples, batch_size, steps)
        listeners = Listeners(self, callbacks, verbose)
        listeners.files = MappedFiles({"x": samples, "y": labels, "sample_weight": weights})
        if listeners.callbacks or listeners.files:
            values = listeners.run(engine.evaluate, samples, labels, weights, size, steps)
        else:
            values = engine.evaluate(samples, labels, weights, size, steps)
        return self._reported(values, return_dict)

    def predict(
        self, x: Any, batch_size: int | None = None, verbose: Any = "auto", steps: int | None = None, callbacks: Any = None
    ) -> NDArray[np.float32]:
        """The outputs for every sample of x: a new float32 array, (n, *output shape). Labels in batches are left alone.

        Args:
            x: samples, or batches, as for `fit`.
            batch_size: samples per step; if None 32, or what divides x into `steps`.
            verbose: 0 is silent, 1 (and "auto") a progress line, 2 one line.
            steps: steps; None is all.
            callbacks: objects of `swiftcnn.callbacks`.
        """
        self.stop_predicting = False
        if makes_batches(x):
            stream = Stream("x", x, counted("steps", steps))
            return stream_runs.predict(self, stream, Listeners(self, callbacks, verbose))
        samples = self._samples("x", x)
        engine = self._engine_for(samples)
        size, steps = _chosen_batches(samples, batch_size, steps)
        count = len(samples) if samples.ndim else 0
        outputs = np.empty((min(count, steps * size) if steps and size > 0 else count, *self._outputs()), np.float32)
        listeners = Listeners(self, callbacks, verbose)
        listeners.files = MappedFiles({"x": samples})
        if listeners.callbacks or listeners.files:
            listeners.begin_prediction(outputs, size)
            listeners.run(engine.predict, samples, size, steps, outputs)
            listeners.tell("on_predict_end")
        else:
            engine.predict(samples, size, steps, outputs)
        return outputs[: listeners.predicted_samples] if self.stop_predicting else outputs

    # Inside.

    def _pair(self, x: Any, y: Any) -> tuple[Array, Array]:
        self._choice()
        return self._samples("x", x), as_array("y", y)

    def _samples(self, name: str, x: Any) -> Array:
        return self._fitting_shape(as_array(name, self._only_input(x)))

    def _compiled_engine(self, samples: Array) -> Model:
        self._choice()
        return self._engine_for(samples)

    def _validation(self, data: Any) -> tuple[Array, Array, Array | None]:
        if not isinstance(data, Sequence) or len(data) not in (2, 3):
            raise TypeError(f"validation_data must be (x, y) or (x, y, sample_weight), received a {type(data).__name__}")
        x, y, *rest = data
        weight = optional_array("validation_data[2]", rest[0]) if rest else None
        return self._samples("validation_data[0]", x), as_array("validation_data[1]", y), weight

    @contextmanager
    def _recording(self, history: History) -> Iterator[None]:
        """Around a fit that fills this history."""
        self._history, self.stop_training = LastHistory(history), False
        try:
            yield
        finally:
            self._history = LastHistory(history)


def _chosen_batches(samples: Array, size: int | None, steps: int | None) -> tuple[int, int]:
    """Samples in a batch, and steps, of which 0 are all; warns if there are fewer batches than steps."""
    number, count = counted("steps", steps), len(samples) if samples.ndim else 0
    chosen = chosen_batch_size("batch_size", size, count, number)
    warn_if_too_few("x", count, chosen, number, "steps")
    return chosen, number
