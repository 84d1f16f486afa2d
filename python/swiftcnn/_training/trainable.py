"""Fit, evaluate, predict: the arguments are Keras's, the work is the engine's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from .._base.arrays import Array, as_array, optional_array, weights_by_class
from .._base.checks import Shape, counted, fits
from .._base.checks import batch_size as chosen_batch_size
from .._base.memory_maps import MappedFiles
from .._base.structures import Structure
from .._batches import samples as data
from .._batches.batch_source import BatchSource, makes_batches, refuse_beside_batches
from .._batches.samples import Arrays, Inputs
from ..callbacks._records import LastHistory
from . import engine_sources as sources
from .callback_list import CallbackList
from .compiling import Compilable
from .fit import ArrayFit, Call, fit_batches
from .keras2_methods import GeneratorNames
from .validation_data import warn_if_too_few

if TYPE_CHECKING:
    from .._graph.symbolic_tensor import SymbolicTensor
    from .._native import Model
    from ..callbacks import History


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

    def _engine_for(self, x: Inputs) -> Model:
        raise NotImplementedError

    def _fitting(self) -> AbstractContextManager[None]:
        """Around a fit, of which a model has one at a time."""
        raise NotImplementedError

    _form_of_inputs: Structure
    _form_of_outputs: Structure
    _input: Shape | None

    def _input_shapes(self) -> list[Shape]:
        raise NotImplementedError

    def _output_shapes(self) -> list[Shape]:
        raise NotImplementedError

    @property
    def input_names(self) -> list[str]:
        raise NotImplementedError

    @property
    def inputs(self) -> list[SymbolicTensor]:
        raise NotImplementedError

    def _call_on_batch(self, x: Any, training: bool | None, draw: int) -> Any:
        raise NotImplementedError

    def _outputs(self) -> Shape:
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
            x: samples, (n, *input shape), of any integer or floating-point dtype; float32 in C order is read in place. Of several
                inputs a list, or a dict by name. Or batches, (x, y) or (x, y, sample_weight) each: a generator, an iterator, a
                `swiftcnn.utils.PyDataset`.
            y: labels, as the loss wants them; of several outputs a list, or a dict by name, with None where there is no loss.
            batch_size: samples per step; if None 32, or what divides the data into `steps_per_epoch`. Batches keep the size they
                have.
            epochs: the epoch to stop before.
            verbose: 0 is silent, 1 (and "auto") a progress line, 2 one line an epoch.
            callbacks: objects of `swiftcnn.callbacks`.
            validation_split: this last fraction of the data is not trained on, but evaluated after every epoch.
            validation_data: (x, y) or (x, y, sample_weight) to evaluate instead, or batches.
            shuffle: whether every epoch has its own order: of samples, or of the batches of a `PyDataset`.
            class_weight: {class: weight} for the loss; classes not named weigh 1. A sample's class is its label, the largest of
                several targets, or a single target rounded as `numpy.round` does. Of several outputs {output: {class: weight}}.
            sample_weight: a weight for every sample's loss, which holds for all outputs; or as y, one array for each output.
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
        compiled = self._choice()
        if makes_batches(x):
            refuse_beside_batches(y=y, sample_weight=sample_weight)
            stream = BatchSource("x", x, counted("steps", steps), model=self)
            values = CallbackList(self, callbacks, verbose).run(sources.evaluate, self, stream)
            return self._reported(values, return_dict, compiled)
        samples, labels = self._pair(x, y)
        weights = self._sample_weights("sample_weight", sample_weight)
        engine = self._compiled_engine(samples)
        size, steps = _chosen_batches(samples, batch_size, steps)
        listeners = CallbackList(self, callbacks, verbose)
        listeners.files = MappedFiles(
            {**data.named("x", samples), **data.named("y", labels), **data.named("sample_weight", weights)}
        )
        if listeners.callbacks or listeners.files:
            values = listeners.run(engine.evaluate, samples, labels, weights, size, steps)
        else:
            values = engine.evaluate(samples, labels, weights, size, steps)
        return self._reported(values, return_dict, compiled)

    def predict(
        self, x: Any, batch_size: int | None = None, verbose: Any = "auto", steps: int | None = None, callbacks: Any = None
    ) -> Any:
        """The outputs for every sample of x: a new float32 array, (n, *output shape). Labels in batches are left alone.

        Of several outputs, the arrays in the form in which the outputs were given to `Model`.

        Args:
            x: samples, or batches, as for `fit`.
            batch_size: samples per step; if None 32, or what divides x into `steps`.
            verbose: 0 is silent, 1 (and "auto") a progress line, 2 one line.
            steps: steps; None is all.
            callbacks: objects of `swiftcnn.callbacks`.
        """
        self.stop_predicting = False
        if makes_batches(x):
            stream = BatchSource("x", x, counted("steps", steps), model=self)
            return self._packed(sources.predict(self, stream, CallbackList(self, callbacks, verbose)))
        samples = self._samples("x", x)
        engine = self._engine_for(samples)
        size, steps = _chosen_batches(samples, batch_size, steps)
        count = data.count(samples)
        wanted = min(count, steps * size) if steps and size > 0 else count
        outputs = data.empty(wanted, self._output_shapes_for(samples))
        listeners = CallbackList(self, callbacks, verbose)
        listeners.files = MappedFiles(data.named("x", samples))
        if listeners.callbacks or listeners.files:
            listeners.begin_prediction(outputs, size)
            listeners.run(engine.predict, samples, size, steps, outputs)
            listeners.tell("on_predict_end")
        else:
            engine.predict(samples, size, steps, outputs)
        if self.stop_predicting:
            outputs = data.part(outputs, slice(listeners.predicted_samples))
        return self._packed(outputs)

    # Inside.

    def _pair(self, x: Any, y: Any) -> tuple[Inputs, Arrays]:
        self._choice()
        return self._samples("x", x), self._targets("y", y)

    def _has_several(self) -> bool:
        """Whether there are several inputs or outputs."""
        return self.built and (self._form_of_inputs.kind is not object or len(self._output_shapes()) > 1)

    def _names_of_inputs(self) -> list[str]:
        return list(self._form_of_inputs.names or self.input_names)

    def _by_place(self, name: str, x: Any) -> list[Any]:
        """What is given for each input, in flat order."""
        if self._form_of_inputs.kind is object:
            return [data.only(name, x, self._name_of_only_input(), "input")]
        if len(self._input_shapes()) == 1 and not isinstance(x, (list, tuple, Mapping)):
            return [x]
        return data.by_place(name, x, self._names_of_inputs(), "input")

    def _name_of_only_input(self) -> str | None:
        """None if the input is not known yet."""
        return None if self._input is None else self._names_of_inputs()[0]

    def _samples(self, name: str, x: Any) -> Inputs:
        """The samples as one array, or as a tuple with one for each input."""
        if self._form_of_inputs.kind is object:
            if isinstance(x, Mapping):
                x = self._by_place(name, x)[0]
            return _fitting_shape(as_array(name, _only(x, self._input)), self._input)
        shapes = self._input_shapes()
        given = self._by_place(name, x)
        found = [
            _fitting_shape(as_array(f"{name}[{place}]", each), shape)
            for place, (each, shape) in enumerate(zip(given, shapes, strict=True))
        ]
        return found[0] if len(found) == 1 else tuple(found)

    def _targets(self, name: str, y: Any) -> Arrays:
        """The targets as one array, or as a tuple with one for each output, None where it has none."""
        names = self.output_names if self.built else []
        if len(names) > 1:
            return data.arrays(name, data.by_place(name, y, names, "output", optional=True))
        if self._form_of_outputs.kind is not object and isinstance(y, (list, tuple)) and len(y) == 1:
            y = y[0]
        elif isinstance(y, (list, tuple)) and len(y) == 1 and self.built:
            y = _only(y, self._output_shapes()[0])
        return as_array(name, data.only(name, y, names[0] if names else None, "output"))

    def _sample_weights(self, name: str, weights: Any) -> Arrays | None:
        """As `_targets`; one array holds for all outputs."""
        names = self.output_names if self.built else []
        if len(names) <= 1:
            return optional_array(name, data.only(name, weights, names[0] if names else None, "output"))
        if weights is None:
            return None
        if isinstance(weights, (list, tuple, Mapping)) and not _is_numbers(weights):
            return data.arrays(name, data.by_place(name, weights, names, "output", optional=True))
        return (as_array(name, weights),) * len(names)

    def _class_weights(self, class_weight: Any) -> Any:
        """One weight a class; of several outputs a tuple with such a list, or None, for each."""
        names = self.output_names if self.built else []
        if class_weight is None or len(names) <= 1:
            return weights_by_class(class_weight, self._outputs()[-1] or 0) if class_weight is not None else None
        if not isinstance(class_weight, Mapping) or not set(class_weight) <= set(names):
            raise ValueError(
                "class_weight of a model with several outputs must name them, as {output: {class: weight}}, with outputs of "
                f"{', '.join(map(repr, names))}; received {class_weight!r:.80}. Or use sample_weight"
            )
        shapes = self._output_shapes()
        return tuple(weights_by_class(class_weight.get(name), shape[-1] or 0) for name, shape in zip(names, shapes, strict=True))

    def _output_shapes_for(self, samples: Arrays) -> list[Shape]:
        """The shapes of the outputs for these samples, where each call may choose the size."""
        shapes = self._output_shapes()
        if not any(None in shape for shape in shapes):
            return shapes
        sizes = tuple(array.shape[1:] for array in data.each_array(samples))
        if not all(min(size, default=1) > 0 and fits(size, own) for size, own in zip(sizes, self._input_shapes(), strict=True)):
            return shapes  # the engine tells what does not fit
        return self._sized_output_shapes(sizes)

    def _sized_output_shapes(self, shapes: tuple[Shape, ...]) -> list[Shape]:
        raise NotImplementedError

    def _packed(self, outputs: Any) -> Any:
        """The outputs in the form in which they were given to `Model`; one in a list by itself."""
        return self._form_of_outputs.results(outputs if isinstance(outputs, tuple) else [outputs])

    def _compiled_engine(self, samples: Inputs) -> Model:
        self._choice()
        return self._engine_for(samples)

    def _validation(self, held: Any) -> tuple[Inputs, Arrays, Arrays | None]:
        if not isinstance(held, Sequence) or len(held) not in (2, 3):
            raise TypeError(f"validation_data must be (x, y) or (x, y, sample_weight), received a {type(held).__name__}")
        x, y, *rest = held
        weight = self._sample_weights("validation_data[2]", rest[0]) if rest else None
        return self._samples("validation_data[0]", x), self._targets("validation_data[1]", y), weight

    @contextmanager
    def _recording(self, history: History) -> Iterator[None]:
        """Around a fit that fills this history."""
        self._history, self.stop_training = LastHistory(history), False
        try:
            yield
        finally:
            self._history = LastHistory(history)


def _fitting_shape(x: Array, shape: Shape | None) -> Array:
    """Keras lets an axis of one channel come or go: (n, 28, 28) fits a model for (28, 28, 1), and the reverse."""
    if shape is not None and x.ndim > 1 and not fits(x.shape[1:], shape):
        if fits((*x.shape[1:], 1), shape):
            return x[..., np.newaxis]
        if fits(x.shape[1:], (*shape, 1)):
            return x[..., 0]
    return x


def _only(value: Any, shape: Shape | None) -> Any:
    """Keras takes lists for a model's inputs and outputs, so `[x]` is x; but a list of one sample is a batch of it."""
    if not isinstance(value, (list, tuple)) or len(value) != 1 or not isinstance(value[0], np.ndarray) or not value[0].ndim:
        return value
    is_sample = shape is not None and fits(_fitting_shape(value[0][np.newaxis], shape).shape[1:], shape)
    return value if is_sample else value[0]


def _is_numbers(weights: Any) -> bool:
    """Whether a list holds the weights of samples, and not an array for each output."""
    return isinstance(weights, (list, tuple)) and bool(weights) and all(isinstance(each, (int, float)) for each in weights)


def _chosen_batches(samples: Arrays, size: int | None, steps: int | None) -> tuple[int, int]:
    """Samples in a batch, and steps, of which 0 are all; warns if there are fewer batches than steps."""
    number, count = counted("steps", steps), data.count(samples)
    chosen = chosen_batch_size("batch_size", size, count, number)
    warn_if_too_few("x", count, chosen, number, "steps")
    return chosen, number
