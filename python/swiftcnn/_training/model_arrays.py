"""What users hand over for a model's inputs and outputs, as arrays, and what they get back for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .._base.arrays import Array, as_array, optional_array, weights_by_class
from .._base.checks import Shape, fits
from .._batches import samples as data
from .._batches.samples import Arrays, Inputs

if TYPE_CHECKING:
    from .trained_model import TrainedModel


class ModelArrays:
    """The arrays of one model, by the names, the shapes and the form of its inputs and outputs."""

    def __init__(self, model: TrainedModel) -> None:
        self._model = model

    def pair(self, x: Any, y: Any) -> tuple[Inputs, Arrays]:
        """Samples and their targets."""
        return self.samples("x", x), self.targets("y", y)

    def has_several(self) -> bool:
        """Whether there are several inputs or outputs."""
        return self._model.built and (self._model._form_of_inputs.kind is not object or len(self._model._output_shapes()) > 1)

    def _names_of_inputs(self) -> list[str]:
        return list(self._model._form_of_inputs.names or self._model.input_names)

    def by_place(self, name: str, x: Any) -> list[Any]:
        """What is given for each input, in flat order."""
        if self._model._form_of_inputs.kind is object:
            return [data.only(name, x, self._name_of_only_input(), "input")]
        if len(self._model._input_shapes()) == 1 and not isinstance(x, (list, tuple, Mapping)):
            return [x]
        return data.by_place(name, x, self._names_of_inputs(), "input")

    def _name_of_only_input(self) -> str | None:
        """None if the input is not known yet."""
        return None if self._model._input is None else self._names_of_inputs()[0]

    def samples(self, name: str, x: Any) -> Inputs:
        """The samples as one array, or as a tuple with one for each input."""
        if self._model._form_of_inputs.kind is object:
            if isinstance(x, Mapping):
                x = self.by_place(name, x)[0]
            return _fitting_shape(as_array(name, _only(x, self._model._input)), self._model._input)
        shapes = self._model._input_shapes()
        given = self.by_place(name, x)
        found = [
            _fitting_shape(as_array(f"{name}[{place}]", each), shape)
            for place, (each, shape) in enumerate(zip(given, shapes, strict=True))
        ]
        return found[0] if len(found) == 1 else tuple(found)

    def targets(self, name: str, y: Any) -> Arrays:
        """The targets as one array, or as a tuple with one for each output, None where it has none."""
        names = self._model.output_names if self._model.built else []
        if len(names) > 1:
            return data.arrays(name, data.by_place(name, y, names, "output", optional=True))
        if self._model._form_of_outputs.kind is not object and isinstance(y, (list, tuple)) and len(y) == 1:
            y = y[0]
        elif isinstance(y, (list, tuple)) and len(y) == 1 and self._model.built:
            y = _only(y, self._model._output_shapes()[0])
        return as_array(name, data.only(name, y, names[0] if names else None, "output"))

    def sample_weights(self, name: str, weights: Any) -> Arrays | None:
        """As `targets`; one array holds for all outputs."""
        names = self._model.output_names if self._model.built else []
        if len(names) <= 1:
            return optional_array(name, data.only(name, weights, names[0] if names else None, "output"))
        if weights is None:
            return None
        if isinstance(weights, (list, tuple, Mapping)) and not _is_numbers(weights):
            return data.arrays(name, data.by_place(name, weights, names, "output", optional=True))
        return (as_array(name, weights),) * len(names)

    def class_weights(self, class_weight: Any) -> Any:
        """One weight a class; of several outputs a tuple with such a list, or None, for each."""
        names = self._model.output_names if self._model.built else []
        if class_weight is None or len(names) <= 1:
            return weights_by_class(class_weight, self._model._output_shapes()[0][-1] or 0) if class_weight is not None else None
        if not isinstance(class_weight, Mapping) or not set(class_weight) <= set(names):
            raise ValueError(
                "class_weight of a model with several outputs must name them, as {output: {class: weight}}, with outputs of "
                f"{', '.join(map(repr, names))}; received {class_weight!r:.80}. Or use sample_weight"
            )
        shapes = self._model._output_shapes()
        return tuple(weights_by_class(class_weight.get(name), shape[-1] or 0) for name, shape in zip(names, shapes, strict=True))

    def output_shapes_for(self, samples: Arrays) -> list[Shape]:
        """The shapes of the outputs for these samples, where each call may choose the size."""
        shapes = self._model._output_shapes()
        if not any(None in shape for shape in shapes):
            return shapes
        sizes = tuple(array.shape[1:] for array in data.each_array(samples))
        if not all(
            min(size, default=1) > 0 and fits(size, own) for size, own in zip(sizes, self._model._input_shapes(), strict=True)
        ):
            return shapes  # the engine tells what does not fit
        return self._model._sized_output_shapes(sizes)

    def packed(self, outputs: Any) -> Any:
        """The outputs in the form in which they were given to `Model`; one in a list by itself."""
        return self._model._form_of_outputs.results(outputs if isinstance(outputs, tuple) else [outputs])

    def validation(self, held: Any) -> tuple[Inputs, Arrays, Arrays | None]:
        if not isinstance(held, Sequence) or len(held) not in (2, 3):
            raise TypeError(f"validation_data must be (x, y) or (x, y, sample_weight), received a {type(held).__name__}")
        x, y, *rest = held
        weight = self.sample_weights("validation_data[2]", rest[0]) if rest else None
        return self.samples("validation_data[0]", x), self.targets("validation_data[1]", y), weight


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
