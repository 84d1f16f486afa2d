"""HDF5 through h5py, without believing the file: nothing outside it is opened, and nothing is read that was not expected."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from .._extras import needed
from .._json import parse
from ._limits import allowance

ATTRIBUTE_LIMIT = 64512  # bytes of an attribute that HDF5 keeps in an object's header
BYTES_AT_ONCE = 1 << 26  # between two looks for Ctrl-C


def h5py() -> Any:
    """The library, which an extra installs."""
    return needed("h5py", "keras", "a file of Keras")


@contextmanager
def reading(file: BinaryIO) -> Iterator[Any]:
    """An `h5py.File` to read from. What the library says of a damaged file becomes a ValueError."""
    try:
        with h5py().File(file, "r") as opened:
            yield opened
    except (RuntimeError, LookupError, UnicodeError, SystemError, NotImplementedError) as error:
        raise ValueError(f"the HDF5 data is damaged: {error}") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise ValueError(f"the HDF5 data is damaged or cut off: {error}") from None


@contextmanager
def writing(file: BinaryIO) -> Iterator[Any]:
    """An `h5py.File` to write to. It writes through `file`, so that a full disk is the operating system's OSError."""
    with h5py().File(file, "w") as opened:
        yield opened


def found(group: Any, path: str) -> Any:
    """The group or dataset at a path, or None. Links that lead elsewhere are refused."""
    library = h5py()
    for name in path.split("/"):
        if not name or not isinstance(group, library.Group) or not group.id.links.exists(name.encode()):
            return None
        if group.id.links.get_info(name.encode()).type != library.h5l.TYPE_HARD:
            kind = type(group.get(name, getlink=True)).__name__
            raise ValueError(f"{path!r} is a {kind} to another place, which is not followed")
        group = group[name]
    return group


def subgroup(group: Any, path: str) -> Any:
    """The group at a path, or an error that names it."""
    member = found(group, path)
    if not isinstance(member, h5py().Group):
        raise ValueError(f"the file lacks the group {path!r}")
    return member


class Array:
    """A dataset that has been looked at, but not read yet."""

    def __init__(self, group: Any, path: str) -> None:
        dataset = found(group, path)
        path = f"{group.name}/{path}".lstrip("/")
        if not isinstance(dataset, h5py().Dataset):
            raise ValueError(f"the file lacks the array {path!r}")
        if dataset.is_virtual or dataset.external:
            raise ValueError(f"the array {path!r} lies in other files, which are not opened")
        if dataset.dtype.kind not in "fiu":
            raise ValueError(f"the array {path!r} has the type {dataset.dtype}, expected numbers")
        if dataset.shape is None:
            raise ValueError(f"the array {path!r} has no shape, expected numbers")
        self.path = path
        self.shape: tuple[int, ...] = dataset.shape
        self._dataset = dataset

    @property
    def size(self) -> int:
        """The memory in bytes that reading takes; a file may compress its arrays in pieces that are larger than they."""
        piece = math.prod(self._dataset.chunks or ()) * int(self._dataset.dtype.itemsize)
        return max(piece, 4 * math.prod(self.shape))

    def read(self) -> NDArray[np.float32]:
        """The values; to be called once shape and size have been found right, since a file may claim any."""
        if 4 * math.prod(self.shape) <= BYTES_AT_ONCE:
            return np.asarray(self._dataset[()], np.float32)
        values = np.empty(self.shape, np.float32)
        rows = max(1, BYTES_AT_ONCE * len(values) // values.nbytes)
        for first in range(0, len(values), rows):
            part = np.s_[first : first + rows]
            self._dataset.read_direct(values, part, part)
        return values

    def read_integer(self) -> int:
        if self.shape not in ((), (1,)):
            raise ValueError(f"the array {self.path!r} has the shape {self.shape}, expected one number")
        value = np.asarray(self._dataset[()]).reshape(())
        if not np.isfinite(value):
            raise ValueError(f"the array {self.path!r} holds {value}, expected a whole number")
        return int(value)


def numbered_arrays(group: Any) -> list[Array]:
    """The arrays that are called 0, 1, ... in a group."""
    if not isinstance(group, h5py().Group):
        raise ValueError(f"{group.name!r} is an array in the file, expected a group of them")
    return [Array(group, str(number)) for number in range(len(group))]


def require_room(group: Any, arrays: Sequence[Array]) -> None:
    """Refuses arrays that are larger together than their file can be meant to hold: arrays may be claimed and not written."""
    size, limit = sum(array.size for array in arrays), allowance(group.file.id.get_filesize())
    if size > limit:
        raise ValueError(
            f"the file claims {size} bytes of weights, more than one of its size can be meant to hold ({limit}); it is damaged"
        )


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
    return None if value is None else parse(value, f"'{name}'")


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
    return [each.decode() if isinstance(each, bytes) else str(each) for piece in pieces for each in np.ravel(piece)]


def write_texts(group: Any, name: str, values: Sequence[str]) -> None:
    """The same, written."""
    encoded = np.array([value.encode() for value in values], "S") if values else np.array([], "S1")
    if encoded.itemsize > ATTRIBUTE_LIMIT:
        raise ValueError(f"a name of {encoded.itemsize} bytes is too long for HDF5, which takes {ATTRIBUTE_LIMIT}: shorten it")
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
    if math.prod(kept.shape or ()) * kept.dtype.itemsize > allowance(group.file.id.get_filesize()):
        raise ValueError(f"the attribute '{name}' is too large")
    return group.attrs[name]
