"""How threads that compute ahead hear that nobody waits for their results any longer."""

from __future__ import annotations

import threading

_thread = threading.local()


class Unwanted(Exception):  # noqa: N818 (it tells of no error)
    """Nobody waits for the result."""


def listen_to(closed: threading.Event) -> None:
    """What this thread computes is unwanted once `closed` is set."""
    _thread.closed = closed


def raise_if_unwanted() -> None:
    """For functions that take long: ends them when their results are unwanted, as after Ctrl-C."""
    closed: threading.Event | None = getattr(_thread, "closed", None)
    if closed is not None and closed.is_set():
        raise Unwanted
