"""HDF5 through h5py, without believing the file: nothing outside it is opened, and nothing is read that was not expected."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._extras import needed

LARGEST_ATTRIBUTE = 1 << 28
ATTRIBUTE_LIMIT = 64512  # bytes of an attribute that HDF5 keeps in an object's header


@contextmanager
def opened(file: str | io.BytesIO, mode: str = "r") -> Iterator[Any]:
    """An `h5py.File`. What the library says of a damaged file becomes a ValueError."""
    h5py = needed("h5py", "keras", "a file of Keras")
    try:
        with h5py.File(file, mode) as opened_file:
            yield opened_file
    except (RuntimeError, KeyError, UnicodeError, SystemError) as error:
        raise ValueError(f"the HDF5 data is damaged: {error}") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise ValueError(f"the HDF5 data is damaged or cut off: {error}") from None


def found(group: Any, path: str) -> Any:
    """The group or dataset at a path, or None. Links that lead elsewhere are refused."""
    h5py = needed("h5py", "keras", "a file of Keras")
    for name in path.split("/"):
        link = group.get(name, getlink=True) if isinstance(group, h5py.Group) else None
        if link is None:
            return None
        if not isinstance(link, h5py.HardLink):
            raise ValueError(f"{path!r} is a {type(link).__name__} to another place, which is not followed")
        group = group[name]
    return group


def subgroup(group: Any, path: str) -> Any:
    """The group at a path, or an error that names it."""
    h5py = needed("h5py", "keras", "a file of Keras")
    member = found(group, path)
    if not isinstance(member, h5py.Group):
        raise ValueError(f"the file lacks the group {path!r}")
    return member


class Array:
    """A dataset that has been looked at, but not read yet."""

    def __init__(self, group: Any, path: str) -> None:
        h5py = needed("h5py", "keras", "a file of Keras")
        dataset = found(group, path)
        if not isinstance(dataset, h5py.Dataset):
            raise ValueError(f"the file lacks the array {path!r}")
        if dataset.is_virtual or dataset.external:
            raise ValueError(f"the array {path!r} lies in other files, which are not opened")
        if dataset.dtype.kind not in "fiu":
            raise ValueError(f"the array {path!r} has the type {dataset.dtype}, expected numbers")
        self.path = path
        self.shape: tuple[int, ...] = dataset.shape
        self._dataset = dataset

    def read(self) -> NDArray[np.float32]:
        """The values; to be called once the shape has been found right, since a file may claim any."""
        return np.asarray(self._dataset[()], np.float32)

    def read_integer(self) -> int:
        if self.shape not in ((), (1,)):
            raise ValueError(f"the array {self.path!r} has the shape {self.shape}, expected one number")
        return int(np.asarray(self._dataset[()]).reshape(()))


def text(group: Any, name: str) -> str | None:
    """An attribute that is a string."""
    value = _attribute(group, name)
    if isinstance(value, bytes):
        value = value.decode()
    if value is not None and not isinstance(value, str):
        raise ValueError(f"the attribute '{name}' must be a string, received a {type(value).__name__}")
    return value


def parsed(group: Any, name: str) -> Any:
    """An attribute that is JSON, or None."""
    value = text(group, name)
    return None if value is None else parse_json(value, name)


def parse_json(value: str | bytes, what: str) -> Any:
    try:
        return json.loads(value)
    except RecursionError:
        raise ValueError(f"'{what}' is nested too deep") from None
    except ValueError as error:
        raise ValueError(f"'{what}' is no JSON: {error}") from None


def texts(group: Any, name: str) -> list[str]:
    """An attribute that is a list of strings, in pieces (`name0`, `name1`) if it is long."""
    if name in group.attrs:
        pieces = [_attribute(group, name)]
    else:
        pieces = []
        while f"{name}{len(pieces)}" in group.attrs:
            pieces.append(_attribute(group, f"{name}{len(pieces)}"))
        if not pieces:
            raise ValueError(f"the group {group.name!r} lacks the attribute '{name}'")
    return [each.decode() if isinstance(each, bytes) else str(each) for piece in pieces for each in np.atleast_1d(piece)]


def write_texts(group: Any, name: str, values: Sequence[str]) -> None:
    """The same, written."""
    encoded = np.array([value.encode() for value in values], "S") if values else np.array([], "S1")
    count = 1
    while any(piece.nbytes > ATTRIBUTE_LIMIT for piece in np.array_split(encoded, count)):
        count += 1
    if count == 1:
        group.attrs[name] = encoded
        return
    for number, piece in enumerate(np.array_split(encoded, count)):
        group.attrs[f"{name}{number}"] = piece


def _attribute(group: Any, name: str) -> Any:
    if name not in group.attrs:
        return None
    kept = group.attrs.get_id(name)
    if math.prod(kept.shape) * kept.dtype.itemsize > LARGEST_ATTRIBUTE:
        raise ValueError(f"the attribute '{name}' is too large")
    return group.attrs[name]
