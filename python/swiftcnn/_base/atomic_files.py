"""Files appear whole or not at all.

A file is written as a temporary one beside its target, which is renamed at the end. Its writer holds a lock on it, which the
operating system releases when the process ends, however it ends. So a temporary file without a lock has lost its writer, and the
next save to the same folder removes it. The engine, which writes its own files, does the same.
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
    """A temporary file to write to and read from, which takes the place of `path` if the block ends well."""
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
    """A file without a name on the disk of `path`, of which nothing is left after the block or the process."""
    with naming_file(path):
        descriptor, name = _locked_file(os.path.dirname(os.path.realpath(path)))
        os.unlink(name)
        with open(descriptor, "w+b") as file:
            yield file


def remove_abandoned(folder: str) -> None:
    """Removes the temporary files whose writers have ended. That any of them cannot be removed is no error."""
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
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails if the writer lives
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
        with suppress(OSError):  # a file system without locks: nobody else can lock the file either, and so remove it
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if _is_named(descriptor, name):
            return descriptor, name
        os.close(descriptor)  # another process found the file before the lock, and removed it
    raise OSError(f"the temporary files in {folder} are removed by another process as soon as they are made")


def _is_named(descriptor: int, path: str) -> bool:
    """Whether the open file still is the one of this name."""
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
