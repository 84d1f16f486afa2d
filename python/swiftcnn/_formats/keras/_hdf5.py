"""HDF5 through h5py, without believing the file: nothing outside it is opened, and nothing is read that was not expected."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count, takewhile
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ..._base.bounded_json import parse
from ..._base.optional_imports import needed
from ._attributes import Attribute, Attributes
from ._interrupts import heard_late, look
from ._limits import allowance, is_of_disk

ATTRIBUTE_LIMIT = 64512  # bytes of an attribute that HDF5 keeps in an object's header
BYTES_AT_ONCE = 1 << 26  # between two looks for Ctrl-C


def h5py() -> Any:
    """The library, which an extra installs."""
    return needed("h5py", "keras", "a file of Keras")


# Reading.


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
        look()
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
        look()
        if 4 * math.prod(self.shape) <= BYTES_AT_ONCE:
            return np.asarray(self._dataset[()], np.float32)
        values = np.empty(self.shape, np.float32)
        rows = max(1, BYTES_AT_ONCE * len(values) // values.nbytes)
        for first in range(0, len(values), rows):
            part = np.s_[first : first + rows]
            self._dataset.read_direct(values, part, part)
            look()
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


class Source:
    """An HDF5 file to read from.

    Args:
        content: its bytes.
        root: the same as h5py has opened it.
    """

    def __init__(self, content: BinaryIO, root: Any) -> None:
        self.root = root
        self._attributes = Attributes(content)

    def require_room(self, arrays: Sequence[Array]) -> None:
        """Refuses arrays that are larger together than the file can be meant to hold: they may be claimed and not written."""
        size, limit = sum(array.size for array in arrays), allowance(self._attributes.file_size)
        if size > limit:
            raise ValueError(f"the file claims {size} bytes of weights, more than one of its size can be meant to hold ({limit})")

    def has(self, group: Any, name: str) -> bool:
        """Whether a group has an attribute."""
        return name in self._of(group)

    def parsed(self, name: str) -> Any:
        """An attribute of the whole file that is JSON, or None."""
        attribute = self._of(self.root).get(name)
        if attribute is None:
            return None
        texts = self._attributes.strings(name, attribute)
        if len(texts) != 1:
            raise ValueError(f"the attribute '{name}' must be a string, received {len(texts)}")
        return parse(texts[0], f"'{name}'")

    def texts(self, group: Any, name: str) -> list[str]:
        """An attribute that is a list of strings, in pieces (`name0`, `name1`) if it is long."""
        attributes = self._of(group)
        pieces = takewhile(attributes.__contains__, (f"{name}{number}" for number in count()))
        names = [name] if name in attributes else list(pieces)
        if not names:
            raise ValueError(f"the group {group.name!r} lacks the attribute '{name}'")
        return [text for each in names for text in self._attributes.strings(each, attributes[each])]

    def _of(self, group: Any) -> dict[str, Attribute]:
        return self._attributes.of(h5py().h5o.get_info(group.id).addr)


@contextmanager
def reading(content: BinaryIO) -> Iterator[Source]:
    """The HDF5 file in these bytes. What the library says of a damaged one becomes a ValueError."""
    try:
        with heard_late(), h5py().File(content, "r") as root:
            yield Source(content, root)
    except (RuntimeError, LookupError, UnicodeError, SystemError, NotImplementedError, OverflowError) as error:
        raise ValueError(f"the HDF5 data is damaged: {error}") from None
    except OSError as error:
        if is_of_disk(error):
            raise
        raise ValueError(f"the HDF5 data is damaged or cut off: {error}") from None


# Writing.


@contextmanager
def writing(content: BinaryIO) -> Iterator[Any]:
    """An `h5py.File` to write to. It writes through `content`, so that a full disk is the operating system's OSError."""
    with heard_late(), h5py().File(content, "w") as root:
        yield root


def write_texts(group: Any, name: str, values: Sequence[str]) -> None:
    """Writes an attribute that is a list of strings, in pieces (`name0`, `name1`) if it is long."""
    encoded = np.array([value.encode() for value in values], "S") if values else np.array([], "S1")
    if encoded.itemsize > ATTRIBUTE_LIMIT:
        raise ValueError(f"a name of {encoded.itemsize} bytes is too long for HDF5, which takes {ATTRIBUTE_LIMIT}: shorten it")
    pieces = 1
    while any(piece.nbytes > ATTRIBUTE_LIMIT for piece in np.array_split(encoded, pieces)):
        pieces += 1
    if pieces == 1:
        group.attrs[name] = encoded
        return
    for number, piece in enumerate(np.array_split(encoded, pieces)):
        group.attrs[f"{name}{number}"] = piece
