"""Attributes of HDF5 that are strings, read from the bytes of the file.

The HDF5 library believes what a file says of the sizes of strings: it takes the memory for any, and goes round for ever where
sizes lead back. Here each is compared with the file first. What is not as Keras's files have it is refused.

Reference: The HDF Group, "HDF5 File Format Specification Version 3.0".
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

SIGNATURE = b"\x89HDF\r\n\x1a\n"
# By the version of the beginning: where it says the sizes of offsets and lengths, and where all offsets begin.
PLACES = {0: (13, 24), 1: (13, 28), 2: (9, 12), 3: (9, 12)}
ATTRIBUTE, CONTINUATION, OTHER_PLACE = 0x0C, 0x10, 0x15  # messages in the header of an object
SHARED = 2  # flag of a message that lies elsewhere
FIXED, VARIABLE = 3, 9  # classes of types that strings have
NOWHERE = b"\xff" * 8


class Attribute(NamedTuple):
    """An attribute as it lies in the file."""

    kind: bytes
    shape: tuple[int, ...]
    data: bytes


class Attributes:
    """The attributes of the objects in an HDF5 file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.file_size = file.seek(0, 2)
        self._collections: dict[int, dict[int, bytes]] = {}
        self._left = self.file_size  # for collections that have not been read
        start = self._bytes(0, min(self.file_size, 48)).ljust(48, b"\0")
        sizes, base = PLACES.get(start[8], (0, 0))
        if start[:8] != SIGNATURE or start[sizes : sizes + 2] != b"\x08\x08" or any(start[base : base + 8]):
            raise _damage("it does not begin as files of Keras do")

    def of(self, address: int) -> dict[str, Attribute]:
        """The attributes of the object whose header lies at an address."""
        try:
            return dict(_attribute(content) for content in self._attribute_messages(address))
        except (struct.error, IndexError, UnicodeError, OverflowError) as error:
            raise _damage(str(error)) from None

    def strings(self, name: str, attribute: Attribute) -> list[str]:
        """The strings of an attribute."""
        kind, width = attribute.kind[0] & 15, int.from_bytes(attribute.kind[4:8], "little")
        count = math.prod(attribute.shape)
        if not count:  # of any type, as Keras writes an empty list
            return []
        if kind != FIXED and (kind, attribute.kind[1] & 15, width) != (VARIABLE, 1, 16):
            raise ValueError(f"the attribute '{name}' must be a string, or a list of strings")
        if count * width > len(attribute.data):
            raise _damage(f"the attribute '{name}' is cut off")
        pieces = [attribute.data[width * index : width * (index + 1)] for index in range(count)]
        found = pieces if kind == FIXED else self._referenced(pieces)
        try:
            return [piece.partition(b"\0")[0].decode() for piece in found]
        except UnicodeError as error:
            raise ValueError(f"the attribute '{name}' is no text: {error}") from None

    def _bytes(self, address: int, count: int) -> bytes:
        if not 0 <= address <= self.file_size - count:
            raise _damage(f"it ends before {count} bytes at {address}")
        self._file.seek(address)
        return self._file.read(count)

    # Object headers.

    def _attribute_messages(self, address: int) -> Iterator[bytes]:
        for kind, flags, content in self._messages(address):
            if kind == OTHER_PLACE and _heap_of_attributes(content) != NOWHERE:
                raise _damage("its attributes lie where Keras has none")
            if kind == ATTRIBUTE and flags & SHARED:
                raise _damage("an attribute lies elsewhere")
            if kind == ATTRIBUTE:
                yield content

    def _messages(self, address: int) -> Iterator[tuple[int, int, bytes]]:
        """Kind, flags and content of each message of an object header, which may lie in several blocks."""
        start, left = self._bytes(address, 16), self.file_size
        is_old = start[0] == 1
        if is_old:
            blocks = [(address + 16, int.from_bytes(start[8:12], "little"))]
        elif start[:4] == b"OHDR":
            blocks = [self._first_block(address, start[5])]
        else:
            raise _damage(f"no object begins at {address}")
        while blocks:
            place, length = blocks.pop()
            left -= max(length, 1)
            if left < 0:
                raise _damage("the blocks of an object lead back")
            content = self._bytes(place, length)
            for message in _old_messages(content) if is_old else _new_messages(content, start[5]):
                if message[0] == CONTINUATION:
                    place, length = struct.unpack_from("<QQ", message[2])
                    blocks.append((place, length) if is_old else (place + 4, length - 8))  # without signature and checksum
                yield message

    def _first_block(self, address: int, flags: int) -> tuple[int, int]:
        """Behind the times and limits that the header may have."""
        place = address + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        return place + width, int.from_bytes(self._bytes(place, width), "little")

    # Strings of any length.

    def _referenced(self, pieces: list[bytes]) -> list[bytes]:
        """The strings that references lead to, which are not longer together than the file, as each lies there once."""
        found, left = [], self.file_size
        for piece in pieces:
            length, address, index = struct.unpack("<IQI", piece)
            left -= length
            if left < 0:
                raise _damage("its strings are longer together than it")
            content = self._collection(address).get(index, b"") if length else b""
            if length > len(content):
                raise _damage(f"a string of {length} bytes at {address} has only {len(content)}")
            found.append(content[:length])
        return found

    def _collection(self, address: int) -> dict[int, bytes]:
        """The strings of a collection by their numbers."""
        if address not in self._collections:
            start = self._bytes(address, 16)
            size = int.from_bytes(start[8:], "little")
            self._left -= size
            if start[:5] != b"GCOL\x01" or self._left < 0:
                raise _damage(f"no strings begin at {address}")
            self._collections[address] = dict(_strings_in(self._bytes(address, size)))
        return self._collections[address]


