"""Opens plain files only: reading a FIFO, a socket or a device could wait forever."""

from __future__ import annotations

import os
import stat
from io import BufferedReader
from typing import Any

from .checks import printable

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def path_text(what: str, value: Any) -> str:
    """A path as text; it may contain any bytes; `what` is the argument's name."""
    if not isinstance(value, (str, bytes, os.PathLike)):
        raise TypeError(f"{what} must be a path, received {value!r:.80} (a {type(value).__name__})")
    path = os.fsdecode(value)
    if "\0" in path:
        raise ValueError(f"{what} must be a path without null characters, received {path!r}")
    return path


def open_plain(path: str) -> BufferedReader:
    """A plain file, open for reading.

    Raises OSError if the system cannot open it, IsADirectoryError for a folder, ValueError for a FIFO, a socket or a device.
    """
    _refuse_unless_plain(path, os.stat(path).st_mode)
    # The file may have been replaced since. So it is opened without waiting for a FIFO's writer, and checked again.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        _refuse_unless_plain(path, os.fstat(descriptor).st_mode)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def refuse_strange_target(what: str, path: str) -> None:
    """Refuses to write to a FIFO, a socket or a device; `what` is the argument's name."""
    if os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path):
        raise ValueError(f"{what} must be a plain file, and {shown(path)} is none")


def shown(path: Any) -> str:
    """A printable form of a file's name, which may contain any bytes and control characters."""
    if not isinstance(path, (str, bytes, os.PathLike)):
        return "the file" if hasattr(path, "read") else repr(path)
    return printable(os.fsencode(path).decode("utf-8", "backslashreplace"))


def _refuse_unless_plain(path: str, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    kind = next((name for test, name in KINDS if test(mode)), "no plain file")
    message = f"{shown(path)} is {kind}, expected a plain file"
    raise IsADirectoryError(message) if stat.S_ISDIR(mode) else ValueError(message)
