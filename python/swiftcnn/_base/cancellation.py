"""Stops threads that compute in advance when their results are no longer needed."""

from __future__ import annotations

import threading

_thread = threading.local()


class Unwanted(Exception):  # noqa: N818 (it does not report an error)
    """The result is no longer needed."""


def listen_to(closed: threading.Event) -> None:
    """Marks this thread's results as unwanted once `closed` is set."""
    _thread.closed = closed


def raise_if_unwanted() -> None:
    """Raises `Unwanted` if the results are unwanted, as after Ctrl-C. Functions that take long call it."""
    closed: threading.Event | None = getattr(_thread, "closed", None)
    if closed is not None and closed.is_set():
        raise Unwanted
