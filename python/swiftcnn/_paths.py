"""Checks of the file names that users hand over, before the engine opens anything."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

FilePath = str | bytes | os.PathLike[str] | os.PathLike[bytes]
KERAS_ENDINGS = (".keras", ".h5", ".hdf5")


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
    if path.endswith(KERAS_ENDINGS):
        warnings.warn(
            f"{path} is written in swiftcnn's own format (safetensors), which Keras does not read; "
            "a name that ends in .safetensors says so",
            UserWarning,
            stacklevel=3,
        )
    return path
