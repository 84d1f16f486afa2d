"""The methods of data sets of batches: `dataset.cache().shuffle(1000).map(scale).prefetch(AUTOTUNE)`.

Every step is a data set. A pass over it is a function that returns the batch of a given index. Several threads may call this
function at the same time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import count as numbers
from typing import Any

import numpy as np

from .._base.checks import boolean, integer, optional_integer, text
from .._base.prefetch import in_order
from .._base.tensor_like import as_values
from .._batches.py_dataset import PyDataset

AUTOTUNE = -1
Make = Callable[[int], Any]


class Pipeline(PyDataset):
    """Base class of the data sets of batches.

    Args:
        class_names: the names of the classes, in the order of the class numbers.
        workers, max_queue_size: see `PyDataset`.
    """

    def __init__(self, class_names: list[str] | None, workers: int, max_queue_size: int) -> None:
        super().__init__(workers=workers, max_queue_size=max_queue_size)
        self.class_names = class_names

    def _pass(self, goes_on: bool) -> Make:
        """The function that makes the batches of the next pass. `goes_on`: whether the following call begins another pass."""
        raise NotImplementedError

    def __len__(self) -> int:
        if self.num_batches is None:
            raise TypeError("a data set repeated without end has no length")
        return self.num_batches

    def __getitem__(self, index: int) -> Any:
        """Batch `index` of the next pass."""
        batches, number = self.num_batches, integer("index", index)
        if batches is not None and not -batches <= number < batches:
            raise IndexError(f"there is no batch {number}: there are {batches}")
        return self._pass(False)(number if batches is None else number % batches)

    def __iter__(self) -> Iterator[Any]:
        batches = numbers() if self.num_batches is None else range(self.num_batches)
        return map(as_values, in_order(self._next_pass(), batches, self.workers, self.max_queue_size))

    def _next_pass(self) -> Make:
        return self._pass(True)

    def as_numpy_iterator(self) -> Iterator[Any]:
        """The batches of one pass. They are always NumPy arrays."""
        return iter(self)

    def cardinality(self) -> int:
        """The number of batches; -1 if they never end."""
        return -1 if self.num_batches is None else self.num_batches

    def map(
        self, map_func: Callable[..., Any], num_parallel_calls: int | None = None, deterministic: bool | None = None
    ) -> Pipeline:
        """Applies a function of (images) or (images, labels) to each batch. The order stays; several threads call the function.

        The function must return new arrays, as `x / 255` does, because a cache may hold its arguments.
        """
        optional_integer("num_parallel_calls", num_parallel_calls)
        return _Mapped(self, map_func)

    def cache(self, filename: str = "") -> Pipeline:
        """Keeps the batches of the first pass in memory. A `shuffle` after `cache` still changes their order."""
        if text("filename", filename):
            raise ValueError(f"cache keeps the batches in memory, not in a file; received {filename!r}: leave it out")
        return _Cached(self)

    def shuffle(self, buffer_size: int, seed: int | None = None, reshuffle_each_iteration: bool = True) -> Pipeline:
        """Shuffles all batches anew in every pass, whatever `buffer_size` is."""
        if integer("buffer_size", buffer_size) < 1:
            raise ValueError(f"buffer_size must be at least 1, received {buffer_size}")
        return _Shuffled(self, seed, boolean("reshuffle_each_iteration", reshuffle_each_iteration))

    def prefetch(self, buffer_size: int | None = None) -> Pipeline:
        """Returns the data set unchanged: background threads always prepare the batches in advance."""
        optional_integer("buffer_size", buffer_size)
        return self

    def take(self, count: int) -> Pipeline:
        """The first `count` batches; -1 means all."""
        return _Part(self, 0, integer("count", count))

    def skip(self, count: int) -> Pipeline:
        """All but the first `count` batches."""
        return _Part(self, integer("count", count), -1)

    def repeat(self, count: int | None = None) -> Pipeline:
        """Repeats the data set `count` times as one pass; None means without end."""
        return _Repeated(self, None if count is None else integer("count", count))

    def batch(self, batch_size: int, drop_remainder: bool = False) -> Pipeline:
        """Raises an error: the data set already consists of batches."""
        raise ValueError(
            "these are batches already: pass batch_size to image_dataset_from_directory, and leave batch() and unbatch() out"
        )

    def unbatch(self) -> Pipeline:
        """Raises an error: the data set consists of batches only."""
        return self.batch(1)


class _Step(Pipeline):
    """A data set that is derived from another one."""

    def __init__(self, source: Pipeline) -> None:
        super().__init__(source.class_names, source.workers, source.max_queue_size)
        self._source = source

    @property
    def num_batches(self) -> int | None:
        return self._source.num_batches

    def _labels_in_order(self) -> Any:
        return getattr(self._source, "_labels_in_order", lambda: (None, 1))()


class _Mapped(_Step):
    def __init__(self, source: Pipeline, function: Callable[..., Any]) -> None:
        super().__init__(source)
        if not callable(function):
            raise TypeError(f"map needs a function of a batch, such as lambda x, y: (x / 255, y), received {function!r}")
        self._function = function

    def _pass(self, goes_on: bool) -> Make:
        make = self._source._pass(goes_on)
        return lambda index: self._changed(make(index))

    def _changed(self, batch: Any) -> Any:
        return self._function(*batch) if isinstance(batch, tuple) else self._function(batch)


class _Cached(_Step):
    def __init__(self, source: Pipeline) -> None:
        super().__init__(source)
        self._make: Make | None = None  # of the cached pass: in another pass the same batch could hold other samples
        self._kept: dict[int, Any] = {}
        self._lock = threading.Lock()

    def _pass(self, goes_on: bool) -> Make:
        return self._batch

    def _batch(self, index: int) -> Any:
        with self._lock:
            if self._make is None:
                self._make = self._source._pass(True)
        if index not in self._kept:
            self._kept[index] = _read_only(self._make(index))
        return self._kept[index]


class _Shuffled(_Step):
    def __init__(self, source: Pipeline, seed: int | None, changes: bool) -> None:
        super().__init__(source)
        if source.num_batches is None:
            raise ValueError("shuffle needs a data set with an end: shuffle first, then repeat")
        self._seed = int(np.random.randint(2**31)) if seed is None else integer("seed", seed)
        self._changes, self._passes = changes, 0

    def _pass(self, goes_on: bool) -> Make:
        make = self._source._pass(goes_on)
        order = np.random.RandomState((self._seed + self._passes) % 2**32).permutation(len(self))
        self._passes += goes_on and self._changes
        return lambda index: make(int(order[index]))


class _Part(_Step):
    def __init__(self, source: Pipeline, first: int, count: int) -> None:
        super().__init__(source)
        if first < 0 or count < -1:
            raise ValueError(f"take and skip need a number of batches, received {min(first, count)}")
        self._first, self._count = first, count

    @property
    def num_batches(self) -> int | None:
        there = self._source.num_batches
        if there is None:
            return None if self._count < 0 else self._count
        rest = max(there - self._first, 0)
        return rest if self._count < 0 else min(rest, self._count)

    def _pass(self, goes_on: bool) -> Make:
        make = self._source._pass(goes_on)
        return lambda index: make(self._first + index)


class _Repeated(_Step):
    def __init__(self, source: Pipeline, count: int | None) -> None:
        super().__init__(source)
        if source.num_batches is None:
            raise ValueError("the data set has no end already")
        self._count = None if count is not None and count < 0 else count

    @property
    def num_batches(self) -> int | None:
        return None if self._count is None else self._count * len(self._source)

    def _pass(self, goes_on: bool) -> Make:
        passes: list[Make] = []
        lock = threading.Lock()

        def make(index: int) -> Any:
            turn, number = divmod(index, len(self._source))
            with lock:
                while len(passes) <= turn:
                    passes.append(self._source._pass(goes_on))
            return passes[turn](number)

        return make


def _read_only(batch: Any) -> Any:
    """The batch with read-only arrays, since several readers share it."""
    for part in batch if isinstance(batch, tuple) else (batch,):
        if isinstance(part, np.ndarray):
            part.flags.writeable = False
    return batch
