"""Writes files atomically: a file is complete, or it does not exist.

A file is written as a temporary one beside its target, which is renamed at the end. Its writer holds a lock on it. The
operating system releases the lock when the process ends, even by a crash. So a temporary file without a lock is abandoned:
the next save to the same folder removes it. The engine, which writes its own files, does the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

from .paths import naming_file

PREFIX, SUFFIX = ".swiftcnn-", ".tmp"
ATTEMPTS = 100


@contextmanager
def replacing(path: str) -> Iterator[BinaryIO]:
    """A temporary file for writing and reading. It replaces `path` if the block raises no error."""
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise FileNotFoundError(f"{path} cannot be written: the folder {folder} does not exist")
    if os.path.exists(target) and not os.path.isfile(target):
        raise OSError(f"{path} cannot be written: it is not a plain file")
    remove_abandoned(folder)
    with naming_file(path), _temporary(folder) as (file, name):
        yield file
        file.flush()
        if os.path.exists(target):
            os.fchmod(file.fileno(), os.stat(target).st_mode & 0o777)
        os.fsync(file.fileno())
        os.replace(name, target)
        _synchronize(folder)


@contextmanager
def nameless_beside(path: str) -> Iterator[BinaryIO]:
    """A file without a name on the disk of `path`. It disappears with the end of the block or of the process."""
    with naming_file(path):
        descriptor, name = _locked_file(os.path.dirname(os.path.realpath(path)))
        os.unlink(name)
        with open(descriptor, "w+b") as file:
            yield file


def remove_abandoned(folder: str) -> None:
    """Removes the temporary files whose writers have ended. It is no error if one of them cannot be removed."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(PREFIX) and entry.name.endswith(SUFFIX):
                with suppress(OSError):
                    _remove_if_abandoned(entry)


def _remove_if_abandoned(entry: os.DirEntry[str]) -> None:
    import fcntl  # here, so that importing swiftcnn stays quick

    if not entry.is_file(follow_symlinks=False):
        return
    descriptor = os.open(entry.path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails if the writer still runs
        if _is_named(descriptor, entry.path):
            os.unlink(entry.path)
    finally:
        os.close(descriptor)


@contextmanager
def _temporary(folder: str) -> Iterator[tuple[BinaryIO, str]]:
    """A new, locked file and its name; the file is removed after the block unless it was renamed."""
    descriptor, name = _locked_file(folder)
    file = open(descriptor, "w+b")  # noqa: SIM115 (closed below, where a failure to write the rest does not matter)
    try:
        yield file, name
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)
        with suppress(OSError):
            file.close()


def _locked_file(folder: str) -> tuple[int, str]:
    import fcntl

    for _ in range(ATTEMPTS):
        name = os.path.join(folder, f"{PREFIX}{os.getpid()}-{os.urandom(8).hex()}{SUFFIX}")
        descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        with suppress(OSError):  # a file system without locks: no other process can lock the file, so none removes it
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if _is_named(descriptor, name):
            return descriptor, name
        os.close(descriptor)  # another process found the file before it was locked, and removed it
    raise OSError(f"the temporary files in {folder} are removed by another process as soon as they are made")


def _is_named(descriptor: int, path: str) -> bool:
    """Whether this name still refers to the open file."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(descriptor), found)


def _synchronize(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
