"""What `fit` evaluates after an epoch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from . import _data as data
from ._checks import batch_size, counted, integer
from ._events import Listeners
from ._stream import Stream, makes_batches, warn_of_end
from ._stream_runs import evaluate

if TYPE_CHECKING:
    from ._arrays import Array
    from ._data import Arrays, Inputs
    from ._training import Trainable


class Frequency:
    """After which epochs a fit validates.

    Args:
        value: every so many, or a list of them, counted from 1.
    """

    def __init__(self, value: Any) -> None:
        self.every: int | None = None  # None for a list
        self._epochs: frozenset[int] = frozenset()
        if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
            self._epochs = frozenset(integer("an epoch of validation_freq", epoch) for epoch in value)
        else:
            self.every = integer("validation_freq", value)
        least = min(self._epochs, default=1) if self.every is None else self.every
        if least < 1:
            raise ValueError(f"validation_freq must be at least 1, or a list of epochs, which count from 1; got {value!r}")

    def is_due(self, epoch: int) -> bool:
        """Whether to validate after this epoch, counted from 0."""
        return epoch + 1 in self._epochs if self.every is None else (epoch + 1) % self.every == 0


def named(arrays: Sequence[Arrays | None] | None) -> dict[str, Array | None]:
    """The arrays of a validation by the names that a user knows them by."""
    found: dict[str, Array | None] = {}
    for place, each in enumerate(arrays or ()):
        found |= data.named(f"validation_data[{place}]", each)
    return found


class Validation:
    """The validation of a fit, where the engine's own loop does not do it.

    Args:
        held: batches, or arrays as `fit` takes them, or None.
        span: the epochs that are to be trained.
    """

    def __init__(self, model: Trainable, held: Any, size: int | None, steps: Any, frequency: Frequency, span: range) -> None:
        self._model, self._frequency = model, frequency
        self._steps = counted("validation_steps", steps)
        self._stream: Stream | None = None
        self.arrays: tuple[Inputs, Arrays, Arrays | None] | None = None
        if makes_batches(held):
            validations = sum(frequency.is_due(epoch) for epoch in span)
            self._stream = Stream("validation_data", held, self._steps, "validation_steps", validations, model=model)
        elif held is not None:
            self.arrays = model._validation(held)
            self._size = validation_size(self.arrays[0], size, self._steps)

    def __call__(self, epoch: int, listeners: Listeners) -> Sequence[float]:
        """Loss and metrics, or nothing if this epoch is not validated."""
        if not self._frequency.is_due(epoch):
            return []
        if self._stream is not None:
            return evaluate(self._model, self._stream, listeners, epoch) if self._stream.has_more() else []
        if self.arrays is None:
            return []
        listeners.files.check()  # before all of the arrays is looked through again
        x, y, weights = self.arrays
        values = self._model._engine_for(x).evaluate(x, y, weights, self._size, self._steps, listeners)
        return values[: len(self._model._told_names())]


def validation_size(samples: Arrays, size: int | None, steps: int) -> int:
    """Samples in a batch of a validation; warns if there are fewer batches than steps."""
    count = data.count(samples)
    chosen = batch_size("validation_batch_size", size, count, steps)
    warn_if_too_few("validation_data", count, chosen, steps, "validation_steps")
    return chosen


def warn_if_too_few(name: str, samples: int, size: int, steps: int, steps_name: str) -> None:
    """Warns of arrays that have fewer batches than the steps that are asked for."""
    batches = -(-samples // max(size, 1))
    if batches < steps:
        warn_of_end(name, batches, steps, steps_name)