def _damage(what: str) -> ValueError:
    return ValueError(f"the HDF5 data is damaged or cut off: {what}")


def _attribute(content: bytes) -> tuple[str, Attribute]:
    version, flags, *sizes = struct.unpack_from("<BBHHH", content)
    if version not in (1, 2, 3) or (version > 1 and flags & 3):
        raise _damage(f"an attribute is of the unknown version {version}")
    position, parts = 9 if version == 3 else 8, []
    for size in sizes:
        parts.append(content[position : position + size])
        position += _rounded(size) if version == 1 else size
    name, kind, space = parts
    return name.partition(b"\0")[0].decode(), Attribute(kind.ljust(8, b"\0"), _shape(space), content[position:])


def _shape(space: bytes) -> tuple[int, ...]:
    version, rank, _, kind = struct.unpack_from("<BBBB", space)
    if version not in (1, 2):
        raise _damage(f"an attribute has a shape of the unknown version {version}")
    if version == 2 and kind == 2:
        return (0,)
    return struct.unpack_from(f"<{rank}Q", space, 8 if version == 1 else 4)


def _heap_of_attributes(content: bytes) -> bytes:
    place = 4 if content[1] & 1 else 2
    return content[place : place + 8]


def _old_messages(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    position = 0
    while position + 8 <= len(block):
        kind, size, flags = struct.unpack_from("<HHB", block, position)
        yield kind, flags, block[position + 8 : position + 8 + size]
        position += 8 + size


def _new_messages(block: bytes, flags_of_header: int) -> Iterator[tuple[int, int, bytes]]:
    position, start = 0, 6 if flags_of_header & 4 else 4
    while position + start <= len(block):
        kind, size, flags = struct.unpack_from("<BHB", block, position)
        yield kind, flags, block[position + start : position + start + size]
        position += start + size


def _strings_in(collection: bytes) -> Iterator[tuple[int, bytes]]:
    position = 16
    while position + 16 <= len(collection):
        index, size = struct.unpack_from("<HxxxxxxQ", collection, position)
        if not index:  # free space, which is the rest
            return
        position += 16
        yield index, collection[position : position + size]
        position += _rounded(size)


def _rounded(size: int) -> int:
    return -(-size // 8) * 8
