"""What `fit` evaluates after an epoch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from .._base.checks import batch_size, counted, integer
from .._batches import samples as data
from .._batches.batch_source import BatchSource, makes_batches, warn_of_end
from .engine_sources import Source
from .model_arrays import ModelArrays

if TYPE_CHECKING:
    from .._base.arrays import Array
    from .._batches.samples import Arrays, Inputs
    from .trained_model import TrainedModel


class Frequency:
    """After which epochs a fit validates.

    Args:
        value: every so many, or a list of them, counted from 1.
    """

    def __init__(self, value: Any) -> None:
        self._every: int | None = None  # None for a list
        self._epochs: frozenset[int] = frozenset()
        if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
            self._epochs = frozenset(integer("an epoch of validation_freq", epoch) for epoch in value)
        else:
            self._every = integer("validation_freq", value)
        least = min(self._epochs, default=1) if self._every is None else self._every
        if least < 1:
            raise ValueError(f"validation_freq must be at least 1, or a list of epochs, which count from 1; got {value!r}")

    def is_due(self, epoch: int) -> bool:
        """Whether to validate after this epoch, counted from 0."""
        return epoch + 1 in self._epochs if self._every is None else (epoch + 1) % self._every == 0

    @property
    def options(self) -> dict[str, Any]:
        """The options of the validation for the engine."""
        if self._every is None:
            return {"validation_epochs": [epoch - 1 for epoch in sorted(self._epochs)]}
        return {"validation_freq": self._every}


class Validation:
    """The validation of a fit.

    Args:
        held: batches, or arrays as `fit` takes them, or None.
        steps, size: of a validation; of what makes batches, each keeps its size.
        span: the epochs that are to be trained.
        split_off: the samples that the engine splits off for it, if what is trained on are arrays.
    """

    def __init__(
        self,
        model: TrainedModel,
        held: Any,
        size: int | None,
        steps: Any,
        frequency: Frequency,
        span: range,
        split_off: int | None = None,
    ) -> None:
        self.arrays: tuple[Inputs, Arrays, Arrays | None] | None = None
        self._source: Source | None = None
        self.options = frequency.options  # for the engine
        number, arrays = counted("validation_steps", steps), ModelArrays(model)
        if makes_batches(held):
            validations = sum(frequency.is_due(epoch) for epoch in span)
            stream = BatchSource("validation_data", held, number, "validation_steps", validations, receiver=arrays)
            self._source = Source(model, stream)
            self.options["validation"] = self._source
        elif held is not None or split_off is not None:
            self.arrays = None if held is None else arrays.validation(held)
            count = split_off or 0 if self.arrays is None else data.count(self.arrays[0])
            chosen = batch_size("validation_batch_size", size, count, number)
            if count:
                warn_if_too_few("validation_data", count, chosen, number, "validation_steps")
            self.options |= {"validation": self.arrays, "validation_steps": number, "validation_batch_size": chosen}

    def close(self) -> None:
        """Ends a pass that was begun over batches."""
        if self._source is not None:
            self._source.close()


def named(arrays: Sequence[Arrays | None] | None) -> dict[str, Array | None]:
    """The arrays of a validation by the names that a user knows them by."""
    found: dict[str, Array | None] = {}
    for place, each in enumerate(arrays or ()):
        found |= data.named(f"validation_data[{place}]", each)
    return found


def warn_if_too_few(name: str, samples: int, size: int, steps: int, steps_name: str) -> None:
    """Warns of arrays that have fewer batches than the steps that are asked for."""
    batches = -(-samples // max(size, 1))
    if batches < steps:
        warn_of_end(name, batches, steps, steps_name)
