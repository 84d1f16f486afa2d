"""`Iterator`, the base class of batches of images: chooses the images of a batch and the source of its random numbers."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Generator
from contextlib import nullcontext
from functools import partial
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from .._base.checks import boolean, integer
from .._base.user_warnings import PACKAGE
from .._batches.py_dataset import PyDataset
from ._draws import drawing_from, through_numpy

Array = NDArray[Any]
Walk = Generator[Any, None, None]

SEEDS = 2**32


class Iterator(PyDataset):
    """Base class of batches of images: `len(batches)`, `batches[i]`, `next(batches)` without end, `fit(batches)`.

    The batches of a pass over the data depend on the seed and on the number of earlier passes, not on threads. `reset()` restarts
    the pass. Subclasses define `_get_batches_of_transformed_samples(index_array)`, which may draw from `numpy.random`, seeded
    with the seed of the batch. Subclasses may also override `__len__` and `__getitem__`. `batch_index` is the number of the batch
    that `next` returns.

    Args:
        n: the number of images. batch_size: images per batch; the last batch may be smaller.
        shuffle: whether each pass has a new random order. seed: drawn from `numpy.random` if None.
        options: those of `PyDataset`.
    """

    def __init__(self, n: int, batch_size: int, shuffle: bool, seed: int | None, **options: Any) -> None:
        cores = len(os.sched_getaffinity(0))
        super().__init__(**{"workers": max(cores, 2), "max_queue_size": cores + 2, **options})
        self.n, self.batch_size = integer("n", n), integer("batch_size", batch_size)
        for name, number, least in (("batch_size", self.batch_size, 1), ("n", self.n, 0)):
            if number < least:
                raise ValueError(f"{name} must be at least {least}, received {number}")
        self.shuffle = boolean("shuffle", shuffle)
        self.seed = None if seed is None else integer("seed", seed)
        self._base = int(np.random.randint(SEEDS, dtype=np.int64)) if self.seed is None else self.seed
        self.batch_index = 0
        self._passes = 0
        self._has_begun = False
        self._lock = threading.Lock()
        self._walk: Walk | None = None

    def __len__(self) -> int:
        return -(-self.n // self.batch_size)

    def __getitem__(self, index: int) -> Any:
        """Batch `index` of the next pass."""
        number = integer("index", index)
        if not -len(self) <= number < len(self):
            raise IndexError(f"there is no batch {number}: there are {len(self)}")
        return self._batch(self._order(), self._first_seed(), number % len(self))

    def __iter__(self) -> Self:  # for x, y in generator.flow(...) never ends, as in Keras
        return self

    def __next__(self) -> Any:
        with self._lock:
            if self._walk is None:
                self._walk = self._without_end()
            try:
                return next(self._walk)
            except BaseException:
                self._walk = None  # the pass has ended; the next call begins another pass instead of silently ending a loop
                raise

    def _labels_in_order(self) -> tuple[Array | None, int]:
        """The labels in the order of training, or None if the order is shuffled; and the batch size."""
        return (None if self.shuffle else self._all_labels()), self.batch_size

    def _all_labels(self) -> Array | None:
        return None

    def reset(self) -> None:
        """Makes `next` continue with the first batch of a pass."""
        with self._lock:
            self._walk, self.batch_index = None, 0

    def _without_end(self) -> Walk:
        if not len(self):
            raise ValueError(f"this {type(self).__name__} has no batches: there are {self.n} images")
        while True:
            make = self._begun_pass()
            for index in range(len(self)):
                self.batch_index = (index + 1) % len(self)
                yield make(index)

    def _next_pass(self) -> Callable[[int], Any]:
        if type(self).__getitem__ is Iterator.__getitem__:
            return self._begun_pass()
        self._passes += self._has_begun  # the override may read the number of the next pass, which must change with every pass
        self._has_begun = True
        return self.__getitem__

    def _begun_pass(self) -> Callable[[int], Any]:
        make = partial(self._batch, self._order(), self._first_seed())
        self._passes += 1
        return make

    def _first_seed(self) -> int:
        """Keras's scheme: every batch has its own seed, and the seed of a pass's first batch also orders the samples."""
        return self._base + self._passes * len(self)

    def _order(self) -> Array:
        return np.random.RandomState(self._first_seed() % SEEDS).permutation(self.n) if self.shuffle else np.arange(self.n)

    def _batch(self, order: Array, first_seed: int, index: int) -> Any:
        random = np.random.RandomState((first_seed + index) % SEEDS)
        if self.shuffle and index == 0:
            random.permutation(self.n)
        samples = order[index * self.batch_size : (index + 1) * self.batch_size]
        if not len(samples):
            raise ValueError(f"batch {index} has no images: the length is {len(self)} batches, and there are {self.n} images")
        with drawing_from(random), nullcontext() if self._makes_batches_itself else through_numpy():
            return self._get_batches_of_transformed_samples(samples)

    @property
    def _makes_batches_itself(self) -> bool:
        """Whether this library makes the batches, not a user's subclass."""
        return type(self)._get_batches_of_transformed_samples.__module__.partition(".")[0] == PACKAGE

    def _get_batches_of_transformed_samples(self, index_array: Array) -> Any:
        """The batch of these samples."""
        raise NotImplementedError(
            f"{type(self).__name__} must define _get_batches_of_transformed_samples(self, index_array), which returns a batch"
        )
