"""Computes results in advance in background threads, in order and in a bounded number."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(function: Callable[[Item], Result], items: Iterable[Item], workers: int, ahead: int) -> Iterator[Result]:
    """`function(item)` of every item, in the items' order, whichever thread finishes first.

    Args:
        workers: the number of threads; with 0 the caller computes each result when it needs it.
        ahead: the largest number of results that are waiting or being computed; it limits the memory.

    An exception in `function` is raised in place of its result. Closing the iterator stops the threads: a function that
    takes long should call `cancellation.raise_if_unwanted` regularly.
    """
    if workers < 1:
        yield from map(function, items)
        return
    from concurrent.futures import ThreadPoolExecutor
    from threading import Event

    from .cancellation import listen_to

    waiting = iter(items)
    pending: deque[Future[Result]] = deque()
    closed = Event()
    pool = ThreadPoolExecutor(workers, "swiftcnn-prefetch", listen_to, (closed,))
    try:
        pending.extend(pool.submit(function, item) for item in islice(waiting, max(ahead, 1)))
        while pending:
            result = pending.popleft().result()
            pending.extend(pool.submit(function, item) for item in islice(waiting, 1))
            yield result
            del result  # while the next one is awaited, nobody needs this one here
    finally:
        closed.set()
        pool.shutdown(wait=True, cancel_futures=True)
