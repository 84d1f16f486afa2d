"""`PyDataset`, the base class of data sets that make their batches on demand."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from .._base.checks import boolean, integer


class PyDataset:
    """A data set that makes batches on demand: override `__len__` (number of batches) and `__getitem__` (batch `index`).

    `fit`, `evaluate` and `predict` accept it as `x`. `Sequence` is its old name.

    Args:
        workers: the number of threads that prepare batches in advance; with 0 or 1, `fit` makes each batch when it needs it.
        use_multiprocessing: accepted, but threads are used: NumPy and Pillow let other threads run while they work.
        max_queue_size: the largest number of prepared batches.

    Example:
        >>> class Halves(PyDataset):
        ...     def __len__(self):
        ...         return 2
        ...     def __getitem__(self, index):
        ...         return x[index::2], y[index::2]
        >>> model.fit(Halves(workers=2), epochs=5)
    """

    workers: int = 1
    use_multiprocessing: bool = False
    max_queue_size: int = 10

    def __init__(self, workers: int = 1, use_multiprocessing: bool = False, max_queue_size: int = 10) -> None:
        self.workers = integer("workers", workers)
        self.use_multiprocessing = boolean("use_multiprocessing", use_multiprocessing)
        self.max_queue_size = integer("max_queue_size", max_queue_size)
        if self.use_multiprocessing:
            warnings.warn(
                "use_multiprocessing=True: threads are used instead, as many as workers says", UserWarning, stacklevel=3
            )

    def __getitem__(self, index: int) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(self, index), which returns batch `index`")

    @property
    def num_batches(self) -> int | None:
        """The number of batches; None if they never end."""
        length = getattr(type(self), "__len__", None)  # len() itself would not name the class where it fails
        if length is not None:
            batches = integer(f"what {type(self).__name__}.__len__ returns, the number of batches,", length(self))
            if batches < 0:
                raise ValueError(f"{type(self).__name__}.__len__ must return the number of batches, returned {batches}")
            return batches
        raise NotImplementedError(f"{type(self).__name__} must define __len__(self), the number of its batches")

    def __iter__(self) -> Iterator[Any]:
        batches = self.num_batches
        return (self[index] for index in (count() if batches is None else range(batches)))

    def on_epoch_begin(self) -> None:
        """Called before every epoch."""

    def on_epoch_end(self) -> None:
        """Called after every epoch."""

    def _next_pass(self) -> Callable[[int], Any]:
        """The function that makes the batches of the next pass over the data. Later passes do not change its results."""
        return self.__getitem__
