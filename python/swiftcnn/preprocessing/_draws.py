"""The source of random numbers: `numpy.random` itself, or the random stream of the batch that a thread prepares."""

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
    """The random stream that this thread draws from."""
    return getattr(_thread, "stream", NUMPYS_OWN)


@contextmanager
def drawing_from(random: np.random.RandomState) -> Iterator[None]:
    """Makes this thread draw from `random`."""
    before = stream()
    _thread.stream = random
    try:
        yield
    finally:
        _thread.stream = before


@contextmanager
def through_numpy() -> Iterator[None]:
    """Makes `numpy.random` continue this thread's stream, for user code that draws from it. One thread at a time runs such code.

    User code gets the same numbers as in Keras, with any number of threads. Afterwards the state of `numpy.random` is restored.
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
    """Draws a shift: below 1 a fraction of the size, else pixels. `numpy.random.choice` draws from lists and integers."""
    if not np.any(most):
        return 0
    random = stream()
    try:
        pixels = random.choice(most) * random.choice([-1, 1])
    except ValueError:
        pixels = random.uniform(-most, most)
    return float(pixels * size if np.max(most) < 1 else pixels)
