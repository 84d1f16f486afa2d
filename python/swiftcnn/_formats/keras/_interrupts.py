"""Ctrl-C while h5py works.

Python handles signals between any two steps of Python code, also within the callbacks that h5py's objects have for their end,
whose exceptions it drops: there Ctrl-C would be lost.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Where an exception would be dropped, or would leave a file open.
DELICATE = ("h5py", "weakref", "contextlib")
PACKAGE = __name__.partition(".")[0]


class _Late:
    """Whether Ctrl-C was pressed and has not been heard."""

    pressed = False


@contextmanager
def heard_late() -> Iterator[None]:
    """Within the block, a Ctrl-C that comes at a bad moment is heard at the next `look`, or at the end."""
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    _Late.pressed = False
    signal.signal(signal.SIGINT, _hear)
    try:
        yield
        look()
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def look() -> None:
    """Raises KeyboardInterrupt if Ctrl-C was pressed at a bad moment."""
    if _Late.pressed:
        _Late.pressed = False
        raise KeyboardInterrupt


def _hear(number: int, frame: FrameType | None) -> None:
    while frame is not None:
        module = str(frame.f_globals.get("__name__")).partition(".")[0]
        if module in DELICATE:
            _Late.pressed = True
            return
        if module == PACKAGE:
            break
        frame = frame.f_back
    signal.default_int_handler(number, frame)
