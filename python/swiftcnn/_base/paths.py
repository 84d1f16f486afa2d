"""Checks the file names that users pass, before the engine opens a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

FilePath = str | bytes | os.PathLike[str] | os.PathLike[bytes]
HDF5_ENDINGS = (".h5", ".hdf5")
KERAS_ENDINGS = (".keras", *HDF5_ENDINGS)
ZIP, HDF5 = b"PK", b"\x89HDF"


def is_of_keras(path: str) -> bool:
    """Whether a file's content begins as Keras's files do; its name does not matter."""
    return is_archive(path) or _beginning(path) == HDF5


def is_archive(path: str) -> bool:
    """Whether a file's content begins as that of a `.keras` file."""
    return _beginning(path)[:2] == ZIP


def _beginning(path: str) -> bytes:
    if not os.path.isfile(path):
        return b""
    with open(path, "rb") as file:
        return file.read(4)


def decoded(filepath: FilePath, argument: str = "filepath") -> str:
    """The path as a string."""
    try:
        return os.fsdecode(filepath)
    except TypeError:
        raise TypeError(f"{argument} must be a path, received {filepath!r:.80} (a {type(filepath).__name__})") from None


def existing(filepath: FilePath) -> str:
    """The path of a file to read."""
    path = decoded(filepath)
    if not os.path.exists(path):
        raise FileNotFoundError(f"{path} does not exist")
    return path


@contextmanager
def naming_file(path: str) -> Iterator[None]:
    """Makes errors of the operating system name the user's file, instead of a temporary one or none."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, os.strerror(error.errno), path) from None


@contextmanager
def naming(path: str) -> Iterator[None]:
    """Adds the file's name to errors about its content. Unexpected errors also count as errors in the file."""
    try:
        with naming_file(path):
            yield
    except TypeError as error:
        raise TypeError(f"{path}: {error}") from None
    except ValueError as error:  # and its subclasses, which cannot all be made from a message
        raise ValueError(f"{path}: {error}") from None
    except (LookupError, AttributeError, ArithmeticError, RecursionError, AssertionError) as error:
        raise ValueError(f"{path} is damaged, or no file of a model: {type(error).__name__} {error}") from error


def writable(filepath: FilePath, overwrite: bool) -> str:
    """The path of a file to write."""
    path = decoded(filepath)
    if not overwrite and os.path.exists(path):
        raise FileExistsError(f"{path} exists already; choose another name, or pass overwrite=True")
    return path
