"""Batches from generators, iterators and data sets that make them on demand, epoch by epoch."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain, count, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from .._base.arrays import as_array, optional_array
from .._base.prefetch import in_order
from .._base.user_warnings import warn_user
from .py_dataset import PyDataset
from .samples import Arrays, Inputs

if TYPE_CHECKING:
    from typing import Protocol

    class Receiver(Protocol):
        """The receiver of batches: the arrays of a model."""

        def has_several(self) -> bool:
            """Whether the model has several inputs or outputs."""

        def samples(self, name: str, x: Any) -> Inputs: ...

        def targets(self, name: str, y: Any) -> Arrays: ...

        def sample_weights(self, name: str, weights: Any) -> Arrays | None: ...


GENERATOR_FORMS = "(x, y) or (x, y, sample_weight)"
MANY = 10_000  # after so many batches, it is worth checking whether a generator ends


class Batch(NamedTuple):
    """One batch, as arrays; for several inputs or outputs, as tuples of arrays."""

    x: Inputs
    y: Arrays | None
    sample_weight: Arrays | None


def makes_batches(data: Any) -> bool:
    """Whether `data` yields or makes batches, and is not itself an array or a list of numbers."""
    if isinstance(data, PyDataset):
        return True
    if hasattr(data, "__array__") or hasattr(data, "toarray") or isinstance(data, (Sequence, Mapping, Set, memoryview)):
        return False
    return isinstance(data, Iterable) or _is_indexed(data)


class BatchSource:
    """Batches of a generator, an iterator, a `PyDataset` or anything like these.

    A pass over a data set or another iterable can be repeated; the batches of a generator come only once.

    Args:
        name: the argument's name, for messages.
        data: data for which `makes_batches` is true.
        steps: batches in an epoch; 0 means all data once.
        steps_name: that argument's name.
        epochs: the number of epochs that will be read.
        shuffle: whether each pass over an indexed data set has a new order of batches.
        receiver: the receiver of the batches, if it may have several inputs or outputs.
        goes_on: whether an epoch continues where the last one ended. It ends with the data; the next one restarts them.
    """

    def __init__(
        self,
        name: str,
        data: Any,
        steps: int,
        steps_name: str = "steps",
        epochs: int = 1,
        shuffle: bool = False,
        goes_on: bool = False,
        receiver: Receiver | None = None,
    ) -> None:
        self.receiver = receiver
        self.name, self.data, self._steps, self._steps_name = name, data, steps or None, steps_name
        self._length = _length(name, data)
        self._shuffles, self._goes_on = shuffle, goes_on
        self._is_used_up_by_reading = not _is_indexed(data) and iter(data) is data
        self._pass: Iterator[Any] | None = None
        self._has_begun = self._has_ended = False
        self._refuse_if_endless(epochs)

    @property
    def steps(self) -> int:
        """Batches in an epoch; 0 if the number is unknown until the end."""
        return self._steps or self._length or 0

    def first(self) -> Batch:
        """The first batch, which determines the shape of a sample; the next epoch still contains it."""
        if self._is_used_up_by_reading:
            head = self._peeked()
        else:
            head = [self.data[0]] if _is_indexed(self.data) else list(islice(iter(self.data), 1))
        if not head:
            raise ValueError(self._nothing())
        return self._checked(head[0], 0)

    def has_more(self) -> bool:
        """Whether another epoch can begin; warns if a generator's data end exactly between two epochs."""
        if self._has_begun and self._is_used_up_by_reading and not self._has_ended and not self._peeked():
            self._end(0)
        return not self._has_ended

    def skip(self, epochs: int) -> None:
        """Skips the data of so many epochs, to resume a training."""
        if not epochs or not self._steps or self._is_used_up_by_reading:
            return
        most = epochs * self._steps + 1
        length = self._length or (most if _is_indexed(self.data) else sum(1 for _ in islice(iter(self.data), most)))
        self._pass = self._begin(epochs % -(-length // self._steps) * self._steps)

    def epoch(self) -> Generator[Batch, None, None]:
        """The batches of the next epoch."""
        _call_hook(self.data, "on_epoch_begin")
        done, self._has_begun = 0, True
        try:
            for batch in self._raw():
                yield self._checked(batch, done)
                done += 1
                if done == MANY and not self.steps:
                    self._ask_for_the_end()
        finally:
            if not self._goes_on:
                self.close()
        if done == 0:
            raise ValueError(self._nothing())
        _call_hook(self.data, "on_epoch_end")

    def close(self) -> None:
        """Ends a pass that was begun, and its threads; a user's generator is not closed."""
        if not self._is_used_up_by_reading and self._pass is not None:
            getattr(self._pass, "close", lambda: None)()
            self._pass = None

    def _peeked(self) -> list[Any]:
        """The next batch of data that can be read only once, if there is one; it is kept for the next read."""
        rest = self._current()
        head = list(islice(rest, 1))
        self._pass = chain(head, rest)
        return head

    def _nothing(self) -> str:
        return f"{self.name} must give at least one batch, received an empty {type(self.data).__name__}"

    def _raw(self) -> Iterator[Any]:
        """The batches of an epoch, or fewer if the data end."""
        given, is_new = 0, self._pass is None
        for batch in islice(self._current(), self._steps):
            given += 1
            yield batch
        if given == self._steps:
            return
        if self._is_used_up_by_reading:
            self._end(given)
            return
        self._pass = None
        if given == 0 and not is_new:  # the pass ended exactly with the last epoch
            yield from self._raw()
        elif given and self._steps is not None:
            warn_of_end(self.name, given, self._steps, self._steps_name)

    def _current(self) -> Iterator[Any]:
        """The rest of a pass that was begun, or a new pass."""
        if self._pass is None:
            self._pass = self._begin()
        return self._pass

    def _end(self, given: int) -> None:
        self._has_ended = True
        if self._steps is not None:
            warn_user(
                f"{self.name} ran out of data after {given} of {self._steps} batches: no more is done with it. It must give "
                "as many batches as steps times epochs"
            )

    def _ask_for_the_end(self) -> None:
        warn_user(
            f"{self.name} has given {MANY:,} batches, and nothing tells how many there are: if it has no end, neither has this "
            "epoch. Interrupt it (what was learned is kept) and pass steps_per_epoch (fit) or steps (evaluate, predict)"
        )

    def _begin(self, skipped: int = 0) -> Iterator[Any]:
        """A new pass over the data, without its first batches."""
        if not _is_indexed(self.data):
            batches: Iterator[Any] = iter(self.data)
            next(islice(batches, skipped, skipped), None)
            return batches
        indices: Iterable[int] = count() if self._length is None else range(self._length)
        if self._shuffles and self._length is not None:
            import random

            indices = list(indices)
            random.shuffle(indices)
        if skipped:
            indices = islice(indices, skipped, None)
        if not isinstance(self.data, PyDataset):
            return map(self.data.__getitem__, indices)
        workers = self.data.workers if self.data.workers > 1 else 0
        return in_order(self.data._next_pass(), indices, workers, self.data.max_queue_size)

    def _refuse_if_endless(self, epochs: int) -> None:
        if self._steps is not None or self._length is not None:
            return
        if _is_indexed(self.data):
            raise ValueError(f"{self.name} has no length (num_batches is None): pass {self._steps_name}, the batches to take")
        if self._is_used_up_by_reading and epochs > 1:
            raise ValueError(
                f"{self.name} is a {type(self.data).__name__}, which has no length, so that nothing tells where one epoch ends "
                f"and the next begins: pass {self._steps_name}, or use a swiftcnn.utils.PyDataset"
            )

    def _checked(self, batch: Any, number: int) -> Batch:
        parts = tuple(batch) if isinstance(batch, (tuple, list)) else (batch,)
        if not 1 <= len(parts) <= 3:
            raise ValueError(
                f"batch {number} of {self.name} must be {GENERATOR_FORMS}, received a {type(batch).__name__} of {len(parts)}"
            )
        x, y, sample_weight = (*parts, None, None)[:3]
        name = f"of batch {number} of {self.name}"
        if self.receiver is not None and self.receiver.has_several():
            return self._of_several(name, x, y, sample_weight)
        samples = as_array(f"x {name}", x)
        if samples.ndim == 0:
            raise TypeError(
                f"batch {number} of {self.name} must be {GENERATOR_FORMS}, received {batch!r:.60} (a {type(batch).__name__})"
            )
        return Batch(samples, optional_array(f"y {name}", y), optional_array(f"sample_weight {name}", sample_weight))

    def _of_several(self, name: str, x: Any, y: Any, sample_weight: Any) -> Batch:
        """A batch for a model with several inputs or outputs."""
        assert self.receiver is not None
        samples = self.receiver.samples(f"x {name}", x)
        targets = None if y is None else self.receiver.targets(f"y {name}", y)
        return Batch(samples, targets, self.receiver.sample_weights(f"sample_weight {name}", sample_weight))


def warn_of_end(name: str, given: int, steps: int, steps_name: str) -> None:
    """Warns of data that ended before the last step."""
    what = "the epoch ends here, and the next begins with the first batch" if steps_name == "steps_per_epoch" else "that is all"
    warn_user(f"{name} ran out of data after {given} of {steps} batches: {what}. {steps_name}=None uses all of it, once")


def refuse_beside_batches(**arguments: Any) -> None:
    """Refuses arguments for data that the batches already contain."""
    for name, value in arguments.items():
        if value is not None:
            instead = "pass validation_data" if name == "validation_split" else f"let every batch be {GENERATOR_FORMS}"
            raise ValueError(f"{name} cannot be given when x yields batches: {instead}")


def _is_indexed(data: Any) -> bool:
    return isinstance(data, PyDataset) or (hasattr(data, "__getitem__") and hasattr(data, "__len__"))


def _length(name: str, data: Any) -> int | None:
    """The number of batches in one pass, if it is known."""
    if isinstance(data, PyDataset):
        length = data.num_batches
    else:
        try:
            length = len(data) if hasattr(data, "__len__") else None
        except TypeError:  # an endless tf.data.Dataset has a __len__ that raises
            length = None
    if length == 0:
        raise ValueError(f"{name} must give at least one batch, received a {type(data).__name__} of length 0")
    return length


def _call_hook(data: Any, hook: str) -> None:
    if callable(method := getattr(data, hook, None)):
        method()
