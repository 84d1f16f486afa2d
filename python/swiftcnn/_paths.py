"""Checks of the file names that users hand over, before the engine opens anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

FilePath = str | bytes | os.PathLike[str] | os.PathLike[bytes]
HDF5_ENDINGS = (".h5", ".hdf5")
KERAS_ENDINGS = (".keras", *HDF5_ENDINGS)
ZIP, HDF5 = b"PK", b"\x89HDF"


def is_of_keras(path: str) -> bool:
    """Whether a file begins as those of Keras do, whatever its name."""
    return is_archive(path) or _beginning(path) == HDF5


def is_archive(path: str) -> bool:
    """Whether it begins as a `.keras` file does."""
    return _beginning(path)[:2] == ZIP


def _beginning(path: str) -> bytes:
    if not os.path.isfile(path):
        return b""
    with open(path, "rb") as file:
        return file.read(4)


def existing(filepath: FilePath) -> str:
    """The path of a file to read."""
    path = os.fsdecode(filepath)
    if not os.path.exists(path):
        raise FileNotFoundError(f"{path} does not exist")
    return path


@contextmanager
def naming(path: str) -> Iterator[None]:
    """The engine says what is wrong within a file; here is added which file."""
    try:
        yield
    except (ValueError, TypeError) as error:
        raise type(error)(f"{path}: {error}") from None


def writable(filepath: FilePath, overwrite: bool) -> str:
    """The path of a file to write."""
    path = os.fsdecode(filepath)
    if not overwrite and os.path.exists(path):
        raise FileExistsError(f"{path} exists already; choose another name, or pass overwrite=True")
    return path
