"""Files appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def replacing(path: str) -> Iterator[str]:
    """The name of a temporary file beside `path`, which takes its place if the block ends well."""
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"{path} cannot be written: the folder {folder} does not exist")
    if os.path.exists(target) and not os.path.isfile(target):
        raise OSError(f"{path} cannot be written: it is not a plain file")
    with unnamed_beside(target) as temporary:
        yield temporary
        os.chmod(temporary, os.stat(target).st_mode & 0o777 if os.path.exists(target) else 0o666 & ~_umask())
        _synchronize(temporary)
        os.replace(temporary, target)
    _synchronize(folder)


@contextmanager
def unnamed_beside(path: str) -> Iterator[str]:
    """The name of a temporary file in the same folder, gone after the block."""
    handle, temporary = tempfile.mkstemp(prefix=".swiftcnn-", suffix=".tmp", dir=os.path.dirname(os.path.realpath(path)))
    os.close(handle)
    try:
        yield temporary
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _synchronize(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
