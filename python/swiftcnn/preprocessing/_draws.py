"""Where random amounts come from: `numpy.random` itself, or the stream of the batch that a thread is making."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

NUMPYS_OWN = np.random.mtrand._rand  # what numpy.random.seed seeds

_thread = threading.local()
_turn = threading.RLock()


def stream() -> np.random.RandomState:
    """What this thread draws from."""
    return getattr(_thread, "stream", NUMPYS_OWN)


@contextmanager
def drawing_from(random: np.random.RandomState) -> Iterator[None]:
    """This thread draws from `random`."""
    before = stream()
    _thread.stream = random
    try:
        yield
    finally:
        _thread.stream = before


@contextmanager
def through_numpy() -> Iterator[None]:
    """For code of users, which draws from `numpy.random`: that goes on with this thread's stream, one thread at a time.

    So the numbers are those that Keras gives it, with any number of threads. The state of `numpy.random` comes back afterwards.
    """
    random = stream()
    if random is NUMPYS_OWN:
        yield
        return
    with _turn:
        before = NUMPYS_OWN.get_state(legacy=False)
        NUMPYS_OWN.set_state(random.get_state(legacy=False))
        try:
            with drawing_from(NUMPYS_OWN):
                yield
        finally:
            random.set_state(NUMPYS_OWN.get_state(legacy=False))
            NUMPYS_OWN.set_state(before)


def up_to(most: float) -> float:
    """A number from -most to most."""
    return stream().uniform(-most, most) if most else 0


def shift(most: Any, size: int) -> float:
    """A number: a part of the size if below 1, else pixels. A list or an integer: as `numpy.random.choice` takes it."""
    if not np.any(most):
        return 0
    random = stream()
    try:
        pixels = random.choice(most) * random.choice([-1, 1])
    except ValueError:
        pixels = random.uniform(-most, most)
    return float(pixels * size if np.max(most) < 1 else pixels)
